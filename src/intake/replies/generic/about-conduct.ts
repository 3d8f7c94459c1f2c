// What our address did, or is taken for, for which it is refused: attacks, traps, a bad mark. Nothing is listed, and no cause is in the
// message. Of messages, accounts and senders the same words are said, so that the address must be what the sentence is about.
import { DIGITS, kinds, oneOf, type ReplyPattern, re } from '../reply.js';

const HOST = `(?:ip|ips|host|server|mta|machine|system|network|subnet|mail ?host|mail ?server)`;
const ONE_THAT_SENDS = `(?:sending|sender|client|remote|connecting|source)`;
/** Our address as what a sentence is about, by its name with or without digits, or in digits. `This server` is the receiver's own. */
const US = `(?:\\b(?:(?:this|that) (?:(?:\\S{1,12} )?(?:ips?|client)|host|${ONE_THAT_SENDS} ${HOST})|(?:your|the sending|the connecting|the remote|${ONE_THAT_SENDS}) (?:\\S{1,12} )?${HOST})\\b(?: address)?(?: ?[[(<]{0,2}${DIGITS})?|\\b(?:ip|ips|client|host)(?: address)? ?[[(<]{0,2}${DIGITS}|(?<!\\b(?:to|of|via) [[(<]{0,2})${DIGITS})[\\])>]{0,2},?`;
const OUR = `(?:(?:the|your|this|that|sending|client|source|remote) ){0,2}(?:${HOST}\\b|[[(<]?${DIGITS})`;
/** The same behind `by` or `from`, where a server may speak of itself as the system or the network. */
const BY_US = `(?:(?:the )?(?:your|sending|client|source|remote|connecting) ${HOST}\\b|(?:(?:this|that|the) )?(?:ips?\\b|[[(<]?${DIGITS}))`;
const SEEMS = `(?:(?:is|was|has|been|have|keeps|seems|appears|looks|be|to|like|an?|the|currently|probably|likely|believed|suspected|considered|known|part of)[ ]){0,7}`;
const MISDEED = `(?:spam\\w{0,4}|junk|abus\\w{1,3}|attack(?:s|ing)?|harvest\\w{0,3}|scann?(?:s|ing)?|prob(?:e|es|ing)|phishing|dictionary|brute|botnets?|fraud|unsolicited|viruses)`;
const MARK = `(?:karma|rat(?:e|ing)|score|ranking|rank|grade|trust level)`;
const FAILED_LOGINS = `\\btoo many (?:(?:failed|wrong|bad|invalid) (?:auth\\w{0,11}|log-?ins?|passwords?)(?: attempts?)?|(?:\\S{1,15} ){0,2}?(?:auth\\w{0,11}|log-?in|password)(?: \\S{1,10})? (?:errors|failures|attempts)) (?:from|by) ${OUR}`;
const POOR = `(?:bad|poor|low|negative|insufficient|terrible)`;

/** What was sent is junk by where it came to, or by its name; a message that is spam is another thing. */
const SENT_JUNK = `(?:(?:us |me |out )?(?:spam|junk)\\b(?! (?:filter|report|complaint))|(?:\\S{1,12} )?(?:e-?mails?|mails?|messages?|letters?|spam|something) (?:\\S{1,12} )?to (?:\\S{1,40} ){0,3}?(?:spam ?traps?|honey ?pots?|traps?)\\b)`;
/** The address of a mailbox has no digits behind that word. */
const OR_ADDRESS = `(?:${US}|\\byour address [[(<]{0,2}${DIGITS}[\\])>]{0,2},?)`;

/** It is in the message that the cause was found. */
export const MESSAGE_HOLDS = `\\b(?:message|e-?mail|mail|letter|body|attachment)s? (?:contains?|contained|containing|holds?|held|includes?|included|carries|carried)\\b|\\b(?:in|with) (?:this|the|your) (?:message|letter|body|attachment)\\b`;

/** Of others, of our name, or of the receiver's own trouble the same words are said. */
const NOT_OF_US = re`\b(?:SPF|DKIM|DMARC|PTR|rDNS|reverse|relay\w{0,3}|user|account|mail ?box|sender(?! (?:ip|host|server)\b)|virus (?:found|detected))\b|${MESSAGE_HOLDS}|^\d{3} [45]\.3\..{0,80}?\b(?:this|that) host\b|\bno longer\b|\b(?:database|lookup) (?:error|fail)`;

/** Before what is said of senders and recipients, with the same words. */
export const conduct: readonly ReplyPattern[] = [
  {
    id: 'address-misbehaves',
    ...kinds.block,
    pattern: re`^5\d\d .{0,200}?\byour (?:ip|host|server|mail ?server|network)(?: address)? (?:\[?${DIGITS}\]? )?(?:is|was|has been|keeps|appears to be) (?:\S{1,20} ){0,2}?(?:sending|generating|flooding|abusing|attacking|spamming|scanning|harvesting)\b`,
    basis: 'composed',
    examples: [
      '554 Your host is generating excessive failed logins, call us',
      '550 5.7.1 Your IP address 192.0.2.25 has been spamming our users',
    ],
  },
  {
    id: 'address-attacks',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${US} ${SEEMS}(?:involved in|engaged in|participating in|taking part in|guilty of|responsible for|used (?:for|by|to)) (?:\S{1,15} ){0,4}?["'(]{0,2}${MISDEED}\b
      ${US} (?:(?:has|have|had|recently|just|repeatedly) ){0,3}(?:attempted|launched|performed|tried|made|started|hit|touched|triggered|tripped|mailed|fell into) (?:\S{1,15} ){0,4}?["'(]{0,2}(?:spam ?traps?|honey ?pots?|traps?\b|${MISDEED}\b)
      ${US} ${SEEMS}(?:infected|compromised|hacked|hijacked|zombies?|bots?|botnets?)\b
      (?<!\b(?:report|reporting|stop|prevent|against) (?:\S{1,12} ){0,2}?)\b(?:attacks?|spam ?trap hits?|abuse|brute[ -]?force) (?:\S{1,15} ){0,3}?(?:from|by) ${BY_US}
    `,
    unless: NOT_OF_US,
    basis: 'composed',
    examples: [
      '550 Host 192.0.2.25 seems to be engaged in a "dictionary attack"',
      '554 Your mail server has hit a honeypot of ours',
      '554 5.7.1 Your IP is probably infected',
      '550 A brute-force attack came from your host',
    ],
  },
  {
    id: 'address-sent-junk',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`${OR_ADDRESS} (?:(?:has|have|had|recently|just|repeatedly|been) ){1,3}(?:sent|sending) ${SENT_JUNK}`,
    unless: NOT_OF_US,
    basis: 'observed',
    examples: [
      '450 SPAM. Your address 192.0.2.25 has sent mail to an example.org spamtrap',
      '450 Your address 192.0.2.25 has sent spam within the last 36 hours',
    ],
  },
  {
    // What it is taken for.
    id: 'address-a-source',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`\b(?:ip|ips|host|server|mta|network|subnet)\b(?: address)?(?:,? \S{1,40}){0,8}? (?:labell?ed|marked|tagged|flagged|classified|identified|recogni[sz]ed|registered|rated|reported|known|considered|treated|seen|listed) (?:as |to be )?(?:an? |the )?(?:\S{1,15} ){0,2}?(?:sources? of (?:\S{1,15} )?(?:spam|junk|abuse|unsolicited|unwanted|bulk|abusive|malicious|malware|phishing|virus)|(?:spam|abuse) (?:source|sender)s?|spammers?)\b`,
    basis: 'composed',
    examples: [
      '554 5.7.1 The IP (192.0.2.25) of the server used by you has been tagged as a source of junk',
      '550 Your mail server is reported to be a spammer',
      '550 This host is known as a source of unwanted letters',
    ],
  },
  {
    // A mark that a filter gives to addresses. For a while it only slows down.
    id: 'address-badly-marked',
    ...kinds.block,
    pattern: oneOf`
      \b${POOR} (?:\S{1,12} ){0,2}?${MARK} (?:\S{1,12} )?(?:for|of|on|with):? ${OUR}
      ${US} (?:has|have|had|got) (?:an? )?(?:too |very |such an? )?${POOR} (?:\S{1,12} )?${MARK}\b
      \b(?:ip|host|client|connection|server)s? (?:rejected|refused|denied|blocked)\W{1,3}(?:\S{1,10} )?${POOR} (?:\S{1,12} )?${MARK}\b
      ${US} ${SEEMS}in (?:the|our|my|a) penalty ?box\b
      ^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?(?:(?:your|client|connection|very|extremely|${POOR}) ){0,4}karma\b(?: (?:is|was|score|too)){0,2}(?: ${POOR})?[:, ]{0,2}(?:-\d|$)
      ${FAILED_LOGINS}
    `,
    also: re`^5(?!3)\d\d `,
    unless: re`\b(?:user|account|mail ?box|sender(?! (?:ip|host|server)\b)|domains?|messages?|content|spam ?assassin|url)\b`,
    basis: 'composed',
    examples: [
      '550 5.7.1 Poor average rating of IP class 192.0.2.25',
      '554 Your host has too low a score, poor rating',
      '550 Your server is in our penalty box',
      '550 poor karma score: -12',
      '554 Too many failed logins by your host',
    ],
  },
  {
    // In a code of words joined.
    id: 'address-in-code',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`(?<![a-z\d@/.=-])(?:(?:spam|bad|blocked|blacklist(?:ed)?|banned|denied|rejected)(?:_[a-z]{1,12})?[_:]ips?|ips?_(?:block|blacklist|black|bann?|deny|denied|reject|reputation)(?:ed|list|listed)?)(?![a-z@])`,
    unless: re`\b(?:urls?|uris?|links?|content|body|attachments?|headers?)\b`,
    basis: 'composed',
    examples: ['554 Refused (SPAM_SEEN:IP_CHECK)', '550 Code: IP_BLOCKED'],
  },
  {
    // Put off, by that name.
    id: 'address-put-off',
    ...kinds.throttle,
    pattern: oneOf`
      (?:${US}|\b(?:ip|ips)(?: address(?:es)?)?) (?:(?:is|are|was|were|has|have|been|being|currently|temporarily|now) ){0,5}(?:deferred|delayed|throttled|limited|tar-?pitted|slowed|in (?:the|our|my|a) penalty ?box)\b
      \byou (?:are|have been) (?:\S{1,12} )?(?:throttled|tar-?pitted|slowed)\b
      \byou (?:are|have been) (?:\S{1,12} )?(?:deferred|delayed)\b(?! (?:for|by) \d|[.,;:]? (?:please |kindly |so )?(?:re-?)?(?:try|send|come back)\b)
      ${FAILED_LOGINS}
      \btoo frequent (?:messages?|mails?|e-?mails) (?:from|by) ${OUR}
    `,
    also: re`^4\d\d `,
    unless: re`\b(?:this|that) host (?:is |was )?limited\b|\bper (?:client |remote )?ip|concurren|simultaneous|too many (?:\S{1,12} ){0,3}?(?:connections|sessions)|look-?up|resolv|\bDNS\b|busy|overload|maintenance|resources?|\bload\b|database|ldap|disk|internal|local (?:problem|error)|gr[ae]y-?list|unverif|verif|\b(?:account|mail ?box|recipient|sender(?! (?:ip|host|server)\b)|user|domain)\b`,
    basis: 'composed',
    examples: ['421 Your host is being delayed', '421 IP address deferred', '450 You have been tarpitted'],
  },
];
