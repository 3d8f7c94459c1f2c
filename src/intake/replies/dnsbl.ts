// Refusals that name a DNS blocklist, in the wordings of Postfix, Exim, cPanel, Exchange and the lists' own texts. Servers that
// take a list's "query refused" answer for a listing come first: there we are not listed, the receiver is misconfigured.
import { IP, type ReplyPattern } from './reply.js';

const ZONE = String.raw`(?<zone>[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})`;
const listed = { meaning: 'dnsbl', isPermanent: true, rerouteHelps: true } as const;

export const misreadListAnswers: ReplyPattern[] = [
  {
    id: 'dnsbl-query-refused',
    pattern:
      /blocked using (?<zone>[A-Za-z0-9.-]+);.{0,40}?(?:Query Refused|127\.255\.255\.25[245]|open resolver|returnc\/(?:pub|vol)|excessive number of queries)/i,
    meaning: 'receiver-misconfigured',
    isPermanent: true,
    rerouteHelps: false,
    example:
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.7/',
  },
  {
    id: 'dnsbl-no-ip-queries',
    pattern: /blocked using dbl\.spamhaus\.org; ?No IP queries/i,
    meaning: 'receiver-misconfigured',
    isPermanent: true,
    rerouteHelps: false,
    example: '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using dbl.spamhaus.org; No IP queries',
  },
];

export const dnsbl: ReplyPattern[] = [
  {
    id: 'dnsbl-sender-domain',
    pattern: new RegExp(String.raw`Sender address \[[^\]]+\] (?:blocked|rejected) (?:using|by) ${ZONE}`, 'i'),
    meaning: 'domain-block',
    isPermanent: true,
    rerouteHelps: false,
    example: '554 5.7.1 Service unavailable; Sender address [ann@customer.example] blocked using dbl.spamhaus.org',
  },
  {
    id: 'dnsbl-postfix',
    ...listed,
    pattern: new RegExp(
      String.raw`client(?: host)? \[(?:${IP}|[^\]]+)\] (?:blocked|rejected) (?:using|by) ${ZONE}`,
      'i',
    ),
    example:
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.25',
  },
  {
    id: 'dnsbl-listed-at',
    ...listed,
    needs: /(?:listed|found) (?:at|in|on|by) /i,
    pattern: new RegExp(String.raw`${IP}\]? (?:is )?(?:listed|found) (?:at|in|on|by) ${ZONE}`, 'i'),
    example: '550 5.7.1 Rejected: 192.0.2.25 listed at zen.spamhaus.org',
  },
  {
    id: 'dnsbl-cpanel',
    ...listed,
    needs: / is in an RBL/i,
    pattern: new RegExp(String.raw`${IP}\](?::\d+)? is in an RBL(?: on (?<zone>[A-Za-z0-9.-]+))?`, 'i'),
    example: '550-"JunkMail rejected - mta.example.com [192.0.2.25]:39153 is in an RBL on zen.spamhaus.org"',
  },
  {
    id: 'dnsbl-lookup-site',
    ...listed,
    pattern: new RegExp(String.raw`host \[${IP}\] is listed by the lookup site '(?<zone>[A-Za-z0-9.-]+?)\.?'`, 'i'),
    example:
      "550 5.7.1 This system is configured to reject mail. Connecting host [192.0.2.25] is listed by the lookup site 'zen.spamhaus.org.'.",
  },
  {
    id: 'dnsbl-blacklisted-by',
    ...listed,
    needs: / is blacklisted \(/i,
    pattern: new RegExp(String.raw`${IP} is blacklisted \((?<zone>[A-Za-z0-9.-]+)\)`, 'i'),
    example: '550-IP 192.0.2.25 is blacklisted (xbl.spamhaus.org).',
  },
  {
    id: 'dnsbl-in-blacklist',
    ...listed,
    pattern: new RegExp(String.raw`(?:because|server) \[?${IP}\]? is in (?:a|the) black ?list (?:at )?${ZONE}`, 'i'),
    example: '550-Rejected message because 192.0.2.25 is in a black list at sbl-xbl.spamhaus.org',
  },
  {
    id: 'dnsbl-found-at',
    ...listed,
    pattern: new RegExp(`Connection from ${IP} rejected.{0,60}?DNS black ?list at (?<zone>[A-Za-z0-9.-]+)`, 'i'),
    example:
      '554 Connection from 192.0.2.25 rejected for policy reasons. Host found in DNS blacklist at dnsbl.example.net',
  },
  {
    id: 'dnsbl-spamhaus-link',
    ...listed,
    pattern: new RegExp(
      String.raw`https?://(?:www\.|check\.)*spamhaus\.org/(?:query/(?:ip|bl)[/?](?:ip=)?|results/?\?query=)${IP}`,
      'i',
    ),
    zone: 'zen.spamhaus.org',
    example: '550 https://www.spamhaus.org/query/ip/192.0.2.25',
  },
  {
    id: 'dnsbl-spamhaus-name',
    ...listed,
    pattern:
      /(?:listed (?:in|at|by)|blocked using|blacklisted (?:by|using)|in the) Spam ?haus(?:[ -](?:SBL-XBL|SBL|XBL|PBL|CSS|ZEN))?\b/i,
    zone: 'zen.spamhaus.org',
    example: '550 5.7.0 Your server IP address is in the SpamHaus SBL-XBL database, bye',
  },
  {
    id: 'dnsbl-spamcop-link',
    ...listed,
    pattern: new RegExp(
      String.raw`spamcop\.net/(?:bl\.shtml\?|w3m\?action=(?:checkblock|blcheck)&(?:amp;)?ip=)${IP}`,
      'i',
    ),
    zone: 'bl.spamcop.net',
    example: '554 5.7.1 Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.25',
  },
];
