// 0spam: trap hits by address, by /24, and by domain. It runs a further list at rbl.0spam.org.
import type { Operator } from '../operator.js';
import { ANY_DOMAIN, ANY_IPV4 } from './conventions.js';

const NAME = '0spam Project';

export const zerospam: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: '0spam-bl',
      name: '0Spam BL',
      operator: NAME,
      zone: 'bl.0spam.org',
      returnCodes: { '127.0.0.*': 'mail to a trap' },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Small receivers; seen in checking tools.',
      delisting: {
        url: 'https://0spam.org/',
        method: 'form',
        policy: 'A request that says what was mended.',
        expectedHours: [1, 72],
        needs: ['what was mended'],
      },
      usageTerms: 'Free, lives on donations.',
    },
    {
      ...ANY_IPV4,
      id: '0spam-nbl',
      name: '0Spam network list',
      operator: NAME,
      zone: 'nbl.0spam.org',
      returnCodes: { '127.0.0.*': 'several mails to traps from the same /24' },
      scope: 'range',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Small receivers, for a whole range.',
      delisting: {
        url: 'https://0spam.org/',
        method: 'form',
        policy: 'As for 0Spam BL.',
        expectedHours: [1, 168],
        needs: ['what was mended'],
      },
      usageTerms: 'Free.',
    },
    {
      ...ANY_DOMAIN,
      id: '0spam-dbl',
      name: '0Spam domain list',
      operator: NAME,
      zone: 'dbl.0spam.org',
      scope: 'domain',
      confidence: 'low',
      impact: 'low',
      impactReason: 'Hardly used.',
      delisting: {
        url: 'https://0spam.org/',
        method: 'form',
        policy: 'As for 0Spam BL.',
        expectedHours: [1, 168],
        needs: ['the cause, found and ended'],
      },
      usageTerms: 'Free.',
    },
  ],
};
