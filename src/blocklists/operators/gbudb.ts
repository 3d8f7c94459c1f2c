// GBUdb Truncate: addresses that send next to nothing but spam by the statistics of Message Sniffer.
import type { Operator } from '../operator.js';
import { ANY_IPV4 } from './conventions.js';

const NAME = 'ARM Research Labs (Message Sniffer)';

export const gbudb: Operator = {
  name: NAME,
  lists: [
    {
      ...ANY_IPV4,
      id: 'gbudb-truncate',
      name: 'GBUdb Truncate',
      operator: NAME,
      zone: 'truncate.gbudb.net',
      returnCodes: { '127.0.0.*': 'nearly all of its mail is spam' },
      scope: 'address',
      confidence: 'high',
      impact: 'medium',
      impactReason: 'On in Haraka, and with users of Message Sniffer.',
      delisting: {
        url: 'http://www.gbudb.com/truncate/',
        method: 'automatic-expiry',
        policy: 'Nobody removes it by hand; the statistics turn within days of the last spam.',
        expectedHours: [12, 72],
        needs: [],
      },
      lookupUrl: 'http://www.gbudb.com/truncate/lookup.jsp?ip={target}',
      usageTerms: 'Free.',
    },
  ],
};
