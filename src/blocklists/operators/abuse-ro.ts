// abuse.ro: Romanian lists. Sender domains are in a further one, dbl.abuse.ro.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';

const NAME = 'abuse.ro';

export const abuseRo: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'abuse-ro',
      name: 'Abuse.ro RBL',
      operator: NAME,
      zone: 'rbl.abuse.ro',
      siblings: { policy: 'pbl.abuse.ro' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in Romania.',
      delisting: {
        url: 'https://abuse.ro/',
        method: 'form',
        policy: 'Write to the operator.',
        expectedHours: [24, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
    {
      ...PLAIN_DOMAIN,
      id: 'abuse-ro-uri',
      name: 'Abuse.ro URIBL',
      operator: NAME,
      zone: 'uribl.abuse.ro',
      domainForm: 'registered',
      scope: 'domain',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in Romania.',
      delisting: {
        url: 'https://abuse.ro/',
        method: 'form',
        policy: 'Write to the operator.',
        expectedHours: [24, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
