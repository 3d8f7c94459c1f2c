// EarthLink, MindSpring, PeoplePC: blocks addresses, never domains, and says so by its name.
import { IP, kinds, type Provider, re } from '../reply.js';

export const earthlink: Provider = {
  id: 'earthlink',
  hosts: ['earthlink.net'],
  domains: ['earthlink.net', 'mindspring.com', 'peoplepc.com', 'ix.netcom.com'],
  patterns: [
    {
      id: 'el-blocked',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`\bIP (?:address )?${IP} (?:is|has been|was) blocked by EarthLink\b`,
      basis: 'observed',
      examples: ['550 IP 192.0.2.25 is blocked by EarthLink. Go to earthlink.net/block for details.'],
    },
    {
      id: 'el-kinds',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`\bdynamic/zombied/spam IPs blocked`,
      basis: 'observed',
      examples: ['550 Dynamic/zombied/spam IPs blocked. Write blockedbyearthlink@abuse.earthlink.net'],
    },
  ],
};
