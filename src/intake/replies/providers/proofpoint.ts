// Proofpoint (PDR), and Proofpoint Essentials.
import { IP, kinds, type Provider, re } from '../reply.js';

export const proofpoint: Provider = {
  id: 'proofpoint',
  hosts: ['pphosted.com', 'ppe-hosted.com', 'gpphosted.com'],
  domains: [],
  marks: ['proofpoint.com'],
  patterns: [
    {
      id: 'pp-ipcheck',
      ...kinds.block,
      pattern: re`https?://(?:ipcheck|support)\.proofpoint\.com/\S{0,80}?\?ip=${IP}`,
      basis: 'observed',
      examples: [
        '554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.25',
        '550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.225',
      ],
    },
    {
      id: 'pp-prs',
      ...kinds.block,
      code: 'PRS',
      pattern: re`client \[?${IP}\]? blocked using prs\.proofpoint\.com`,
      basis: 'observed',
      examples: ['550 5.7.1 Service unavailable; client [192.0.2.25] blocked using prs.proofpoint.com'],
    },
    {
      // By the name of the service: Proofpoint Dynamic Reputation, of addresses.
      id: 'pp-name',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`\bproofpoint(?:'s)? (?:\S{1,12} ){0,2}?reputation\b`,
      unless: re`\b(?:file|attachment|url|link|message|domain) reputation`,
      basis: 'composed',
      examples: ['554 5.7.1 Mail of 192.0.2.25 refused, says the Proofpoint IP reputation service'],
    },
  ],
};
