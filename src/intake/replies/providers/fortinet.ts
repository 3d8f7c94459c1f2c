// Fortinet FortiMail: recognised by the link to FortiGuard, or where that has the address; the words are its owner's.
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
    {
      id: 'fg-address',
      ...kinds.block,
      pattern: re`\bfortiguard\b.{0,30}? (?:black|block|blocked|black ?listed|block ?listed|bad) ip\b`,
      basis: 'observed',
      examples: ['554 5.7.1 Refused: a FortiGuard - AntiSpam black IP address (192.0.2.25)'],
    },
  ],
};
