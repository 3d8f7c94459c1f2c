// SpamCop, run by Cisco: a list fed by people's reports, which forgets by itself.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'Cisco';

export const spamcop: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'spamcop',
      name: 'SpamCop Blocking List',
      operator: NAME,
      zone: 'bl.spamcop.net',
      scope: 'address',
      confidence: 'high',
      impact: 'high',
      impactReason: 'Set in SpamAssassin and many appliances from the start.',
      delisting: {
        url: 'https://www.spamcop.net/bl.shtml',
        method: 'automatic-expiry',
        policy: 'Lapses about a day after the last report, sooner when there were only two. Nobody removes it by hand.',
        expectedHours: [12, 48],
        needs: [],
      },
      lookupUrl: 'https://www.spamcop.net/w3m?action=checkblock&ip={target}',
      usageTerms: 'Free over DNS.',
    },
  ],
};
