// Scientific Spam: who invites scholars to conferences and journals they never asked about.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'scientificspam.net';

export const scientificspam: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'scientificspam',
      name: 'Scientific Spam BL',
      operator: NAME,
      zone: 'bl.scientificspam.net',
      siblings: { domains: 'rhsbl.scientificspam.net' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Universities.',
      delisting: {
        url: 'https://www.scientificspam.net/',
        method: 'email',
        policy: 'Write, and show that the customer has gone.',
        expectedHours: [24, 336],
        needs: ['the customer, gone'],
      },
      usageTerms: 'Free.',
    },
  ],
};
