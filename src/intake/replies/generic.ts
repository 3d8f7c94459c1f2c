// Wordings many servers share, tried after every provider's own and after those that name a list. Wordings: the defaults of Postfix,
// Exim, sendmail, qmail, Exchange and of common filters, and refusals seen. The order matters: whose fault it is must be told from
// the words of the cause before those of the consequence ("your address is blocked for spam" is a block, not spam in this message).
import { IP, kinds, type ReplyPattern, re } from './reply.js';

/** Us, as refusals call us. */
const OUR = `(?:your|the sending|sending|sender|senders|source|remote|connecting|client|the sender)(?:'s)?`;
const HOST = `(?:ip|ips|ipv[46]|host|mail ?host|server|mail ?server|mta|network|subnet|netblock|ip address|address)`;
const BLOCKED = `(?:block(?:ed|ing)?(?: ?listed)?|black ?list(?:ed|ing)?|block ?list|deny ?list(?:ed)?|banned|barred|not welcome|not wanted)`;

/** About the sender's address, not its mail: before everything, since these quote other refusals. */
const sender: readonly ReplyPattern[] = [
  {
    id: 'sender-not-wanted',
    ...kinds.recipientPolicy,
    pattern: re`Sender address rejected: (?:Access denied|.{0,40}?block)|sender(?: address| email)? (?:is |has been )?(?:black|block|deny) ?listed|(?:blocked|rejected) by (?:the )?(?:recipient|user|addressee)|you (?:are|have been) blocked by`,
    basis: 'composed',
    examples: ['554 5.7.1 <user@example.com>: Sender address rejected: Access denied'],
  },
  {
    id: 'sender-unverified',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`Sender address rejected|sender verif(?:y|ication) failed|unable to verify (?:the )?sender|Domain of sender address|sender (?:address )?(?:could not be|cannot be|not) verified|invalid sender|sender rejected|cannot verify sender`,
    basis: 'composed',
    examples: ['450 4.1.8 <user@example.com>: Sender address rejected: Domain not found', '550-Sender verify failed'],
  },
  {
    id: 'sender-may-not',
    ...kinds.recipientPolicy,
    pattern: re`(?:only accepts?|not accept(?:ing)?) (?:e?mails?|messages) from (?:known|specific|certain|approved|authenticated|internal|you)|RESOLVER\.RST|not (?:authori[sz]ed|allowed|permitted) to (?:send|post|mail)(?: \S{1,30}){0,3}? to (?:this|the|that)? ?(?:recipient|group|list|user|address|mailbox)|sender not authenticated for relay|restricted (?:recipient|distribution)|recipient address rejected: access denied|Recipient (?:has )?block(?:ed|s) `,
    basis: 'composed',
    examples: ['550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized to send to the recipient'],
  },
];

const trust: readonly ReplyPattern[] = [
  {
    id: 'wait',
    ...kinds.temporary,
    pattern: re`gr[ae]y-?list|verification in progress|^4\d\d .{0,200}?(?:unverified|verif(?:y|ication) callout)`,
    basis: 'composed',
    examples: [
      '450 4.1.1 <someone@example.com>: Recipient address rejected: unverified address: Address verification in progress',
      '450 4.2.0 <someone@example.com>: Recipient address rejected: Greylisted, see http://postgrey.example.org/',
    ],
  },
  {
    id: 'tls-wanted',
    ...kinds.tls,
    isPermanent: 'by-code',
    pattern: re`STARTTLS|\bTLS\b.{0,40}?(?:required|needed|not offered|not available|mandatory|handshake|version)|(?:requires?|must use|only accept\S{0,4}|without) (?:\S{1,20} ){0,3}?(?:TLS|encrypt)|encryption (?:is )?(?:required|needed)|server certificate not|cannot start TLS`,
    basis: 'composed',
    examples: ['530 5.7.0 Must issue a STARTTLS command first', '550 5.7.10 Encryption needed'],
  },
  {
    id: 'authentication',
    ...kinds.auth,
    isPermanent: 'by-code',
    pattern: re`\bSPF\b|\bDKIM\b|\bDMARC\b|sender policy framework|domainkeys|openspf|message (?:is )?(?:not|un)[ -]?authenticated|unauthenticated (?:e?mail|message|sender)|not (?:authori[sz]ed|allowed|permitted|designated) to (?:send|use)(?: \S{1,30}){0,5}? (?:from|for|of|as) `,
    basis: 'composed',
    examples: [
      '550 5.7.23 The message was rejected because of Sender Policy Framework violation',
      "550 5.7.1 Rejected for policy reasons: DMARC policy of the sender's domain is reject",
    ],
  },
  {
    id: 'reverse-dns',
    ...kinds.ptr,
    isPermanent: 'by-code',
    pattern: re`\bPTR\b|reverse[ -]?(?:DNS|host ?name|lookup|name|resol|mapping|record|entry)|\brDNS\b|FCrDNS|forward[ -]confirmed|IP name (?:lookup failed|possibly forged)|cannot find your (?:reverse )?host ?name|your host ?name|no (?:valid )?host ?name|cannot resolve your (?:ip|address|host)`,
    basis: 'composed',
    examples: [
      '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.25]',
      '550 5.7.1 Fix reverse DNS for 192.0.2.25',
    ],
  },
];

const reputation: readonly ReplyPattern[] = [
  {
    id: 'domain-reputation',
    ...kinds.domainBlock,
    isPermanent: 'by-code',
    pattern: re`domain.{0,20}? reputation|reputation of (?:\S{1,20} ){0,4}?domain|domain(?: name)?(?: \S{1,60})? (?:is |has been |was )?(?:\S{1,20} )?${BLOCKED}|(?:blocked|banned|blacklisted|rejected) (?:sender |sending |envelope )?domain`,
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

const blocks: readonly ReplyPattern[] = [
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
    id: 'list-abusix',
    ...kinds.dnsbl,
    zone: 'combined.mail.abusix.zone',
    pattern: re`abusix`,
    basis: 'composed',
    examples: ['550 5.7.1 Rejected, see https://lookup.abusix.com/search?q=192.0.2.25'],
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
    pattern: re`Client host rejected: |(?:connection|connect)(?: \S{1,40}){0,3} (?:rejected|refused|denied|blocked) (?:by|due|for|because)|access to this (?:mail )?(?:system|server) (?:has been )?(?:rejected|denied)|(?:dynamic|dial-?up|residential|generic|consumer|end[ -]user)(?: \S{1,20}){0,2} (?:ip|ips|address|addresses|host|range|space|client)|open (?:relay|proxy)`,
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
    pattern: re`${OUR} (?:\S{1,20} )?${HOST}\b.{0,60}?(?:${BLOCKED}|rejected|refused|denied|not (?:allowed|permitted|authori[sz]ed|accepted|trusted))|\b(?:ip|host|client|server|ip address|ips|network)(?: address)?:? ?\[?(?:${IP}\]? )?(?:\S{1,20} )?(?:is |are |was |has been |have been )?(?:\S{1,20} )?${BLOCKED}|${BLOCKED} (?:\S{1,20} ){0,2}?(?:ip|host|client|server)\b`,
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
    pattern: re`(?:spam|abuse|unsolicited|unwanted|junk|complaints?)(?:,| \S{1,30}){0,8}? (?:from|by|at|about) (?:this|that|${OUR}) (?:\S{1,20} )?${HOST}\b`,
    basis: 'composed',
    examples: ['554 Too much spam received from your IP'],
  },
];

const mailbox: readonly ReplyPattern[] = [
  {
    id: 'mailbox-full',
    ...kinds.mailboxFull,
    isPermanent: 'by-code',
    pattern: re`(?:mail ?box|inbox|account|user|recipient|maildir|folder)(?:'s)?[^.;]{0,40}? (?:is |are )?(?:full|over (?:its |the |his )?(?:storage |disk )?(?:quota|limit|size)|out of (?:storage|space|quota|disk))|over ?quota|quota (?:is )?(?:full|exceed|reached|violation|would)|exceed\w{0,4} (?:\S{1,20} ){0,4}?(?:storage|mail ?box|disk) ?(?:quota|limit|size|allocation|space)?|exceed\w{0,4} (?:\S{1,20} ){0,3}?quota|out of storage space|insufficient (?:mail ?box |disk |system )?(?:storage|space)|not enough (?:storage|disk|space)|mail ?box (?:size|limit|has exceeded)|552 5\.2\.2|disk quota|storage allocation`,
    basis: 'composed',
    examples: [
      '552 5.2.2 <someone@example.com>: Recipient address rejected: Mailbox full',
      "452-4.2.2 The recipient's inbox is out of storage space",
    ],
  },
  {
    // Before "too many", which is about us: these are about one recipient.
    id: 'recipient-rate',
    ...kinds.recipientVolume,
    pattern: re`(?:recipient|user|mail ?box|account)(?: \S{1,40}){0,6}? (?:receiv(?:ing|ed))(?: \S{1,20}){0,4}? (?:too (?:many|much|quickly|fast)|at a rate)|(?:recipient|mail ?box|user|inbound)(?: \S{1,30}){0,2}? (?:rate|message|mail|hourly|daily)(?: \S{1,20})? limit|too (?:many|much) (?:messages|mails?|emails) (?:to|for) (?:this|the|that) (?:recipient|user|address|mailbox)`,
    basis: 'composed',
    examples: ['450 4.2.1 The user is receiving mail too quickly', '452 4.2.0 Recipient hourly limit exceeded'],
  },
];

/** How many at once: before what is said of addresses, which are named along with it. */
const connections: readonly ReplyPattern[] = [
  {
    id: 'connections',
    ...kinds.volume,
    pattern: re`too many (?:\S{1,20} ){0,3}?(?:connect|session|recipient|rcpt|transaction|command|hop)|(?:connection|concurren\w{1,3}|session|recipient|rcpt)s?(?: \S{1,20}){0,3} (?:rate|limit|frequency|count|number)s? ?(?:exceed|reached|limit|hit|over)?|max(?:imum)? (?:\S{1,20} ){0,3}?(?:connection|session|recipient|message)s?|exceed\w{0,4} (?:\S{1,20} ){0,4}?(?:connections|sessions|recipients)`,
    basis: 'composed',
    examples: [
      '421 4.7.0 Too many connections from your host, slow down',
      '452 4.5.3 Error: too many recipients',
      '421 4.7.0 Max message per connection exceeded',
    ],
  },
];

const amount: readonly ReplyPattern[] = [
  {
    id: 'too-large',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`(?:message|mail|file|attachment)(?: \S{1,20})? (?:size|(?:is |was )?too (?:large|big|long))|size (?:exceeds|limit)|maximum (?:allowed )?size`,
    basis: 'composed',
    examples: ['552 5.3.4 Message size exceeds fixed limit'],
  },
  {
    id: 'domain-rate',
    ...kinds.domainThrottle,
    pattern: re`(?:domain|sender)(?:'s)?(?: \S{1,60})? (?:\S{1,20} )?(?:(?:rate|frequency|sending|hourly|daily|message) (?:\S{1,20} )?(?:limit|exceeded)|throttl|has exceeded)`,
    basis: 'composed',
    examples: ['451 4.7.1 Sender rate limit exceeded', '450 4.7.1 Domain example.com has exceeded its hourly limit'],
  },
  {
    // How many in a time: counted by our address.
    id: 'rate',
    ...kinds.throttle,
    pattern: re`too (?:many|much) (?:\S{1,20} ){0,2}?(?:message|mail|email|deliver|error|request)|(?:messages?|mail|sending|submission|deliver\w{0,5})(?: \S{1,20}){0,3} (?:rate|limit|frequency)s?\b|rate[ -]?limit|rate (?:has |was )?exceed|throttl|slow(?:ing)? (?:it )?down|exceed\w{0,4} (?:\S{1,20} ){0,4}?(?:rate|limit|messages)|sending too (?:fast|many|much|quickly)`,
    basis: 'composed',
    examples: ['450 4.7.1 Error: too much mail from 192.0.2.25', '421 4.7.0 Rate limit exceeded'],
  },
];

const message: readonly ReplyPattern[] = [
  {
    id: 'content-spam',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`(?:classified|identified|detected|rejected|blocked|marked|considered|looks? (?:too much )?like|likely|appears to be|contains?|is|as|be|high|possible|probabl[ey]|suspected|of|for|due to|because of|this|bulk|no)(?: \S{1,30}){0,4}? (?:as |to be )?(?:spam|UBE|UCE|unsolicited|junk|virus(?:es)?|phish(?:ing)?|malware|trojan|spamm?[iy]ng?|malicious)\b`,
    basis: 'composed',
    examples: ['550 This message was classified as SPAM and may not be delivered'],
  },
  {
    id: 'content-words',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`\bspam (?:message|mail|content|detected|score|filter|rejected|found|probability|level|check|engine|blocked|signature|trap|report|is )|spam(?:assassin|d\b|-like|my\b)|(?:message|mail|content|body|attachment|file)(?: \S{1,20}){0,4}? (?:suspicious|dangerous|prohibited|forbidden|banned|not allowed|undesirable|unwanted|unacceptable|inappropriate)|(?:suspicious|dangerous|prohibited|forbidden|banned|undesirable|executable|illegal|infected|malicious|blocked) (?:\S{1,20} ){0,2}?(?:content|attachment|file|message|extension|link|url|mail)|(?:message|mail|content)(?: \S{1,20}){0,2}? (?:filter(?:ed)?|fails? filter)|content (?:rejected|denied|refused|blocked|restriction|policy)|gtube|virus|malware|phishing|unsolicited|(?:black|block) ?listed (?:url|uri|link|word)|body of|message (?:content )?(?:was )?(?:rejected|refused|blocked) (?:due to|because of|for) (?:its )?content|scored? [0-9]`,
    basis: 'composed',
    examples: ['554 5.7.1 Spam message rejected', '552 5.7.0 Message blocked: banned attachment'],
  },
];

const people: readonly ReplyPattern[] = [
  {
    id: 'unknown-user',
    ...kinds.unknownUser,
    isPermanent: 'by-code',
    pattern: re`user (?:\S{1,60} )?(?:is )?(?:unknown|not (?:known|found|exist))|unknown (?:or illegal )?(?:user|recipient|local[ -]?part|mail ?box|address|account|alias|addressee)|(?:recipient|address|addressee|mail ?box|account)(?: \S{1,80})? (?:is )?unknown|no such (?:\S{1,20} )?(?:user|mail ?box|recipient|address|person|account|local|addressee|email)|(?:account|mail ?box|user|address|recipient|alias|addressee).{0,60}?(?:does not|doesn.?t|do not|not) exist|(?:mail ?box|recipient|user|account|address)(?: \S{1,60})? (?:was |is |could )?(?:not (?:be )?found|not valid|invalid|no longer|inactive|disabled|deactivated|suspended|terminated|closed|expired|blocked for|unavailable|not available|undeliverable|unroutable)|(?:invalid|bad|unroutable|undeliverable|non-?existent|disabled|inactive|expired|deleted|unrouteable|illegal|nonexisting) (?:destination |email |final )?(?:recipient|mail ?box|user|address|account)|no mail ?box here|not our customer|not a (?:valid|known|local) (?:\S{1,20} )?(?:user|mail ?box|recipient|address|account)|no longer (?:valid|available|active|exists?|in use|with|works?|used|accept)|recipient (?:address )?rejected: (?:user|unknown|undeliverable|unverified|no such|not found|invalid|recipient)|is inactive|unrouteable address|(?:Empf.{1,2}nger|Benutzer|Adresse|Postfach) (?:ist )?unbekannt|(?:utilisateur|destinataire|adresse) inconnue?|usuario (?:desconocido|no existe)|utente sconosciuto|RecipNotFound|5\.1\.0 address rejected|550 5\.1\.1`,
    basis: 'composed',
    examples: [
      '550 5.1.1 <someone@example.com>: Recipient address rejected: User unknown in virtual mailbox table',
      '550 Requested action not taken: mailbox unavailable',
    ],
  },
];

const rest: readonly ReplyPattern[] = [
  {
    // What the relay itself says when it reaches nobody.
    id: 'not-reached',
    ...kinds.temporary,
    pattern: re`Connection (?:timed out|refused|reset)|lost connection with|timed out while|conversation with|No route to host|Network is unreachable|(?:host|name) (?:or domain name )?not found, try again|Host not found, try again|name service error.{0,80}?try again|too many hops`,
    basis: 'composed',
    examples: ['connect to mx.example.com[192.0.2.1]:25: Connection timed out'],
  },
  {
    id: 'no-such-domain',
    ...kinds.unknownUser,
    isPermanent: 'by-code',
    pattern: re`Host or domain name not found|domain (?:\S{1,80} )?(?:does not exist|not found|does not accept mail|not hosted)|null ?MX|no such domain|(?:host|domain) unknown`,
    basis: 'composed',
    examples: [
      'Host or domain name not found. Name service error for name=example.com type=MX: Host not found',
      '556 5.1.10 Domain example.com does not accept mail (nullMX)',
    ],
  },
  {
    id: 'try-later',
    ...kinds.temporary,
    pattern: re`^4\d\d .{0,200}?(?:try (?:again|later)|retry|come back|temporar(?:y|ily)|later|busy|overload|(?:un|not )available|deferred|closing|local (?:problem|error)|not ready|shutting down|maintenance)`,
    basis: 'composed',
    examples: ['451 4.3.0 Temporary lookup failure', '421 Service not available, closing transmission channel'],
  },
  {
    id: 'refused',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`polic(?:y|ies)|administrative(?:ly)? (?:prohibi|reject|block|den)|access (?:is |was )?(?:denied|refused|rejected)|relay(?:ing)?(?: \S{1,20}){0,3} (?:denied|prohibited|not (?:permitted|allowed)|access)|unable to relay|not permitted|not allowed|not (?:authori[sz]ed|accepted)|prohibited|forbidden|(?:message|mail)(?: \S{1,20})? (?:size|too (?:large|big))|size (?:exceeds|limit)|too (?:large|big)|helo|ehlo|(?:message|mail|e-?mail|delivery|transaction|request)(?: \S{1,20}){0,2} (?:rejected|refused|denied|declined|blocked)|administrator|authentication required|we do not accept|violat`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Message rejected due to local policy',
      '554 5.7.1 <someone@example.com>: Relay access denied',
    ],
  },
];

export const generic: readonly ReplyPattern[] = [
  ...sender,
  ...trust,
  ...mailbox,
  ...connections,
  ...reputation,
  ...blocks,
  ...amount,
  ...people,
  ...message,
  ...rest,
];
