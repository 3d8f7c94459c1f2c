// Abusix: the lists of its Mail Intelligence. A question without a valid key hears REFUSED, never a code.
import type { Operator } from '../operator.js';
import { PLAIN_DOMAIN, PLAIN_IPV4 } from './conventions.js';

const NAME = 'Abusix';
const USAGE = 'Only with an Abusix account, free for small sites; its key is the first label of the zone.';

export const abusix: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'abusix-combined',
      name: 'Abusix Mail Intelligence combined',
      operator: NAME,
      zone: '{key}.combined.mail.abusix.zone',
      keyName: 'abusix',
      kinds: ['ipv4', 'ipv6'],
      access: 'key',
      returnCodes: {
        '127.0.0.2': 'black: mail to traps that were never addresses',
        '127.0.0.3': 'black: low reputation, or next to one who hit traps',
        '127.0.0.4': 'exploit: acts like a hijacked machine, a proxy or a VPN exit',
        '127.0.0.11': 'policy: reverse DNS made up from the address',
        '127.0.0.12': 'policy: no reverse DNS',
        '127.0.0.200': 'black: network listed by hand',
      },
      testListed: { ipv4: '127.0.0.2', ipv6: '::ffff:7f00:2' },
      testClean: { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1' },
      testBasis: 'documented',
      scope: 'address',
      confidence: 'high',
      impact: 'high',
      impactReason: 'The second choice after ZEN with hosters and providers, most of all in Germany.',
      delisting: {
        url: 'https://lookup.abusix.com/',
        method: 'self-service',
        policy:
          'A button on the look-up page, free. Black lapses a good five days after the last hit; an exception from the policy part is for one address and lasts.',
        expectedHours: [0.1, 125],
        needs: ['the cause, found and ended', 'reverse DNS with the name of the mail server, for the policy part'],
      },
      lookupUrl: 'https://lookup.abusix.com/search?q={target}',
      usageTerms: USAGE,
    },
    {
      ...PLAIN_DOMAIN,
      id: 'abusix-dblack',
      name: 'Abusix domain blocklist',
      operator: NAME,
      zone: '{key}.dblack.mail.abusix.zone',
      keyName: 'abusix',
      access: 'key',
      returnCodes: {
        '127.0.1.1': 'seen in the text of spam',
        '127.0.1.2': 'new domain',
        '127.0.1.3': 'target of a short link in spam',
      },
      testListed: { domain: 'test' },
      testBasis: 'documented',
      scope: 'domain',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'Looked up for links by those who have Abusix.',
      delisting: {
        url: 'https://lookup.abusix.com/',
        method: 'self-service',
        policy: 'A button on the look-up page; otherwise it lapses a good five days after it was last seen.',
        expectedHours: [0.1, 125],
        needs: ['the cause, found and ended'],
      },
      lookupUrl: 'https://lookup.abusix.com/search?q={target}',
      usageTerms: USAGE,
    },
  ],
};
