// Our address or our domain refused, in anybody's words. "Blocked for spam" is a block, not spam in this message.
import { DIGITS, IP, kinds, oneOf, type ReplyPattern, re } from '../reply.js';

/** Us, as refusals call us. */
const OUR = `(?:your|the sending|sending|sender|senders|source|remote|connecting|client|the sender)(?:'s)?`;
const HOST = `(?:ip|ips|ipv[46]|host|mail ?host|server|mail ?server|mta|network|subnet|netblock|ip address|address)`;
const BLOCKED = `(?:block(?:ed|ing)?(?: ?listed)?|black ?list(?:ed|ing)?|block ?list(?:ing)?|deny ?list(?:ed)?|banned|barred|not welcome|not wanted|untrusted|not trusted|listed as (?:abusive|spam)|flagged as)`;
/** Said to those who would hand mail in: no fault of the address. */
const AUTHENTICATE_FIRST = re`requires? authentication|authentication (?:is )?required`;
/** Nor to those whose encryption is too old, or none. */
const NO_TLS = re`\b(?:legacy|old|older|weak|obsolete|outdated|deprecated|lack\w{0,3}|no|without|offer\w{0,3}) (?:\S{1,12} ){0,2}?(?:TLS|SSL)(?:v?\d[.\d]{0,2})?\b|\b(?:TLS|SSL)(?:v?\d[.\d]{0,2})? (?:version )?(?:is |was )?(?:too old|outdated|missing|obsolete)\b|\b(?:plain[ -]?text|clear[ -]?text|unencrypted) (?:hosts?|clients?|servers?|connections?|sessions?)\b`;
/** Nor is what was said too soon, or out of order. */
const NOT_FOR_WHO_IT_IS = re`${NO_TLS.source}|\bAUTH\w{0,11} (?:is )?(?:first|mandatory|needed|required)\b|\b(?:please|must) (?:authenticate|log ?in)\b|\blog ?in first\b|\b(?:no|send|missing|without) (?:[HE][EH]LO)\b|\b[HE][EH]LO (?:is )?(?:first|missing|needed|required)\b|${AUTHENTICATE_FIRST.source}|\bbefore (?:the |my |our )?(?:\S{1,12} )?(?:greeting|banner|welcome|[HE][EH]LO)\b|\btalk\w{0,3} too (?:soon|early|fast)\b|\bpipelin|\bprotocol (?:error|violation)|\bsynchroni[sz]ation\b`;
/** The address of a mailbox, not of a host. */
const SENDERS_MAILBOX = re`\bsend(?:ing|er(?:'?s)?) (?:e-?mail )?address(?! ?[[(<]{0,2}\d)|\b(?:your|this|the) e-?mail address(?! ?[[(<]{0,2}\d)|requires? authentication|authentication (?:is )?required`;

/** What is done to it, with or without `has been`. */
const TURNED_AWAY = `(?:(?:is|are|was|were|has|have|been|being|already|permanently|temporarily|currently|administratively|locally|manually|automatically|now) ){0,5}(?:${BLOCKED}|reject(?:ed)?|refused|denied|forbidden|filtered|suspended|hang(?:ed)? ?up|in (?:prison|jail))`;
/** A link leads to what is blocked. */
const LINK_TO = `\\b(?:urls?|uris?|links?) (?:(?:on|to|at|with|leads?|points?|pointing|leading) ){1,2}(?:an? |the )?(?:\\S{1,12} )?(?:ip_)?${BLOCKED}`;
/** Our name along with it, and what both are used for. */
const USED_BY_US = `(?: or (?:the )?(?:mail )?(?:host ?name|host|name))?(?: (?:you )?(?:use|used|using|connects?|connecting)(?: (?:when|while|for|to|by|you|us|here|connect|connecting|send|sending)){1,4})?`;
const HOST_NAME = String.raw`(?:mail|mx|smtp|relay|mta|out|host|server|vps|ip|gw|gate)[\w-]{0,20}\.`;
const LETTERS = '(?:e-?mail|mail|messages?|connections?|traffic|smtp|access)';

/** One of our addresses, in words with or without digits, or in digits alone. */
const US = `(?:\\b(?:(?:the|this)(?= (?:\\S{1,12} )?(?:ips?|host|client|address|subnet)\\b)|your|the sending|sending|sender|source|client|remote|connecting) (?:\\S{1,12} )?(?:ip|ips|host|server|mta|network|address|subnet)\\b(?: address)?(?: ?[[(<]{0,2}${DIGITS})?|(?<!from [[(<]{0,2})${DIGITS})[\\])>]{0,2},?`;
const IN_THERE = `(?:(?: (?:is|are|was|were|has|have|been|currently|already|also|now)){1,4}(?: (?:found|listed|present|registered|entered|recorded|stored|included|known|reported|blocked))?| (?:found|listed|appears|exists|blocked)) (?:in|on|by|to)`;

/** Our address in somebody's records: before what signatures of letters and failing databases are spoken of with the same words. */
export const recorded: readonly ReplyPattern[] = [
  {
    id: 'address-in-records',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${US}(?: (?:rejected|refused|denied|blocked)[:;,-]{1,2})?${IN_THERE} (?:\S{1,15} ){0,4}?(?:data ?bases?|signatures?)\b
      ${US} (?:match(?:es|ed)?|triggers?|hits?|has) (?:an? |the |our )?(?:\S{1,15} ){0,2}?signatures? (?:\S{1,15} ){0,3}?(?:data ?base|list)\b
      \bip (?:reputation )?signature\b
    `,
    unless: re`\b(?:not|isn.t|aren.t|never|no|cannot|can.t) (?:yet )?(?:found|listed|present|registered|entered|recorded|known|included|in|on|find)\b|(?:white|allow) ?list|\b(?:DNSBL|RBL|real[ -]?time|SPF|DKIM|DMARC|PTR|rDNS|reverse|HELO|relay\w{0,3}|DNS|whois|user|recipient|mail ?box|maintenance)\b|\b(?:found|listed) in (?:\S{1,20} )?(?:your|this|the) (?:message|mail|e-?mail|letter|attachment)\b|\bsend(?:ing|er) (?:e-?mail )?address(?! ?[[(<]{0,2}\d)|^4\d\d .{0,300}?\b(?:upgrad|updat|recover|repair|again in \d|\d (?:sec|min))`,
    basis: 'composed',
    examples: [
      '554 5.7.1 Your IP 192.0.2.25 matches a bad signature in our database',
      '554 192.0.2.25 was found in database error 12',
      '550 Client [192.0.2.25] is blocked by invalid signature 4711',
      '550 Your host [192.0.2.25] has been found in the abuse database: error',
    ],
  },
];

/** Said of an address in so many words: before what is said of senders and recipients. */
export const plainly: readonly ReplyPattern[] = [
  {
    id: 'address-plainly',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      (?:sender|sending|senders|source|client|remote|connecting|originating|your)(?:'s)? (?:server )?ip(?: address(?:es)?)?(?: \[?${DIGITS}\]?)? (?:(?:is|are|was|has|have|been|being|permanently|currently) ){0,4}(?:${BLOCKED}|rejected|refused|denied)(?! (?:for|due to|because of|by)? ?(?:the )?(?:rate|volume|spf|dmarc|ptr|rdns|reverse))
      \b(?:bad|black|blocked|banned|spam|suspected spam|blacklisted|suspicious|malicious) (?:sender |sending |source |client )?ip\b(?! names?)
      bad (?:ip|reputation) (?:profile|address)
      \b(?:ip(?: address)?|host|server|mta)(?: [[(<]?${DIGITS}[\])>]?)?,? (?:(?:is|was|has|been|currently) ){0,3}(?:listed|found) (?:by|on|in) (?:an?|the|some) (?:(?!DNS|RBL|real|public)\S{1,15} ){0,4}?(?:black|block|deny)[ -]?list
      \bip(?: address(?:es)?)? (?:is |was |has been )?(?:black|block|deny) ?listed
    `,
    unless: re`\b(?:PTR|rDNS|reverse|relay\w{0,3})\b`,
    basis: 'composed',
    examples: [
      "554 Sender IP rejected by recipient's security service: host 192.0.2.25",
      '550 Bad sender IP address',
      '554 5.7.1 Rejected because Bad IP',
      '550 Your letter came by a host listed on the deny-list for junk',
    ],
  },
  {
    // By that name or in digits, whosever the words before it say it is.
    id: 'address-refused',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      \bips?(?: address(?:es)?)? ?[[(<]{0,2}(?:${DIGITS})?[\])>]{0,2},?(?: address)?${USED_BY_US} ${TURNED_AWAY}\b
      (?:not taken|rejected|refused|denied)[:,] invalid ip\b
      (?:^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?|\b(?:host|server|client) )[[(<]?${DIGITS}[\])>]?:? ${TURNED_AWAY}\b
      \b${LETTERS} from (?:(?:ip|host|server|address|location|site|system|your|this|that|the) ){0,4}[[(<]?${DIGITS}[\])>]{0,2},? ${TURNED_AWAY}\b
      \b${LETTERS} from (?:(?:ip|host|server|address) ){0,2}[[(<]?${DIGITS}[\])>]{0,2},? (?:is |are )?not (?:allowed|permitted|welcome)\b(?! to\b)
      \b${LETTERS} from (?:your|this|that) (?:location|site|system|place) ${TURNED_AWAY}\b
      \b${LETTERS} (?:is |are )?(?:not|no longer|never) (?:being )?accept(?:ed|ing) (?:from|by) (?:this|that|your|the sending) ${HOST}\b
      \b(?:no longer|never|not) (?:(?:be|being|currently) )?accept(?:ing)? (?:any )?${LETTERS} (?:from|by) (?:this|that|your|the sending) ${HOST}\b
      \b${LETTERS} from you (?:(?:is|are|was|were|has|have|been) ){0,3}${BLOCKED}\b(?! by (?:the |this |your |our )?(?:user|recipient|addressee|owner)\b)
    `,
    unless: re`^4\d\d .{0,300}?temporar|\b(?:PTR|r?DNS|reverse|SPF|DMARC|HELO|EHLO|rate|volume|relay\w{0,3})\b`,
    basis: 'composed',
    examples: [
      '554 5.7.1 Denied: client ip is forbidden',
      '554 5.7.1 Client [192.0.2.25] blacklisted',
      '550 Mail from 192.0.2.25 was refused, ask your provider',
      '550 5.7.1 No service, traffic not accepted from your IP',
      '553 E-mail from that site (192.0.2.25) is administratively forbidden',
    ],
  },
];

export const reputation: readonly ReplyPattern[] = [
  {
    // Of what the message holds.
    id: 'content-reputation',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`\b(?:(?:files?|attachments?|urls?|links?|documents?|images?)(?:'s)?(?: (?:has|have|with|of|bad|poor|low|an?)){0,3}|message|content) reputation\b|\breputation of (?:\S{1,12} ){0,3}?(?:files?|attachments?|urls?|links?|documents?|images?)\b`,
    unless: re`\b(?:ips?|hosts?|servers?|mta|network)\b|\d\.\d{1,3}\.\d{1,3}\.\d`,
    basis: 'composed',
    examples: ['550 Attachment refused: file reputation', '554 5.7.1 Bad reputation of a link in your letter'],
  },
  {
    id: 'domain-reputation',
    ...kinds.domainBlock,
    isPermanent: 'by-code',
    pattern: oneOf`
      domain.{0,20}? reputation|reputation of (?:(?:\S{1,20} ){0,4}?domain|(?:your |this |the )?(?:\S{1,12} )?(?:mail ?box|account|user)\b)
      domain(?: name)?(?: \S{1,60})? (?:is |has been |was )?(?:\S{1,20} )?${BLOCKED}
      (?<![\w.@-])(?!${HOST_NAME})[\w-]{1,63}(?:\.(?:com?|net|org|ac|gov))?\.[a-z]{2,24} (?:has|had|is of|with) (?:an? )?(?:very |too )?(?:poor|bad|low|negative) (?:\S{1,12} )?reputation
      reputation (?:of|for):? (?:\S{1,12} ){0,2}?[<("']{0,2}[^\s<>@]{1,64}@[a-z\d]
      \b${LETTERS} from (?!${DIGITS}|${HOST_NAME})[\w-]{1,63}(?:\.[\w-]{1,63}){1,2}\b,? (?:based on|because of|due to|for|considering) its (?:\S{1,12} ){0,3}?reputation
      \b(?:name ?servers?|NS|MX)(?: \S{1,60})? (?:of|for) (?:\S{1,60} ){1,4}?(?:(?:is|are|was|has been|listed|found|on|in) ){0,3}(?:(?:the|our|my|an?|local) ){0,2}${BLOCKED}
      (?:blocked|banned|blacklisted|rejected) (?:sender |sending |envelope )?domain
    `,
    basis: 'composed',
    examples: ['550 5.7.1 Mail from your domain example.com is blocked', '554 Rejected: poor domain reputation'],
  },
  {
    id: 'reputation-throttle',
    ...kinds.throttle,
    pattern: re`^4\d\d .{0,300}?(?:reputation|senderscore|sender score|\bSBRS\b|senderbase)`,
    basis: 'composed',
    examples: ['421 4.7.0 Temporarily deferred due to the reputation of your IP, try later'],
  },
  {
    id: 'reputation',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`reputation|senderscore\.org|sender score|\bSBRS\b|\bsenderbase\b`,
    basis: 'composed',
    examples: ['554 5.7.1 Refused: poor reputation of 192.0.2.25', '554 mx.example.net: SBRS of -4 is below our limit'],
  },
];

export const blocks: readonly ReplyPattern[] = [
  {
    // Not ours to hand in there: said of every address that is a stranger to the server.
    id: 'relaying',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: oneOf`
      relay(?:ing)?(?: of mail)?(?: \S{1,20}){0,2}? (?:denied|prohibited|disallowed|not (?:permitted|allowed)|access denied)
      (?:allowed|permitted|authori[sz]ed|configured) to relay
      (?:do not|don.t|will not|unable to|cannot) relay
      (?:denied|refused|unauthori[sz]ed|illegal) relay
      us(?:e|ing) (?:me|us|this server) (?:\S{1,80} )?as an? relay
    `,
    unless: re`open relay(?! not allowed)|spammer|(?:black|block) ?list|\bblocked\b`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Your IP address [192.0.2.25] is not allowed to relay to someone@example.com via our server',
      '553 sorry, relay of mail is not allowed',
    ],
  },
  {
    // Lists of links in messages.
    id: 'list-of-links',
    ...kinds.content,
    pattern: re`\b(?<zone>SURBL|URIBL)\b|\b(?:URLs?|URIs?|links?)\b.{0,60}? (?:black ?|block ?)?listed|(?:black|block) ?listed (?:url|uri|link)|\b(?:body|message|mail|your) (?:\S{1,20} ){0,2}?(?:URLs?|URIs?|links?) (?:(?:is|are|was|were|has|have|been) ){0,2}blocked by|\b(?:URLs?|URIs?|links?) in (?:\S{1,20} ){1,3}?(?:is|are|was|were|has been|have been) blocked by`,
    basis: 'composed',
    examples: ['550 URL in message body is listed by SURBL', '554 Links in your message were blocked by an RBL'],
  },
  {
    // A list of the receiver's own.
    id: 'own-list',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`(?:our|local|internal|internally|connection|access|private|company|corporate|system|own|manually?|permanently|temporarily|globally)(?:[ -]\S{1,20}){0,2}?[ -](?:black|block|deny) ?list|(?:black|block|deny) ?listed by (?:us|the admin|administrator|local)`,
    basis: 'composed',
    // For a while: slowed down.
    unless: re`^4\d\d .{0,300}?temporar|\brecipient(?:'s)? domain\b`,
    examples: ['554 5.7.1 Your server is in our local blacklist'],
  },
  {
    id: 'some-list',
    ...kinds.dnsbl,
    pattern: re`\b(?:DNS ?BLs?|RBLs?|DNS[ -](?:black|block) ?lists?|real[ -]?time (?:black|block|blackhole) ?list|public (?:black|block) ?list|(?:listed|found|appears|are|is) (?:in|on) (?:an?|the|one or more|one of the|multiple|several|some|various|at least) (?:\S{1,30} ){0,5}?(?:black|block) ?lists?|(?:listed (?:in|on|by) (?:the )?(?:\d{1,2}|two|three|four|five|many|some|these|following) (?:\S{1,20} )?(?:(?:black|block) ?)?|(?:found|appears|are|is) (?:in|on|by) (?:the )?(?:\d{1,2}|two|three|four|five|many|some|these|following) (?:\S{1,20} )?(?:black|block) ?)lists|dnsbl\.info|multirbl\.valli|rbls\.org|mxtoolbox\.com/\S{0,40}blacklist)\b|(?<![a-z])(?:DNSBL|RBL)_`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Rejected: your IP is listed in an RBL',
      '554 Your host is on one or more blacklists',
      '554 192.0.2.25 is on at least two DNSBLs',
      '550 Listed in 4 blacklists',
      '554 RBL_HIT for 192.0.2.25',
      '550 See http://www.dnsbl.info for your address',
    ],
  },
  {
    id: 'throttled-address',
    ...kinds.throttle,
    pattern: re`^4\d\d .{0,200}?(?:(?:ip|host|server|mta|network|from|address)\b.{0,80}?(?:throttl|rate[ -]?limit|rate has|slow(?:ed)? down|exceed|temporar(?:il)?y (?:blocked|block ?listed|black ?listed|banned|rejected(?! message)|refused|deferred|suspended))|(?:throttl|rate[ -]?limit|temporarily (?:blocked|block ?listed|black ?listed|banned|refused)).{0,80}?\b(?:ip|host|server|mta|network|client)\b|too (?:many|much) (?:messages|mails?|e-?mails) (?:\S{1,20} ){0,3}?(?:from|by)\b|you (?:are|have been) temporarily (?:block|black|ban|den|refus)|(?:try again|retry|send) slower)`,
    basis: 'composed',
    examples: [
      '421 4.7.0 Your IP is temporarily blocked, try again later',
      '450 4.7.1 Mail from 192.0.2.25 exceeds what we take',
    ],
  },
  {
    id: 'client-rejected',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      Client host rejected:[ ]
      (?:connections?|connect)(?: \S{1,40}){0,3} (?:rejected|refused|denied|blocked) (?:by|due|for|because)
      access to this (?:mail )?(?:system|server) (?:has been )?(?:rejected|denied)
      (?:dynamic(?:ally)?|dial-?up|residential|generic|consumer|end[ -]user)(?: \S{1,20}){0,2} (?:ip|ips|address|addresses|host|range|space|client)
      (?:open|unsecured|insecure|anonymous) (?:(?:e-?mail|mail|spam|smtp|https?|socks\d?|web) )?(?:relay|proxy)(?! not allowed)|\b(?:permanent|temporary) denial of (?:connection|access)s?\b(?![^.]{0,50}(?:@|\b(?:mail ?box|user|recipient|account|alias|folder|group|busy|overload\w{0,3}|(?:high|heavy|system|server) load|maintenance|resources|disk|shutting|restart\w{0,3})\b))
      (?:host )?network(?: is)? not allowed
      not (?:allowed|permitted|authori[sz]ed|welcome) to connect
      \b(?:not|no longer|never|n.t) (?:currently )?accept(?:s|ing)? (?:any |smtp |incoming )?connections? from (?!(?:un|non-?)auth|users|(?:\S{1,12} )?(?:without|outside))
      (?:no access|access denied|forbidden|not (?:currently )?accept\w{0,3} (?:any )?(?:mail|e-?mail|messages?|connections?)) (?:from|by|for) (?:your |this |the |that )?(?:mail ?)?(?:server|host|ip|mta|network|you)\b(?!r (?:domain|address))
      (?:not accept\w{0,3}|no|refus\w{1,3}|reject\w{0,3}|den\w{1,3}) (?:any )?(?:mail|e-?mail|messages?|connections?|smtp|access) (?:is )?(?:accepted |allowed |taken )?(?:from|by|for) (?:you |host |ip |server |address |client ){0,2}[[(]?${DIGITS}
      (?:access|connections?) (?:from|by) (?:your |this |that )(?:\S{1,20} )?(?:host|server|ip|network|address)\S{0,3} (?:is |are |was |has been )?(?:not|denied|rejected|refused|forbidden)
      (?:acl|access|policy)[ :]{1,2}(?:deny|denied|reject|block)\w{0,2}:? [[(]?${DIGITS}
      (?:is |are )?(?:denied|refused|forbidden|not allowed) (?:access|to connect|to send)
      (?:server access|access|connection|mail) (?:\d{3} )?forbidden
      (?:mail|e-?mail|messages?|connections?|access) (?:is |was |has been )?(?:refused|rejected|denied|blocked) ?[-:,]{0,2} ?(?:(?:from |for )?[[(<]|(?:based on|because of|due to) (?:(?:the|your|ip|host|server|relay|mta|client|address) ){1,3}[[(<]?)${DIGITS}
      (?:not accept\w{0,3}|refus\w{0,3}|reject\w{0,3}|block\w{0,3}) (?:any |all )?(?:mail|e-?mail|messages?|connections?) from (?:\S{1,20} ){0,5}?(?:netblock|subnet|network|(?:ip|address|network) range|data ?cent(?:er|re))s?\b
      \b(?:netblock|subnet|(?:ip|address|network|provider) range|hosting provider|data ?cent(?:er|re))s?(?: \S{1,20}){0,2}? (?:refused|rejected|denied|blocked|banned|not (?:allowed|accepted|welcome))
      (?:refus|reject|block)\w{0,3} (?:all |any )?(?:mail|e-?mail|messages?|connections?) from (?:your|this) (?:\S{1,20} ){0,2}?(?:range|network|subnet|provider|isp|ip|host|server)\b
      (?:refus|reject|block)(?:ed|ing|s) your (?:connections?|host|server|network)\b
      (?:refuse|reject|deny|decline) your (?:requests? for (?:an? )?)?(?:\S{1,12} )?(?:sessions?|connections?)\b
      \b${LETTERS} (?:is |was )?(?:refused|rejected|denied|blocked) - \[?[\w-]{1,63}(?:\.[\w-]{1,63}){2,8}\]? - (?:see:? |visit:? )?https?:
      \bspam (?:source|host|server|network|origin)s?\b
      rblsmtpd
      (?:blocked|refused|rejected|denied) (?:for|due to|because of|over) (?:\S{1,20} )?abuse\b
      ^(?!.{0,300}?\b(?:account|mailbox|user|recipient|sender)\b)5\d\d (?!#?5\.[12]\.).{0,300}?(?:suspended|(?:under|pending) investigation|investigated) (?:for|due to|because of|over) (?:\S{1,20} )?abuse\b
      ^5\d\d (?!#?5\.[1-4]\.)(?:\S{1,40} ){0,6}?connections? (?:(?:is|was|has|been) ){0,2}(?:refused|denied|rejected|blocked)(?=[ .,;:!-]{1,3}\S)(?! ?\(?(?:in reply|socket|error|errno|code|timed?))
      ^5\d\d (?:#?\d\.\d{1,3}\.\d{1,3} )?(?:\[[a-z]{0,4}\d{0,4}\] )?(?:you(?:'re| are) )?(?:blocked|banned|black ?listed)\W{0,3}$
    `,
    unless: NOT_FOR_WHO_IT_IS,
    basis: 'composed',
    examples: [
      '554 5.7.1 <mta.example.com[192.0.2.25]>: Client host rejected: Access denied',
      '550 5.7.1 We take no mail from dynamic IP addresses',
      '550 [Q7] Banned',
      '554 Connection denied - junk is not for us',
      '554 No access, pending investigation over mail abuse',
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
    unless: re`${SENDERS_MAILBOX.source}|${LINK_TO}`,
    basis: 'composed',
    examples: ['554 5.7.1 Your mail server at 192.0.2.25 has been blocked', '550 Blocked host 192.0.2.25'],
  },
  {
    id: 'address-itself',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`(?:\bfrom\b|\bby\b|\bfor\b)? ?\[?${IP}\]?:?(?: \S{1,20}){0,3}? (?:is|are|was|has been|been)? ?(?:${BLOCKED}|(?:rejected|refused|denied) (?:by|due|because|for))|(?:${BLOCKED}|(?:mail|connections?|messages?)(?: \S{1,20}){0,3} (?:not (?:accepted|allowed|permitted)|refused|rejected|denied)) (?:\S{1,20} ){0,3}?\[?(?<!via \[?)${DIGITS}`,
    unless: re`(?<!\b(?:of|by|from|for) (?:\S{1,12} )?)\b(?:mail ?box|user|account|recipient)(?: \S{1,80})? (?:is|was|has been) (?:${BLOCKED}|rejected|refused|denied)`,
    basis: 'composed',
    examples: ['550 Mail not accepted from 192.0.2.25'],
  },
  {
    // Only friends are let in. For a while, that is greylisting.
    id: 'address-no-friend',
    ...kinds.block,
    pattern: re`^5\d\d .{0,200}?(?:\b(?:ip|host|server|mta|client|network)\b(?: address)?|${DIGITS}[\])>]?)(?: (?:is|are|was|[[(<]?${DIGITS}[\])>]?)){0,2} (?:not|isn.t|aren.t) (?:(?:in|on) (?:my|our|the|this|their|any|its) (?:\S{1,20} )?)?(?:white|allow) ?list(?:ed)?\b`,
    basis: 'composed',
    examples: ['550 Mail server 192.0.2.25 is not in the white list'],
  },
  {
    // A page about blocks, with our address in its link.
    id: 'address-in-link',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`https?: ?// ?\S{0,100}?(?:\bd?n?s?[rb]bl\b|block|deny|denied|banned|black-?list|reputation|de-?list|ip-?(?:remov|check|look-?up))\S{0,60}?[?&/](?:(?:ip|addr|address|query|value|v|q)=)?${DIGITS}`,
    basis: 'composed',
    examples: ['554 Please visit http://filter.example.net/deniedhosts.php?ip=192.0.2.25 for the reason'],
  },
  {
    id: 'spam-from-address',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`you (?:are|have been) (?:\S{1,15} )?(?:block|black|deny|banned)|sending from a (?:\S{1,15} )?(?:block|black)|(?:remote ?host|host|server|ip).{0,40} looks? (?:\S{1,20} ){0,2}?(?:like )?spam|(?:ip|host|server|address) (?:\S{1,20} ){0,3}?(?:flagged|reported|identified|known|marked) (?:as|for) (?:\S{1,15} ){0,4}?(?:spam|abus)|(?:ip|host|server)\b.{0,40}? sen(?:ds|t|ding) (?:\S{1,20} ){0,2}?(?:spam|junk|unsolicited)|(?:spam|abuse|unsolicited|unwanted|junk|complaints?)(?:,| \S{1,30}){0,8}? (?:from|by|at|about) (?:this|that|${OUR}) (?:\S{1,20} )?${HOST}\b|(?:too (?:many|much)|excessive|sen(?:ds|t|ding)) (?:\S{1,20} )?(?:spams?|junk|unsolicited) (?:\S{1,20} ){0,2}?from (?:ip )?[[(]?${DIGITS}`,
    basis: 'composed',
    examples: ['554 Too much spam received from your IP'],
  },
];
