// Trend Micro: the reputation service behind its mail gateways.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'Trend Micro';

export const trendMicro: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'trendmicro-ers',
      name: 'Trend Micro Email Reputation Services',
      operator: NAME,
      zone: '{key}.r.mail-abuse.com',
      siblings: { 'quick list': '{key}.q.mail-abuse.com' },
      access: 'key',
      scope: 'address',
      confidence: 'medium',
      impact: 'medium',
      impactReason: "Trend Micro's gateways; the standard list refuses for good, the quick one for now.",
      delisting: {
        url: 'https://servicecentral.trendmicro.com/en-us/ers/ip-lookup/',
        method: 'self-service',
        policy: 'Ask on the look-up page. Entries of the quick list end by themselves, after minutes or hours.',
        expectedHours: [0.1, 48],
        needs: ['the IP address', 'a mail address', 'the cause, found and ended'],
      },
      lookupUrl: 'https://servicecentral.trendmicro.com/en-us/ers/ip-lookup/',
      usageTerms: 'Over DNS only with an activation code; the page is open to all.',
    },
  ],
};
