// The receiver's own failure, said with the words of a refusal: its server is down, and so the connection is refused. Nothing is wrong
// with us, and another address of ours is refused the same. Whatever such a text says of spam, lists or us besides, it is no failure.
import { kinds, oneOf, type ReplyPattern, re, SOME_ADDRESS } from '../reply.js';

/** What fails there. */
const THEIRS = `(?:(?:mail|smtp|backend|internal|remote|our|storage|cluster|primary) ?)?(?:server|system|service|gateway|back-?end|host|network|machine|site|node|mail ?store|storage|database|ldap|directory|scanner|antivirus|filter)s?`;
const IS = `(?: (?:is|are|was|has|have|been|currently|temporarily|now|still|at|the|moment|gone|went|all)){0,4}`;
const FAILING = `(?:down(?! with)|off-?line|out of (?:order|service|memory|disk)|overloaded|not (?:running|responding|operational|reachable|online|working)|unreachable|(?:under|in|being|undergoing|for) (?:\\S{1,12} )?maintenance|in maintenance|shutting down|restarting|rebooting|being (?:moved|upgraded|rebooted|migrated|restarted|repaired|replaced)|crashed|broken)`;

/** A cause that lies with us, or with somebody who is no server. */
const NOT_THEIRS = re`spam|junk|abus|unsolicited|unwanted|malicious|suspicious|infected|\bvirus|malware|(?:black|block|deny|white) ?list|\blisted\b|\bblocked\b|\bblocking\b|\bbanned\b|\bbarred\b|reputation|polic(?:y|ies)|\b[DR]N?S?BL\b|dynamic|dial-?up|trust|welcome|forbidden|\b(?:your|sending|sender's|client|connecting) (?:\S{1,12} )?(?:ip|host|server|network|mta|address|domain|system|relay)\b|\b(?:user|recipient|account|sender|relaying|spf|dkim|dmarc|ptr|rdns|reverse|tls|starttls|authenticat\w{0,4}|quota|size|helo|ehlo)\b|mail ?box(?! (?:server|store|host|back))`;
/** Us in digits: whoever names the address that he refuses means it, if he says no more of himself than that he cannot. */
const NAMES_US = re`${SOME_ADDRESS}|\bfrom (?:you|there|this|that)\b|\bto (?:you|hosts?|the)\b`;

export const receiver: readonly ReplyPattern[] = [
  {
    // Slow for everybody.
    id: 'own-slowness',
    ...kinds.temporary,
    pattern: re`^4\d\d .{0,80}?\b(?:this|our) (?:mail ?)?(?:server|system|service|machine) (?:(?:is|was|has|been|being|currently|now) ){1,4}(?:throttled|slowed|rate[ -]?limited)\b`,
    unless: re`${NOT_THEIRS.source}|\byou\w{0,3}\b|${NAMES_US.source}`,
    basis: 'composed',
    examples: ['421 This system is throttled at the moment'],
  },
  {
    id: 'own-failure',
    ...kinds.temporary,
    pattern: oneOf`
      \b${THEIRS}${IS} ${FAILING}\b
      \b(?:we are|we're|we have been)(?: \S{1,12}){0,2} ${FAILING}\b
      \b(?:system|server|scheduled|planned|routine|emergency|ongoing|technical|network|database) maintenance\b
      \b(?:down|closed|offline|unavailable|disabled) (?:for|due to|because of) (?:\S{1,15} ){0,2}?(?:maintenance|upgrade|repair|migration|technical|reboot)
      \b(?:too many open files|out of (?:memory|disk|file descriptors|resources)|disk (?:is )?full|no space left|insufficient (?:system|disk|storage) \S{1,12})
      \b(?:database|internal(?: server)?|system|hardware|software|ldap|i/?o|disk|storage|backend) (?:error|failure|fault|problem)\b
      \b(?:cannot|can.t|could not|unable to|failed to) (?:connect|talk|speak) (?:to|with) (?:the |our |its )?(?:\S{1,15} )?(?:back-?end|mail ?store|mailbox server|database|ldap|storage|internal|next hop|server)
      \bno route to (?:the |our )?(?:\S{1,15} )?(?:host|server|back-?end)
      \bnext hop\b.{0,40}? (?:refused|denied|rejected|offline|down)
      \b(?:wartungs?(?:arbeit\w{0,3}|modus)?|ausser betrieb|au.{1,2}er betrieb|en maintenance|hors service|(?:en|por) mantenimiento|fuera de servicio|in manutenzione|fuori servizio|em manuten\S{1,3}o|fora de servi\S{1,2}o|onderhoud|buiten (?:gebruik|dienst))\b
    `,
    also: re`^5\d\d `,
    unless: NOT_THEIRS,
    basis: 'composed',
    examples: [
      '554 mx1.example.net connection refused, server down',
      '550 Connection denied - our server is out of order',
      '554 connection refused; antivirus scanner not running',
      '554 Verbindung abgelehnt, Server wegen Wartungsarbeiten nicht erreichbar',
    ],
  },
  {
    // Said with less: it counts where nothing is said of us.
    id: 'own-failure-perhaps',
    ...kinds.temporary,
    pattern: re`\bconnect(?:ions?)?(?: \S{1,12}){0,2} (?:refused|rejected|denied|not accepted)\b`,
    also: re`^5\d\d .{0,300}?\b(?:try (?:again )?(?:later|tomorrow|in \d)|please (?:re)?try|retry (?:later|in)|come back later|(?:un|not )available\b(?! to| for)|timed? ?out|at (?:this time|the moment)|(?:mail ?box|internal|backend) (?:server|host|store))`,
    unless: re`${NOT_THEIRS.source}|${NAMES_US.source}`,
    basis: 'composed',
    examples: [
      '554 Connection refused: service unavailable',
      '521 Service unavailable, connection refused; try again later',
      '554 delivery error: connection refused by mailbox server, please retry',
    ],
  },
];
