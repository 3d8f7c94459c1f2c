// What the message holds; and refusals that say little else than that they are refusals.
import { ADDRESS_SHUT_OUT, kinds, oneOf, type ReplyPattern, re } from '../reply.js';

/** Said of the message in so many words: before what is said of senders, recipients and addresses. */
export const plainSpam: readonly ReplyPattern[] = [
  {
    id: 'content-plainly',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: oneOf`
      (?:reject|bounce|discard)\w{0,3}, id=\S{1,40} - (?:spam|ube|uce|virus|banned|infected|bad.header)
      \bbanned: ?\d{0,3} ?[\d.]{0,8} ?[.\w-]{1,40}\.(?:exe|zip|js|scr|bat|com|vbs|docm|xlsm)\b
      (?:this |your |the )?(?:message|e-?mail|mail|content|body)(?! ?(?:server|host|relay|gateway))(?: \S{1,20}){0,3}? (?:contains?|containing|detected as|identified as|classified as|recogni[sz]ed as|considered(?: as)?|marked as|flagged as|scored as|looks? (?:too much )?like|appears to be|seems to be|matches|is likely|is probably|is) (?:\S{1,15} ){0,2}?(?:spam|junk|unsolicited|virus|phishing|malware|ube|uce|banned|prohibited|undesirable)
      (?:body|headers?|message|mail|e-?mail|attachment|text)s?(?! (?:server|host|relay|gateway)) (?:\S{1,15} ){0,2}?(?:contains?|containing|includes?) (?:an? |the )?(?:\S{1,15} ){0,2}?(?:black ?listed|block ?listed|blocked|banned|listed|bad|suspicious|malicious) (?:ips?|addresses|address|links?|urls?|domains?|hosts?)\b
      (?:body|headers?|message|mail|e-?mail|text)s? (?:contains?|containing|includes?) (?:an? )?(?:ips?|addresses|address|hosts?) (?:that is |which is |is )?(?:listed|found|on|in)\b
      spam message (?:rejected|refused|blocked|discarded)
      (?:black|block) ?listed (?:\S{1,12} )?(?:body|content|url|uri|link)s? (?:hosts?|domains?|ips?|addresses|address)\b
      \b(?:body|content|url|uri|link)s? (?:hosts?|domains?|ips?|addresses|address)(?: \S{1,60})? (?:(?:is|are|was|has|been|found|stands|listed|on|in|our|the|an?) ){1,5}(?:black|block) ?list
      too many (?:same|identical|similar|duplicated?|equal)(?:[ -]\S{1,10}){0,2}? (?:messages?|mails?|e-?mails?|letters?|contents?|subjects?)\b(?! (?:from|by) (?:\S{1,8} )?(?:ip|host|server|[[(<]?\d{1,3}\.))
      ^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?(?:rejected|refused|blocked|denied):? (?:the |your )?(?:message )?(?:content|body|attachment|ur[il]s?|links?)(?: NS)?[,;] (?!.{0,200}?${ADDRESS_SHUT_OUT})
      spam (?:detected|content)(?! from|\W{1,3}(?:your |the )?(?:ip|host|server)\b.{0,40} (?:blocked|banned|black ?listed)\b)
    `,
    basis: 'composed',
    examples: [
      '554 5.7.0 Reject, id=31337-04 - SPAM',
      '550 5.7.1 Message contains spam - rejected by the recipient organisation',
      '554 5.7.1 Spam message rejected',
      '550 Refused body, junk source 12',
    ],
  },
];

export const message: readonly ReplyPattern[] = [
  {
    id: 'content-spam',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: re`(?:classified|identified|detected|rejected|blocked|marked|considered|looks? (?:too much )?like|likely|appears to be|contains?|is|as|be|high|possible|probabl[ey]|suspected|of|for|due to|because of|this|bulk|no)(?: \S{1,30}){0,4}? (?:as |to be )?(?:spam|UBE|UCE|unsolicited|junk|virus(?:es)?|phish(?:ing)?|malware|trojan|spamm?[iy]ng?|malicious|bulk)\b`,
    basis: 'composed',
    examples: ['550 Rejected as likely SPAM and may not be delivered'],
  },
  {
    id: 'content-words',
    ...kinds.content,
    isPermanent: 'by-code',
    pattern: oneOf`
      \bspam (?:message|mail|content|detected|score|filter|rejected|found|probability|level|check|engine|blocked|signature|trap|report|is )
      spam(?:assassin|d\b|-like|my\b)
      (?:message|mail(?! from\b)|content|body|attachment|file)(?: \S{1,20}){0,4}? (?:suspicious|dangerous|prohibited|forbidden|banned|not allowed|undesirable|unwanted|unacceptable|inappropriate)
      (?:suspicious|dangerous|prohibited|forbidden|banned|undesirable|executable|illegal|infected|malicious|blocked) (?:\S{1,20} ){0,2}?(?:content|attachment|file|message|extension|link|url|mail)
      (?:message|mail|content)(?: \S{1,20}){0,2}? (?:filter(?:ed)?|fails? filter)
      content[ -](?:is |was )?(?:reject(?:ed|ion)?|denied|refused|blocked|restriction|policy|not a(?:ccepted|llowed))
      attachments? (?:\S{1,20} ){0,2}?(?:policy|filter|restriction)
      mass[ -]?mail(?:er|ing)
      html (?:tag|code|content)s? (?:\S{1,20} )?(?:unacceptable|rejected|blocked|not a)
      \bant[iy][ -]?spam
      (?:by|in) (?:the )?(?:DCC|razor|pyzor|bogofilter)\b
      gtube
      virus
      \b(?:W|Win)(?:32|64)[./]\w
      malware
      phishing
      unsolicited
      (?:black|block) ?listed (?:url|uri|link|word)
      (?:blocked|rejected|refused) ?[:-] ?(?:(?!see|visit|follow|click|open|check)\S{1,20} )?(?:attachment|content|url|link)s?\b
      \b(?:url|link|phone(?: number)?) filter
      \bMIME (?:container|structure|parts?|error)\b
      \b(?:boundary|line) length (?:\S{1,12} ){0,5}?(?:too long|exceed)
      quarantined (?:message|mail|e-?mail|letter)
      (?:message|e-?mail|mail|headers?) (?:is |are )?(?:not|isn.t|aren.t) (?:\S{1,12} ){0,2}?RFC[ -]?\d{0,4}[ -]compliant
      body of
      message (?:content )?(?:was )?(?:rejected|refused|blocked) (?:due to|because of|for) (?:its )?content
      scored? \(?[0-9]
      \[CS\][ ]
      false positive
      \bspam(?:s|my|ming|text|trap)?\b
      (?:bulk|junk) (?:mail|message)
      (?:as|like) bulk
      (?:sensitive|prohibited|forbidden|bad) words?
      words? in (?:the|your) (?:message|mail|subject)
      (?:restricted|unacceptable) (?:\S{1,20} )?attachment
      because it contains
      (?:rated|classified|marked|tagged|flagged) (?:as )?[a-z]spam\b
      (?:in|out)bound ?spam
      (?:missing|malformed|invalid|duplicate|bad) (?:\S{1,20} )?headers?\b
      headers? (?:is |are |field )?(?:missing|malformed|invalid|duplicate)
    `,
    basis: 'composed',
    examples: ['554 5.7.1 Spam score too high', '552 5.7.0 Message blocked: banned attachment'],
  },
];

export const rest: readonly ReplyPattern[] = [
  {
    // What the relay itself says when it reaches nobody.
    id: 'not-reached',
    ...kinds.temporary,
    pattern: oneOf`
      Connection (?:timed out|refused|reset)
      lost connection with
      timed out while
      conversation with
      No route to host
      Network is unreachable
      (?:host|name) (?:or domain name )?not found, try again
      Host not found, try again
      name service error.{0,80}?try again
    `,
    basis: 'composed',
    examples: ['connect to mx.example.com[192.0.2.1]:25: Connection timed out'],
  },
  {
    id: 'loop',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`too many (?:hops|received)|hop count exceeded|received\W{1,4}(?:\S{1,12} )?headers? ?(?:counts?|exceed)|mail ?loop|loop(?:ing)? detected|is looping|loops back to myself`,
    basis: 'composed',
    examples: ['554 5.4.6 Too many hops', '550 5.4.6 Mail loop detected'],
  },
  {
    id: 'no-such-domain',
    ...kinds.unknownUser,
    isPermanent: 'by-code',
    pattern: re`Host or domain name not found|domain (?:\S{1,80} )?(?:does not exist|not found|does not accept mail|not hosted|not used for)|null ?MX|no such domain|(?:host|domain) unknown|^5\d\d .{0,300}?unable to route\b|no MX (?:records?|hosts?) (?:found )?for (?:the |this )?(?:recipient|destination|domain(?! of (?:the )?sender))`,
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
    pattern: oneOf`
      polic(?:y|ies)
      administrative(?:ly)? (?:prohibi|reject|block|den)
      access (?:is |was )?(?:denied|refused|rejected)
      relay(?:ing)?(?: \S{1,20}){0,3} (?:denied|prohibited|not (?:permitted|allowed)|access)
      unable to relay
      (?:not|n.t) relaying
      \brcpthosts\b
      not permitted
      not allowed
      not (?:authori[sz]ed|accepted)
      prohibited
      forbidden
      (?:message|mail)(?: \S{1,20})? (?:size|too (?:large|big))
      size (?:exceeds|limit)
      too (?:large|big)
      helo
      ehlo
      (?:message|mail|e-?mail|delivery|transaction|request)(?: \S{1,20}){0,2} (?:rejected|refused|denied|declined|blocked)
      administrator
      authentication (?:is )?(?:required|needed)
      without authentication
      \bspoof(?:ed|ing)?\b
      requires? authentication
      not authenticated
      local users? only
      (?:\bauth|authentication|authori[sz]ation|log ?in) (?:has )?(?:failed|failure|unsuccessful)
      (?:invalid|incorrect|bad|wrong) (?:log ?in|credentials|user ?name|password)
      \blog in\b
      (?:sender|from)(?: \S{1,20}){0,3} (?:must|should) (?:equal|match|be the same)
      (?:sender|from)(?: \S{1,20}){0,3} (?:does not|doesn.t|do not) match
      permissions? to send
      we do not accept
      violat
      ^5\d\d (?:#?\d\.\d{1,3}\.\d{1,3} )?(?:Rejected|Refused|Denied|Transaction failed)\.?$
    `,
    basis: 'composed',
    examples: [
      '550 5.7.1 Message rejected due to local policy',
      '554 5.7.1 <someone@example.com>: Delivery prohibited',
    ],
  },
];
