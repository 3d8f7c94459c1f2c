// ZapBL: a list of addresses and one of domains, both small.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';

const NAME = 'ZapBL';

export const zapbl: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'zapbl',
      name: 'ZapBL DNSRBL',
      operator: NAME,
      zone: 'dnsbl.zapbl.net',
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Small.',
      delisting: {
        url: 'https://zapbl.net/',
        method: 'form',
        policy: 'A form on the site.',
        expectedHours: [24, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
    {
      ...PLAIN_DOMAIN,
      id: 'zapbl-rhsbl',
      name: 'ZapBL RHSBL',
      operator: NAME,
      zone: 'rhsbl.zapbl.net',
      scope: 'domain',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Small.',
      delisting: {
        url: 'https://zapbl.net/',
        method: 'form',
        policy: 'A form on the site.',
        expectedHours: [24, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
