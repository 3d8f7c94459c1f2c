// Trend Micro Email Security: 450 is its quick list, 550 the standing one.
import { IP, kinds, type Provider, re } from '../reply.js';

/** Zone of the standing list, which the catalogue has the quick one with. */
const ZONE_OF_BOTH = 'r.mail-abuse.com';

export const trendmicro: Provider = {
  id: 'trendmicro',
  hosts: ['trendmicro.com', 'trendmicro.eu'],
  domains: [],
  marks: ['trendmicro.com', 'mail-abuse.'],
  patterns: [
    {
      id: 'tm-rblplus',
      ...kinds.dnsbl,
      zone: ZONE_OF_BOTH,
      pattern: re`Client host \[?${IP}\]? blocked using Trend Micro RBL\+`,
      basis: 'observed',
      examples: [
        '550 Service unavailable; Client Host [192.0.2.25] blocked using Trend Micro RBL+. Please see http://www.mail-abuse.com/cgi-bin/lookup?ip_address=192.0.2.25',
      ],
    },
    {
      id: 'tm-ers',
      ...kinds.dnsbl,
      zone: ZONE_OF_BOTH,
      pattern: re`blocked (?:using|by) Trend Micro Email Reputation Services?`,
      basis: 'composed',
      examples: [
        '550 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using Trend Micro Email Reputation Service. Please see https://ers.trendmicro.com/reputations',
      ],
    },
    {
      // Its lists by their letters: the quick one, of dial-up lines, the standing one.
      id: 'tm-letters',
      ...kinds.dnsbl,
      isPermanent: 'by-code',
      zone: ZONE_OF_BOTH,
      pattern: re`\b(?<code>ERS-(?:QIL|DUL|RBL))\b|\b(?:listed|found|detected) (?:in|on|by) (?:the )?QIL\b|\bmatch(?:es)? \(ERS\)`,
      basis: 'observed',
      examples: [
        '450 4.7.1 <someone@example.com>: Recipient address rejected: ERS-QIL.',
        '550 Sender IP detected in QIL',
        '450 Temporary denial of connection (450) for Zombie matches (ERS)',
      ],
    },
    {
      id: 'tm-refused',
      ...kinds.dnsbl,
      zone: ZONE_OF_BOTH,
      pattern: re`Mail from ${IP} refused by rbl-plus\.mail-abuse\.org`,
      basis: 'observed',
      examples: [
        '550 Mail from 192.0.2.25 refused by rbl-plus.mail-abuse.org. Please refer to http://mail-abuse.org/rbl+ for an explanation',
      ],
    },
  ],
};
