// Sophos Email.
import { kinds, type Provider, re } from '../reply.js';

export const sophos: Provider = {
  id: 'sophos',
  hosts: ['sophos.com', 'reflexion.net'],
  domains: [],
  marks: ['sophos.com'],
  patterns: [
    {
      id: 'so-rep',
      ...kinds.block,
      pattern: re`Sophos.{0,120}?(?:reputation|blocked|RBL)`,
      basis: 'composed',
      examples: ['554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked by Sophos reputation'],
    },
  ],
};
