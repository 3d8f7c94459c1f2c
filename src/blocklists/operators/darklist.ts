// Darklist.de: addresses that attacked somebody.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'darklist.de';

export const darklist: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'darklist-de',
      name: 'Darklist.de',
      operator: NAME,
      zone: 'dnsbl.darklist.de',
      returnCodes: { '127.0.0.*': 'attacked somebody' },
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'About attacks; seen in checking tools.',
      delisting: {
        url: 'https://darklist.de/removal.php',
        method: 'self-service',
        policy: 'Remove it on the page; entries also lapse.',
        expectedHours: [1, 72],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
