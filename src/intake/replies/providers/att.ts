// AT&T and its old brands: filtered by a list of its own, the mailboxes run by Yahoo.
import { IP, kinds, type Provider, re } from '../reply.js';

export const att: Provider = {
  id: 'att',
  hosts: ['prodigy.net'],
  domains: [
    'ameritech.net',
    'att.net',
    'bellsouth.net',
    'currently.com',
    'flash.net',
    'nvbell.net',
    'pacbell.net',
    'prodigy.net',
    'sbcglobal.net',
    'snet.net',
    'swbell.net',
    'wans.net',
  ],
  patterns: [
    {
      id: 'att-rbl',
      ...kinds.block,
      pattern: re`DNSBL:(?<code>ATTRBL|RBL) 521(?:< {0,4}${IP} {0,4}>)?_is_blocked`,
      basis: 'observed',
      examples: [
        '553 5.3.0 flph825 DNSBL:ATTRBL 521< 192.0.2.25 >_is_blocked.For assistance forward this email to abuse_rbl@abuse-att.net',
      ],
    },
    {
      id: 'att-blocks',
      ...kinds.block,
      pattern: re`(?:(?<code>DNSRBL): )?blocked for abuse\. see https?://(?:www\.)?att\.net/blocks`,
      basis: 'composed',
      examples: [
        '550 Error. Blocked for abuse. See http://att.net/blocks',
        '521 192.0.2.25 blocked by sbc:blacklist.mailrelay.att.net. 521 DNSRBL: Blocked for abuse. See http://att.net/blocks',
      ],
    },
  ],
};
