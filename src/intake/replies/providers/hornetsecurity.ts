// Hornetsecurity (antispameurope): few of its refusals are known, so the pattern is narrow.
import { kinds, type Provider, re } from '../reply.js';

export const hornetsecurity: Provider = {
  id: 'hornetsecurity',
  hosts: ['hornetsecurity.com', 'antispameurope.com', 'hornetdns.com', 'hornetdns.net'],
  domains: [],
  patterns: [
    {
      id: 'hs-bl',
      ...kinds.block,
      pattern: re`(?:antispameurope|hornetsecurity).{0,120}?(?:blacklist|blocklist|RBL|reputation)`,
      basis: 'composed',
      examples: ['554 5.7.1 mx-gate12-hz1.antispameurope.com refused, IP on antispameurope RBL'],
    },
  ],
};
