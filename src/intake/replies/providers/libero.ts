// Libero and Virgilio (Italiaonline): the name of an inner host and a code in brackets. For addresses it believes Cloudmark.
import { kinds, type Provider, re } from '../reply.js';

export const libero: Provider = {
  id: 'libero',
  hosts: ['libero.it', 'virgilio.it', 'italiaonline.it', 'iol.it'],
  domains: ['libero.it', 'virgilio.it', 'inwind.it', 'iol.it', 'blu.it', 'giallo.it'],
  marks: ['.iol.local'],
  patterns: [
    {
      // A domain of the envelope or of the From: line, mostly for DMARC.
      id: 'lb-domain',
      ...kinds.policy,
      isPermanent: 'by-code',
      pattern: re`\bInvalid domain \[[a-z0-9-]{1,40}\.iol\.local; ?(?<code>LIB_\d{1,5})\]`,
      basis: 'observed',
      examples: ['550 Invalid Domain [smtp-41.iol.local; LIB_101]'],
    },
  ],
};
