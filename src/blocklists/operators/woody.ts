// Woody's list: kept by one person in Switzerland.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'woody.ch';

export const woody: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'woody',
      name: "Woody's SMTP Blacklist",
      operator: NAME,
      zone: 'blacklist.woody.ch',
      kinds: ['ipv4', 'ipv6'],
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'A hobby, seen in checking tools.',
      delisting: {
        url: 'http://blacklist.woody.ch/rblcheck.php3',
        method: 'self-service',
        policy: 'By the look-up page.',
        expectedHours: [1, 168],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
