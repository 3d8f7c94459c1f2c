// Mailbox providers with users everywhere. Facts: Google's list of SMTP errors (February 2026), Yahoo's Sender Hub (February 2026),
// Apple's postmaster page (February 2025).
import type { Receiver } from './receiver.js';

export const worldwide: readonly Receiver[] = [
  {
    id: 'google',
    name: 'Gmail and Google Workspace',
    kind: 'mailbox',
    confidence: 'high',
    removalUrl: 'https://support.google.com/mail/contact/gmail_bulk_sender_escalation',
    method: 'form',
    asks: [
      'sending domain and IP addresses',
      'full SMTP error',
      'headers of a refused message',
      'volume, and how recipients subscribed',
    ],
    expectedHours: [24, 336],
    lookupUrl: 'https://postmaster.google.com',
    notes:
      'There is nothing to be taken off: reputation follows the domain first and mends with clean mail. Send less for hours instead of retrying; the form is worth it after two quiet weeks, and answers are rare.',
  },
  {
    id: 'yahoo',
    name: 'Yahoo, AOL and the brands it hosts',
    kind: 'mailbox',
    confidence: 'high',
    removalUrl: 'https://senders.yahooinc.com/contact/',
    method: 'form',
    asks: [
      'IP address and DKIM domain',
      'exact error with its code',
      'volume, and how recipients subscribed',
      'changes made',
    ],
    expectedHours: [24, 168],
    notes:
      'After TSS04 or TSS05 stop for two to four hours, then begin slowly, at most 20 messages a connection. Ask when the same error has lasted 48 hours. BL codes are solved at Spamhaus.',
  },
  {
    id: 'apple-icloud',
    name: 'Apple iCloud',
    kind: 'mailbox',
    confidence: 'high',
    removalUrl: 'https://support.apple.com/en-us/102322',
    mail: 'icloudadmin@apple.com',
    method: 'email',
    asks: [
      'company name',
      'mail domain',
      'IP addresses of the affected servers',
      'SMTP errors received',
      'description of the trouble, and since when',
    ],
    expectedHours: [24, 168],
    notes:
      'Seldom answered, but it takes effect within days. Apple filters with Proofpoint: see the address there too.',
  },
  {
    id: 'rackspace',
    name: 'Rackspace Email',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://postmaster.apps.rackspace.com/',
    method: 'form',
    asks: ['IP address', 'the bounce'],
    expectedHours: [12, 48],
    notes: 'What stands behind the return code in the refusal is the list to go to.',
  },
  {
    id: 'godaddy',
    name: 'GoDaddy (secureserver.net)',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://unblock.secureserver.net/',
    method: 'form',
    asks: ['IP address', 'mail address of the person who asks'],
    expectedHours: [1, 48],
    notes: 'IB110 ends by itself after an hour.',
  },
];
