// Fortinet FortiMail: recognised by the link to FortiGuard; the words are its owner's.
import { kinds, type Provider, re } from '../reply.js';

export const fortinet: Provider = {
  id: 'fortinet',
  hosts: [],
  domains: [],
  patterns: [
    {
      id: 'fg-link',
      ...kinds.block,
      pattern: re`fortiguard\.com/`,
      basis: 'composed',
      examples: ['550 5.7.1 Blocked by FortiGuard, see https://www.fortiguard.com/services/antispam/removal'],
    },
  ],
};
