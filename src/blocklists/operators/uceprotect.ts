// UCEPROTECT: level 1 lists single addresses; a listing ends by waiting.
import type { Operator } from '../operator.js';
import { PLAIN_IPV4 } from './conventions.js';

const NAME = 'UCEPROTECT-Network';

export const uceprotect: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'uceprotect-1',
      name: 'UCEPROTECT Level 1',
      operator: NAME,
      zone: 'dnsbl-1.uceprotect.net',
      scope: 'address',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'Smaller providers, hosters and companies in Europe; none of the large mailbox providers.',
      delisting: {
        url: 'https://www.uceprotect.net/en/rblcheck.php',
        method: 'automatic-expiry',
        policy:
          'Lapses seven days after the last mail to a trap, free of charge. The paid express removal is not needed.',
        expectedHours: [168, 168],
        needs: [],
      },
      lookupUrl: 'https://www.uceprotect.net/en/rblcheck.php?ipr={target}',
      usageTerms: 'Free.',
    },
  ],
};
