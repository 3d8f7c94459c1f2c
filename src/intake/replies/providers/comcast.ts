// Comcast / Xfinity: codes at the end of a link. Mailboxes on Yahoo hosts (yahoodns.net) refuse as Yahoo does.
import { IP, kinds, type Provider, re } from '../reply.js';

export const comcast: Provider = {
  id: 'comcast',
  hosts: ['comcast.net'],
  domains: ['comcast.net', 'xfinity.com'],
  marks: ['postmaster.comcast.net', 'comcast '],
  patterns: [
    {
      id: 'cc-bl0',
      ...kinds.block,
      pattern: re`comcast ${IP} Comcast block for spam.{0,80}?(?<code>BL0{6})`,
      basis: 'observed',
      examples: [
        '554 resimta-po-11v.sys.comcast.net comcast 192.0.2.25 Comcast block for spam. Please see http://postmaster.comcast.net/smtp-error-codes.php#BL000000',
      ],
    },
    {
      // BL000001 is Spamhaus ZEN.
      id: 'cc-dnsbl',
      ...kinds.dnsbl,
      zoneOfCode: { BL000001: 'zen.spamhaus.org' },
      pattern: re`${IP} found on one or more DNSBLs.{0,90}?#(?<code>BL\d{6})`,
      basis: 'observed',
      examples: [
        '554 resimta-po-11v.sys.comcast.net resimta-po-11v.sys.comcast.net 192.0.2.25 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000010',
      ],
    },
    {
      id: 'cc-block',
      ...kinds.block,
      pattern: re`comcast\.net\S{0,60}#(?<code>BL\d{6})`,
      basis: 'composed',
      examples: [
        '554 resimta-ch2-09v.sys.comcast.net Blocked, see http://postmaster.comcast.net/smtp-error-codes.php#BL000007',
      ],
    },
    {
      // Environment: space that looks dynamic, or no reverse DNS.
      id: 'cc-environment',
      ...kinds.ptr,
      pattern: re`comcast\.net\S{0,60}#(?<code>ES\d{6})`,
      basis: 'composed',
      examples: ['554 resimta-ch2-09v.sys.comcast.net See http://postmaster.comcast.net/smtp-error-codes.php#ES000001'],
    },
    {
      id: 'cc-dmarc',
      ...kinds.auth,
      pattern: re`comcast\.net\S{0,60}#(?<code>DM\d{6})`,
      basis: 'composed',
      examples: ['550 resimta-ch2-09v.sys.comcast.net See http://postmaster.comcast.net/smtp-error-codes.php#DM000001'],
    },
    {
      // RL are rates.
      id: 'cc-any',
      ...kinds.throttle,
      pattern: re`#(?<code>(?:BL|RL|ES|DM|BG)\d{6})`,
      basis: 'composed',
      examples: [
        '421 resimta-ch2-09v.sys.comcast.net Try again later: http://postmaster.comcast.net/smtp-error-codes.php#RL000001',
      ],
    },
    {
      id: 'cc-ptr',
      ...kinds.ptr,
      pattern: re`Comcast requires that all mail servers must have a PTR record`,
      basis: 'observed',
      examples: [
        '554 resimta-ch2-01v.sys.comcast.net comcast 192.0.2.25 Comcast requires that all mail servers must have a PTR record with a valid Reverse DNS entry.',
      ],
    },
    {
      id: 'cc-notcust',
      ...kinds.unknownUser,
      pattern: re`5\.1\.1 Not our Customer`,
      basis: 'observed',
      examples: ['550 5.1.1 Not our Customer'],
    },
  ],
};
