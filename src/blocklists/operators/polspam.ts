// Polspam: a list for Polish receivers.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'polspam.pl';

export const polspam: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'polspam',
      name: 'Polspam',
      operator: NAME,
      zone: 'rbl.polspam.pl',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Receivers in Poland.',
      delisting: {
        url: 'https://polspam.pl/',
        method: 'form',
        policy: 'A form on the site.',
        expectedHours: [24, 168],
        needs: [],
      },
      usageTerms: 'Free under its terms.',
    },
  ],
};
