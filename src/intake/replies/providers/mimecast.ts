// Mimecast: the id in brackets at the end is what its support asks for.
import { kinds, type Provider, re } from '../reply.js';

export const mimecast: Provider = {
  id: 'mimecast',
  hosts: ['mimecast.com', 'mimecast.co.za', 'mimecast-offshore.com'],
  domains: [],
  marks: ['mimecast.com'],
  patterns: [
    {
      id: 'mc-csi',
      ...kinds.block,
      pattern: re`csi\.mimecast\.org Poor Reputation Sender`,
      basis: 'observed',
      examples: [
        '550 csi.mimecast.org Poor Reputation Sender. - https://community.mimecast.com/docs/DOC-1369#550 [vH7Ns8biNg-p6EfZ0QaVMQ.us149]',
      ],
    },
    {
      id: 'mc-ipblack',
      meaning: 'ip-block',
      isPermanent: 'by-code',
      rerouteHelps: true,
      pattern: re`IP Temporarily Blacklisted|Local CT IP Reputation - \(reject\)`,
      basis: 'composed',
      examples: [
        '451 IP Temporarily Blacklisted - https://community.mimecast.com/docs/DOC-1369#451 [qBk2]',
        '550 Local CT IP Reputation - (reject) - https://community.mimecast.com/docs/DOC-1369#550 [x1]',
      ],
    },
    {
      // Greylisting, or a poor reputation: a try a minute later mostly passes.
      id: 'mc-rep',
      ...kinds.throttle,
      pattern: re`Internal resources? (?:are )?temporarily unavailable`,
      basis: 'observed',
      examples: [
        '451 Internal resource temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451 [fFsC1]',
      ],
    },
    {
      id: 'mc-policy',
      ...kinds.recipientPolicy,
      pattern: re`envelope blocked|Anti-Spoofing policy|manually Blocked Senders`,
      basis: 'observed',
      examples: [
        '550 Administrative prohibition - envelope blocked - https://community.mimecast.com/docs/DOC-1369#550 [a1]',
      ],
    },
    {
      id: 'mc-sec',
      ...kinds.content,
      pattern: re`Email rejected due to security policies`,
      basis: 'observed',
      examples: ['554 Email rejected due to security policies - https://community.mimecast.com/docs/DOC-1369#554 [b1]'],
    },
  ],
};
