// Too much of something: at once, in a time, or in one message.
import { DIGITS, kinds, oneOf, type ReplyPattern, re, SOME_ADDRESS } from '../reply.js';

/** Whose limit it is: a person's who sends, not that of the address which hands in. */
const SENDING = `(?:sending|outgoing|outbound|submission|sent[ -]mail|relay)`;
const SPAN = `(?:daily|hourly|weekly|monthly)`;
const LIMIT = `(?:limit|quota|allowance|allotment)s?`;
const USED_UP = `(?:exceed\\w{0,4}|reached|hit|passed|used up|depleted)`;
const ACCOUNT = `(?:account|user|log ?in|plan|subscription|subscriber|mail ?box|tenant|customer|sasl(?:[_ -]user(?:name)?)?|user ?name)`;

/** How large, and how many at once: before what is said of addresses, which are named along with it. */
export const connections: readonly ReplyPattern[] = [
  {
    // What an account may send in a day or an hour: another address of ours would be told the same.
    id: 'sending-limit',
    ...kinds.volume,
    pattern: oneOf`
      ${USED_UP} (?:\S{1,20} ){0,5}?${SENDING}(?: \S{1,20}){0,2}? ${LIMIT}\b
      \b${SENDING}(?: \S{1,20}){0,2}? ${LIMIT}\b(?: \S{1,80}){0,6}? ${USED_UP}\b
      \byou(?:.ve| have|r account has| are)? (?:\S{1,12} )?(?:${USED_UP}|over) your (?:own )?${SPAN}\b(?: \S{1,20}){0,3}? ${LIMIT}\b
      \byour (?:own )?${SPAN} (?:\S{1,12} ){0,2}?${LIMIT}(?: (?:is|was|has|been)){0,2} ${USED_UP}\b
      \b(?:reached|hit|exceeded) an? ${LIMIT} (?:for|of|on) (?:sending|sent|outgoing)\b
      \b${ACCOUNT}(?: \S{1,80}){0,2}? (?:has |have |is )?${USED_UP} (?:\S{1,20} ){0,4}?(?:sending|outgoing|outbound|rate|${SPAN}|message|mail|e-?mail)s? (?:\S{1,20} ){0,2}?(?:${LIMIT}|allowed|per|an hour|a day)\b
      \b${ACCOUNT} (?:is |are )?limited to \d{1,6} (?:messages|mails|e-?mails|recipients)\b
      \b(?:${LIMIT}(?: \S{1,12}){0,4}?|maximum|number of (?:messages|mails|e-?mails)|too (?:many|much) (?:messages|mails?|e-?mails?)(?: sent)?(?: (?:per|an?|this|in an?) \S{1,8})?) (?:of|for|from|by) (?:(?:this|your|the|his) (?:\S{1,15} )?)?${ACCOUNT}\b
      \b${ACCOUNT}(?: \S{1,80})?:? (?:(?:is|are|was|has|have|been|being|currently) ){0,4}(?:throttled|rate[ -]?limit)
      \brate[ -]?limit(?:ed)?(?: (?:is|was|has|been|exceeded|reached)){0,3}(?:,? for|:)? (?:(?:this|your|the) )?(?:sending |authenticated )?${ACCOUNT}\b
      \b(?:log ?in|auth|authentication) rate\b
      \b${ACCOUNT}(?: \S{1,80}){0,2}? (?:(?:is|was|has|have|been|keeps) ){0,2}(?:sending|sent|sends) too (?:many|much|fast|quickly|often|frequently)\b
      too many (?:messages|mails|e-?mails) (?:sent )?per second\b
      \byou (?:(?:have|already|just) ){0,2}(?:sent|send|sending) too (?:many|much) (?:\S{1,12} )?(?:messages|mails?|e-?mails?)\b(?! to (?:this|that|our|my|the|us|me)\b)
      \bSubmissionQuotaExceeded
      \b(?:log ?in|user) ?name rejected: (?:\S{1,20} ){0,5}?too (?:many|much|fast|quickly|often|frequently)\b
      \b${LIMIT} (?:increase|raise|upgrade|extension)\b
      \b(?:upgrade|raise|increase|extend) (?:(?:to|your|the|an?) ){0,2}(?:\S{1,12} )?(?:plan|subscription|package|${LIMIT})\b
      \brate[ -]?limit ["'(](?![^"')]{0,60}(?:\b|_|per)(?:ips?|hosts?|clients?|conn|connections?|servers?|mta|sub-?nets?|networks?)(?:\b|_))[\w .-]{1,60}["')] (?:(?:is|was|has|been) ){0,2}${USED_UP}
    `,
    unless: re`\b(?:ips?|hosts?|server|mta|network|subnet|netblock|client|connections?|sessions?|storage|disk|space|sizes?|receiv\w{1,3}|incoming|inbound|recipient's)\b|^552 5\.(?:2|3)\.[34]\b|^\d{3} [45]\.2\.[12] (?!.{0,300}?\b(?:you\w{0,3}|sending|outgoing|outbound|SubmissionQuota\w{0,20})\b)|${SOME_ADDRESS}`,
    basis: 'composed',
    examples: [
      '550 5.4.5 Daily user sending limit exceeded',
      '452 4.2.1 You have exceeded your sending limit, wait a day',
      '550 This user has exceeded the hourly message limit',
      '554 5.7.1 Too many messages from this account',
      '451 Rate limit "users_out" exceeded',
      '450 Too many messages, ask us for a limit increase',
    ],
  },
  {
    // Counted by who writes, not by where from.
    id: 'sender-rate',
    ...kinds.domainThrottle,
    pattern: oneOf`
      sender address rejected: (?:\S{1,20} ){0,3}?(?:too (?:many|much) (?:messages|mails?|e-?mails)\b|rate[ -]?limit)
      too (?:many|much) (?:messages|mails?|e-?mails) (?:\S{1,12} ){0,2}?(?:from|by) (?:(?:this|the|that|your) (?:domain|sender domain|sending domain)\b(?!'s)|(?:(?:this|the|that|your) )?sender\b(?!'s)|[<("']{0,2}[^\s<>@]{1,64}@[a-z\d])
      \b(?:your|this|the|that|sender|sending) domain (?:(?:has|have|is|was) ){0,2}(?:sent|sends|sending) too (?:many|much)\b
      \b(?:rate|number|amount|volume) of (?:messages|mails?|e-?mails?) (?:(?:sent|originating|coming|received) )?(?:from|by) (?:(?:this|the|that|your) )?(?:sender(?: address| domain)?|(?:e-?)?mail address|from address|domain)\b(?!'s)
      \b(?:sender|user|account)(?: address)? rate (?:for|of) \S{1,80},? (?:(?:is|has|was|been) ){0,2}(?:exceed|over|above|too high)
    `,
    unless: re`\b(?:ips?|hosts?|server|mta|network)\b|${SOME_ADDRESS}`,
    basis: 'composed',
    examples: [
      '450 too many mails today from this sender',
      '550 Sender rate for user@example.com exceeds 100 an hour',
      '451 An unusual number of messages from your sender address was seen',
    ],
  },
  {
    id: 'too-large',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: oneOf`
      (?:message|mail|file|attachment)(?: \S{1,20})? (?:size|(?:is |was )?too (?:large|big|long))
      (?:size|(?:message|mail|letter) length) (?:exceeds|limit)
      ^55[24] 5\.2\.3 (?!.{0,100}?\b(?:quota|mailbox)\b)
      maximum (?:allowed )?size
      attachment (?:count|number|limit)
      too many attachments
      \btoo (?:much|many) (?:\S{1,12} ){0,2}?(?:data|bytes|octets|kilobytes|megabytes)\b(?! (?:\S{1,12} ){0,3}?(?:from|by|per|sent|connections?|in (?:an?|the|this|your)|to|of)\b)
      \b(?:message|mail|letter|e-?mail|attachment)s? (?:of |with )?(?:\S{1,15} ){0,4}?(?:exceeds?|over|above|larger than|bigger than|more than) (?:\S{1,12} ){0,4}?(?:\d{1,12} ?)?(?:bytes|octets|[km]i?b)\b
      \b(?:message|mail|letter|e-?mail)s? of \d{1,12} (?:bytes|octets|[km]i?b)\b
      \bover-?sized? (?:\S{1,12} )?(?:message|mail|letter|e-?mail|attachment)
      \b(?:nachricht|mail|anhang|message|courriel|mensaje|correo|mensagem|messaggio|allegato|bericht|bijlage|wiadomosc|zprava|sprava|viesti|meddelandet?|meddelelsen?|pismo|soobshchenie)\b(?: \S{1,12}){0,3}? (?:zu gro(?:ss|.{1,2})\b|trop (?:volumineu|gros|grand|lourd)|demasiad[oa] grande|muy grande|grande demais|muito grande|troppo grande|te groot|(?:jest )?za du[zs]|prilis velk|liian suuri|for stor|slishkom bol)
    `,
    basis: 'composed',
    examples: [
      '552 5.3.4 Message size exceeds fixed limit',
      '552 Error: that is too much data for one letter',
      '552 5.2.3 Message length exceeds limit set by recipient',
    ],
  },
  {
    id: 'connections',
    ...kinds.volume,
    pattern: oneOf`
      too many (?:\S{1,20} ){0,3}?(?:connect|session|recipient|rcpt|transaction|command)
      (?:connection|concurren\w{1,3}|session|recipient|rcpt)s?(?: \S{1,20}){0,3} (?:rate|limit|frequency|count|number)s? ?(?:exceed|reached|limit|hit|over)?
      (?:excessive|too high) (?:\S{1,20} ){0,3}?(?:connection|recipient|session|command)s
      max(?:imum)? (?:\S{1,20} ){0,3}?(?:connection|session|recipient|message)s?
      exceed\w{0,4} (?:\S{1,20} ){0,4}?(?:connections|sessions|recipients)
      (?:sending|outgoing|outbound|submission|count|rate|throttl(?:ing|e)) (?:\S{1,20} )?quota
      too many (?:smtp |protocol |syntax |auth\w{0,11} |log-?in )?errors\b(?!.{0,40} (?:from|by)\b)
      too frequent (?:re)?connect
      \bconnections \d{1,6} exceeds? \d
    `,
    // Too much of it has had its consequence.
    unless: re`\b(?:you|(?:your|messages from your|mail from your) (?:ip|host|server)(?: address)?) (?:(?:is|are|was|were|has|have|been) ){1,2}(?:(?:now|temporar(?:il)?y|permanently|already) ){0,2}(?:block|black|bann)`,
    basis: 'composed',
    examples: [
      '421 4.7.0 Too many connections from your host, slow down',
      '452 4.5.3 Error: too many recipients',
      '421 4.7.0 Max message per connection exceeded',
    ],
  },
];

const HOST = '(?:ip|host|mail ?host|server|mail ?server|mta|network|subnet|ip address|address)';
const STRANGERS = re`too many (?:\S{1,20} ){0,2}?(?:unknown|invalid|bad|wrong|non-?existent|non-?existing) (?:\S{1,20} ){0,2}?(?:recipients?|rcpts?|users?|address(?:es)?|mail ?box(?:es)?|accounts?|names?) (?:\S{1,20} )?(?:from|by) (?:(?:this|your|the|that) (?:\S{1,20} )?${HOST}\b|(?:${HOST} )?[[(<]?(?:\d{1,3}\.\d|[0-9a-f]{1,4}:[0-9a-f:]))`;

/** Counted by our address: who asks for many that are not there is taken for a harvester. */
export const harvests: readonly ReplyPattern[] = [
  {
    id: 'address-harvests',
    ...kinds.block,
    pattern: STRANGERS,
    also: re`^5\d\d `,
    basis: 'composed',
    examples: ['554 Too many unknown recipients from your host', '550 too many invalid users from [192.0.2.25]'],
  },
  {
    // Of one message nobody says whom it came from.
    id: 'address-many-recipients',
    ...kinds.throttle,
    pattern: re`too many (?:recipients|rcpts?)(?: to)? (?:\S{1,12} ){0,3}?(?:(?:from|by) (?:this|your|the|that) (?:\S{1,20} )?${HOST}\b|(?:per|for your) ${HOST}\b|for (?:this|the) ip\b|(?:from|by) (?:${HOST} )?[[(<]?(?:\d{1,3}\.\d|[0-9a-f]{1,4}:[0-9a-f:]))`,
    basis: 'composed',
    examples: ['452 too many recipients in an hour from your host'],
  },
  {
    id: 'address-harvests-now',
    ...kinds.throttle,
    pattern: STRANGERS,
    also: re`^4\d\d `,
    basis: 'composed',
    examples: ['421 Too many bad recipients from this IP'],
  },
  {
    // Too much of something that is no fault.
    id: 'address-over-limit',
    ...kinds.throttle,
    pattern: re`${DIGITS}[\])>]{0,2},? (?:has|have) (?:exceeded|reached|surpassed) (?:\S{1,12} ){0,3}?(?:limits?|quotas?|rates?|allowances?|thresholds?)\b`,
    unless: re`spam|junk|abus|complain|reputation|\bbad\b|black ?list|\bbanned\b|\bblocked\b`,
    basis: 'composed',
    examples: ['554 Access denied, [192.0.2.25] has exceeded the permitted limits of its network'],
  },
];

export const amount: readonly ReplyPattern[] = [
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
    pattern: oneOf`
      too (?:many|much) (?:\S{1,20} ){0,2}?(?:message|mail|email|deliver|error|request)
      (?:messages?|mail|sending|submission|deliver\w{0,5})(?: \S{1,20}){0,3} (?:rate|limit|frequency)s?\b
      rate[ -]?limit
      (?:frequency|number) of (?:\S{1,20} ){1,5}?(?:is |was |has been )?(?:limited|exceeded|reached|too high)
      frequency (?:\S{1,20} ){0,2}?(?:limit|too high)
      rate (?:(?:for|of) [[(<]?${DIGITS}[\])>]? )?(?:has |was |is )?exceed
      throttl
      \bspam (?:rate|limit|quota)\b
      slow(?:ing)? (?:it )?down
      exceed\w{0,4} (?:\S{1,20} ){0,4}?(?:rate|limit|messages)
      sending too (?:fast|many|much|quickly)
    `,
    basis: 'composed',
    examples: [
      '450 4.7.1 Error: too much mail',
      '421 4.7.0 Rate limit exceeded',
      '550 The number of your outgoing messages was exceeded',
      '550 The frequency of sending is limited',
    ],
  },
];
