// KPN and the names it bought (Planet, Het Net, XS4ALL): its own blocks point to a page of its own.
import { IP, kinds, type Provider, re } from '../reply.js';

export const kpn: Provider = {
  id: 'kpn',
  hosts: ['kpnmail.nl', 'xs4all.nl'],
  domains: ['kpnmail.nl', 'kpnplanet.nl', 'planet.nl', 'hetnet.nl', 'xs4all.nl'],
  patterns: [
    {
      id: 'kpn-listed',
      ...kinds.block,
      isPermanent: 'by-code',
      pattern: re`(?:\bIP:? ?[[(]?${IP}[\])]?.{0,80}?)?\bblacklist\.kpnmail\.nl\b`,
      basis: 'observed',
      examples: ['554 Your IP: 192.0.2.25 is blacklisted, look at http://blacklist.kpnmail.nl/Help/17'],
    },
  ],
};
