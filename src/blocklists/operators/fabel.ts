// Fabel: a Danish list that takes in whole networks.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'Fabel ApS';

export const fabel: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'spamsources-fabel',
      name: 'Fabel Spamsources',
      operator: NAME,
      zone: 'spamsources.fabel.dk',
      scope: 'range',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in Denmark.',
      delisting: {
        url: 'https://www.spamsources.fabel.dk/',
        method: 'form',
        policy: 'Write to the operator.',
        expectedHours: [24, 336],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
