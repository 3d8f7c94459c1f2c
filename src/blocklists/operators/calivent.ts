// Calivent: the list of a Peruvian provider.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'Calivent';

export const calivent: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'calivent',
      name: 'Calivent Networks',
      operator: NAME,
      zone: 'dnsbl.calivent.com.pe',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Receivers in Peru; seen in checking tools.',
      delisting: {
        url: 'http://dnsbl.calivent.com.pe/',
        method: 'form',
        policy: 'A form on the site.',
        expectedHours: [24, 168],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
