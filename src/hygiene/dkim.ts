// DKIM keys as they are published (RFC 6376 section 3.6.1, RFC 8301 on lengths, RFC 8463 on Ed25519).
import { createPublicKey } from 'node:crypto';
import type { Ask } from './ask.js';
import type { Point } from './look.js';
import { readTags } from './tags.js';

/** What a key record says. */
type DkimKey =
  | { kind: 'key'; type: 'rsa'; bits: number; isTesting: boolean }
  | { kind: 'key'; type: 'ed25519'; isTesting: boolean }
  | { kind: 'revoked' }
  | { kind: 'broken'; why: string };

/** Verifiers may reject shorter keys, and do (RFC 8301 section 3.2). */
const BITS_AT_LEAST = 1024;
const BITS_WISHED = 2048;
const ED25519_BYTES = 32;

/** Reads a key record. Never throws. */
export function readDkimKey(text: string): DkimKey {
  const read = readTags(text);
  if ('fault' in read) return broken(read.fault);
  const { tags, names } = read;
  if (tags.has('v') && (names[0] !== 'v' || tags.get('v') !== 'DKIM1'))
    return broken('v= must come first and be DKIM1');
  const p = tags.get('p')?.replace(/\s/g, '');
  if (p === undefined) return broken('p= is missing');
  if (p === '') return { kind: 'revoked' };
  const isForMail = listOf(tags.get('s') ?? '*').some((service) => service === '*' || service === 'email');
  if (!isForMail) return broken('s= does not allow mail');
  const hashes = listOf(tags.get('h') ?? 'sha256');
  if (!hashes.includes('sha256')) return broken('h= does not allow sha256');
  if (!/^[a-z0-9+/]+={0,2}$/i.test(p)) return broken('p= is not base64');
  return keyIn(tags.get('k') ?? 'rsa', Buffer.from(p, 'base64'), listOf(tags.get('t') ?? '').includes('y'));
}

function keyIn(type: string, bytes: Buffer, isTesting: boolean): DkimKey {
  if (type === 'ed25519')
    return bytes.length === ED25519_BYTES
      ? { kind: 'key', type, isTesting }
      : broken(`an Ed25519 key has ${ED25519_BYTES} bytes, this has ${bytes.length}`);
  if (type !== 'rsa') return broken(`k=${type.slice(0, 30)} is no kind of key that verifiers know`);
  const bits = rsaBits(bytes);
  return bits === undefined ? broken('p= holds no RSA key') : { kind: 'key', type, bits, isTesting };
}

/** Published as SubjectPublicKeyInfo, or bare, as the RFC's text has it. */
function rsaBits(bytes: Buffer): number | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      const key = createPublicKey({ key: bytes, format: 'der', type });
      if (key.asymmetricKeyType === 'rsa') return key.asymmetricKeyDetails?.modulusLength;
    } catch {
      // Not in this form.
    }
  }
  return undefined;
}

function listOf(text: string): string[] {
  return text.split(':').map((word) => word.trim());
}

function broken(why: string): DkimKey {
  return { kind: 'broken', why };
}

/** Looks at one selector of a domain. */
export async function lookAtDkim(ask: Ask, domain: string, selector: string): Promise<Point> {
  const name = `${selector}._domainkey.${domain}`;
  const found = await ask(name, 'TXT');
  if (found.kind === 'unknown') return { selector, state: 'unknown', text: found.why };
  if (found.kind === 'missing')
    return {
      selector,
      state: 'bad',
      text: 'there is no key',
      advice: `Publish the key (TXT, or a CNAME to where it stands) at ${name}, or take the selector out of hygiene.dkimSelectors.`,
    };
  const through = found.alias === undefined ? '' : `, through a CNAME to ${found.alias}`;
  const record = [...found.values].sort().join('\n');
  const keys = found.values.filter((text) => /(^|;)\s*p\s*=/.test(text));
  if (keys.length > 1)
    return {
      selector,
      state: 'bad',
      text: `there are ${keys.length} keys${through}`,
      record,
      advice: `Keep one TXT record at ${name}: with several, verifiers may take any.`,
    };
  return { selector, record, ...judge(readDkimKey(keys[0] ?? found.values[0] ?? ''), name, through) };
}

function judge(key: DkimKey, name: string, through: string): Point {
  switch (key.kind) {
    case 'revoked':
      return {
        state: 'bad',
        text: `the key is revoked (p= is empty)${through}`,
        advice: `Publish the key that signs now at ${name}, or sign with another selector.`,
      };
    case 'broken':
      return {
        state: 'bad',
        text: `no verifier can read it: ${key.why}${through}`,
        advice: `Publish the key anew at ${name}.`,
      };
    case 'key': {
      const testing = key.isTesting ? { advice: 't=y says that it is only a test: take that tag out.' } : {};
      if (key.type === 'ed25519') return { state: 'ok', text: `Ed25519 key${through}`, ...testing };
      const text = `RSA key of ${key.bits} bits${through}`;
      if (key.bits < BITS_AT_LEAST)
        return {
          state: 'bad',
          text: `${text}: too short, verifiers reject it`,
          advice: `Publish a key of ${BITS_WISHED} bits at ${name}.`,
        };
      const weak = key.bits < BITS_WISHED ? { advice: `Weak: a key of ${BITS_WISHED} bits is the usual one now.` } : {};
      return { state: 'ok', text, ...weak, ...testing };
    }
  }
}
