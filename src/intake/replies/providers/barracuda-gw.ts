// Barracuda Email Gateway: appliances and cloud; they follow Barracuda's own list.
import { IP, kinds, type Provider, re } from '../reply.js';

export const barracudaGw: Provider = {
  id: 'barracuda-gw',
  hosts: ['barracudanetworks.com', 'cudaops.com'],
  domains: [],
  marks: ['barracudanetworks.com', 'barracudacentral.org', 'cuda_nsu'],
  patterns: [
    {
      id: 'bg-url',
      ...kinds.dnsbl,
      zone: 'b.barracudacentral.org',
      pattern: re`barracuda(?:networks|central)\.(?:com|org)/(?:reputation|rep|lookups)\S{0,80}?[?&]ip=${IP}`,
      basis: 'observed',
      examples: [
        '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using b.barracudacentral.org; http://www.barracudanetworks.com/reputation/?pr=1&ip=192.0.2.25',
      ],
    },
    {
      id: 'bg-name',
      ...kinds.dnsbl,
      zone: 'b.barracudacentral.org',
      pattern: re`blocked using Barracuda Reputation`,
      basis: 'observed',
      examples: [
        '554-Service unavailable; Client host [mta.example.com] blocked using Barracuda Reputation; http://www.barracudanetworks.com/reputation/',
      ],
    },
    {
      id: 'bg-blocked',
      ...kinds.content,
      pattern: re`permanent failure for one or more recipients \([^)]{0,320}:blocked\)`,
      basis: 'observed',
      examples: ['550 permanent failure for one or more recipients (someone@example.com:blocked)'],
    },
    {
      id: 'bg-nsu-user',
      ...kinds.unknownUser,
      pattern: re`\bcuda_nsu 5\.1\.\d`,
      basis: 'composed',
      examples: ['550 cuda_nsu 5.1.1 <someone@example.com>... User unknown'],
    },
    {
      id: 'bg-nsu',
      ...kinds.recipientPolicy,
      pattern: re`\bcuda_nsu\b`,
      basis: 'observed',
      examples: ['550 cuda_nsu 5.7.1 <someone@example.com>... Rejected'],
    },
  ],
};
