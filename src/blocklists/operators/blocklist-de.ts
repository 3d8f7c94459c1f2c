// blocklist.de: addresses that attacked a server of its users. The last octet names the service attacked.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'blocklist.de';

export const blocklistDe: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'blocklist-de',
      name: 'blocklist.de',
      operator: NAME,
      zone: 'bl.blocklist.de',
      kinds: ['ipv4', 'ipv6'],
      returnCodes: { '127.0.0.*': 'attacked a server; the last octet names the service' },
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'medium',
      impact: 'medium',
      impactReason: 'On in rspamd and Stalwart; it is about attacks on logins and web sites rather than spam.',
      delisting: {
        url: 'https://www.blocklist.de/en/delist.html',
        method: 'automatic-expiry',
        policy: 'Lapses two days after the last report; whoever owns the address can remove it sooner.',
        expectedHours: [0.5, 48],
        needs: ['the cause, found and ended'],
      },
      lookupUrl: 'https://www.blocklist.de/en/view.html?ip={target}',
      usageTerms: 'Free.',
    },
  ],
};
