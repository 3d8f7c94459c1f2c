// La Poste (France): an LPN code at the end. 101 and 102 are other companies' lists.
import { kinds, type Provider, re } from '../reply.js';

export const laposte: Provider = {
  id: 'laposte',
  hosts: ['laposte.net'],
  domains: ['laposte.net'],
  patterns: [
    {
      id: 'lp-spamhaus',
      ...kinds.dnsbl,
      zone: 'zen.spamhaus.org',
      pattern: re`(?<code>LPN(?:AAA)?\d{0,3}_101)\b`,
      basis: 'composed',
      examples: [
        '550 5.5.0 Service refuse. To regularize your situation please follow https://www.spamhaus.org/lookup/ LPNAAA_101',
      ],
    },
    {
      id: 'lp-sender-score',
      ...kinds.dnsbl,
      zone: 'bl.score.senderscore.com',
      pattern: re`(?<code>LPN(?:AAA)?\d{0,3}_102)\b`,
      basis: 'composed',
      examples: [
        '550 5.5.0 Les emails envoyes vers la messagerie Laposte.net ont ete bloques par nos services. Afin de regulariser votre situation, nous vous invitons a cliquer sur le lien ci-dessous et a suivre la procedure. The emails sent to the mail host Laposte.net were blocked by our services. https://senderscore.org/blacklistlookup/ LPN007_102',
      ],
    },
    {
      // Its own.
      id: 'lp-block',
      ...kinds.dnsbl,
      pattern: re`(?<code>LPN(?:AAA)?\d{0,3}_103)\b`,
      basis: 'composed',
      examples: ['550 5.5.0 Service refuse. Please contact the administrator of your mail server. LPN007_103'],
    },
    {
      // Without a code.
      id: 'lp-block-plain',
      ...kinds.block,
      pattern: re`Laposte\.net ont ete bloques par nos services`,
      basis: 'official',
      examples: ['550 5.5.0 Les emails envoyes vers la messagerie Laposte.net ont ete bloques par nos services.'],
    },
    {
      id: 'lp-conn',
      ...kinds.volume,
      pattern: re`(?<code>LPN\d{3}_104)`,
      basis: 'composed',
      examples: ['421 4.7.0 Too many connections, slow down. LPN105_104'],
    },
    {
      id: 'lp-later',
      ...kinds.throttle,
      pattern: re`(?<code>LPN\d{3}_(?:10[5789]|423|424|50[5]|510))`,
      basis: 'observed',
      examples: ['421 4.2.1 Service refuse. Veuillez essayer plus tard. service refused, please try later. LPN001_108'],
    },
    {
      id: 'lp-auth',
      ...kinds.auth,
      pattern: re`(?<code>LPN\d{3}_(?:401|517))`,
      basis: 'composed',
      examples: ['571 5.7.1 Message refused, DMARC verification Failed. LPN007_517'],
    },
    {
      id: 'lp-user',
      ...kinds.unknownUser,
      pattern: re`(?<code>LPN\d{0,3}_?4(?:16|20|26))`,
      basis: 'observed',
      examples: ['550 5.5.0 Adresse destinataire invalide. Invalid recipient. LPN007_416'],
    },
  ],
};
