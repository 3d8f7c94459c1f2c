// Free (France).
import { IP, kinds, type Provider, re } from '../reply.js';

export const freeFr: Provider = {
  id: 'free-fr',
  hosts: ['free.fr', 'proxad.net'],
  domains: ['free.fr', 'aliceadsl.fr', 'libertysurf.fr'],
  marks: ['postmaster.free.fr', '@free.fr'],
  patterns: [
    {
      id: 'fr-spam-ip',
      meaning: 'ip-block',
      isPermanent: 'by-code',
      rerouteHelps: true,
      pattern: re`too many (?:spams?|errors) from your IP(?: \(${IP}\))?`,
      basis: 'composed',
      examples: ['421 Too many spams from your IP (192.0.2.25), please visit http://postmaster.free.fr/'],
    },
    {
      id: 'fr-quota',
      ...kinds.mailboxFull,
      isShared: true,
      pattern: re`Quota exceeded \(mailbox for user is full\)`,
      basis: 'observed',
      examples: ['554 5.2.2 <someone@free.fr>: Recipient address rejected: Quota exceeded (mailbox for user is full)'],
    },
  ],
};
