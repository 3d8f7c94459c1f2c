// SFR (France).
import { IP, kinds, type Provider, re } from '../reply.js';

export const sfr: Provider = {
  id: 'sfr',
  hosts: ['sfr.fr'],
  domains: ['sfr.fr', 'neuf.fr', 'club-internet.fr', '9online.fr', 'cegetel.net'],
  patterns: [
    {
      // The address stands before the text.
      id: 'sfr-abus',
      ...kinds.block,
      pattern: re`(?:\[${IP}\]>: )?Client host rejected: Abus detecte (?<code>GU_EIB_0[24])`,
      basis: 'composed',
      examples: ['554 5.7.1 <mail.example.com[192.0.2.25]>: Client host rejected: Abus detecte GU_EIB_04'],
    },
  ],
};
