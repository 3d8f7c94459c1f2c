// Refusals that name a DNS blocklist, in the wordings of Postfix, Exim, cPanel, Exchange and the lists' own texts. Servers that take a
// list's "query refused" answer for a listing come first: there we are not listed, the receiver is misconfigured. A list that names
// the sender's domain or our host name lists that domain, not our address.
import { LIST_SITE } from './list-sites.js';
import { IP, kinds, type ReplyPattern, re, ZONE } from './reply.js';

/** What stands in brackets is a name. */
const NO_ADDRESS = String.raw`(?!\d{1,3}(?:\.\d{1,3}){3}\]|[0-9a-f]{0,4}:[0-9a-f:.]{0,45}\])`;

export const misreadListAnswers: readonly ReplyPattern[] = [
  {
    id: 'dx-misuse-refused',
    ...kinds.misconfigured,
    pattern: re`(?:Client host \[${IP}\] )?(?:blocked|rejected) (?:using|by) (?<zone>[a-z0-9.-]{3,200});.{0,80}?(?:Query Refused|127\.255\.255\.25[245]|open resolver|returnc/(?:pub|vol)|excessive number of queries|Error: (?:blocked|public))`,
    basis: 'observed',
    examples: [
      '554 5.7.1 Service unavailable; Client host [mail.example.com] blocked using multi.uribl.com; 127.0.0.1 -> Query Refused. See http://uribl.com/refused.shtml for more information [Your DNS IP: 198.51.100.7]',
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/198.51.100.7/',
    ],
  },
  {
    // The same in other wordings: the link leads to the page about refused questions.
    id: 'dx-misuse-link',
    ...kinds.misconfigured,
    pattern: re`(?:spamhaus\.org/returnc/(?:pub|vol|wild)|uribl\.com/refused|\b127\.255\.255\.25[245]\b)`,
    basis: 'composed',
    examples: [
      '550 5.7.1 192.0.2.25 is listed at zen.spamhaus.org (127.255.255.254: https://check.spamhaus.org/returnc/pub/198.51.100.7/)',
    ],
  },
  {
    // A list of domains was asked about an address: it says yes to every such question.
    id: 'dx-no-ip-queries',
    ...kinds.misconfigured,
    pattern: re`(?:host )?\[${IP}\] (?:blocked|rejected) (?:using|by) (?<zone>(?:dbl|zrd)\.spamhaus\.org)|(?:using|by) dbl\.spamhaus\.org; ?No IP queries`,
    basis: 'composed',
    examples: ['554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using dbl.spamhaus.org; No IP queries'],
  },
];

export const dnsbl: readonly ReplyPattern[] = [
  {
    // A link in the message is listed: about its content, whatever list it is on.
    id: 'dx-body-url',
    ...kinds.content,
    pattern: re`(?:contain(?:s|ing)?|with|in this|in the|of the|has)(?: \S{1,30}){0,4}? (?:URLs?|URIs?|links?|web ?sites?|host ?names?|domains?)(?:,| \S{1,80}){0,8}? (?:black ?|block ?)?listed(?: (?:at|in|on|by) (?:the )?${ZONE})?`,
    basis: 'composed',
    examples: ['554 5.7.1 Message contains a URL listed at multi.surbl.org'],
  },
  {
    // Postfix reject_rhsbl_sender and reject_rhsbl_helo.
    id: 'dx-postfix-domain',
    ...kinds.domainBlock,
    pattern: re`(?:Sender address|Helo command) \[${NO_ADDRESS}(?<domain>[^\]]{1,320})\] (?:blocked|rejected) (?:using|by) ${ZONE}`,
    basis: 'observed',
    examples: [
      '554 5.7.1 Service unavailable; Sender address [user@example.com] blocked using dbl.spamhaus.org; https://www.spamhaus.org/query/domain/example.com',
      '554 5.7.1 Service unavailable; Helo command [relay1.example.net] blocked using dbl.spamhaus.org',
    ],
  },
  {
    // reject_rhsbl_client: our host name is what is listed, when the list is one of domains.
    id: 'dx-postfix-host-name',
    ...kinds.domainBlock,
    pattern: re`Client host \[${NO_ADDRESS}(?<domain>[^\]]{1,320})\] (?:blocked|rejected) (?:using|by) (?<zone>(?:[a-z0-9-]{1,63}\.){0,3}(?:dbl|rhsbl|surbl|uribl|multi|dblack|zrd)\.(?:[a-z0-9-]{1,63}\.){0,3}[a-z]{2,24})`,
    basis: 'composed',
    examples: ['554 5.7.1 Service unavailable; Client host [relay1.example.net] blocked using dbl.spamhaus.org'],
  },
  {
    id: 'dx-postfix-recipient',
    ...kinds.recipientPolicy,
    pattern: re`Recipient address \[[^\]]{1,320}\] (?:blocked|rejected) (?:using|by) ${ZONE}`,
    basis: 'composed',
    examples: [
      '554 5.7.1 Service unavailable; Recipient address [someone@example.com] blocked using rhsbl.example.org',
    ],
  },
  {
    // Postfix' own wording; postscreen says "client".
    id: 'dx-postfix',
    ...kinds.dnsbl,
    pattern: re`(?:client(?: host)?|Helo command) \[(?:${IP}|[^\]]{1,255})\] (?:blocked|rejected) (?:using|by) ${ZONE}`,
    basis: 'observed',
    examples: [
      '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.25',
      '521 5.7.1 Service unavailable; client [192.0.2.25] blocked using dnsbl.sorbs.net',
    ],
  },
  {
    id: 'dx-listed-at',
    ...kinds.dnsbl,
    pattern: re`${IP}[\])]? (?:is |was )?(?:currently )?(?:listed|found|black ?listed|block ?listed) (?:at|in|on|by|using) (?:the )?(?:RBL |DNSBL |blacklist |blocklist )?${ZONE}`,
    basis: 'observed',
    examples: [
      '550 5.7.1 Rejected: 192.0.2.25 listed at zen.spamhaus.org',
      '550 Rejected 192.0.2.25 found in dnsbl.sorbs.net',
    ],
  },
  {
    // cPanel, on Exim.
    id: 'dx-rbl-on',
    ...kinds.dnsbl,
    pattern: re`${IP}\](?::\d{1,5})? is in an RBL on ${ZONE}`,
    basis: 'observed',
    examples: ['550-"JunkMail rejected - mta.example.com [192.0.2.25]:39153 is in an RBL on zen.spamhaus.org"'],
  },
  {
    // Exchange.
    id: 'dx-lookup-site',
    ...kinds.dnsbl,
    pattern: re`host \[${IP}\] is listed by the lookup site '(?<zone>[a-z0-9.-]{3,200}?)\.?'`,
    basis: 'observed',
    examples: [
      "550 5.7.1 This system is configured to reject mail from mta.example.com. Connecting host [192.0.2.25] is listed by the lookup site 'zen.spamhaus.org.'.",
    ],
  },
  {
    id: 'dx-blacklist-paren',
    ...kinds.dnsbl,
    pattern: re`${IP}\]? is (?:black|block)listed \((?<zone>[a-z0-9.-]{3,200})\)`,
    basis: 'observed',
    examples: ['550-IP 192.0.2.25 is blacklisted (xbl.spamhaus.org). Help at/Hilfe unter www.mfaq.info'],
  },
  {
    // Exim, as its documentation proposes it.
    id: 'dx-in-blacklist',
    ...kinds.dnsbl,
    pattern: re`${IP}\]? is (?:listed )?in (?:a |the )?(?:DNS )?(?:black|block) ?list (?:at )?${ZONE}`,
    basis: 'observed',
    examples: ['550-Rejected message because 192.0.2.25 is in a black list at sbl-xbl.spamhaus.org'],
  },
  {
    id: 'dx-found-at',
    ...kinds.dnsbl,
    pattern: re`Connection from \[?${IP}\]? rejected.{0,60}?DNS (?:black|block) ?list at ${ZONE}`,
    basis: 'observed',
    examples: [
      '554 Connection from 192.0.2.25 rejected for policy reasons. Host found in DNS blacklist at dnsbl.example.net',
    ],
  },
  {
    id: 'dx-dnsbl-resp',
    ...kinds.dnsbl,
    pattern: re`DNSBL server response \((?<zone>[a-z0-9.-]{3,200}) - ${IP}\)`,
    basis: 'observed',
    examples: ['550 Rejected due to DNSBL server response (dnsbl.cobion.com - 192.0.2.25)'],
  },
  {
    // The Domain Block List, called by its name: about a domain, whatever address stands in the text.
    id: 'dx-spamhaus-dbl',
    ...kinds.domainBlock,
    zone: 'dbl.spamhaus.org',
    pattern: re`spam ?haus[ _-]?(?:DBL|domain (?:block|black) ?list)\b|spamhaus\.org/(?:dbl\b|query/(?:dbl|domain))(?:[/?](?:(?:url|domain)=)?(?<domain>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}))?`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Message refused: the domain of the sender is in the Spamhaus DBL',
      '554 5.7.1 Rejected, see https://www.spamhaus.org/query/domain/example.com',
    ],
  },
  {
    id: 'dx-spamhaus-url',
    ...kinds.dnsbl,
    zone: 'zen.spamhaus.org',
    pattern: re`spamhaus\.org/(?:(?:query|lookup)/(?:ip|bl)[/?](?:ip=)?|results/?\?query=|ip/)${IP}`,
    basis: 'observed',
    examples: [
      '550 https://www.spamhaus.org/query/ip/192.0.2.25',
      '554 5.7.1 Blocked - see http://www.spamhaus.org/query/bl?ip=192.0.2.25',
    ],
  },
  {
    id: 'dx-spamhaus-name',
    ...kinds.dnsbl,
    zone: 'zen.spamhaus.org',
    pattern: re`(?:listed (?:in|at|by|on)|blocked (?:using|by)|black ?listed (?:by|using|in|at|on)|(?:is )?in the|found (?:in|on)) (?:the )?(?<zone>Spam ?haus(?:[ -](?:SBL-XBL|SBL|XBL|PBL|CSS|ZEN))?)\b`,
    basis: 'observed',
    examples: [
      '550 5.2.1 Mailbox unavailable. Your IP address 192.0.2.25 is blacklisted using SPAMHAUS-XBL. Details: https://www.spamhaus.org/lookup/',
      '550 5.7.0 Your server IP address is in the SpamHaus SBL-XBL database, bye',
    ],
  },
  {
    id: 'dx-spamcop-url',
    ...kinds.dnsbl,
    zone: 'bl.spamcop.net',
    pattern: re`spamcop\.net/(?:bl\.shtml\?|w3m\?action=(?:checkblock|blcheck)&(?:amp;)?ip=)${IP}`,
    basis: 'observed',
    examples: [
      '554 5.7.1 Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.25',
      '550-"JunkMail rejected - mta.example.com [192.0.2.25]:24706 is in an RBL: Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.25"',
    ],
  },
  {
    id: 'dx-uceprotect',
    ...kinds.dnsbl,
    // The level decides how wide the listing is; only the first is about one address.
    zoneOfCode: { 1: 'dnsbl-1.uceprotect.net', 2: 'dnsbl-2.uceprotect.net', 3: 'dnsbl-3.uceprotect.net' },
    pattern: re`(?:UCEPROTECT-?Level ?-?(?<code>[123]).{0,80}?)?uceprotect\.net/\S{0,80}?(?:ipr=|ip=)${IP}`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Your ISP is LISTED at UCEPROTECT-Level 2 see: http://www.uceprotect.net/rblcheck.php?ipr=192.0.2.25',
    ],
  },
  {
    id: 'dx-hostkarma',
    ...kinds.dnsbl,
    zone: 'hostkarma.junkemailfilter.com',
    pattern: re`(?:Black ?listed at hostkarma.{0,60}?)?junkemailfilter\.com/remove\.php\?ip=${IP}|Black ?listed at hostkarma`,
    basis: 'observed',
    examples: ['550 Black listed at hostkarma http://ipadmin.junkemailfilter.com/remove.php?ip=192.0.2.25'],
  },
  {
    // The lists of SORBS ended in 2024: there is nothing to be taken off, the receiver must be told.
    id: 'dx-sorbs-url',
    ...kinds.dnsbl,
    isPermanent: 'by-code',
    zone: 'dnsbl.sorbs.net',
    pattern: re`sorbs\.net/lookup\.shtml\?${IP}`,
    basis: 'observed',
    examples: ['451 Currently Sending Spam See: http://www.sorbs.net/lookup.shtml?192.0.2.25'],
  },
  {
    id: 'dx-cpanel-other',
    ...kinds.dnsbl,
    pattern: re`${IP}\](?::\d{1,5})? is in an RBL\b(?:[:,]?(?: (?:see|visit|blocked|listed|at|by|on|-)){0,4}:? https?://(?:[\w-]{1,20}\.)?${LIST_SITE})?`,
    basis: 'observed',
    examples: [
      '550-"JunkMail rejected - mta.example.com [192.0.2.25]:24706 is in an RBL: Blocked"',
      '550 JunkMail rejected - mta.example.com [192.0.2.25]:24706 is in an RBL, see http://www.spamhaus.org/sbl/',
    ],
  },
  {
    // Whatever the words around it: something that calls itself a list, and a zone behind it.
    id: 'dx-named-list',
    ...kinds.dnsbl,
    pattern: re`(?:blocked|rejected|listed|blacklisted|blocklisted|found|refused|denied) (?:using|by|at|in|on|due to|via) (?:the |a |an )?(?:DNS ?BL|RBL|black ?list|block ?list)s?:? {0,2}[(['"]?${ZONE}`,
    basis: 'composed',
    examples: ['550 5.7.1 Access denied: your address was blocked by DNSBL zen.spamhaus.org'],
  },
  {
    id: 'dx-listed-zone',
    ...kinds.dnsbl,
    pattern: re`(?:listed|blocked|black ?list(?:ed)?|block ?list(?:ed)?|rejected|found|RBL|DNSBL)(?: at| in| on| by| using| from|:)? ?[(['\"]?(?<zone>(?:(?:zen|sbl|xbl|pbl|bl|cbl|dnsbl|dnsbl-\d|dnsrbl|rbl|psbl|ubl|hostkarma|truncate|backscatter)\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}|b\.barracudacentral\.org|ix\.dnsbl\.manitu\.net|ips\.backscatterer\.org|(?:all|spam|noptr|dyna)\.spamrats\.com|all\.s5h\.net|db\.wpbl\.info|combined\.mail\.abusix\.zone))`,
    basis: 'composed',
    examples: ['554 5.7.1 Your host is listed in bl.mailspike.net, sorry'],
  },
];
