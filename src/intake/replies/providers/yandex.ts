// Yandex.
import { IP, kinds, type Provider, re } from '../reply.js';

export const yandex: Provider = {
  id: 'yandex',
  hosts: ['yandex.net', 'yandex.ru'],
  domains: ['yandex.ru', 'yandex.com', 'yandex.net', 'yandex.by', 'yandex.kz', 'yandex.ua', 'ya.ru', 'narod.ru'],
  marks: ['ya.cc', 'yandex'],
  patterns: [
    {
      id: 'ya-spam',
      ...kinds.content,
      pattern: re`Message rejected under suspicion of SPAM`,
      basis: 'observed',
      examples: ['554 5.7.1 [1] Message rejected under suspicion of SPAM; https://ya.cc/1IrBc 1696516545-abcDEF'],
    },
    {
      // For a day, when nothing but spam came from the address.
      id: 'ya-statistics',
      ...kinds.block,
      pattern: re`Blocked by spam statistics(?:.{0,120}?(?:host|ip|subject)=${IP})?`,
      basis: 'official',
      examples: ['554 5.7.1 Blocked by spam statistics, see http://feedback2.yandex.ru/?host=192.0.2.25'],
    },
    {
      // Greylisting and slowing down by reputation.
      id: 'ya-unavail',
      ...kinds.throttle,
      pattern: re`4\.7\.1 Sorry, the service is currently unavailable`,
      basis: 'composed',
      examples: ['451 4.7.1 Sorry, the service is currently unavailable. Please come back later.'],
    },
  ],
};
