// The DMARC record to publish instead: what stands there, as far as it can be read, and never stricter than it was. Pure.
import { type DnsRecord, txtAt } from './look.js';
import { readTags, type Tags } from './tags.js';

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
  return [txtAt(`_dmarc.${domain}`, value)];
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
  const ruf = urisIn(tags.get('ruf'));
  return [
    'v=DMARC1',
    `p=${policy ?? 'none'}`,
    ...kept,
    `rua=${withMailbox(urisIn(tags.get('rua')), domain)}`,
    ...(ruf.length > 0 ? [`ruf=${ruf.join(',')}`] : []),
  ].join('; ');
}

/** The tags of a record by their names in lower case; one that stands there twice in any case makes the list none (RFC 6376 section 3.2). */
export function dmarcTags(text: string): Tags {
  const read = readTags(text);
  if ('fault' in read) return read;
  const tags = new Map([...read.tags].map(([name, value]) => [name.toLowerCase(), value]));
  const twice = read.names.find(
    (name, i) => read.names.findIndex((one) => one.toLowerCase() === name.toLowerCase()) < i,
  );
  return twice === undefined ? { tags, names: [...tags.keys()] } : { fault: `the tag ${twice} stands there twice` };
}

/** The policy that receivers heed of a record; undefined where they heed none. */
export function policyInForce(text: string): string | undefined {
  const read = dmarcTags(text);
  const tags = 'fault' in read ? new Map<string, string>() : read.tags;
  const [p = '', sp = p] = ['p', 'sp'].map((name) => tags.get(name)?.toLowerCase());
  return isDmarc(text) && POLICIES.includes(p) && POLICIES.includes(sp) ? p : undefined;
}

/**
 * A record for a subdomain that asks for neither more nor less than its organisation's sound one, whose policy for it is given. Reports go
 * where the text in its place wanted them.
 */
export function inheritedDmarc(text: string, organisations: string, policy: string, domain: string): string {
  const tags = looseTags(organisations);
  const kept = ['adkim', 'aspf', 'pct', 't'].flatMap((name) => (tags.has(name) ? [`${name}=${tags.get(name)}`] : []));
  const [own, theirs] = [looseTags(text), tags].map((some) => urisIn(some.get('rua')));
  const rua = own?.length ? own : (theirs ?? []);
  return ['v=DMARC1', `p=${policy}`, ...kept, `rua=${withMailbox(rua, domain)}`].join('; ');
}

/** One record in place of several: none of them is heeded, so it begins with p=none, and all who got reports get them. */
export function mergedDmarc(texts: readonly string[], domain: string): string {
  const rua = [...new Set(texts.flatMap((text) => urisIn(looseTags(text).get('rua'))))];
  return `v=DMARC1; p=none; rua=${withMailbox(rua, domain)}`;
}

/** Receivers report by mail; another scheme beside it is ignored (RFC 7489 section 6.3). */
function withMailbox(uris: readonly string[], domain: string): string {
  const isMailed = uris.some((uri) => uri.startsWith('mailto:'));
  return [...(isMailed ? [] : [mailboxOf(domain)]), ...uris].join(',');
}

function mailboxOf(domain: string): string {
  return `mailto:dmarc@${domain}`;
}

/** Reports whether receivers take the text for a DMARC record: they discard all that does not begin so (RFC 7489 section 6.4). */
export function isDmarc(text: string): boolean {
  return /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(;|$)/.test(text);
}

/** Reports whether a text below `_dmarc` was meant as a record that receivers discard: `p=none; v=DMARC1`, `v=dmarc1`, in quotation marks. */
export function isAlmostDmarc(text: string): boolean {
  return !isDmarc(text) && /\bv\W{0,5}d?marc|^\W*dmarc|\bp\s*[=:]\s*(none|quarantine|reject)\b/i.test(text);
}

/** The records among TXT texts: those that receivers heed, else those that were meant as one. */
export function dmarcAmong(texts: readonly string[]): string[] {
  const records = texts.filter(isDmarc);
  return records.length > 0 ? records : texts.filter(isAlmostDmarc);
}

/** The tags of a record that is right, or what looks like them in one that is not: with commas or blanks between, say. */
function looseTags(text: string): Map<string, string> {
  const read = dmarcTags(text);
  const pairs = 'fault' in read || !isDmarc(text) ? loosePairs(text) : [...read.tags];
  const tags = new Map<string, string>();
  for (const [name, value] of pairs) if (!tags.has(name.toLowerCase())) tags.set(name.toLowerCase(), value);
  return tags;
}

const LOOSE = /[^;,\s="'\u201c-\u201f]+/.source;
const LOOSE_URI = /(?:mailto:|https?:\/\/)[^;,\s"'\u201c-\u201f]+/.source;
const LOOSE_PAIR = new RegExp(`\\b([a-z]{1,5})\\s*[=:]\\s*(${LOOSE_URI}(?:\\s*,\\s*${LOOSE_URI})*|${LOOSE})`, 'gi');

function loosePairs(text: string): [string, string][] {
  const plain = text.slice(0, 2_000);
  return [...plain.matchAll(LOOSE_PAIR)].map(([, name = '', value = '']) => [name, value]);
}

/** Where reports go; a bare address gets the `mailto:` that it lacks. */
function urisIn(value = ''): string[] {
  return value.split(',').flatMap((part) => {
    const uri = part.trim();
    if (/^https?:\/\/(?=[\x21-\x7e]+$)[^\s;!"'<>]+$/i.test(uri)) return [uri];
    const address = uri.replace(/^mailto:/i, '');
    return /^(?=[\x21-\x7e]+$)[^\s@:;!"'<>]+@[^\s@:;"'<>]+\.[^\s@:;"'<>]+$/.test(address) ? [`mailto:${address}`] : [];
  });
}
