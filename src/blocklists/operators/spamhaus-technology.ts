// Spamhaus Technology: what only holders of a Data Query Service key can ask of Spamhaus' data.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';
import { SPAMHAUS_ERROR_CODES } from './spamhaus.js';

const NAME = 'Spamhaus Technology';
const USAGE = 'Only with a Data Query Service key.';

export const spamhausTechnology: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'spamhaus-authbl',
      name: 'Spamhaus AuthBL',
      operator: NAME,
      zone: '{key}.authbl.dq.spamhaus.net',
      keyName: 'spamhaus',
      kinds: ['ipv4', 'ipv6'],
      access: 'key',
      returnCodes: { '127.0.0.20': 'tried stolen or guessed passwords' },
      errorCodes: SPAMHAUS_ERROR_CODES,
      testListed: { ipv4: '127.0.0.2', ipv6: '::ffff:7f00:2' },
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'high',
      impact: 'low',
      impactReason: 'Guards logins, not mail; an outgoing relay on it has most likely been broken into.',
      delisting: {
        url: 'https://check.spamhaus.org/',
        method: 'self-service',
        policy: 'The same page as for ZEN; it also lapses once the attacks end.',
        expectedHours: [1, 72],
        needs: ['the cause, found and ended'],
      },
      lookupUrl: 'https://check.spamhaus.org/results/?query={target}',
      usageTerms: USAGE,
    },
    {
      ...PLAIN_DOMAIN,
      id: 'spamhaus-zrd',
      name: 'Spamhaus Zero Reputation Domain',
      operator: NAME,
      zone: '{key}.zrd.dq.spamhaus.net',
      keyName: 'spamhaus',
      access: 'key',
      match: 'range',
      returnCodes: {
        '127.0.2.2': 'first seen less than two hours ago',
        '127.0.2.3-127.0.2.24': 'first seen within a day; the last octet is the hours',
      },
      errorCodes: { ...SPAMHAUS_ERROR_CODES, '127.0.2.255': 'an IP address was asked of a list of domains' },
      scope: 'domain',
      confidence: 'high',
      impact: 'low',
      impactReason: 'Why mail of a domain registered today lands in junk; nothing else.',
      delisting: {
        method: 'automatic-expiry',
        policy: 'Nobody asks: it goes when the domain has been known for a day.',
        expectedHours: [0, 24],
        needs: [],
      },
      lookupUrl: 'https://check.spamhaus.org/results/?query={target}',
      usageTerms: USAGE,
    },
  ],
};
