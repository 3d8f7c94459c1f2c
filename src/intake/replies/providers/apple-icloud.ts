// Apple iCloud: codes in brackets, whose list Apple does not publish.
import { IP, kinds, type Provider, re } from '../reply.js';

export const appleIcloud: Provider = {
  id: 'apple-icloud',
  hosts: ['icloud.com'],
  domains: ['icloud.com', 'me.com', 'mac.com', 'privaterelay.appleid.com'],
  marks: ['support.apple.com', 'icloud.com'],
  patterns: [
    {
      // Local policy: content or reputation.
      id: 'ap-cs-hm',
      ...kinds.content,
      pattern: re`\[(?<code>CS0\d|HM\d\d|HME\d|HC0\d|HT0\d)\] (?:Message|Your message).{0,30}rejected`,
      basis: 'observed',
      examples: [
        '550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137',
        '554 5.7.1 [HM08] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137',
      ],
    },
    {
      id: 'ap-hcm',
      ...kinds.throttle,
      pattern: re`\[(?<code>HCM\d)\] Your mail from ${IP} was deferred`,
      basis: 'observed',
      examples: ['421 [HCM1] Your mail from 192.0.2.25 was deferred.'],
    },
    {
      id: 'ap-bs',
      ...kinds.temporary,
      pattern: re`\[(?<code>BS0\d)\] Temporary server error`,
      basis: 'composed',
      examples: ['451 [BS02] Temporary server error. Please try again later.'],
    },
    {
      id: 'ap-dbl',
      ...kinds.domainBlock,
      zone: 'dbl.spamhaus.org',
      pattern: re`domain present in the Spamhaus DBL`,
      basis: 'observed',
      examples: [
        '550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL -- see https://www.spamhaus.org/dbl/',
      ],
    },
    {
      // In its greeting, to addresses it does not want; others say so when they are busy.
      id: 'ap-greeting',
      ...kinds.block,
      isPermanent: 'by-code',
      isShared: true,
      pattern: re`ESMTP not accepting connections`,
      basis: 'observed',
      examples: ['554 st11p00im-smtpin001.me.com ESMTP not accepting connections'],
    },
    {
      id: 'ap-volume',
      ...kinds.recipientVolume,
      isShared: true,
      pattern: re`deferred due to excessive volume`,
      basis: 'observed',
      examples: [
        '421 4.7.1 Messages to someone@icloud.com deferred due to excessive volume. Try again later - https://support.apple.com/en-us/HT204137',
      ],
    },
    {
      id: 'ap-unavail',
      ...kinds.temporary,
      isShared: true,
      pattern: re`4\.7\.1 Service unavailable - try again later`,
      basis: 'observed',
      examples: ['451 4.7.1 Service unavailable - try again later'],
    },
    {
      id: 'ap-dmarc',
      ...kinds.auth,
      isShared: true,
      pattern: re`rejected due to (?<domain>[a-z0-9.-]{1,255})(?:'s)? DMARC policy`,
      basis: 'observed',
      examples: [
        "550 5.7.1 Your message was rejected due to example.com's DMARC policy. See https://support.apple.com/en-us/HT204137 for info",
      ],
    },
    {
      id: 'ap-nouser',
      ...kinds.unknownUser,
      isShared: true,
      pattern: re`user does not exist`,
      basis: 'observed',
      examples: ['550 5.1.1 <someone@icloud.com>: user does not exist'],
    },
  ],
};
