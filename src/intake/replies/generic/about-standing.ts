// How our address stands with a receiver, in other words than "blocked" and "listed": not welcome, held off, guarded against, of a bad
// history, or taken for one that no mail server has.
import { DIGITS, kinds, oneOf, type ReplyPattern, re } from '../reply.js';
import { MESSAGE_HOLDS } from './about-conduct.js';

const HOST = `(?:ips?|host|server|mta|machine|network|subnet|mail ?host|mail ?server)`;
const DIGITS_IN_BRACKETS = `[[(<]{0,2}${DIGITS}`;
/** Our address as what a sentence is about. `This server` is the receiver's own. */
const US = `(?:\\b(?:your|the sending|the connecting|sending|sender|client|connecting|source) (?:\\S{1,12} )?${HOST}\\b(?: address)?(?: range)?(?: ?${DIGITS_IN_BRACKETS})?|\\b(?:this|that|the) ip\\b(?: address)?(?: ?${DIGITS_IN_BRACKETS})?|\\b(?:ips?|client|host)(?: address)? ?${DIGITS_IN_BRACKETS}|(?<!\\b(?:to|of|via|by|at|on) [[(<]{0,2})${DIGITS})[\\])>]{0,2},?`;
/** The same behind what is done, where whoever is hosted with us may be meant too. */
const WHOM = `(?:the )?(?:your (?:\\S{1,12} )?(?:${HOST}|isp|provider|location)\\b|(?:this|that|the|sending|client|connecting|source) ips?\\b|(?:(?:ips?|host|client|server|network)(?: address)? )?${DIGITS_IN_BRACKETS})`;
const IS = `(?:(?:is|are|was|were|has|have|been|being|currently|now|already|temporarily|permanently|put|placed) ){1,4}`;
const AWAY = `(?:fire ?walled|quarantined|(?:in|under) quarantine|restricted|locked(?: out)?|disabled|dropped|ignored|unwelcome|untrustworthy|distrusted|shunned|excluded|shut out|cut off|null-?routed|black-?holed|(?:in|on) (?:exile|hold|probation)|on (?:(?:our|the|an?|my|local|internal) ){0,2}(?:ban|kill|drop|reject|watch|spam|abuse|shit)(?:[ -]?list)\\b)`;
/** It is done to our address, which does it to nobody. */
const NO_OBJECT = String.raw`(?=\W{0,3}$|[.,;:!)]|,? (?:by|for|due|because|until|here|since|now|today)\b)`;
const GUARD = `(?:fail2ban|crowdsec|intrusion (?:prevention|detection|protection)|brute[ -]?force (?:protection|detection|prevention)|(?:flood|attack|abuse|dos|ddos|scan|probe) (?:protection|control|detection|prevention|guard)|firewall(?: rules?)?)`;
const LINE = `(?:dynamic(?:ally)?(?: (?:assigned|allocated))?|dial-?up|dsl|cable|residential|consumer|end[ -]user|home[ -]user)`;

/** Said of others with the same words, or of what is amiss with our name. */
const NOT_OF_US = re`\b(?:user(?! line|[ -]defined)|account|mail ?box|recipients?|sender(?!'?s? (?:ip|host|server|mta)\b)|domains?|urls?|links?|attachment|PTR|r?DNS|reverse|host ?names?|SPF|DKIM|DMARC|HELO|EHLO|relay\w{0,3}|maintenance|greylist\w{0,3}|ldap|database|busy|overload\w{0,2}|(?<!\bin )errors?)\b`;

/** Who takes no mail from us is the receiver: its lists and its people have rules of their own. */
const THEY = `(?:^\\d{3} (?:[45]\\.\\d{1,3}\\.\\d{1,3} )?|\\b(?:sorry,?|we|i|(?:this|the|our) (?:mail )?(?:servers?|hosts?|systems?|sites?|networks?|gateways?|filters?|company|policy|policies)) |(?<![\\w@.-])[a-z\\d-]{1,63}(?:\\.[a-z\\d-]{1,63}){1,8} )`;
/** From our address whatever it is: not what is too large, not for somebody, not only without a login. */
const WHATEVER = String.raw`(?: address)?(?: ?${DIGITS_IN_BRACKETS})?[\])>]{0,2}(?: (?:here|anymore|any more|any longer|again|at all))?(?=\W{0,3}$|[.,;:!)(-]|,? (?:because|due|see|visit|contact|for (?:spam|abuse))\b)`;
/** With these the same is said of a login, of one list or mailbox, of too much at once, and of the receiver's own trouble. */
const OF_THIS_MAIL = re`${NOT_OF_US.source}|${MESSAGE_HOLDS}|^53\d |^\d{3} (?:4\.3|[45]\.[46])\.|\b(?:unless|until|authenticat\w{0,6}|log(?:ged|ging)?[ -]?in|logins?|TLS|encrypt\w{0,6}|certificates?|port \d{1,5})\b|\bto (?:this|that|the|our|these|those) (?:\S{1,12} )?(?:lists?|groups?|address|people)\b|\btoo (?:many|much|often|fast|large|big)\b|\blimits?\b|\b(?:now|yet|later|at (?:the|this) (?:moment|time)|try again|(?:re)?start\w{0,3}|reboot\w{0,3}|disk|storage|memory|queues?|loops?|backend|unavailable)\b`;

/** A rule, or a page, that judges letters, logins, names and ways of our address, and not who connects. */
const RULE_OF_ANOTHER_CAUSE = re`${NOT_OF_US.source}|^\d{3} [45]\.7\.2\d|\b(?:(?:content|message|body|spam|url|links?|size|recipients?) (?:\S{1,20} )?(?:polic|rule|filter)\w{0,3}|attachments?|virus|malware|DLP|data loss|loops?|forward\w{0,3}|redirect\w{0,3}|log(?:ged|ging)?[ -]?in|logins?|authenticat\w{0,6}|TLS|quota)\b|https?://\S{0,150}?(?:ptr|rdns|reverse|helo|spf|dkim|dmarc|auth(?!or)|tls|ssl|quota|size|virus|malware|phish|attach|user|mailbox|recipient|greylist|content)`;

export const standing: readonly ReplyPattern[] = [
  {
    id: 'address-held-off',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${US} ${IS}${AWAY}
      ${US} ${AWAY}${NO_OBJECT}
      \b(?:access|service|mail|e-?mail|connections?|sessions?|entry)(?: (?:is|was|has|been|are)){0,2} (?:restricted|refused|denied|locked|disabled) (?:for|to) ${WHOM}
      \bno (?:services?|access|entry|thanks),? (?:for|to|from)? ?${WHOM}
      \b(?:do|will|can|would)(?: not|n.t) (?:talk|speak|listen) (?:to|with) (?:you\b|${WHOM})
      \b(?:do|does)(?: not|n.t) (?:like|trust|want) ${WHOM}
      ^5\d\d .{0,200}?\b(?:untrustworthy|unwelcome|undesired|disreputable|spamming|spammers?'?s?) (?:${HOST}|isp)\b
      \bmail from (?:ip |network |subnet )?${DIGITS_IN_BRACKETS}(?:/\d{1,3})?[\])>]{0,2} (?:is |are |was )?not (?:accepted|wanted|taken)\b
    `,
    unless: NOT_OF_US,
    basis: 'composed',
    examples: ['554 Your host is shunned here', '550 No service for 192.0.2.25', '550 We do not talk to your server'],
  },
  {
    id: 'address-met-a-rule',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      \b(?:polic(?:y|ies)|rules?|filters?) (?:(?:is|was|has) )?(?:match(?:es|ed)?|hit|triggered|applie[sd]) (?:for|on|by|to|against) (?:(?:the|your|ip|host|client|address) ){0,3}${DIGITS_IN_BRACKETS}
      ^5\d\d (?:\d\.\d{1,3}\.\d{1,3} )?(?:(?:access|connection|you are|your (?:ip|host|server)) )?(?:blocked|rejected|refused|denied|banned)\W{1,4}(?:(?:please )?(?:see|visit|look(?: at| up)?|check|go to|more at)? ?:? ?)https?://\S{1,150}?[?&/](?:client_?|remote_?|sender_?)?(?:ip|ip_?addr|ip_?address|addr|address)=${DIGITS}
    `,
    unless: RULE_OF_ANOTHER_CAUSE,
    basis: 'composed',
    examples: [
      '550 Local rule applied to 192.0.2.25',
      '554 Denied: visit https://post.example.net/why?ipaddr=192.0.2.25',
    ],
  },
  {
    id: 'address-kept-out',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${THEY}(?:do|does|will|can)(?: ?not|n.t) (?:allow|permit|take) (?:any )?(?:e-?mails?|mails?|messages?|connections?|traffic) (?:from|by) ${WHOM}${WHATEVER}
      \byour (?:ASN?|autonomous system)(?: number)?(?: [[(<]?(?:AS ?)?\d{1,10}[\])>]?)? ${IS}(?:blocked|banned|refused|rejected|denied|black ?listed|block ?listed)\b
      \byou (?:cannot|can ?not|can.t|may not) connect (?:again )?for (?:the next |another )?(?:\d|an? (?:minute|hour|day|week))
      ^\d{3} (?:[45]\.\d{1,3}\.\d{1,3} )?(?:virus|worm|malware) sources?(?=\W{0,2}$|[.,;!]|: ?(?:${DIGITS}|(?!\S{0,60}\.\w)))
      (?:${US} ${IS}|\byou are )(?:an? )?(?:known )?(?:virus|worm|malware) source\b
    `,
    unless: OF_THIS_MAIL,
    basis: 'composed',
    examples: [
      "552 We don't allow mail from your server",
      '541 Your AS is banned from this system',
      '550 You cannot connect for 2 more days',
      '553 Virus source: come back in a day',
    ],
  },
  {
    id: 'address-guarded-against',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      \b${GUARD}(?: (?:is|was|has|been|now)){0,3} (?:active|activated|enabled|triggered|engaged|in effect|tripped|blocks|block|drops|bans) (?:(?:for|by|against|from|due to) )?${WHOM}
      ${US} ${IS}(?:caught|stopped|denied|blocked|banned|held|dropped) by (?:an? |the |our )?${GUARD}
      ^\d{3} (?:[45]\.\d{1,3}\.\d{1,3} )?(?:(?:your|the|this|sending|client) )?(?:ip|host|client)(?: address)?(?: ${DIGITS_IN_BRACKETS}[\])>]{0,2})? (?:(?:is|was|has|been) ){0,2}(?:caught|trapped) (?:by|in) (?!(?:\S{1,12} )?(?:rate|limit|throttl|quota))\S
      \b(?:suspicious|unusual|malicious|abusive|hostile|anomalous|harmful) (?:activit\w{1,3}|behaviou?r|traffic|patterns?)(?: \S{1,12}){0,3}? (?:from|by|of) ${WHOM}
    `,
    unless: NOT_OF_US,
    basis: 'composed',
    examples: [
      '421 4.7.1 Intrusion detection active for [192.0.2.25]',
      '550 Suspicious traffic was seen from your server',
      '551 5.7.1 IP caught by our spam net',
      '451 Block triggered by suspicious activity from your IP (192.0.2.25); write to us if this is in error',
    ],
  },
  {
    // To be taken off is offered to those who are on.
    id: 'address-may-be-removed',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      https?://\S{0,100}?(?:white-?list|de-?list|unblock)\S{0,60} (?:\S{1,12} ){0,3}?(?:request|ask for|apply for|for) (?:\S{1,12} ){0,2}?(?:removal|de-?listing|unblocking)\b
      \b(?:request|ask for|apply for|for) (?:\S{1,12} ){0,2}?(?:removal|de-?listing|unblocking)(?: \S{1,12}){0,3}?:? https?://
    `,
    unless: re`${OF_THIS_MAIL.source}|\b(?:spam|virus|content|messages?|letters?|mailing lists?|newsletters?|subscri\w{2,8}|no such)\b`,
    basis: 'composed',
    examples: [
      '550 You may not send mail. Please visit http://www.example.net/whitelist to request removal.',
      '554 Mail refused. To ask for delisting go to https://post.example.net/form',
    ],
  },
  {
    id: 'address-of-bad-history',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${US} (?:has|have|had|with) (?:an? )?(?:(?:long|bad|poor|negative|known) ){0,2}(?:history|record) of (?:\S{1,12} )?(?:spam|abuse|junk)
      ${US} (?:has|have|had|with) (?:an? )?(?:bad|poor|negative) (?:\S{1,12} )?(?:history|record|standing)\b
      ${US} (?:does|do|did)(?: not|n.t) (?:meet|satisfy|fulfil\w?) (?:our|the|my)\b
      ${US} (?:fell|is|falls|was) (?:below|under|beneath) (?:\S{1,12} ){0,2}?(?:threshold|minimum)\b
      ${US} (?:exceeds|exceeded|has exceeded|is above|is over) (?:our |the )?(?:spam|abuse|complaint)s? (?:threshold|score|level)
      \btoo many (?:complaints|spammers|abuse reports|reports) (?:about|of|from|in|at|against) ${WHOM}
      \byour (?:isp|provider|hoster|network|subnet)(?: ${DIGITS_IN_BRACKETS}\S{0,4})? (?:is|has|was) (?:[a-z-]{1,12} ){0,2}?(?:spam(?! ?filter)|spammers|blocked|banned|refused)\b
    `,
    unless: NOT_OF_US,
    basis: 'composed',
    examples: ['550 Your host has a long record of abuse', '554 Too many complaints about 192.0.2.25'],
  },
  {
    // An address that no mail server has.
    id: 'address-of-a-home',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: re`${US} (?:(?:is|seems|appears|looks|to|be|like|probably|likely|on|in|an?|of|from|part|within|belongs?|the|range|pool) ){1,7}${LINE}\b(?! (?:dns|name|update))`,
    unless: NOT_OF_US,
    basis: 'composed',
    examples: [
      '550 5.7.1 Your IP address 192.0.2.25 seems to be dynamically allocated',
      '554 192.0.2.25 looks like a dial-up',
    ],
  },
];

/** Lists that are no refusal, and those of what may be done. */
const HARMLESS_LIST = `(?:\\S{0,12}(?:white|gr[ae]y|allow|mailing|permit|wait|access|price|safe)|mx|spf|dns)`;

/** It is there now. */
const STANDS = `(?:(?:is|are|has|have|been|being|currently|now|already|still) ){1,4}`;

/** After all that knows more of it. */
export const listed: readonly ReplyPattern[] = [
  {
    // Where, or by whom, nobody may know: a list that our address is on is a block.
    id: 'address-listed',
    ...kinds.block,
    isPermanent: 'by-code',
    pattern: oneOf`
      ${US} (?:${STANDS})?listed\b(?! as (?:an? )?(?:allowed|permitted|valid|authori[sz]ed|trusted|mx)\b)
      ${US} ${STANDS}(?:on|in) (?!(?:\S{1,20} ){0,3}?${HARMLESS_LIST}(?:-|\b| ?list))(?:\S{1,20} ){1,3}?lists?\b(?! of (?:\S{1,12} ){0,2}?(?:trusted|allowed|permitted|good|safe|authori[sz]ed)\b)
    `,
    unless: NOT_OF_US,
    basis: 'composed',
    examples: ['550 5.7.1 192.0.2.25 is listed by Someone', '554 Your IP is on our list', '550 [192.0.2.25] listed'],
  },
];
