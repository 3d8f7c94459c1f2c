// S5H: one list for both address families.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'S5H / usenix.org.uk';

export const s5h: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 's5h',
      name: 'S5H all',
      operator: NAME,
      zone: 'all.s5h.net',
      kinds: ['ipv4', 'ipv6'],
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'In many checking tools, on few mail servers.',
      delisting: {
        url: 'https://www.usenix.org.uk/content/rbl.html',
        method: 'self-service',
        policy: 'Ask on the page; it also lapses.',
        expectedHours: [1, 168],
        needs: ['the IP address'],
      },
      usageTerms: 'Free.',
    },
  ],
};
