// T-Online (Deutsche Telekom): refuses in the greeting, before any sender is known, so a block hits every customer.
import { IP, kinds, type Provider, re } from '../reply.js';

export const tOnline: Provider = {
  id: 't-online',
  hosts: ['t-online.de'],
  domains: ['t-online.de', 'magenta.de'],
  marks: ['rx.t-online.de'],
  patterns: [
    {
      // An address it does not know, or has not seen for a year.
      id: 'to-nowl',
      ...kinds.block,
      code: 'NOWL',
      pattern: re`554 (?:\S{1,255} )?IP[=:] {0,3}${IP} - None/bad reputation`,
      basis: 'observed',
      examples: [
        '554 IP=192.0.2.25 - None/bad reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for reset. (NOWL)',
      ],
    },
    {
      id: 'to-bl',
      ...kinds.block,
      code: 'BL',
      pattern: re`554 (?:\S{1,255} )?IP[=:] {0,3}${IP} - A problem occurred`,
      basis: 'observed',
      examples: [
        '554 IP=192.0.2.25 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)',
      ],
    },
    {
      id: 'to-dialup',
      ...kinds.block,
      code: 'DYN',
      pattern: re`554 (?:\S{1,255} )?IP[=:] {0,3}${IP} - Dialup`,
      basis: 'composed',
      examples: [
        '554 IP=192.0.2.25 - Dialup/transient IP not allowed. Use a mailgateway/smarthost of your provider! (DYN)',
      ],
    },
    {
      id: 'to-spam',
      ...kinds.content,
      pattern: re`message has been rejected due to spam or virus classification`,
      basis: 'composed',
      examples: [
        '550-5.7.0 Message considered as spam or virus, rejected 550-5.7.0 Your message has been rejected due to spam or virus classification.',
      ],
    },
  ],
};
