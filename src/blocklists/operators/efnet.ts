// EFnet: abuse of an IRC network. The one list for which 127.0.0.1 is a listing.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'EFnet';

export const efnet: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'efnetrbl',
      name: 'EFnet RBL',
      operator: NAME,
      zone: 'rbl.efnetrbl.org',
      returnCodes: {
        '127.0.0.1': 'open proxy',
        '127.0.0.2': 'mail to a trap (class 666)',
        '127.0.0.3': 'mail to a trap (class 50)',
        '127.0.0.4': 'Tor exit',
        '127.0.0.5': 'drone, or flooding',
      },
      testListed: {},
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'For IRC; seen in checking tools.',
      delisting: {
        url: 'https://rbl.efnetrbl.org/',
        method: 'self-service',
        policy: 'Look it up and remove it there.',
        expectedHours: [1, 72],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
