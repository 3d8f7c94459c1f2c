// The sender's address and how far it is to be believed: authentication, encryption, reverse DNS, and the wait that doubters impose.
import { ADDRESS_SHUT_OUT, kinds, oneOf, type ReplyPattern, re, SOME_ADDRESS } from '../reply.js';

/** Failed proof of who sends: before what follows from it. */
export const authentication: readonly ReplyPattern[] = [
  {
    id: 'authentication',
    ...kinds.auth,
    isPermanent: 'by-code',
    pattern: oneOf`
      \bSPF\b
      \bDKIM\b
      \bDMARC\b
      sender policy framework
      domainkeys
      openspf
      message (?:is )?(?:not|un)[ -]?authenticated
      ^(?!.{0,300}?${ADDRESS_SHUT_OUT})\d{3} .{0,200}?\b(?:because|since|as) (?:it|they|this|these) (?:(?:is|are|was|were|isn.t|aren.t) )?(?:not |un-?)authenticated
      unauthenticated (?:e?mail|message|sender)
      (?:sender|message|mail) is unauthenticated
      sender id\b.{0,30}? not permitted
      \bsignature[ _-](?:is )?(?:incorrect|invalid|not valid|broken|missing)|(?:incorrect|invalid|bad|broken|missing) (?:\S{1,20} )?signature\b
      (?:invalid|wrong|unauthori[sz]ed) (?:ip|host|server|source) for sending (?:e?-?mails?|messages) (?:of|for|from)
      (?:does not|doesn.t|not|fails? to) align\b
      not trusted (?:to send|for send(?:ing)?)(?: \S{1,15}){0,2}? (?:as|from|for) (?:our|your|the|this|that|its) (?:\S{1,12} )?(?:domains?|users?|name)\b
      not (?:authori[sz]ed|allowed|permitted|designated) to (?:send|use)(?! (?:any )?more\b)(?: (?!to\b)\S{1,30}){0,5}? (?:from|for|of|as) (?!(?:that|this|your) (?:country|region|network|ip|host|server))
    `,
    basis: 'composed',
    examples: [
      '550 5.7.23 The message was rejected because of Sender Policy Framework violation',
      "550 5.7.1 Rejected for policy reasons: DMARC policy of the sender's domain is reject",
    ],
  },
];

/** What our server calls itself: before our address, which stands in the same sentences. */
export const names: readonly ReplyPattern[] = [
  {
    id: 'helo-refused',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: oneOf`
      \b(?:helo|ehlo) command rejected:[ ]
      ^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?(?:rejected|refused|blocked|denied):? (?:your )?(?:helo|ehlo)\b, (?!.{0,200}?${ADDRESS_SHUT_OUT})
      \b(?:ips?|address|host ?name|name)(?: (?:is|are|was|does|do|did))? ?(?:not (?:equal|match|agree|the same)|n.t (?:equal|match|agree)|differs?|mis-?match\w{0,3})\b(?: \S{1,15}){0,4}? (?:helo|ehlo)\b
      \b(?:helo|ehlo)(?: \S{1,60}){0,2}? (?:is |does |did )?(?:not (?:equal|match|agree|resolve)|n.t (?:equal|match|agree|resolve)|differs?|mis-?match\w{0,3})\b(?: \S{1,15}){0,3}? (?:ips?|address)\b
    `,
    // What is refused is our address all the same, or its own name.
    unless: re`(?:black|block|deny) ?list|\bbanned\b|reputation|\b(?:ips?|host|server|client)(?: address)?(?: \S{1,50})? (?:is|are|was|has been) (?:\S{1,12} )?(?:blocked|refused|rejected|denied)\b|\b(?:DNS ?BL|RBL|PTR|rDNS|reverse)`,
    basis: 'observed',
    examples: [
      '554 5.7.1 <192-0-2-25.dsl.example.net>: Helo command rejected: ACCESS DENIED. The sending mail server appears to be on a dynamic IP address',
      '421 4.7.1 The IP address does not match the name in your HELO',
      '550 Denied HELO, mail.example.com, junk host',
    ],
  },
];

/** About the sender's address, not its mail: before everything, since these quote other refusals. */
export const sender: readonly ReplyPattern[] = [
  {
    // What our server calls itself, or whom it takes after.
    id: 'name-refused',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: oneOf`
      \b(?:helo|ehlo)(?: \S{1,60})? (?:host ?name|host name|name|string|argument|identity|domain)(?: \S{1,60})? (?:(?:is|was|has|have|been|not) ){1,3}(?:denied|rejected|refused|blocked|banned|forbidden|black ?listed|allowed|permitted|welcome|accepted)
      \b(?:us(?:e|es|ing)|forg(?:e|es|ing|ed)|faking|steal(?:s|ing)?|spoof(?:s|ing)?|pretend(?:s|ing)? to (?:be|have)|impersonat(?:es?|ing)|claim(?:s|ing)? to (?:be|have)) (?:me\b(?! as)|us\b(?! as)|(?:my|our)(?: own)? (?:ips?|ip address|address|name|host ?name|domain|helo)\b)
      \byou(?:'re| are) not (?:me|us|this host|this server|my (?:host|domain|name))\b
    `,
    unless: re`\b(?:black|block|deny) ?list|\brelay`,
    basis: 'composed',
    examples: ['553 sorry, your EHLO name is forbidden', '550 Client host rejected: Do not pretend to be us'],
  },
  {
    id: 'sender-not-wanted',
    ...kinds.recipientPolicy,
    pattern: oneOf`
      Sender address rejected: (?:Access denied|.{0,40}?block)
      sender(?: address| email)?(?: \S{1,80}@\S{1,80})? (?:is |has been )?(?:black|block|deny) ?listed
      (?:your|this|the) e-?mail address (?:(?:is|has|was|been) ){1,2}(?:black ?listed|block ?listed|blocked|banned|barred)
      sender(?: address| email)? is (?:in|on) (?:\S{1,20} ){0,3}?(?:black|block|deny) ?list
      not accept\w{0,3} (?:any )?(?:e?mails?|messages?) from this sender
      (?:e-?mail|mail|messages?) from (?:this|that|the) sender(?: address)? (?:is |are )?(?:not (?:accepted|wanted|allowed|welcome)|refused|blocked|rejected|unwanted)
      (?:user|recipient|personal)(?:'s)? (?:reject|block|black|deny) ?list
      (?:user|recipient|addressee)s? (?:has |have )(?:banned|blocked|rejected|black ?listed)[ ](?!by|for|because|due)
      not (?:allowed|permitted) to receive (?:any )?(?:e-?mails?|mails?|messages) from (?:you|this|your|external|outside|other|foreign|the internet)
      organi[sz]ational settings
      \brecipients?(?:'s?)? domain(?: \S{1,80})? (?:(?:is|was|has been|found|listed) ){1,3}(?:in|on|by) (?:\S{1,15} ){0,3}?(?:black|block|deny) ?list
      \S@\S{1,80} (?:is |has been |was )?(?:black|block) ?listed
      (?:black ?listed|block ?listed|blocked|banned) (?:user|sender|account)(?: address)?:? ?[[(<]?[^\s<>@]{1,64}@\S
      (?:sender|from|user|account):? ?[[(<]?[^\s<>@]{1,64}@\S{1,80} (?:is|was|has been) (?:blocked|banned|barred)\b
      rule imposed mailbox access
      \bbadmailfrom\b
      (?:\S@\S{1,80}|sender(?: address)?) (?:is |was )?(?:not|isn.t) (?:in|on) (?:\S{1,20} )?(?:white ?|allow ?)?list
      (?:blocked|rejected|black ?listed) by (?:the |this |its |their |an? )?(?:\S{1,20} )?(?:recipient|user|addressee)s?(?! ?'s)
      (?:recipient|user|addressee)s? (?:does not|doesn.t|do not|don.t) want
      (?:user|recipient|addressee)s? (?:has |have )?refused (?:to (?:receive|accept|take)|your|this|these)\b(?!.{0,60} spam)
      (?:refused|rejected|blocked)(?: \S{1,20}){0,4} (?:user|recipient|personal) (?:preferences|rules|settings|filters?)
      you (?:are|have been) blocked by
    `,
    basis: 'composed',
    examples: ['554 5.7.1 <user@example.com>: Sender address rejected: Access denied'],
  },
  {
    // What the mail says of itself, on a list.
    id: 'sender-on-list',
    ...kinds.domainBlock,
    isPermanent: 'by-code',
    pattern: re`\b(?<!\brecipients?(?:'s?)? )(?:sender|envelope|from(?=[ -](?:address|header|domain)|: )|mail from(?=:? [<(]?[^\s@]{1,64}@)|return[ -]path|reply-to|helo|ehlo|argument|domain)(?:[ -](?:address|name|header|argument|domain|from|sender|string)){0,2}:? (?:header )?(?:\S{1,80} )?(?:(?:is|was|has been|found|listed|appears) ){1,3}(?:in|on|by) (?:\S{1,15} ){0,3}?(?:black|block|deny) ?list`,
    unless: re`\b(?:ips?|hosts?|servers?|mta|network|clients?|DNS ?BLs?|RBLs?|DNS|URLs?|URIs?|links?)\b|${SOME_ADDRESS}`,
    basis: 'composed',
    examples: [
      '550 The HELO name example.com is listed in our blacklist',
      '550 From address was found on the deny list',
    ],
  },
  {
    id: 'sender-unverified',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: oneOf`
      Sender address rejected
      ^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?(?:rejected|refused|blocked|denied):? (?:your )?(?:mail (?:from|NS)|envelope(?: sender| from)?|sender|return[ -]path), (?![[(]?\d)(?!.{0,200}?${ADDRESS_SHUT_OUT})
      (?:sender|postmaster|return[ -]path) verif(?:y|ication) fail
      unable to verify (?:the )?sender
      could not complete sender verif
      \binvalid (?:DNS )?MX\b(?! for (?:the )?recipient)
      \bMAIL FROM (?:has|does not have|doesn.t have|without) (?:\S{1,12} ){0,2}?MX\b
      Domain of sender address
      sender (?:address )?(?:could not be|cannot be|not) verified
      invalid sender
      sender (?:is |was )?rejected(?!: ?(?:ip|host)\b)
      verif(?:y|ying|ication of) (?:the )?(?:mail ?from|sender) failed
      (?:mail ?from|from address|sender)\b(?! (?:ip|host|server)).{0,80}? mis-?match
      cannot verify sender
      (?:from|sender|return)[: ] ?(?:e?-?mail )?(?:address|domain) (?:is )?(?:not (?:verified|valid)|invalid)
      valid (?:sender|sending|return|envelope|from) (?:e?-?mail )?domain
      (?:\bsender(?: address)?|\b[^\s<>@]{1,64}@\S{1,255}) has (?:an? )?(?:non-?existent|non-?existing|reserved|invalid|unknown) (?:\S{1,12} )?domain\b
      domain name (?:required|needed) for sender
      \b(?:sending|sends?|mail|e-?mail|messages?) from (?:an? )?(?:unregistered|unprovisioned|unverified|unvalidated) (?:sender |sending )?domains?\b
    `,
    // Of our host name, or of how much: said with the same words.
    unless: re`\breverse DNS\b|\bPTR\b|\brDNS\b|\d\.\d{1,3}\.\d{1,3}\.\d.{0,60}?blocked.{0,60}? from un|sender address rejected: (?:\S{1,20} ){0,3}?(?:too (?:many|much) (?:messages|mails?|e-?mails)\b|rate[ -]?limit)`,
    basis: 'composed',
    examples: [
      '450 4.1.8 <user@example.com>: Sender address rejected: Domain not found',
      '550-Sender verify failed',
      '550 Refused MAIL FROM, <user@example.com>, junk source',
    ],
  },
  {
    // Said of whose mail it is, where it is handed in.
    id: 'sender-shut',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`\bsending (?:of (?:e-?mails?|mail|messages|letters) )?(?:for|from) (?:this|your|the) (?:account|user|mail ?box) (?:(?:is|was|has|been|temporarily|currently) ){1,3}(?:disabled|suspended|blocked)|\boutgoing (?:e-?mail|mail|messages?) (?:(?:is|are|was|has|have|been) ){0,2}(?:disabled|suspended)|^53[45] |\bunauthori[sz]ed use of (?:\S{1,12} )?sender`,
    basis: 'composed',
    examples: ['550 sending of mail from this account is disabled', '550 example.com has outgoing mail suspended'],
  },
  {
    // Not to these people, whatever our address.
    id: 'sender-not-to-here',
    ...kinds.recipientPolicy,
    pattern: re`\byou (?:are |may )?not (?:be )?(?:(?:authori[sz]ed|allowed|permitted) to )?(?:send|post|mail)(?: \S{1,30}){0,2}? to (?:this|the|that) (?:e-?mail|domain|organi[sz]ation|company|distribution)`,
    unless: re`\bips?\b|\bhost\b|\bserver\b|reputation|\d\.\d{1,3}\.\d{1,3}\.\d`,
    basis: 'composed',
    examples: ['550 You are not allowed to send letters to this domain', '550 You may not post to that e-mail address'],
  },
  {
    id: 'sender-may-not',
    ...kinds.recipientPolicy,
    pattern: oneOf`
      (?:only accept(?:s|ing)?|not accept(?:ing)?) (?:e?mails?|messages) from (?:known|specific|certain|approved|authenticated|internal|you(?! ?[[(]?\d))
      RESOLVER\.RST
      not (?:authori[sz]ed|allowed|permitted) to (?:send|post|mail)(?: \S{1,30}){0,3}? to (?:this|the|that)? ?(?:recipient|group|list|user|address|mailbox)
      sender not authenticated for relay
      sender (?:is not|isn.t) (?:an? )?(?:\S{1,20} )?member
      \bnot (?:\S{1,12} )?subscribed to (?:this|that|the)\b
      restricted (?:recipient|distribution)
      (?:do not|don.t|does not|doesn.t|never) accept (?:\S{1,12} ){0,2}?null senders?
      (?:mail ?box|account|recipient)(?: \S{1,60})? is restricted(?! from)
      permission to (?:send|post|mail)(?: \S{1,30}){0,3}? to (?:this|the|that)[ ]
      recipient address rejected: access denied
      Recipient (?:has )?block(?:ed|s)[ ]
      polic(?:y|ies) (?:\S{1,20} ){0,4}?(?:target|recipient|destination) (?:address|user|mail ?box)
    `,
    basis: 'composed',
    examples: ['550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized to send to the recipient'],
  },
];

/** The name of an address, as DNS has it. */
const REVERSE = `(?:PTR|rDNS|reverse[ -]DNS|reverse(?= (?:host ?)?name))(?: (?:host ?)?(?:name|record|entry))?`;

export const trust: readonly ReplyPattern[] = [
  {
    id: 'wait',
    ...kinds.temporary,
    pattern: re`gr[ae]y-?list|verification in progress|^4\d\d .{0,200}?(?:unverified|verif(?:y|ication) callout)`,
    basis: 'composed',
    examples: [
      '450 4.1.1 <someone@example.com>: Recipient address rejected: unverified address: Address verification in progress',
      '554 5.7.1 Greylisted, see http://postgrey.example.org/',
    ],
  },
  {
    id: 'tls-wanted',
    ...kinds.tls,
    isPermanent: 'by-code',
    pattern: oneOf`
      STARTTLS
      \bTLS\b.{0,40}?(?:required|needed|not offered|not available|mandatory|handshake|version)
      (?:requires?|must use|only accept\S{0,4}|without) (?:\S{1,20} ){0,3}?(?:TLS|encrypt)
      encryption (?:is )?(?:required|needed)
      server certificate not
      cannot start TLS
      \bconnections? from (?:\S{1,12} ){0,3}?(?:TLS|SSL|plain-?text|unencrypted)\b
    `,
    basis: 'composed',
    examples: ['530 5.7.0 Must issue a STARTTLS command first', '550 5.7.10 Encryption needed'],
  },
  {
    // The name that our address has is on a list: it is not missing.
    id: 'reverse-name-listed',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      \b(?:black ?listed|block ?listed|banned) ${REVERSE}\b
      \b${REVERSE}(?: (?:of|for))?(?: \S{1,60}){0,4}? (?:(?:is|was|has|been|found|stands|listed) ){1,3}(?:black ?listed|block ?listed|banned\b|(?:in|on) (?:\S{1,12} ){0,2}?(?:black|block|deny) ?list)
    `,
    unless: re`\b(?:no|not|missing|without|invalid|lacks?|doesn.t|isn.t|mis-?match\w{0,3}|cannot|can.t|unresolv\w{1,6})\b`,
    basis: 'observed',
    examples: [
      '554 5.7.1 Blacklisted reverse DNS name of your address (mta.example.com)',
      '550 The PTR of 192.0.2.25 is on our blacklist',
    ],
  },
  {
    id: 'reverse-dns',
    ...kinds.ptr,
    isPermanent: 'by-code',
    pattern: oneOf`
      \bPTR\b
      reverse[ -]?(?:DNS|host ?name|lookup|name|resol|mapping|record|entry)
      \brDNS\b
      FCrDNS
      forward[ -]confirmed
      IP name (?:lookup failed|possibly forged)
      cannot find your (?:reverse )?host ?name
      your host ?name
      no (?:valid )?host ?name
      cannot resolve your (?:ip|address|host)
      \bip (?:address )?must resolve
      \bhost (?:name )?(?:can.?t|cannot|could not) be resolved
    `,
    // A remark behind the address, which was refused for something else.
    unless: re`\btoo (?:many|much) (?:\S{1,12} ){0,2}?(?:errors|spam|junk|complaints|attempts|failures|connections|commands|sessions)\b.{0,60}? \(no (?:PTR|r?DNS|reverse)`,
    basis: 'composed',
    examples: [
      '450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.25]',
      '550 5.7.1 Fix reverse DNS for 192.0.2.25',
    ],
  },
];
