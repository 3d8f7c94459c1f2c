// One recipient: a full mailbox, one that gets too much, one that is not there.
import { kinds, oneOf, type ReplyPattern, re } from '../reply.js';

export const mailbox: readonly ReplyPattern[] = [
  {
    // Of the whole server, not of one mailbox.
    id: 'system-full',
    ...kinds.temporary,
    pattern: re`^4\d\d .{0,60}?(?:insufficient|not enough|out of) (?:free )?(?:system|server|disk) (?:storage|space|resources)|^4\d\d 4\.3\.1 `,
    basis: 'composed',
    examples: ['452 4.3.1 Insufficient system storage'],
  },
  {
    id: 'mailbox-full',
    ...kinds.mailboxFull,
    isPermanent: 'by-code',
    pattern: oneOf`
      (?:mail ?box|inbox|account|user|recipient|maildir|folder)(?:'s)?[^.;]{0,40}? (?:is |are )?(?:full|over (?:its |the |his )?(?:storage |disk )?(?:quota|limit|size)|out of (?:storage|space|quota|disk))
      over ?quota
      quota (?:usage )?(?:is )?(?:full|over|exceed|reached|violation|would)
      exceed\w{0,4} (?:\S{1,20} ){0,4}?(?:storage|mail ?box|disk) ?(?:quota|limit|size|allocation|space)?
      exceed\w{0,4} (?:\S{1,20} ){0,3}?quota
      out of (?:storage space|quota)
      insufficient (?:mail ?box |disk |system )?(?:storage|space)
      not enough (?:storage|disk|space)
      mail ?box (?:size|limit|has exceeded)
      disk quota
      storage allocation
      (?:mail ?box|inbox) (?:for|of) (?:\S{1,80} ){1,3}?is (?:now |already )?full\b
      over ?drawn
      space (?:has |is |was )?(?:been )?(?:used up|exhausted|not enough)
      disk ?space (?:quota|limit)
      (?:user|recipient|mail ?box|account) has too many (?:messages|mails) (?:on|in)
      too many (?:messages|mails|e-?mails) (?:on|in) (?:this |the |that )?(?:mail ?box|inbox|account|folder|maildir)
    `,
    // What we may send in a day is another thing.
    unless: re`(?:queue|sending|outgoing|outbound|submission|hourly|daily|weekly|monthly|count|rate|throttl(?:ing|e)) (?:\S{1,20} )?quota`,
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
    pattern: oneOf`
      (?:recipient|user|mail ?box|account)(?: \S{1,40}){0,6}? (?:receiv(?:ing|ed))(?: \S{1,20}){0,4}? (?:too (?:many|much|quickly|fast)|at a rate)
      (?:recipient|mail ?box|user|inbound)(?: \S{1,30}){0,2}? (?:rate|message|mail|hourly|daily)(?: \S{1,20})? limit
      ^4\d\d (?:4\.[127]\.\d{1,2} )?<?[^\s<>]{1,64}@[^\s<>]{1,80}>?:? (?:recipient address rejected: (?:\S{1,20} ){0,3}?)?too (?:many|much) (?:\S{1,12} ){0,2}?(?:messages|mails?|e-?mails)\b(?! (?:\S{1,12} )?(?:from|by) )
      \bmail[ -]?bomb(?:s|ed|ing)?\b
      recipient(?: \S{1,80}@\S{1,80})? (?:has |have )?(?:exceeded|reached) (?:\S{1,12} ){0,4}?(?:rate|message|mail|hourly|daily)s? (?:\S{1,12} )?limit
      too (?:many|much) (?:messages|mails?|emails) (?:to|for) (?:(?:this|the|that) (?:recipient|user|address|mailbox)|\S{1,64}@\S)
    `,
    // Microsoft's name for a customer, who sends.
    unless: re`\btenant\b|\bmail[ -]?bomb.{0,80} (?:from|by) `,
    basis: 'composed',
    examples: ['450 4.2.1 The user is receiving mail too quickly', '452 4.2.0 Recipient hourly limit exceeded'],
  },
];

export const people: readonly ReplyPattern[] = [
  {
    id: 'unknown-user',
    ...kinds.unknownUser,
    isPermanent: 'by-code',
    pattern: oneOf`
      user (?:\S{1,60} )?(?:is )?(?:unknown|not (?:known|found|exist))
      unknown (?:or illegal )?(?:user|recipient|local[ -]?part|mail ?box|address|account|alias|addressee)
      (?:recipient|address|addresses|addressee|mail ?box|account)(?: \S{1,80})? (?:is |are |were )?unknown
      (?:account|mail ?box|user|address|recipient|rcpt|alias|addressee).{0,60}?(?:does not|doe?sn.?t|do not|not|must) exist
      \be-?mail (?:does not|doe?sn.?t|must) exist
      (?:mail ?box|recipients?|user|account|mail ?address|address|email name)(?: (?:(?:that|which) )?you (?:\S{1,12} ){1,5}?to (?:reach|contact|write to|e?-?mail)| \S{1,60})?[ _](?:was |is |are |could |has been )?(?:currently[ _]|temporarily |administratively )?(?:not (?:be )?found|not (?:valid|active|recogni[sz]ed|known)|locked|invalid|no longer|inactive|disabled|discontinued|deactivated|suspended|frozen|terminated|closed|expired|blocked for|unavailable|not available|undeliverable|unroutable|(?:cannot|can not|not able to|unable to) receive(?!(?: \S{1,20}){0,2} from\b))
      (?:invalid|bad|unroutable|undeliverable|non-?existent|disabled|deactivated|suspended|inactive|expired|deleted|unrouteable|illegal|nonexisting)[ _-](?:destination |email |final |delivery ){0,2}(?:recipient|rcpt ?to|mail ?box|user|address|account)
      no (?:such (?:\S{1,20} )?(?:user|mail ?box|recipient|address|person|account|local|addressee|email)|longer (?:valid|available|active|exists?|in use|with|works?|used|accept)|(?:recipient|user|account) activity)
      no mail ?box(?:es)?(?:\W{0,3}$| (?:\S{1,20} )?(?:here|available|found|for|with|by))
      not (?:our customer|an? (?:valid|known|local|active|existing|recogni[sz]ed) (?:\S{1,20} )?(?:user|mail ?box|recipient|address|account)|in (?:the )?(?:recipient|user|address|validrcptto) (?:list|table|directory)|known (?:at|on|in|to) this)
      (?:not?|isn.t) in my (?:\S{1,20} ){0,3}?recipients?
      (?:recipient|user|mail ?box)(?: address)? (?:is )?(?:not|isn.t) in my (?:\S{1,20} )?list
      \bvalidrcptto\b
      unresolvable address|nosuchuser
      (?:recipient|mail ?box|address)(?: \S{1,60})? (?:cannot|could not|can not) be verified
      recipient (?:address )?rejected: (?:(?:temporarily )?inactive|blocked|locked|user|unknown|undeliverable|unverified|no such|not found|invalid|recipient)
      (?<!sender )do(?:es)?(?: not|n.t) (?:handle mail for|have an? (?:\S{1,30} )?account)
      (?:extended|due to|for) inactivity
      is inactive
      unrouteable address
      recipient(?:s| address)? (?:was |is |has been )?(?:rejected|refused)(?:\.| ?$| -| \(|: ?<)
      (?:mail ?box|account|user)(?: \S{1,30}){0,3} blocked (?:due to|because of|for) (?:inactivity|non-?use|disuse)
      (?:recipient|user|addressee).{0,3} account (?:is |has been )(?:blocked|disabled|suspended|locked)
      blank mail ?host
      (?:user|one|mail ?box|account|recipient)s? (?:here )?by (?:that|this) name
      (?:address|user|mail ?box|account|recipient) (?:does not|doesn.t|no longer) (?:receive|accept)s? (?:\S{1,20} )?(?:e?mail|messages)(?! from)
      never logged
      (?:user|recipient|account|owner|mail ?box)(?: \S{1,40}){0,2}? (?:should|must|has to|needs to) log ?in
      mail receiving (?:is )?disabled
      inactive (?:on|at) this
      recipient (?:address )?verif(?:y|ication)(?: \S{1,20}){0,3} failed
      (?:account|user) (?:is |has been |was )?(?:closed|deleted|removed|cancell?ed)
      RecipNotFound
      unroute?able (?:mail )?domain
      recipient validation (?:check )?failed
      failed recipient validation
      recipient (?:address )?(?:is )?reserved
      (?:cannot|can.t|can not|unable to) route to (?:<|\S{1,64}@)
      (?:address|recipient|mail ?box|domain) (?:is )?(?:not|isn.t) (?:handled|served|hosted|local)\b
      5\.1\.0 address rejected
      550 5\.1\.1
    `,
    basis: 'composed',
    examples: [
      '550 5.1.1 <someone@example.com>: Recipient address rejected: User unknown in virtual mailbox table',
      '550 Requested action not taken: mailbox unavailable',
    ],
  },
];
