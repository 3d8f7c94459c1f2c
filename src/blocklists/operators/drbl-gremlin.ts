// DRBL: nodes that vote on addresses; this is the node of gremlin.ru.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'drbl.gremlin.ru';

export const drblGremlin: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'drbl-gremlin',
      name: 'DRBL work',
      operator: NAME,
      zone: 'work.drbl.gremlin.ru',
      returnCodes: { '127.0.0.*': 'voted against by a node' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Receivers in Russia.',
      delisting: {
        url: 'http://drbl.gremlin.ru/en.html',
        method: 'email',
        policy: 'Write to whoever runs the node that voted.',
        expectedHours: [24, 336],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
