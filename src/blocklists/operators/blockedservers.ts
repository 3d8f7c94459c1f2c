// BlockedServers: a small list, with narrower zones beside it.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'blockedservers.com';

export const blockedservers: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'blockedservers',
      name: 'BlockedServers RBL',
      operator: NAME,
      zone: 'rbl.blockedservers.com',
      siblings: { spam: 'spam.rbl.blockedservers.com', 'port scans': 'netscan.rbl.blockedservers.com' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Small; seen in checking tools.',
      delisting: {
        url: 'https://www.blockedservers.com/',
        method: 'self-service',
        policy: 'Look it up and remove it there.',
        expectedHours: [1, 168],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
