// N-able Mail Assure (SpamExperts), and its list spamrl.com.
import { IP, kinds, type Provider, re, ZONE } from '../reply.js';

export const spamexperts: Provider = {
  id: 'spamexperts',
  hosts: ['antispamcloud.com', 'spamexperts.*'],
  domains: [],
  patterns: [
    {
      id: 'se-spamrl',
      ...kinds.block,
      pattern: re`The sending IP \(${IP}\) is listed on https?://(?:www\.)?spamrl\.com`,
      basis: 'observed',
      examples: ['550 The sending IP (192.0.2.25) is listed on https://spamrl.com/. Please resolve this and retry.'],
    },
    {
      id: 'se-url',
      ...kinds.content,
      pattern: re`A URL in this email \((?<domain>[^)]{0,255})\) is listed on(?: https?://(?:www\.)?${ZONE})?`,
      basis: 'observed',
      examples: ['550 A URL in this email (example.com) is listed on https://spamrl.com/. Please resolve and retry.'],
    },
  ],
};
