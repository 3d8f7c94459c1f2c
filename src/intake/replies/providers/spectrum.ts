// Spectrum (Charter, Time Warner, Bright House): a number behind AUP# says everything.
import { kinds, type Provider, re } from '../reply.js';

export const spectrum: Provider = {
  id: 'spectrum',
  hosts: ['charter.net', 'mail.rr.com', 'cloudfilter.net'],
  domains: ['charter.net', 'spectrum.net', 'rr.com', 'roadrunner.com', 'twc.com', 'brighthouse.com', 'bresnan.net'],
  marks: ['security.rr.com'],
  patterns: [
    {
      id: 'sp-ptr',
      ...kinds.ptr,
      pattern: re`AUP#(?:In-|I-|O-)?(?<code>11[0-5]\d)\b`,
      basis: 'composed',
      examples: ['554 5.7.1 192.0.2.25 blocked AUP#In-1110'],
    },
    {
      id: 'sp-spamhaus',
      ...kinds.dnsbl,
      zone: 'zen.spamhaus.org',
      pattern: re`AUP#(?:In-|I-|O-)?(?<code>12[2-5]\d)\b`,
      basis: 'composed',
      examples: ['554 5.7.1 192.0.2.25 blocked AUP#In-1220'],
    },
    {
      // 1000 and the like. 1090 is temporary; 1260 takes no IPv6.
      id: 'sp-aup',
      ...kinds.block,
      pattern: re`AUP#(?:In-|I-|O-)?(?<code>1\d{3})\b`,
      basis: 'composed',
      examples: [
        '550 5.1.0 <bounce@example.com> sender rejected. Please see https://www.spectrum.net/support/internet/understanding-email-error-codes for more information. AUP#In-1310',
        '554 5.7.1 192.0.2.25 blocked AUP#In-1210',
      ],
    },
  ],
};
