// Yahoo! Japan: a company of its own, with its own codes.
import { IP, kinds, type Provider, re } from '../reply.js';

export const yahooJapan: Provider = {
  id: 'yahoo-japan',
  hosts: ['yahoo.co.jp'],
  domains: ['yahoo.co.jp', 'ybb.ne.jp'],
  patterns: [
    {
      id: 'yj-vs98',
      ...kinds.throttle,
      pattern: re`Mail from ${IP} not allowed - (?<code>VS98-IP\d) deferred`,
      basis: 'observed',
      examples: ['553 Mail from 192.0.2.25 not allowed - VS98-IP0 deferred'],
    },
  ],
};
