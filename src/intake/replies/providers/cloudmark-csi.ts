// Cloudmark Sender Intelligence: no DNS list, but the opinion several access providers follow.
import { IP, kinds, type Provider, re } from '../reply.js';

export const cloudmarkCsi: Provider = {
  id: 'cloudmark-csi',
  hosts: [],
  domains: [],
  patterns: [
    {
      id: 'csi-name',
      ...kinds.block,
      pattern: re`client (?:host )?\[?${IP}\]? blocked using Cloudmark Sender Intelligence`,
      basis: 'observed',
      examples: [
        '550 5.7.1 Service unavailable; client [192.0.2.25] blocked using Cloudmark Sender Intelligence (Visit http://csi.cloudmark.com/reset-request/ if you feel this is in error)',
      ],
    },
    {
      id: 'csi-block-list',
      ...kinds.block,
      pattern: re`\bcloudmark (?:sender intelligence|csi)\b|\bCSI (?:IP )?(?:block|black) ?list`,
      basis: 'composed',
      examples: [
        '554 Refused, you stand on the list of Cloudmark Sender Intelligence',
        '554 192.0.2.25: CSI blocklist',
        '550 Blocked by Cloudmark CSI',
      ],
    },
    {
      id: 'csi-url',
      ...kinds.block,
      pattern: re`csi\.cloudmark\.com/(?:[a-z]{2}/)?reset(?:-request)?/?(?:\?ip=${IP})?`,
      basis: 'observed',
      examples: [
        '554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using cm-csi-v11; Cloudmark Poor Reputation Sender Blacklist http://csi.cloudmark.com/reset-request/?ip=192.0.2.25',
      ],
    },
    {
      id: 'csi-list',
      ...kinds.block,
      pattern: re`(?:client(?: host)? \[${IP}\] )?blocked using cm-csi`,
      basis: 'composed',
      examples: ['554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using cm-csi-v11; poor reputation'],
    },
  ],
};
