// Passive Spam Block List: an address comes on it by mail to a trap, and off it on anybody's word.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'PSBL';

export const psbl: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'psbl',
      name: 'Passive Spam Block List',
      operator: NAME,
      zone: 'psbl.surriel.com',
      scope: 'address',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'Counts towards the score in many filters; Haraka asks it unless told otherwise.',
      delisting: {
        url: 'https://psbl.org/remove',
        method: 'self-service',
        policy:
          'Anybody can remove an address on the page, at once. It also lapses some weeks after the last mail to a trap.',
        expectedHours: [0.1, 3],
        needs: ['the IP address'],
      },
      lookupUrl: 'https://psbl.org/listing?ip={target}',
      usageTerms: 'Free.',
    },
  ],
};
