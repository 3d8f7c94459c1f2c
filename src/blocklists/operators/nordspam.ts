// NordSpam: Nordic lists kept by hand, left by writing to the people who keep them.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';

const NAME = 'NordSpam Project';

export const nordspam: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'nordspam-bl',
      name: 'NordSpam BL',
      operator: NAME,
      zone: 'bl.nordspam.com',
      kinds: ['ipv4', 'ipv6'],
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'high',
      impact: 'low',
      impactReason: 'Receivers in the Nordic countries.',
      delisting: {
        url: 'https://www.nordspam.com/',
        method: 'email',
        policy: 'By hand alone: the owner writes in English to delist@nordspam.com and shows that the problem is gone.',
        expectedHours: [24, 168],
        needs: ['you own the range or domain', 'proof that it was mended'],
      },
      usageTerms: 'Free.',
    },
    {
      ...PLAIN_DOMAIN,
      id: 'nordspam-dbl',
      name: 'NordSpam domain list',
      operator: NAME,
      zone: 'dbl.nordspam.com',
      scope: 'domain',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in the Nordic countries.',
      delisting: {
        url: 'https://www.nordspam.com/',
        method: 'email',
        policy: 'As for NordSpam BL.',
        expectedHours: [24, 168],
        needs: ['you own the domain', 'proof that it was mended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
