// Orange and Wanadoo (France): everything is in the OFR code at the end.
import { IP, kinds, type Provider, re } from '../reply.js';

export const orangeFr: Provider = {
  id: 'orange-fr',
  hosts: ['orange.fr', 'wanadoo.fr'],
  domains: ['orange.fr', 'wanadoo.fr', 'voila.fr'],
  marks: ['orange.fr', 'wanadoo.fr', ' me adresse ip', ' me service refuse', ' ofr_', ' ofr0'],
  patterns: [
    {
      // The link names whom to ask: Cloudmark or Spamhaus.
      id: 'or-102',
      ...kinds.block,
      pattern: re`Client host blocked for spamming issues.{0,20}?(?<code>OFR?[0-9]{0,6}_?102)(?:.{0,80}?ip=${IP})?`,
      basis: 'observed',
      examples: [
        '550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 Ref http://csi.cloudmark.com/reset-request/?ip=192.0.2.25 [102]',
      ],
    },
    {
      id: 'or-102-code',
      ...kinds.block,
      pattern: re`(?<code>OFR?\d{0,3}_102)\b`,
      basis: 'composed',
      examples: ['550 mwinf5c04 ME Adresse IP source bloquee. OFR004_102 [102]'],
    },
    {
      id: 'or-103',
      ...kinds.block,
      pattern: re`(?<code>OFR\d{0,3}_103)(?: \[?${IP})?`,
      basis: 'observed',
      examples: [
        '550 mwinf5c10 ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR006_103 192.0.2.25 [103]',
      ],
    },
    {
      // Two connections at most.
      id: 'or-104',
      ...kinds.volume,
      pattern: re`(?<code>OFR\d{0,3}_104)`,
      basis: 'observed',
      examples: [
        '421 mwinf5c63 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR005_104 [104]',
      ],
    },
    {
      id: 'or-999',
      ...kinds.temporary,
      pattern: re`(?<code>OFR\d{0,3}_(?:505|999))`,
      basis: 'observed',
      examples: [
        '421 mwinf5c77 ME Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR_999 [999]',
      ],
    },
    {
      id: 'or-506',
      ...kinds.content,
      pattern: re`(?<code>OFR\d{0,3}_506)`,
      basis: 'observed',
      examples: ['550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]'],
    },
    {
      id: 'or-405',
      ...kinds.auth,
      pattern: re`(?<code>OFR\d{0,3}_(?:40[135]|415|517))`,
      basis: 'observed',
      examples: ['501 5.1.0 Emetteur invalide. Invalid Sender. OFR004_405 [405]'],
    },
    {
      id: 'or-416',
      ...kinds.unknownUser,
      pattern: re`(?<code>OFR\d{0,3}_416)`,
      basis: 'observed',
      examples: ['550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]'],
    },
  ],
};
