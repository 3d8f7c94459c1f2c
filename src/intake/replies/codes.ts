// What a status code alone says, where the text is not known: RFC 3463, RFC 5321, RFC 7505 and the IANA registry of enhanced codes.
// Codes that say too little (5.0.0, 5.7.1 is said of everything) give nothing or the least that is sure.
import type { Meaning } from './reply.js';

const BY_STATUS: Readonly<Record<string, Meaning>> = {
  '5.1.1': 'unknown-user',
  // No such domain, address that cannot be, moved away, host that takes no mail: as dead an address as an unknown user.
  '5.1.2': 'unknown-user',
  '5.1.3': 'unknown-user',
  '5.1.4': 'unknown-user',
  '5.1.6': 'unknown-user',
  // The sender's address: its form, its host.
  '5.1.7': 'policy',
  '5.1.8': 'policy',
  '5.1.10': 'unknown-user',
  '5.2.1': 'unknown-user',
  '5.2.2': 'mailbox-full',
  '4.2.2': 'mailbox-full',
  '5.2.3': 'policy',
  '5.3.4': 'policy',
  // A loop.
  '5.4.6': 'policy',
  '5.6.0': 'content',
  '5.7.1': 'policy',
  '5.7.2': 'recipient-policy',
  '5.7.4': 'tls',
  '5.7.7': 'content',
  // Who logs in, and how (RFC 4954); an account that is closed, or not trusted.
  '5.7.8': 'policy',
  '5.7.9': 'policy',
  '5.7.13': 'policy',
  '5.7.14': 'policy',
  '5.7.10': 'tls',
  '5.7.11': 'tls',
  '4.7.10': 'tls',
  '4.7.11': 'tls',
  // 20 to 24 and 26: DKIM, SPF, several at once. 25: reverse DNS. 27: the sender's domain takes no mail. 28: flood. 29: ARC.
  '5.7.20': 'auth',
  '5.7.21': 'auth',
  '5.7.22': 'auth',
  '5.7.23': 'auth',
  '5.7.24': 'auth',
  '5.7.25': 'ptr',
  '5.7.26': 'auth',
  '5.7.27': 'auth',
  '5.7.28': 'ip-throttle',
  '5.7.29': 'auth',
  '5.7.30': 'tls',
  '4.7.20': 'auth',
  '4.7.21': 'auth',
  '4.7.22': 'auth',
  '4.7.23': 'auth',
  '4.7.24': 'auth',
  '4.7.25': 'ptr',
  '4.7.26': 'auth',
  '4.7.27': 'auth',
  '4.7.28': 'ip-throttle',
  '4.7.29': 'auth',
};

/** What an enhanced status code, or else the reply code (0 for none), says by itself; undefined when it says too little. */
export function meaningOfCode(status: string, code = 0): Meaning | undefined {
  const meaning = BY_STATUS[status];
  if (meaning) return meaning;
  if (status.startsWith('4.')) return 'temporary';
  if (status !== '' && status !== '5.0.0') return undefined;
  if (code === 552) return 'mailbox-full';
  if (code === 534 || code === 535 || code === 538) return 'policy';
  return code >= 400 && code < 500 ? 'temporary' : undefined;
}
