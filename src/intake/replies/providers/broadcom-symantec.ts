// Broadcom Email Security.cloud (MessageLabs) and Symantec Messaging Gateway.
import { kinds, type Provider, re } from '../reply.js';

export const broadcomSymantec: Provider = {
  id: 'broadcom-symantec',
  hosts: ['messagelabs.com'],
  domains: [],
  marks: ['symanteccloud.com', 'messagelabs.com'],
  patterns: [
    {
      id: 'sy-zodiac',
      ...kinds.block,
      pattern: re`Symantec Zodiac`,
      basis: 'observed',
      examples: ['500 5.7.1 Symantec Zodiac'],
    },
    {
      id: 'sy-filtered',
      ...kinds.content,
      pattern: re`Message filtered\. Refer to the Troubleshooting page`,
      basis: 'observed',
      examples: [
        '553 Message filtered. Refer to the Troubleshooting page at http://www.symanteccloud.com/troubleshooting for more information. (#5.7.1)',
      ],
    },
    {
      // The number is explained on the page it names.
      id: 'sy-aborted',
      ...kinds.throttle,
      pattern: re`Requested action aborted \[(?<code>[0-9.]{1,12})\]`,
      basis: 'observed',
      examples: [
        '450 Requested action aborted [9] 21602-1, please visit https://knowledge.broadcom.com/external/article?legacyId=TECH246726 for more details about this error message.',
      ],
    },
  ],
};
