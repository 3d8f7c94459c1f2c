// InterServer: the lists of a hoster and of its relay service Mail Baby.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';

const NAME = 'InterServer / Mail Baby';

export const interserver: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'interserver',
      name: 'InterServer RBL',
      operator: NAME,
      zone: 'rbl.interserver.net',
      scope: 'address',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'On in mailcow.',
      delisting: {
        url: 'http://rbl.interserver.net/delisting.php',
        method: 'automatic-expiry',
        policy:
          'Stays five days, and 30 more for the fifth listing within a month. There is a form that promises nothing.',
        expectedHours: [1, 120],
        needs: ['you own the address'],
      },
      lookupUrl: 'http://rbl.interserver.net/lookup.php?ip={target}',
      usageTerms: 'Free.',
    },
    {
      ...PLAIN_DOMAIN,
      id: 'interserver-uri',
      name: 'InterServer URI RBL',
      operator: NAME,
      zone: 'rbluri.interserver.net',
      domainForm: 'registered',
      scope: 'domain',
      confidence: 'high',
      impact: 'low',
      impactReason: 'Looked up for links by mailcow.',
      delisting: {
        url: 'http://rbl.interserver.net/delisting.php',
        method: 'form',
        policy: 'The same form as for addresses.',
        expectedHours: [1, 120],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
