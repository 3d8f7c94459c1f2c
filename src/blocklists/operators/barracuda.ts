// Barracuda Networks: the list behind all of its gateways. It documents no error code: resolvers it does not know hear REFUSED or nothing.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'Barracuda Networks';

export const barracuda: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'barracuda',
      name: 'Barracuda Reputation Block List',
      operator: NAME,
      zone: 'b.barracudacentral.org',
      scope: 'address',
      confidence: 'high',
      impact: 'high',
      impactReason: 'On in every Barracuda gateway; mostly companies behind them.',
      delisting: {
        url: 'https://www.barracudacentral.org/rbl/removal-request',
        method: 'form',
        policy:
          'A form that people read, as a rule within a day. Asked too early it is turned down, or the listing returns.',
        expectedHours: [12, 48],
        needs: ['the IP address', 'a mail address', 'a phone number', 'why it should be removed'],
      },
      lookupUrl: 'https://www.barracudacentral.org/lookups/lookup-reputation?lookup_entry={target}',
      usageTerms: 'Free for resolvers that were registered with Barracuda Central; others get no answer.',
    },
  ],
};
