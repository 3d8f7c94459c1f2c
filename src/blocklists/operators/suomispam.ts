// Suomispam: who spams Finnish mailboxes, as addresses or whole networks.
import type { Operator } from '../operator.js';
import { ANY_DOMAIN, ANY_IPV4 } from './conventions.js';

const NAME = 'Suomispam';

export const suomispam: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'suomispam-bl',
      name: 'Suomispam BL',
      operator: NAME,
      zone: 'bl.suomispam.net',
      kinds: ['ipv4', 'ipv6'],
      returnCodes: { '127.0.0.*': 'address or network that sends Finnish spam' },
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'high',
      impact: 'low',
      impactReason: 'Receivers in Finland.',
      delisting: {
        url: 'https://suomispam.net/',
        method: 'email',
        policy:
          'The owner writes which entry it is and what was mended; for an entry over a range the hosting provider has to.',
        expectedHours: [24, 336],
        needs: ['the entry by its name', 'what was mended, in detail', 'for a range: the hosting provider writes'],
      },
      usageTerms: 'Free.',
    },
    {
      ...ANY_DOMAIN,
      id: 'suomispam-dbl',
      name: 'Suomispam domain list',
      operator: NAME,
      zone: 'dbl.suomispam.net',
      scope: 'domain',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Receivers in Finland.',
      delisting: {
        url: 'https://suomispam.net/',
        method: 'email',
        policy: 'As for Suomispam BL.',
        expectedHours: [24, 336],
        needs: ['what was mended, in detail'],
      },
      usageTerms: 'Free.',
    },
  ],
};
