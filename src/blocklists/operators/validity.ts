// Validity, formerly Return Path: the Sender Score blocklist. What each bit means was gathered from filters that use it.
import type { Operator } from '../operator.js';
import { IPV4_TEST_ENTRIES } from './conventions.js';

const NAME = 'Validity';

export const validity: Operator = {
  name: NAME,
  lists: [
    {
      id: 'validity-rpbl',
      name: 'Validity Sender Score blocklist',
      operator: NAME,
      zone: 'bl.score.senderscore.com',
      kinds: ['ipv4'],
      domainForm: 'as-given',
      access: 'registration',
      match: 'bitmask',
      returnCodes: {
        '1': 'bot',
        '2': 'mail fails authentication',
        '4': 'mail to spam traps that were never addresses',
        '8': 'suspicious attachments',
        '16': 'low Sender Score',
      },
      errorCodes: {
        '127.255.255.255': 'this resolver is not registered with a MyValidity account: not answered',
      },
      ...IPV4_TEST_ENTRIES,
      scope: 'address',
      confidence: 'medium',
      impact: 'high',
      impactReason: 'Cox and La Poste refuse mail by it; it also goes into the rate limits of others.',
      delisting: {
        url: 'https://senderscore.org/assess/blocklist-lookup/',
        method: 'form',
        policy: 'Ask for removal on the look-up page. Who is listed again waits longer.',
        expectedHours: [1, 48],
        needs: ['a mail address of the company', 'the IP address', 'the cause, found and ended'],
      },
      lookupUrl: 'https://senderscore.org/assess/blocklist-lookup/?ip={target}',
      usageTerms: 'The addresses of asking resolvers must be registered at my.validity.com first.',
    },
  ],
};
