// Too much of something: at once, in a time, or in one message.
import { kinds, oneOf, type ReplyPattern, re } from '../reply.js';

/** How large, and how many at once: before what is said of addresses, which are named along with it. */
export const connections: readonly ReplyPattern[] = [
  {
    id: 'too-large',
    ...kinds.policy,
    isPermanent: 'by-code',
    pattern: re`(?:message|mail|file|attachment)(?: \S{1,20})? (?:size|(?:is |was )?too (?:large|big|long))|size (?:exceeds|limit)|maximum (?:allowed )?size|attachment (?:count|number|limit)|too many attachments`,
    basis: 'composed',
    examples: ['552 5.3.4 Message size exceeds fixed limit'],
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
      (?:sending|outgoing|outbound|submission) (?:\S{1,20} )?quota
    `,
    basis: 'composed',
    examples: [
      '421 4.7.0 Too many connections from your host, slow down',
      '452 4.5.3 Error: too many recipients',
      '421 4.7.0 Max message per connection exceeded',
    ],
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
      rate (?:has |was )?exceed
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
