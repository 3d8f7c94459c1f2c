// DMARC of a domain (RFC 7489): its record or the organisational domain's, and whether mail that we carry can pass under it.
import { getDomain } from 'tldts';
import type { Ask } from './ask.js';
import {
  dmarcAt,
  dmarcTags,
  inheritedDmarc,
  isAlmostDmarc,
  isDmarc,
  mendedDmarc,
  mergedDmarc,
  newDmarc,
  policyInForce,
  withReports,
} from './dmarc-edit.js';
import type { Point } from './look.js';

type DmarcPolicy = 'none' | 'quarantine' | 'reject';

interface DmarcRecord {
  p: DmarcPolicy;
  /** For subdomains; as `p` when it is not said. */
  sp: DmarcPolicy;
  /** r relaxed: the same organisational domain will do · s strict: the same domain. */
  adkim: 'r' | 's';
  aspf: 'r' | 's';
  /** Where reports go: `mailto:` addresses, outsiders' text. */
  rua: string[];
  /** A mistake that receivers pass over, taking the default in its place (section 6.3), in words. */
  slip?: string;
}

/** Reads a record; a fault that makes receivers discard it is said in words. Unknown tags are ignored (section 6.3). Never throws. */
export function readDmarc(text: string): DmarcRecord | { fault: string } {
  const read = dmarcTags(text);
  if (!isDmarc(text)) return { fault: 'it must begin with "v=DMARC1;"' };
  if ('fault' in read) return read;
  const { tags } = read;
  const rua = urisOf(tags.get('rua'));
  const p = policyOf(tags.get('p'), rua.length > 0);
  const sp = tags.has('sp') ? policyOf(tags.get('sp'), rua.length > 0) : p;
  if (!p) return { fault: tags.has('p') ? 'p= must be none, quarantine or reject' : 'p= is missing' };
  if (!sp) return { fault: 'sp= must be none, quarantine or reject' };
  const slip = slipIn(tags);
  const [adkim = 'r', aspf = 'r'] = ['adkim', 'aspf'].map((name) => alignmentOf(tags.get(name)));
  return { p, sp, adkim, aspf, rua, ...(slip === undefined ? {} : { slip }) };
}

function slipIn(tags: ReadonlyMap<string, string>): string | undefined {
  const mode = ['adkim', 'aspf'].find((name) => !alignmentOf(tags.get(name)));
  if (mode) return `${mode}= must be r or s`;
  if (tags.has('pct') && !/^(100|\d{1,2})$/.test(tags.get('pct') ?? '')) return 'pct= must be 0 to 100';
  const badUri = ['rua', 'ruf'].find((name) => tags.has(name) && urisOf(tags.get(name)).length === 0);
  return badUri && `${badUri}= needs addresses as mailto:reports@example.com`;
}

/** A record without a policy counts as none where reports are asked for (section 6.6.3). */
function policyOf(value: string | undefined, hasReports: boolean): DmarcPolicy | undefined {
  const policy = value?.toLowerCase();
  if (policy === 'none' || policy === 'quarantine' || policy === 'reject') return policy;
  return value === undefined && hasReports ? 'none' : undefined;
}

function alignmentOf(value = 'r'): 'r' | 's' | undefined {
  const mode = value.toLowerCase();
  return mode === 'r' || mode === 's' ? mode : undefined;
}

function urisOf(value = ''): string[] {
  const uris = value.split(',').map((uri) => uri.trim());
  return uris.filter((uri) => /^(mailto:[^\s@]+@[^\s@!]+(![0-9]+[kmgt]?)?|https?:\/\/\S+)$/i.test(uri));
}

/** What a mail from the domain can show: SPF that authorises us, or that is sound where the mail is its own; a DKIM key that verifies. */
export interface Aligned {
  spf: Point['state'];
  dkim: Point['state'] | 'none';
  /** The mail is a stranger's own. */
  isForeign?: boolean;
}

/** Looks at it. Mail that we carry has the domain as its envelope sender and as `d=`, so it aligns in either mode. */
export async function lookAtDmarc(ask: Ask, domain: string, aligned: Aligned): Promise<Point> {
  const own = await recordsAt(ask, domain);
  const organisation = getDomain(domain, { allowPrivateDomains: true }) ?? domain;
  if (own.kind === 'records' || own.kind === 'unknown' || organisation === domain)
    return judge(own, domain, domain, aligned);
  const inherited = await recordsAt(ask, organisation);
  if (own.kind === 'none') return judge(inherited, organisation, domain, aligned);
  if (inherited.kind === 'none' || inherited.kind === 'almost') return judge(own, domain, domain, aligned);
  return overruled(own.texts, domain, inherited, organisation, judge(inherited, organisation, domain, aligned));
}

type Found =
  | { kind: 'records'; texts: string[] }
  /** Meant as records; receivers discard them, and ask the organisational domain (RFC 7489 section 6.6.3, steps 2 and 3). */
  | { kind: 'almost'; texts: string[] }
  | { kind: 'none' }
  | { kind: 'unknown'; why: string };

async function recordsAt(ask: Ask, domain: string): Promise<Found> {
  const found = await ask(`_dmarc.${domain}`, 'TXT');
  if (found.kind === 'unknown') return found;
  const values = found.kind === 'found' ? [...found.values].sort() : [];
  const [texts, almost] = [isDmarc, isAlmostDmarc].map((isOne) => values.filter(isOne));
  if (texts?.length) return { kind: 'records', texts };
  return almost?.length ? { kind: 'almost', texts: almost } : { kind: 'none' };
}

/** What stands at a subdomain counts for nothing, so the organisation's record is in force, which was judged. */
function overruled(texts: readonly string[], domain: string, inherited: Found, at: string, judged: Point): Point {
  const [first = ''] = texts;
  const [organisations = ''] = inherited.kind === 'records' ? inherited.texts : [];
  const [read, inForce] = [readDmarc(first), readDmarc(organisations)];
  const why = 'fault' in read ? ` (${read.fault})` : '';
  const point: Point = {
    ...judged,
    state: 'bad',
    text: `what stands at _dmarc.${domain} counts for nothing${why}, so the record of ${at} does: ${judged.text}`,
    record: [...texts, ...(judged.record === undefined ? [] : [judged.record])].join('\n'),
  };
  const then = judged.advice ?? '';
  if (judged.publish !== undefined || 'fault' in inForce)
    return { ...point, advice: `${then} Take away what stands at _dmarc.${domain}.`.trim() };
  const what = `Take it away, or publish this in its place: it asks for what the record of ${at} asks for.`;
  return {
    ...point,
    advice: `${what} ${then}`.trim(),
    publish: dmarcAt(domain, inheritedDmarc(first, organisations, inForce.sp, domain)),
  };
}

function missing(domain: string): Point {
  return {
    state: 'bad',
    text: 'there is no DMARC record',
    advice: 'Publish this record, with a mailbox that takes the reports. p=none refuses nothing: it shows who sends.',
    publish: dmarcAt(domain, newDmarc(domain)),
  };
}

function judge(found: Found, at: string, domain: string, aligned: Aligned): Point {
  if (found.kind === 'none') return missing(domain);
  if (found.kind === 'unknown') return { state: 'unknown', text: found.why };
  if (found.texts.length > 1)
    return {
      state: 'bad',
      text: `there are ${found.texts.length} DMARC records, so receivers heed none of them`,
      record: found.texts.join('\n'),
      advice: `Take them all away and publish this one.${found.texts.some(isStrict) ? BEGINS_MILDLY : ''}`,
      publish: dmarcAt(at, mergedDmarc(found.texts, at)),
    };
  const [text = ''] = found.texts;
  const record = readDmarc(text);
  if ('fault' in record)
    return { state: 'bad', text: `receivers cannot read it: ${record.fault}`, record: text, ...mending(text, at) };
  const judged = judgeRecord(record, at, domain, aligned);
  const { slip } = record;
  if (slip !== undefined) return { record: text, ...slipped(judged, slip, mending(text, at)) };
  const better = record.rua.length === 0 ? reported(text, at) : raised(at === domain ? record.p : record.sp);
  return { record: text, ...(judged.state === 'ok' ? better : {}), ...judged };
}

/** The rest of the record is in force all the same. */
function slipped(judged: Point, slip: string, { advice = '', publish = [] }: Pick<Point, 'advice' | 'publish'>): Point {
  const first = judged.advice === undefined ? '' : `${judged.advice} `;
  return {
    state: 'bad',
    text: `${judged.text}; receivers pass over a mistake: ${slip}`,
    advice: first + advice,
    publish,
  };
}

function judgeRecord(record: DmarcRecord, at: string, domain: string, { spf, dkim, isForeign }: Aligned): Point {
  const policy = at === domain ? record.p : record.sp;
  const from = at === domain ? '' : ` (of ${at})`;
  const said = `p=${policy}${from}`;
  const [mail, pass] = isForeign ? ['its own mail', 'can pass'] : ['our mail', 'passes'];
  const isProved = spf === 'ok' || dkim === 'ok';
  const isUnsure = !isProved && (spf === 'unknown' || dkim === 'unknown');
  if (isUnsure) return { state: 'unknown', text: `${said}; whether ${mail} passes cannot be told now` };
  if (!isProved && policy !== 'none')
    return {
      state: 'bad',
      text:
        dkim === 'none'
          ? `${said}: without SPF, only mail that DKIM signs passes it`
          : `${said}, and ${mail} fails it: neither SPF nor DKIM vouches for it`,
      advice:
        policy === 'reject'
          ? 'Mend SPF first: until then receivers may refuse this mail.'
          : 'Mend SPF first: until then this mail may go to spam.',
    };
  const passes = isProved
    ? `${mail} ${pass} by ${spf === 'ok' ? (dkim === 'ok' ? 'SPF and DKIM' : 'SPF') : 'DKIM'}`
    : dkim === 'none'
      ? `${mail} does not pass by SPF`
      : `${mail} does not pass`;
  return { state: 'ok', text: `${said}, ${passes}` };
}

function mending(text: string, at: string): Pick<Point, 'advice' | 'publish'> {
  const value = mendedDmarc(text, at);
  const why = policyInForce(text) === undefined && isStrict(text) ? BEGINS_MILDLY : '';
  return {
    advice: `Publish this instead, with a mailbox that takes the reports.${why}`,
    publish: dmarcAt(at, value),
  };
}

const BEGINS_MILDLY =
  ' No policy is in force until now, so it begins with p=none: raise that once the reports show that all mail passes.';

function isStrict(text: string): boolean {
  return /\b(quarantine|reject)/i.test(text);
}

function reported(text: string, at: string): Pick<Point, 'advice' | 'publish'> {
  return {
    advice: 'Nobody gets reports: publish this instead, with a mailbox that takes them.',
    publish: dmarcAt(at, withReports(text, at)),
  };
}

function raised(policy: DmarcPolicy): Pick<Point, 'advice'> {
  return policy === 'none'
    ? { advice: 'p=none only watches: raise it to quarantine once the reports show that all mail passes.' }
    : {};
}
