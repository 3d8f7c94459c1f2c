// JIPPG: a list one finds in checking tools and hardly anywhere else.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'JIPPG Technologies';

export const jippg: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'jippg',
      name: 'JIPPG RBL',
      operator: NAME,
      zone: 'mail-abuse.blacklist.jippg.org',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Seen in checking tools; hardly used.',
      delisting: {
        url: 'http://www.jippg.org/',
        method: 'none',
        policy: 'No way off it is known to work.',
        expectedHours: [0, 0],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
