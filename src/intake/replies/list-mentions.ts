// Refusals that name a list in no wording that is known: by the operator's domain or its name, or by what a list is called in a sentence
// whose words are those of a listing. A text that names a list is never missed; what a list says of links in the message is content.
import { CALLED } from './list-names.js';
import { LIST_SITE } from './list-sites.js';
import { DIGITS, kinds, type ReplyPattern, re, ZONE } from './reply.js';

/** What is asked about an address. */
const SERVICE = String.raw`\b(?:DNS ?BLs?|RBLs?|black ?lists?|block ?lists?|reputation)`;

/** Before anything that names a list: the wait that doubtful addresses are made to keep is not a listing. */
export const waits: readonly ReplyPattern[] = [
  {
    // The list gave no answer.
    id: 'list-not-asked',
    ...kinds.temporary,
    pattern: re`^4\d\d .{0,200}?(?:look-?up (?:failure|failed|error|timed out)(?: (?:of|for|on)|:) |(?:cannot|can't|could not|unable to|failed to) (?:query|look ?up|resolve|ask)|${SERVICE} (?:(?:look-?up|query|queries|request)s? (?:(?:has|is|was) ){0,2}(?:failed|failure|error|timed? ?-?out)|(?:(?:server|service|zone|site)s? )?(?:(?:is|was|temporarily|currently) ){0,2}(?:(?:un|not )available|timed? ?-?out|unreachable|not responding))|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,4} (?:(?:cannot|can't|could not) be (?:reached|queried|asked|contacted)|(?:did|does) not (?:answer|respond))\b|\bDNS (?:time-?out|timed out|failure|error)s? (?:at|for|of|from|on) |(?:error|trouble|problem|failure)s? (?:\S{1,8} )?(?:querying|asking|contacting|reaching) (?:the |our |an? )?${SERVICE}|(?:cannot|can't|could not|unable to|failed to) (?:reach|contact|connect to|access) (?:the |our |an? )?${SERVICE})`,
    // `If you cannot resolve this` is said to people. Postfix says what a list answered behind the verdict.
    unless: re`\] (?:blocked|rejected) using |reverse|PTR|rDNS|host ?name|\byou(?:'re| are)? (?:still )?(?:cannot|can't|could not|unable|fail)`,
    basis: 'composed',
    examples: ['451 4.7.1 DNS lookup failed for 192.0.2.25 at zen.spamhaus.org'],
  },
  {
    id: 'greylisted',
    ...kinds.temporary,
    pattern: re`^4\d\d .{0,400}?gr[ae]y-?list`,
    basis: 'composed',
    examples: ['451 4.7.1 Greylisting in effect, blacklisted clients wait longer'],
  },
];

/** A host that is called a list, of nobody we know. */
const LIST_HOST = String.raw`(?<![@\w.-])(?<zone>(?:rbl|dnsbl|dnsrbl|blacklists?|blocklists?)\d?\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24})`;

/** What of us stands on a list. */
const WE = String.raw`(?:\b(?:ip|ips|ipv[46]|ip[ -]address|host|server|mail ?server|mta|client|you|sender|relay|network|connection|mail from|source)\b|\d\.\d{1,3}\.\d{1,3}\.\d|::)`;
/** It is no mailbox that is listed, which is a list of senders. */
const NO_MAILBOX = String.raw`(?!(?:black ?|block ?)?listed\b(?<=@[\w.-]{1,80}[>)\]"']{0,2},? (?:(?:is|was|has been) )?(?:black ?|block ?)?listed))`;

/** This list's filter puts its name before all that it says: of senders and recipients, too, and of SPF. */
const FILTER_OF_OTHERS = re`\bSPFBL (?:(?:host ?name and |ip or )?sender|recipient|message|relay\w{0,3}|unknown user|transient|permanent error|[^\s<>@]{1,64}@\S{1,255}|${DIGITS} is not allowed to send)\b(?!.{0,100}?\b(?:blocked|listed|black ?listed|banned)\b)`;

/** A test of a filter of messages, by its name: `HTML_MESSAGE`, with its score or without. */
const TEST = String.raw`[a-z\d]{1,24}(?:_[a-z\d]{1,24}){1,8}`;
const NEXT = String.raw`(?:[=:( ]{1,2}-?\d[\d.]{0,6}\)?)?[,;] ?`;
/** The same, of something else than who is on a list. */
const TEST_OF_MESSAGE = String.raw`(?!\w{0,60}(?:rbl|dnsbl|(?:bl|spamhaus|spam_?cop|zen|barracuda|sorbs|rcvd_in|_ips?)(?:_|\b)))${TEST}`;

export const mentions: readonly ReplyPattern[] = [
  {
    // What a filter counted together: a list is one test of many there, and about any server that the message went through.
    id: 'score-report',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`\b(?:scored?|tests?|symbols|hits|spam ?assassin|rspamd)\b`,
    also: re`(?<!\w)(?:${TEST_OF_MESSAGE}${NEXT}${TEST}|${TEST}${NEXT}${TEST_OF_MESSAGE})`,
    basis: 'composed',
    examples: [
      '554 5.7.1 SpamAssassin score 12.1 (BAYES_99, HTML_MESSAGE, RCVD_IN_BL_SPAMCOP_NET)',
      '550 spam, tests=RCVD_IN_XBL=3.3,MISSING_DATE=1.4 required=5',
    ],
  },
  {
    id: 'filter-of-sender',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`\bSPFBL (?:(?:host ?name and |ip or )?sender|[^\s<>@]{1,64}@\S{1,255}) (?:has|have|is|are) (?!.{0,100}?\b(?:blocked|listed|black ?listed|banned)\b)`,
    basis: 'observed',
    examples: ['554 5.7.1 SPFBL user@example.com has a reserved domain. See http://spfbl.net/en/feedback'],
  },
  {
    id: 'list-of-domains',
    ...kinds.domainBlock,
    pattern: re`(?<![@\w.-])(?<zone>(?:[a-z0-9-]{1,63}\.){0,2}(?:dbl|rhsbl|uribl|urired|fresh\d{0,2}|zrd|dblack|rbluri|ivmuri)\.(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}|(?:abuse|bogusmx|dsn|postmaster|whois)\.rfc-(?:clueless|ignorant)\.[a-z]{2,24})`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Sender refused: example.com is in rhsbl.zapbl.net',
      '550 example.com has bad DNS, see badconf.rhsbl.example.net',
      '550 5.7.1 example.com takes no bounces, says dsn.rfc-ignorant.org',
    ],
  },
  {
    // Lists of what messages link to.
    id: 'list-of-link-domains',
    ...kinds.domainBlock,
    pattern: re`\b(?<zone>multi\.(?:surbl|uribl)\.[a-z]{2,24})`,
    basis: 'composed',
    examples: ['550 5.7.1 example.com is listed in multi.surbl.org'],
  },
  {
    id: 'list-by-site',
    ...kinds.dnsbl,
    pattern: re`${LIST_SITE}|${LIST_HOST}`,
    unless: FILTER_OF_OTHERS,
    basis: 'composed',
    examples: [
      '554 5.7.1 Too much junk of yours, look at https://rbl.example.net/?ip=192.0.2.25',
      '550 5.7.1 Rejected, see https://lookup.abusix.com/search?q=192.0.2.25',
      '554 5.7.1 Refused, look up http://www.abuseat.org/ for the reason',
      '550 5.7.1 192.0.2.25 rifiutato, vedi dyna.spamrats.com',
    ],
  },
  {
    // Operators by their names; list-names.ts has the zone of each.
    id: 'list-by-name',
    ...kinds.dnsbl,
    pattern: re`(?<![a-z\d@.])(?<zone>${CALLED})(?:'s)?(?![a-z\d]|[.@]\w(?!\w{0,2}$)|-[\w-]{0,60}\.[a-z])`,
    unless: FILTER_OF_OTHERS,
    basis: 'composed',
    examples: [
      '554 Your access has been refused by Spamhaus',
      '550 Blocked by SpamCop',
      '554 Blocked, listed in the BRBL',
      '550 5.7.1 Your server is UCEPROTECT-Level 2 listed',
      '554 5.7.1 refused: RBL_SPAMHAUS_ZEN',
      '554 5.7.1 Virus or not, JustSpam has you',
      '550 Spam: your address 192.0.2.25 is in SPEWS level 2',
      '554 Refused: this address is on the Policy Block List (PBL)',
      '550 No mail, look at http://lists.example.net/orbs/',
    ],
  },
  {
    // A part of a list by its letters alone, where the sentence is one of listing: they stand for other things too.
    id: 'list-by-letters',
    ...kinds.dnsbl,
    pattern: re`(?:(?:listed|found|blocked|blacklisted|rejected|refused|present|caught|is|are|ip|matches|match) (?:by|in|on|at|using|via|with|due to) (?:the )?|\b(?=\w{3,6} (?:list|hit|match|block|black ?list)))(?<zone>sbl|xbl|pbl|cbl|(?<=listed \w\w |listed \w\w the )(?:css|zen)|sblcss|sbl-xbl|wpbl)\b(?![.@-]?\w)`,
    basis: 'composed',
    examples: ['550 mail.example.net Listed by CSS', '554 5.7.1 Your address is on the PBL', '554 5.7.1 XBL listing'],
  },
  {
    id: 'list-in-sentence',
    ...kinds.dnsbl,
    pattern: re`${WE}.{0,80}? ${NO_MAILBOX}(?<!\b(?:not|never|n.t|cannot)(?: be| been)? )(?:black ?listed|block ?listed|listed|found|appears|present|matched|matches|gelistet|steht|figure|staat|presente|encuentra|est.) (?:\S{1,12} ){0,2}?(?:at|in|on|by|dans|en|auf|der|op|su|na|sur|la|del|de) (?:\S{1,20} ){0,3}?["'([]?(?:https?://)?${ZONE}(?!\S{0,80}@)`,
    basis: 'composed',
    examples: [
      '550 Your server was found in badhosts.example.net',
      '550 Ihr Server (192.0.2.25) ist in sperre.example.de gelistet, steht auf der Liste bl.example.de',
    ],
  },
  {
    id: 'list-by-verdict',
    ...kinds.dnsbl,
    pattern: re`(?:(?:blocked|rejected|denied|refused) (?:using|due to (?:the )?(?:list|listing)(?: in| at| on)?|because of)|${NO_MAILBOX}(?:(?:black|block) ?listed (?:at|on|in)|listed (?:at|on))|(?:blackhole|blacklist|blocklist|RBL|DNSBL) (?:site|server|zone|provider)) (?:the )?["'([]?(?:https?://)?${ZONE}(?![\w-]|@)`,
    basis: 'composed',
    examples: [
      '550 Access denied (blocked using filter.example.org)',
      '550 5.7.1 Mail from 192.0.2.25 refused by blackhole site lists.example.net',
    ],
  },
];
