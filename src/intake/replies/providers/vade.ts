// Vade at access providers: recognised by the link to its sender tool.
import { kinds, type Provider, re } from '../reply.js';

export const vade: Provider = {
  id: 'vade',
  hosts: [],
  domains: [],
  patterns: [
    {
      id: 'vr-link',
      ...kinds.block,
      pattern: re`vade(?:secure|retro)\.com|\bvade (?:secure |threat |ip |reputation ){0,2}(?:list|block ?list|black ?list)`,
      // It says so of a recipient with the same link.
      unless: re`recipient rejected`,
      basis: 'composed',
      examples: [
        '550 5.7.1 Rejected, see https://sendertool.vadesecure.com/en/ for 192.0.2.25',
        '550 192.0.2.25 is on the Vade threat list',
      ],
    },
  ],
};
