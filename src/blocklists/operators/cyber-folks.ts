// cyber_Folks: the list of a Polish hoster, known as zenbox.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'cyber_Folks';

export const cyberFolks: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'zenrbl-ip4',
      name: 'zenbox RBL',
      operator: NAME,
      zone: 'ip4.bl.zenrbl.pl',
      siblings: { domains: 'd.bl.zenrbl.pl' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'A hoster in Poland.',
      delisting: {
        url: 'https://zenbox.pl/',
        method: 'email',
        policy: 'Write to the operator.',
        expectedHours: [24, 168],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
