// Where a record is published, and in place of what. Nothing else may stand beside a CNAME (RFC 1034 section 3.6.2), so there the
// record goes where it leads, or in its place.
import { getDomain } from 'tldts';
import type { Ask } from './ask.js';
import { dmarcAmong, isDmarc } from './dmarc-edit.js';
import type { DnsRecord, Point } from './look.js';
import { spfRecordsAmong } from './spf/record.js';
import { almostSpfAmong } from './spf/slips.js';

/** The point with its records under the names where they can be published, each with what it replaces, and with a word about CNAMEs. */
export async function whereItLeads(ask: Ask, point: Point): Promise<Point> {
  if (point.publish === undefined) return point;
  const led = await Promise.all(point.publish.map((record) => followed(ask, record)));
  const publish = led.map(({ record }) => record);
  const said = led.flatMap(({ word }) => word ?? []);
  if (said.length === 0) return { ...point, publish };
  return { ...point, publish, advice: [point.advice ?? '', ...said].join(' ').trim() };
}

async function followed(ask: Ask, record: DnsRecord): Promise<{ record: DnsRecord; word?: string }> {
  const found = await ask(record.name, record.type);
  const to = found.kind === 'unknown' ? undefined : found.alias;
  const standing = found.kind === 'found' ? replacedBy(record, found.values) : [];
  const replaces = standing.length === 0 ? {} : { replaces: standing };
  if (to === undefined || to === record.name) return { record: { ...record, ...replaces } };
  const cname = `${record.name} is a CNAME to ${to}`;
  if (isSameOwner(record, to))
    return { record: { ...record, ...replaces, name: to }, word: `${cname}: the record goes there.` };
  return { record, word: `${cname}, which is under another domain: ${inPlace(record)}.` };
}

/** The records of its kind among those that stand there: what receivers take for one, else what was meant as one. */
function replacedBy({ type, value }: DnsRecord, values: readonly string[]): string[] {
  const standing = [...values].sort();
  if (type === 'PTR') return standing;
  if (type !== 'TXT') return [];
  if (isDmarc(value)) return dmarcAmong(standing);
  const records = spfRecordsAmong(standing);
  return records.length > 0 ? records : almostSpfAmong(standing);
}

/** The parts of a reverse zone are handed to customers by CNAMEs, which may lead to any domain of theirs (RFC 2317). */
function isSameOwner({ name, type }: DnsRecord, to: string): boolean {
  const [organisation, other] = [name, to].map((host) => getDomain(host, { allowPrivateDomains: true }));
  return type === 'PTR' || (organisation !== null && organisation === other);
}

/** A host would lose its addresses with the CNAME, and its mail servers; a name as `_dmarc` has none. */
function inPlace({ name, type }: DnsRecord): string {
  const isHost = type === 'TXT' && !name.startsWith('_');
  return isHost
    ? 'ask whoever runs that one, or replace the CNAME with A, AAAA and MX records of its own and this one'
    : 'ask whoever runs that one, or put this record in place of the CNAME';
}
