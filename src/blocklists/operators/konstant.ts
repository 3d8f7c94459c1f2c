// Konstant: a small Norwegian list of which little is known.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'konstant.no';

export const konstant: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'konstant',
      name: 'Konstant BL',
      operator: NAME,
      zone: 'bl.konstant.no',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Small, Norway.',
      delisting: {
        url: 'http://bl.konstant.no/',
        method: 'form',
        policy: 'No rule is known; ask the operator.',
        expectedHours: [24, 336],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
