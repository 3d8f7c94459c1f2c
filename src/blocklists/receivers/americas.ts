// Access providers of the United States. Several have moved their mailboxes to Yahoo: there Yahoo's way counts (the MX ends in
// yahoodns.net).
import type { Receiver } from './receiver.js';

export const americas: readonly Receiver[] = [
  {
    id: 'comcast',
    name: 'Comcast / Xfinity',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://spa.xfinity.com/report',
    method: 'form',
    asks: ['IP address', 'error code', 'contact'],
    expectedHours: [24, 72],
    lookupUrl: 'https://spa.xfinity.com/help/postmaster',
    notes: 'BL000001 is Spamhaus ZEN: solve it there.',
  },
  {
    id: 'att',
    name: 'AT&T',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://www.att.com/support/article/email-support/KM1401980/',
    mail: 'abuse_rbl@abuse-att.net',
    method: 'email',
    asks: ['the bounce itself', 'IP address', 'cause and fix'],
    expectedHours: [24, 72],
  },
  {
    id: 'cox',
    name: 'Cox',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://www.cox.com/residential/support/email-error-codes.html',
    method: 'none',
    asks: [],
    expectedHours: [1, 24],
    notes:
      'IPBL codes name other lists bit by bit (from the right: Spamhaus, Return Path, ivmSIP, Cloudmark): solve it there. CDRBL ends within a day.',
  },
  {
    id: 'spectrum',
    name: 'Spectrum (Charter, Time Warner)',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://www.spectrum.net/support/internet/understanding-email-error-codes',
    method: 'none',
    asks: [],
    expectedHours: [1, 72],
    notes:
      'AUP numbers 1200 to 1210 are Cloudmark, 1220 to 1250 Spamhaus: solve it there. 1000 and 1090 end by themselves.',
  },
  {
    id: 'earthlink',
    name: 'EarthLink, MindSpring',
    kind: 'mailbox',
    confidence: 'medium',
    removalUrl: 'https://support.earthlink.net/articles/email/email-blocked-by-earthlink.php',
    mail: 'blockedbyearthlink@abuse.earthlink.net',
    method: 'email',
    asks: ['a subject of “Blocked” and the IP address, nothing else', 'the bounce itself, forwarded'],
    expectedHours: [24, 72],
    notes:
      'Any other subject is answered by a robot. It follows lists of dynamic and infected addresses: solve it there first.',
  },
];
