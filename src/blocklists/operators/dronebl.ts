// DroneBL: machines abused on IRC. Sources differ on what codes 5, 6, 10, 11 and 13 stand for; that any of them is a listing is undisputed.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'DroneBL volunteers';

export const dronebl: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'dronebl',
      name: 'DroneBL',
      operator: NAME,
      zone: 'dnsbl.dronebl.org',
      kinds: ['ipv4', 'ipv6'],
      returnCodes: {
        '127.0.0.3': 'IRC drone',
        '127.0.0.5': 'bottler',
        '127.0.0.6': 'worm or spam bot of unknown kind',
        '127.0.0.7': 'takes part in floods',
        '127.0.0.8': 'SOCKS proxy',
        '127.0.0.9': 'HTTP proxy',
        '127.0.0.10': 'chain of proxies',
        '127.0.0.11': 'proxy in a web page',
        '127.0.0.12': 'open DNS resolver',
        '127.0.0.13': 'guesses passwords',
        '127.0.0.14': 'open WinGate proxy',
        '127.0.0.15': 'hijacked router',
        '127.0.0.16': 'worm that takes over machines',
        '127.0.0.17': 'botnet member, found automatically',
        '127.0.0.18': 'name server or mail host on IRC',
        '127.0.0.19': 'abused VPN service',
        '127.0.0.255': 'no class given',
      },
      testListed: {},
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Made for IRC and logins; few mail servers ask it.',
      delisting: {
        url: 'https://dronebl.org/lookup',
        method: 'form',
        policy: 'Ask on the look-up page; volunteers read it.',
        expectedHours: [2, 72],
        needs: ['an address under your control', 'the cause, found and ended'],
      },
      lookupUrl: 'https://dronebl.org/lookup?ip={target}',
      usageTerms: 'Free, for business too.',
    },
  ],
};
