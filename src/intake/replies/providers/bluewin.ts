// Bluewin (Swisscom): a code of its own (sc and a number) and a link that leads to the case, where removal is asked for.
import { kinds, type Provider, re } from '../reply.js';

export const bluewin: Provider = {
  id: 'bluewin',
  hosts: ['bluewin.ch'],
  domains: ['bluewin.ch', 'bluemail.ch'],
  marks: ['support.bluewin.ch/provider/bounce'],
  patterns: [
    {
      // A 5xx, and yet it ends by itself: less is taken of an address that is little known or badly thought of.
      id: 'bw-rate',
      ...kinds.throttle,
      pattern: re`\b(?<code>sc\d{3}): IP reputation rate ?limit`,
      basis: 'observed',
      examples: [
        '554 5.2.0 sc201: IP reputation ratelimit in effect - https://support.bluewin.ch/provider/bounce/aXA9MTkyLjAuMi4yNQ',
      ],
    },
    {
      id: 'bw-listed',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`\b(?<code>sc\d{3}): (?:\S{1,20} ){0,5}?(?:IP|host|server)\b(?: \S{1,20}){0,5}? (?:(?:block|black) ?listed|blocked|refused|rejected|reputation).{0,80}?bluewin\.ch/`,
      basis: 'composed',
      examples: [
        '554 5.2.0 sc601: Your IP is blocklisted - https://support.bluewin.ch/provider/bounce/aXA9MTkyLjAuMi4yNQ',
      ],
    },
  ],
};
