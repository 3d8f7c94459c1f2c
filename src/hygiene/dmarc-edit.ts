// The DMARC record to publish instead: what stands there, as far as it can be read, and never stricter than it was. Pure.
import type { DnsRecord } from './look.js';
import { readTags } from './tags.js';

const POLICIES = ['none', 'quarantine', 'reject'];

/** Values that are kept; pct=, ri= and rf= are gone from RFC 9989, but an old receiver heeds a pct= that stands there. */
const KEPT: [string, RegExp][] = [
  ['sp', /^(none|quarantine|reject)$/i],
  ['np', /^(none|quarantine|reject)$/i],
  ['adkim', /^[rs]$/i],
  ['aspf', /^[rs]$/i],
  ['fo', /^[01ds](:[01ds])*$/i],
  ['pct', /^(100|\d{1,2})$/],
  ['t', /^[yn]$/i],
];

/** As it is published: TXT below `_dmarc` (RFC 7489 section 6.1). */
export function dmarcAt(domain: string, value: string): DnsRecord[] {
  return [{ name: `_dmarc.${domain}`, type: 'TXT', value }];
}

/**
 * A record for a domain that has none. p=none refuses nothing, and its reports show who sends for the domain: with less, mail that nobody
 * thought of would be lost (RFC 7489 appendix B.2.1). Reports to a mailbox of the same domain need nobody's consent (section 7.1).
 */
export function newDmarc(domain: string): string {
  return `v=DMARC1; p=none; rua=${mailboxOf(domain)}`;
}

/** The record with a mailbox for reports. */
export function withReports(text: string, domain: string): string {
  return `${text.trim().replace(/;\s*$/, '')}; rua=${mailboxOf(domain)}`;
}

/**
 * A record whose slips are put right. Policies stay only where receivers heed them; where they make nothing of the record, or p=none
 * (RFC 7489 section 6.6.3), the mended one begins there too, for subdomains as well: nobody has seen yet what a stricter one would refuse.
 */
export function mendedDmarc(text: string, domain: string): string {
  const tags = looseTags(text);
  const policy = policyInForce(text);
  const isKept = (name: string) => policy !== undefined || !['sp', 'np'].includes(name);
  const kept = KEPT.flatMap(([name, sound]) => {
    const value = tags.get(name) ?? '';
    return isKept(name) && sound.test(value) ? [`${name}=${value}`] : [];
  });
  const rua = mailtos(tags.get('rua'));
  const ruf = mailtos(tags.get('ruf'));
  return [
    'v=DMARC1',
    `p=${policy ?? 'none'}`,
    ...kept,
    `rua=${rua.length > 0 ? rua.join(',') : mailboxOf(domain)}`,
    ...(ruf.length > 0 ? [`ruf=${ruf.join(',')}`] : []),
  ].join('; ');
}

/** The policy that receivers heed of a record; undefined where they heed none. */
export function policyInForce(text: string): string | undefined {
  const read = readTags(text);
  const tags = 'fault' in read ? new Map<string, string>() : read.tags;
  const [p = '', sp = p] = ['p', 'sp'].map((name) => tags.get(name)?.toLowerCase());
  return tags.get('v') === 'DMARC1' && POLICIES.includes(p) && POLICIES.includes(sp) ? p : undefined;
}

/** One record in place of several: none of them is heeded, so it begins with p=none, and all who got reports get them. */
export function mergedDmarc(texts: readonly string[], domain: string): string {
  const rua = [...new Set(texts.flatMap((text) => mailtos(looseTags(text).get('rua'))))];
  return `v=DMARC1; p=none; rua=${rua.join(',') || mailboxOf(domain)}`;
}

function mailboxOf(domain: string): string {
  return `mailto:dmarc@${domain}`;
}

/** The tags of a record that is right, or what looks like them in one that is not: with commas or blanks between, say. */
function looseTags(text: string): Map<string, string> {
  const read = readTags(text);
  const pairs = 'fault' in read || read.tags.get('v') !== 'DMARC1' ? loosePairs(text) : [...read.tags];
  const tags = new Map<string, string>();
  for (const [name, value] of pairs) if (!tags.has(name.toLowerCase())) tags.set(name.toLowerCase(), value);
  return tags;
}

function loosePairs(text: string): [string, string][] {
  const plain = text.slice(0, 2_000);
  return [...plain.matchAll(/\b([a-z]{1,5})\s*[=:]\s*((?:mailto:)?[^;,\s=]+)/gi)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
}

/** The addresses of a list; a bare one gets the `mailto:` that it lacks. */
function mailtos(value = ''): string[] {
  return value.split(',').flatMap((part) => {
    const address = part.trim().replace(/^mailto:/i, '');
    return /^[^\s@:;!"'<>]+@[^\s@:;"'<>]+\.[^\s@:;"'<>]+$/.test(address) ? [`mailto:${address}`] : [];
  });
}
