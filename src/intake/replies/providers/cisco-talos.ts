// Cisco Secure Email (IronPort): refuses by the reputation that Talos gives, mostly in the greeting.
import { kinds, type Provider, re } from '../reply.js';

export const ciscoTalos: Provider = {
  id: 'cisco-talos',
  hosts: ['iphmx.com'],
  domains: [],
  marks: ['senderbase.org', 'talosintelligence.com', 'access to this mail system has been rejected'],
  patterns: [
    {
      id: 'ct-poor',
      ...kinds.block,
      pattern: re`(?:sending MTA(?:.?s)?|the sending system.?s) poor reputation`,
      basis: 'observed',
      examples: [
        "554-mx.example.com 554 Your access to this mail system has been rejected due to the sending MTA's poor reputation. If you believe that this failure is in error, please contact the intended recipient via alternate means.",
      ],
    },
    {
      id: 'ct-submit',
      ...kinds.block,
      pattern: re`Your access to submit messages to this e-mail system has been rejected`,
      basis: 'observed',
      examples: ['550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.'],
    },
  ],
};
