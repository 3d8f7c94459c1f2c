// Proximus (Skynet, Belgacom): a list of its own, which an address is taken off at a page.
import { kinds, type Provider, re } from '../reply.js';

export const proximus: Provider = {
  id: 'proximus',
  hosts: ['proximus.be', 'skynet.be', 'belgacom.be'],
  domains: ['proximus.be', 'skynet.be', 'belgacom.net'],
  patterns: [
    {
      id: 'px-investigated',
      ...kinds.block,
      isPermanent: 'by-code',
      isShared: true,
      pattern: re`\bunder investigation for (?:\S{1,15} )?(?:abuse|spam)`,
      basis: 'official',
      examples: ['554 Access denied - under investigation for spam abuse'],
    },
  ],
};
