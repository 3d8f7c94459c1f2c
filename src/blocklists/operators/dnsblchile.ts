// DNSBL Chile: a list for Chilean receivers.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'dnsblchile.org';

export const dnsblchile: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'dnsblchile',
      name: 'DNSBL Chile',
      operator: NAME,
      zone: 'dnsblchile.org',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Receivers in Chile.',
      delisting: {
        url: 'https://www.dnsblchile.org/',
        method: 'form',
        policy: 'A form on the site.',
        expectedHours: [24, 168],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
