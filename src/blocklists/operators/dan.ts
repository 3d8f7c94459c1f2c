// dan.me.uk: the nodes of the Tor network, rebuilt from its directory.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'Daniel Austin';

export const dan: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'tor-dan',
      name: 'dan.me.uk Tor nodes',
      operator: NAME,
      zone: 'tor.dan.me.uk',
      siblings: { 'exits only': 'torexit.dan.me.uk' },
      returnCodes: { '127.0.0.100': 'Tor node' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'A relay has no business in the Tor network: the address was reused, or the machine broken into.',
      delisting: {
        url: 'https://www.dan.me.uk/dnsbl',
        method: 'automatic-expiry',
        policy: "Goes with the address's entry in the Tor directory.",
        expectedHours: [1, 48],
        needs: [],
      },
      usageTerms: 'Free, but not to be asked fast.',
      ask: { perSecond: 1, minimumMinutes: 15 },
    },
  ],
};
