// JustSpam: one list, one page.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'justspam.org';

export const justspam: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'justspam',
      name: 'JustSpam',
      operator: NAME,
      zone: 'dnsbl.justspam.org',
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'On in Haraka; rare otherwise.',
      delisting: {
        url: 'http://www.justspam.org/',
        method: 'self-service',
        policy: 'Removal is offered where the address is looked up.',
        expectedHours: [1, 48],
        needs: ['the IP address'],
      },
      usageTerms: 'Free.',
    },
  ],
};
