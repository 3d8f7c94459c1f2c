// ImproWare: the lists of the Swiss network operators. The older zone dnsrbl.swinog.ch is not asked.
import type { Operator } from '../operator.js';
import { ANY_DOMAIN, ANY_IPV4 } from './conventions.js';

const NAME = 'ImproWare AG';

export const improware: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'swinog-spam',
      name: 'SWINOG spam list',
      operator: NAME,
      zone: 'spamrbl.swinog.ch',
      returnCodes: { '127.0.0.*': 'sends spam' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in Switzerland.',
      delisting: {
        url: 'https://antispam.imp.ch/',
        method: 'form',
        policy: 'Look the address up and ask there; entries also age out.',
        expectedHours: [1, 168],
        needs: ['the IP address'],
      },
      usageTerms: 'Free.',
    },
    {
      ...ANY_DOMAIN,
      id: 'swinog-uri',
      name: 'SWINOG URI list',
      operator: NAME,
      zone: 'uribl.swinog.ch',
      domainForm: 'registered',
      scope: 'domain',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in Switzerland.',
      delisting: {
        url: 'https://antispam.imp.ch/',
        method: 'form',
        policy: 'As for the spam list.',
        expectedHours: [1, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
