// SPFBL: a Brazilian list that wants to know who answers for a sender. Known for false positives.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'SPFBL.net';

export const spfbl: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'spfbl',
      name: 'SPFBL',
      operator: NAME,
      zone: 'dnsbl.spfbl.net',
      kinds: ['ipv4', 'ipv6', 'domain'],
      returnCodes: {
        '127.0.0.2': 'bad reputation',
        '127.0.0.3': 'nobody to hold responsible: reverse DNS is missing or generic',
        '127.0.0.4': 'address of an end user',
      },
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Receivers in Brazil; its DNS is stricter than its web page.',
      delisting: {
        url: 'https://spfbl.net/en/delist/',
        method: 'self-service',
        policy: 'Remove it from a mailbox at the domain of the reverse name, which proves that the host is yours.',
        expectedHours: [1, 168],
        needs: ['reverse DNS with the name of the mail server', 'a mailbox at the domain of that name'],
        sells: 'a short cut for senders it cannot identify',
      },
      lookupUrl: 'https://matrix.spfbl.net/{target}',
      usageTerms: 'Free under its terms.',
    },
  ],
};
