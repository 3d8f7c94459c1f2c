// VIRUSFREE: the lists of a Czech mail filter.
import type { Operator } from '../operator.js';
import { ANY_IPV4, LOW_VOLUME, PLAIN_IPV4 } from './conventions.js';

const NAME = 'Excello / VIRUSFREE';

export const virusfree: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'virusfree-bip',
      name: 'VIRUSFREE BIP',
      operator: NAME,
      zone: 'bip.virusfree.cz',
      kinds: ['ipv4', 'ipv6'],
      returnCodes: { '127.0.0.2': 'botnet or other bad sender' },
      testListed: { ipv4: '127.0.0.2', ipv6: '::ffff:7f00:2' },
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'On in rspamd and Stalwart; receivers in Czechia and Slovakia.',
      delisting: {
        url: 'https://www.virusfree.cz/',
        method: 'form',
        policy: 'Automatic entries lapse; for others write to the operator.',
        expectedHours: [2, 72],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free for small use.',
      ask: LOW_VOLUME,
    },
    {
      ...ANY_IPV4,
      id: 'virusfree-bad',
      name: 'VIRUSFREE BAD',
      operator: NAME,
      zone: 'bad.virusfree.cz',
      scope: 'address',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Used less than BIP.',
      delisting: {
        url: 'https://www.virusfree.cz/',
        method: 'form',
        policy: 'Write to the operator.',
        expectedHours: [2, 72],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free for small use.',
      ask: LOW_VOLUME,
    },
  ],
};
