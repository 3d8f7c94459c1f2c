// GoDaddy (secureserver.net): codes IB001 to IB705. `bizsmtp` is how Cloudmark's gateway greets, wherever it stands.
import { IP, kinds, type Provider, re } from '../reply.js';

export const godaddy: Provider = {
  id: 'godaddy',
  hosts: ['secureserver.net'],
  domains: [],
  marks: ['secureserver.net', 'x.co/rlbounce', ' ib10', ' ib11', ' ib21', ' ib50', ' ib60'],
  patterns: [
    {
      id: 'gd-ib-list',
      ...kinds.dnsbl,
      zone: 'zen.spamhaus.org',
      pattern: re`bizsmtp (?<code>IB10[0-9])\. Connection refused\. ${IP} is listed on`,
      basis: 'observed',
      examples: [
        '554 mx.recipient.com bizsmtp IB105. Connection refused. 192.0.2.25 is listed on the Exploits Block List (XBL) <http://www.spamhaus.org/query/ip/192.0.2.25> Please visit http://www.spamhaus.org/xbl/ for more information.',
      ],
    },
    {
      // Ends after an hour.
      id: 'gd-ib110',
      ...kinds.block,
      pattern: re`temporarily blocked for attempting to send too many messages containing content judged to be spam.{0,40}(?<code>IB110)`,
      basis: 'official',
      examples: [
        '554 This IP has been temporarily blocked for attempting to send too many messages containing content judged to be spam by the Internet community. IB110',
      ],
    },
    {
      id: 'gd-ib007',
      ...kinds.volume,
      pattern: re`too many sessions from This IP.{0,60}IB007|exceed max concurrent connections\.? IB007`,
      basis: 'official',
      examples: [
        '421 Connection refused, too many sessions from This IP. Lower the number of concurrent sessions. IB007',
      ],
    },
    {
      id: 'gd-ib108',
      meaning: 'ptr',
      isPermanent: false,
      rerouteHelps: true,
      pattern: re`Reverse DNS for this IP failed\. (?<code>IB108)`,
      basis: 'official',
      examples: ['421 Temporarily rejected. Reverse DNS for this IP failed. IB108'],
    },
  ],
};
