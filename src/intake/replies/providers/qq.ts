// QQ Mail and Tencent Exmail.
import { kinds, type Provider, re } from '../reply.js';

export const qq: Provider = {
  id: 'qq',
  hosts: ['qq.com'],
  domains: ['qq.com', 'foxmail.com', 'vip.qq.com'],
  marks: ['qq.com'],
  patterns: [
    {
      id: 'qq-freq-ip',
      ...kinds.throttle,
      pattern: re`(?:Ip|Connection) frequency limited`,
      basis: 'composed',
      examples: [
        '550 Ip frequency limited [MAWfKyoaqkYaNBOAqzY= IP: 192.0.2.25]. https://service.mail.qq.com/detail/122/172',
      ],
    },
    {
      id: 'qq-freq-dom',
      ...kinds.domainThrottle,
      pattern: re`(?:Domain|Sender) frequency limited`,
      basis: 'observed',
      examples: [
        '550 Sender frequency limited. http://service.exmail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000723',
      ],
    },
    {
      id: 'qq-spam-ip',
      ...kinds.block,
      pattern: re`Suspected spam ip|550 (?:5\.\d\.\d )?Connection denied\b(?! ?[-:,;.(]{1,2} ?(?!https?:)\w)`,
      basis: 'composed',
      examples: ['550 Suspected spam ip. https://service.mail.qq.com/detail/122/66'],
    },
    {
      id: 'qq-content',
      ...kinds.content,
      pattern: re`Mail content denied|spam is embedded in the email`,
      basis: 'observed',
      examples: ['550 Mail content denied. http://service.exmail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000726'],
    },
    {
      id: 'qq-user',
      ...kinds.unknownUser,
      isShared: true,
      pattern: re`Mailbox not found\.|Mailbox unavailable or access denied`,
      basis: 'observed',
      examples: ['550 Mailbox not found. http://service.exmail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728'],
    },
  ],
};
