// Vade at access providers: recognised by the link to its sender tool, or by the codes of Open-Xchange and EarthLink, whose mail it
// filters. What they mean: postmaster-oxsus.vadesecure.com and postmaster-earthlink.vadesecure.com. Codes of a limit are left to their
// status code.
import { kinds, type Provider, re } from '../reply.js';

/** Of Open-Xchange in America and Europe, and of EarthLink. */
const HOUSE = String.raw`\b(?:OXS(?:US|EU)|ELNK)\d{3,4}`;

export const vade: Provider = {
  id: 'vade',
  hosts: [],
  domains: [],
  patterns: [
    {
      // Its own list.
      id: 'vr-code-list',
      ...kinds.block,
      pattern: re`(?<code>${HOUSE}_101)\b`,
      basis: 'official',
      examples: ['550 5.7.1 Connection refused - OXSUS001_101'],
    },
    {
      // Validity's; with 421 the code is of the receiver's own trouble.
      id: 'vr-code-validity',
      ...kinds.dnsbl,
      zone: 'bl.score.senderscore.com',
      alsoOf: ['earthlink'],
      pattern: re`^5\d\d .{0,200}?(?<code>${HOUSE}_102)\b`,
      basis: 'official',
      examples: ['550 5.7.1 Sender blocked error - ELNK001_102'],
    },
    {
      id: 'vr-code-spamhaus',
      ...kinds.dnsbl,
      zone: 'zen.spamhaus.org',
      alsoOf: ['earthlink'],
      pattern: re`(?<code>${HOUSE}_111)\b`,
      basis: 'official',
      examples: ['550 5.7.1 Sender blocked error - ELNK001_111'],
    },
    {
      id: 'vr-code-ptr',
      ...kinds.ptr,
      alsoOf: ['earthlink'],
      pattern: re`(?<code>${HOUSE}_10[58])\b`,
      basis: 'official',
      examples: ['550 5.7.1 Connection refused - ELNK001_105'],
    },
    {
      // What our server sends, or its failed logins.
      id: 'vr-code-source',
      ...kinds.throttle,
      alsoOf: ['earthlink'],
      pattern: re`(?<code>${HOUSE}_13[04])\b`,
      basis: 'official',
      examples: ['421 4.2.1 Connection deferred - ELNK001_130'],
    },
    {
      // With the words for a host.
      id: 'vr-code-user',
      ...kinds.unknownUser,
      pattern: re`(?<code>\bOXS(?:US|EU)\d{3,4}_403)\b`,
      basis: 'official',
      examples: ['550 5.7.1 Connection refused - OXSUS0001_403'],
    },
    {
      id: 'vr-link',
      ...kinds.block,
      pattern: re`vade(?:secure|retro)\.com|\bvade (?:secure |threat |ip |reputation ){0,2}(?:list|block ?list|black ?list)`,
      // It says so of a recipient with the same link, and of what else has a code.
      unless: re`recipient rejected|${HOUSE}_\d{3}\b`,
      basis: 'composed',
      examples: [
        '550 5.7.1 Rejected, see https://sendertool.vadesecure.com/en/ for 192.0.2.25',
        '550 192.0.2.25 is on the Vade threat list',
      ],
    },
  ],
};
