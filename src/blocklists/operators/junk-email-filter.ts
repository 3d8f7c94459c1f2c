// Junk Email Filter: one zone that holds good, mixed and bad senders, told apart by the code alone. Only black and brown are listings.
import type { Operator } from '../operator.js';
import { LOW_VOLUME, PLAIN_IPV4 } from './conventions.js';

const NAME = 'Junk Email Filter';

export const junkEmailFilter: Operator = {
  name: NAME,
  lists: [
    {
      ...PLAIN_IPV4,
      id: 'hostkarma',
      name: 'Hostkarma',
      operator: NAME,
      zone: 'hostkarma.junkemailfilter.com',
      kinds: ['ipv4', 'domain'],
      returnCodes: { '127.0.0.2': 'black: sends spam', '127.0.0.4': 'brown: sends mostly spam' },
      noteCodes: {
        '127.0.0.1': 'white: a good sender, no listing',
        '127.0.0.3': 'yellow: good and bad mail, no listing',
        '127.0.0.5': 'no other list need be asked, no listing',
        '127.0.1.1': 'closes its sessions properly, no listing',
        '127.0.1.2': 'does not close its sessions, no listing',
        '127.0.1.3': 'closes some of its sessions, no listing',
        '127.0.2.1': 'age of the entry, no listing',
        '127.0.2.2': 'age of the entry, no listing',
        '127.0.2.3': 'age of the entry, no listing',
      },
      scope: 'address',
      confidence: 'medium',
      impact: 'low',
      impactReason: 'Small receivers with Haraka or a cPanel-like setup.',
      delisting: {
        url: 'https://ipadmin.junkemailfilter.com/remove.php',
        method: 'self-service',
        policy: 'Remove addresses on the page; for domains there is none.',
        expectedHours: [1, 24],
        needs: ['the IP address'],
      },
      lookupUrl: 'https://ipadmin.junkemailfilter.com/remove.php?ip={target}',
      usageTerms: 'Free for few questions.',
      ask: LOW_VOLUME,
    },
  ],
};
