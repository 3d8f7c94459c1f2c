// KEMPT.net: a list kept as a hobby.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'kempt.net';

export const kempt: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'kempt',
      name: 'KEMPT.net DNSBL',
      operator: NAME,
      zone: 'dnsbl.kempt.net',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'A hobby, seen in checking tools.',
      delisting: {
        url: 'http://www.kempt.net/dnsbl/',
        method: 'self-service',
        policy: 'A page on the site.',
        expectedHours: [1, 168],
        needs: [],
      },
      usageTerms: 'Free.',
    },
  ],
};
