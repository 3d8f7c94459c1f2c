// Our address or our domain refused, in anybody's words. "Blocked for spam" is a block, not spam in this message.
import { IP, kinds, oneOf, type ReplyPattern, re } from '../reply.js';

/** Us, as refusals call us. */
const OUR = `(?:your|the sending|sending|sender|senders|source|remote|connecting|client|the sender)(?:'s)?`;
const HOST = `(?:ip|ips|ipv[46]|host|mail ?host|server|mail ?server|mta|network|subnet|netblock|ip address|address)`;
const BLOCKED = `(?:block(?:ed|ing)?(?: ?listed)?|black ?list(?:ed|ing)?|block ?list|deny ?list(?:ed)?|banned|barred|not welcome|not wanted)`;

export const reputation: readonly ReplyPattern[] = [
  {
    id: 'domain-reputation',
    ...kinds.domainBlock,
    isPermanent: 'by-code',
    pattern: oneOf`
      domain.{0,20}? reputation
      reputation of (?:\S{1,20} ){0,4}?domain
      domain(?: name)?(?: \S{1,60})? (?:is |has been |was )?(?:\S{1,20} )?${BLOCKED}
      (?:blocked|banned|blacklisted|rejected) (?:sender |sending |envelope )?domain
    `,
    basis: 'composed',
    examples: ['550 5.7.1 Mail from your domain example.com is blocked', '554 Rejected: poor domain reputation'],
  },
  {
    id: 'reputation-throttle',
    ...kinds.throttle,
    pattern: re`^4\d\d .{0,300}?(?:reputation|senderscore|sender score)`,
    basis: 'composed',
    examples: ['421 4.7.0 Temporarily deferred due to the reputation of your IP, try later'],
  },
  {
    id: 'reputation',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`reputation|senderscore\.org|sender score`,
    basis: 'composed',
    examples: ['554 5.7.1 Refused: poor reputation of 192.0.2.25'],
  },
];

export const blocks: readonly ReplyPattern[] = [
  {
    // Companies named without an address or a zone.
    id: 'list-spamhaus',
    ...kinds.dnsbl,
    zone: 'zen.spamhaus.org',
    pattern: re`spam ?haus`,
    basis: 'composed',
    examples: ['554 Your access has been refused, see http://www.spamhaus.org/lookup/'],
  },
  {
    id: 'list-spamcop',
    ...kinds.dnsbl,
    zone: 'bl.spamcop.net',
    pattern: re`spamcop`,
    basis: 'composed',
    examples: ['550 Blocked by SpamCop'],
  },
  {
    id: 'list-barracuda',
    ...kinds.dnsbl,
    zone: 'b.barracudacentral.org',
    pattern: re`barracudacentral|barracuda(?: \S{1,20}){0,2} (?:RBL|reputation|block ?list|black ?list)|\bBRBL\b`,
    basis: 'composed',
    examples: ['554 Blocked, listed in the BRBL'],
  },
  {
    // Others by their sites; list-names.ts has the zone of each.
    id: 'list-by-site',
    ...kinds.dnsbl,
    pattern: re`\b(?<zone>(?:abuseat|uceprotect|mailspike|psbl|spamrats|gbudb|dronebl|backscatterer|0spam|junkemailfilter|spameatingmonkey|abusix|surriel|manitu|sorbs|mail-abuse)\.(?:org|net|com|ai|zone))\b`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Rejected, see https://lookup.abusix.com/search?q=192.0.2.25',
      '554 5.7.1 Refused, look up http://www.abuseat.org/ for the reason',
    ],
  },
  {
    // Lists of links in messages.
    id: 'list-of-links',
    ...kinds.content,
    pattern: re`\b(?:SURBL|URIBL)\b|\b(?:URLs?|URIs?|links?)\b.{0,60}? (?:black ?|block ?)?listed`,
    basis: 'composed',
    examples: ['550 URL in message body is listed by SURBL'],
  },
  {
    // A list of the receiver's own.
    id: 'own-list',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`(?:our|local|internal|internally|private|company|corporate|system|own|manually?|permanently|temporarily|globally)(?:[ -]\S{1,20}){0,2}?[ -](?:black|block|deny) ?list|(?:black|block|deny) ?listed by (?:us|the admin|administrator|local)`,
    basis: 'composed',
    examples: ['554 5.7.1 Your server is in our local blacklist'],
  },
  {
    id: 'some-list',
    ...kinds.dnsbl,
    pattern: re`\b(?:DNS ?BL|RBLs?|DNS[ -](?:black|block) ?list|real[ -]?time (?:black|block|blackhole) ?list|public (?:black|block) ?list|(?:listed|found|appears|are|is) (?:in|on) (?:an?|the|one or more|one of the|multiple|several|some|various|at least) (?:\S{1,30} ){0,3}?(?:black|block) ?lists?)\b`,
    basis: 'composed',
    examples: ['550 5.7.1 Rejected: your IP is listed in an RBL', '554 Your host is on one or more blacklists'],
  },
  {
    id: 'throttled-address',
    ...kinds.throttle,
    pattern: re`^4\d\d .{0,200}?(?:(?:ip|host|server|mta|network|from|address)\b.{0,80}?(?:throttl|rate[ -]?limit|rate has|slow(?:ed)? down|exceed|temporarily (?:blocked|block ?listed|black ?listed|banned|rejected|refused|deferred|suspended))|(?:throttl|rate[ -]?limit|temporarily (?:blocked|block ?listed|black ?listed|banned|refused)).{0,80}?\b(?:ip|host|server|mta|network|client)\b)`,
    basis: 'composed',
    examples: [
      '421 4.7.0 Your IP is temporarily blocked, try again later',
      '450 4.7.1 Mail from 192.0.2.25 is throttled',
    ],
  },
  {
    id: 'client-rejected',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      Client host rejected:[ ]
      (?:connection|connect)(?: \S{1,40}){0,3} (?:rejected|refused|denied|blocked) (?:by|due|for|because)
      access to this (?:mail )?(?:system|server) (?:has been )?(?:rejected|denied)
      (?:dynamic|dial-?up|residential|generic|consumer|end[ -]user)(?: \S{1,20}){0,2} (?:ip|ips|address|addresses|host|range|space|client)
      open (?:relay|proxy)
    `,
    basis: 'composed',
    examples: [
      '554 5.7.1 <mta.example.com[192.0.2.25]>: Client host rejected: Access denied',
      '550 5.7.1 We take no mail from dynamic IP addresses',
    ],
  },
  {
    id: 'address-blocked',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${OUR} (?:\S{1,20} )?${HOST}\b.{0,60}?(?:${BLOCKED}|rejected|refused|denied|not (?:allowed|permitted|authori[sz]ed|accepted|trusted))
      \b(?:ip|host|client|server|ip address|ips|network)(?: address)?:? ?\[?(?:${IP}\]? )?(?:\S{1,20} )?(?:is |are |was |has been |have been )?(?:\S{1,20} )?${BLOCKED}
      ${BLOCKED} (?:\S{1,20} ){0,2}?(?:ip|host|client|server)\b
    `,
    basis: 'composed',
    examples: [
      '554 5.7.1 Your IP address 192.0.2.25 has been blocked',
      '550 Blocked IP 192.0.2.25',
      '554 5.7.1 Access denied, banned sending IP [192.0.2.25]',
    ],
  },
  {
    id: 'address-itself',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`(?:\bfrom\b|\bby\b|\bfor\b)? ?\[?${IP}\]?:?(?: \S{1,20}){0,3}? (?:is|are|was|has been|been)? ?(?:${BLOCKED}|(?:rejected|refused|denied) (?:by|due|because|for))|(?:${BLOCKED}|(?:mail|connections?|messages?)(?: \S{1,20}){0,3} (?:not (?:accepted|allowed|permitted)|refused|rejected|denied)) (?:\S{1,20} ){0,3}?\[?(?<!via \[?)[0-9a-f.:]{7,45}`,
    basis: 'composed',
    examples: ['554 Connections from 192.0.2.25 are blocked', '550 Mail not accepted from 192.0.2.25'],
  },
  {
    id: 'spam-from-address',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`you (?:are|have been) (?:block|black|deny)|(?:ip|host|server)\b.{0,40}? sen(?:ds|t|ding) (?:\S{1,20} ){0,2}?(?:spam|junk|unsolicited)|(?:spam|abuse|unsolicited|unwanted|junk|complaints?)(?:,| \S{1,30}){0,8}? (?:from|by|at|about) (?:this|that|${OUR}) (?:\S{1,20} )?${HOST}\b`,
    basis: 'composed',
    examples: ['554 Too much spam received from your IP'],
  },
];
