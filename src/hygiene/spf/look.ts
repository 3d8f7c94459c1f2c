// SPF of a domain as one point: there is exactly one record, receivers can evaluate it, and it lets our addresses send.
import type { Ask } from '../ask.js';
import type { Point } from '../look.js';
import { addressTerm, merged, newRecord, withTerms } from './edit.js';
import type { SpfRecord } from './record.js';
import { type SpfVerdict, verifySpf } from './verify.js';
import { costOf, findSpf, LOOKUP_LIMIT, type SpfCost, VOID_LIMIT } from './walk.js';

export interface SpfQuestion {
  domain: string;
  /** The addresses that must be authorised. */
  ips: readonly string[];
  /** What customers are asked to publish instead of our addresses: `include:spf.example.net`. */
  include?: string | undefined;
}

/** More addresses than this are counted instead of named. */
const NAMED = 4;

/** Looks at it. Never throws for what the DNS says. */
export async function lookAtSpf(ask: Ask, { domain, ips, include }: SpfQuestion): Promise<Point> {
  const found = await findSpf(ask, domain);
  const ours = include === undefined ? ips.map(addressTerm) : [include];
  switch (found.kind) {
    case 'unknown':
      return { state: 'unknown', text: found.why };
    case 'none':
      return {
        state: 'bad',
        text: 'there is no SPF record',
        advice: `Publish this TXT record at ${domain}: ${newRecord(ours.length > 0 ? ours : ['mx'])}`,
      };
    case 'several':
      return {
        state: 'bad',
        text: `there are ${found.texts.length} SPF records, so receivers heed none of them`,
        record: found.texts.join('\n'),
        advice: `Keep one TXT record in their place: ${withTerms(merged(found.texts), ours)}`,
      };
    case 'one':
      return judge(ask, domain, found.record, ips, ours);
  }
}

async function judge(
  ask: Ask,
  domain: string,
  record: SpfRecord,
  ips: readonly string[],
  ours: readonly string[],
): Promise<Point> {
  const mail = { sender: `postmaster@${domain}`, ip: ips[0] ?? '192.0.2.1', helo: domain };
  const cost = await costOf(ask, domain, record, mail);
  const stands = { record: record.text };
  const verdicts = await Promise.all(ips.map(async (ip) => ({ ip, verdict: await verifySpf(ask, domain, ip) })));
  const isPassing = ips.length > 0 && verdicts.every(({ verdict }) => verdict.kind === 'pass');
  const broken = brokenBy(cost, isPassing ? PASSES : firstAid(domain, record, ours));
  if (broken) return { ...stands, ...broken };
  return { ...stands, ...judgeAddresses(domain, record, cost, verdicts, ours) };
}

/** What makes receivers give up on the record, whoever sends. */
function brokenBy(cost: SpfCost, meanwhile: string): Point | undefined {
  const [fault, ...more] = cost.faults;
  if (fault !== undefined) {
    const others = more.length > 0 ? `, and ${more.length} more mistakes` : '';
    return { state: 'bad', text: `receivers cannot read it: ${fault}${others}`, advice: `Mend ${fault}.` };
  }
  if (cost.lookups > LOOKUP_LIMIT)
    return {
      state: 'bad',
      text: `receivers give up after ${LOOKUP_LIMIT} look-ups, and it takes ${cost.lookups}: ${costsInWords(cost)}`,
      advice: `Take out what costs most, or put addresses in its place. ${meanwhile}`,
    };
  if (cost.voids > VOID_LIMIT)
    return {
      state: 'bad',
      text: `receivers give up after ${VOID_LIMIT} look-ups that find nothing, and it has ${cost.voids} of them`,
      advice: `Take out the terms whose domains do not exist any more. ${meanwhile}`,
    };
  return undefined;
}

const PASSES = 'Our mail passes meanwhile: our addresses come before the limit.';

/** Ours in front counts before the limit is reached; the domain's owner can publish that at once. */
function firstAid(domain: string, { text }: SpfRecord, ours: readonly string[]): string {
  const rest = text.trim().replace(/^v=spf1\s*/i, '');
  return `Until then this lets our mail pass; TXT at ${domain}: v=spf1 ${ours.join(' ')} ${rest}`;
}

function costsInWords({ terms }: SpfCost): string {
  const dear = terms.slice(0, 5).map(({ text, lookups }) => `${text} costs ${lookups}`);
  return terms.length > dear.length ? `${dear.join(', ')}, others ${terms.length - dear.length}` : dear.join(', ');
}

function judgeAddresses(
  domain: string,
  record: SpfRecord,
  cost: SpfCost,
  verdicts: { ip: string; verdict: SpfVerdict }[],
  ours: readonly string[],
): Point {
  const unasked = verdicts.flatMap(({ verdict }) => (verdict.kind === 'unknown' ? [verdict.why] : []));
  const broken = verdicts.flatMap(({ verdict }) => (verdict.kind === 'broken' ? [verdict.why] : []));
  const missing = verdicts.filter(({ verdict }) => verdict.kind === 'not-authorised').map(({ ip }) => ip);
  if (broken[0] !== undefined) return { state: 'bad', text: `receivers give up on it: ${broken[0]}` };
  if (missing.length > 0) {
    const terms = ours.every((term) => /^ip[46]:/.test(term)) ? missing.map(addressTerm) : ours;
    const some =
      missing.length === verdicts.length ? '' : ` (${verdicts.length - missing.length} of ${verdicts.length} are)`;
    return {
      state: 'bad',
      text: `does not authorise ${named(missing)}${some}`,
      advice: `Add ${terms.join(' ')} to the SPF record; TXT at ${domain}: ${withTerms(record.text, terms)}`,
    };
  }
  if (unasked[0] !== undefined) return { state: 'unknown', text: unasked[0] };
  if (endOf(record) === '+')
    return {
      state: 'bad',
      text: 'ends in +all: it lets everybody send, which receivers punish',
      advice: `Publish instead; TXT at ${domain}: ${withTerms(record.text, ours)}`,
    };
  const count =
    verdicts.length === 0
      ? ''
      : `authorises ${verdicts.length === 1 ? named(verdicts.map(({ ip }) => ip)) : `all ${verdicts.length} addresses`}, `;
  return { state: 'ok', text: `${count}${cost.lookups} of ${LOOKUP_LIMIT} look-ups`, ...weakness(domain, record) };
}

/** A record that says nothing about strangers is no protection; our mail passes all the same. */
function weakness(domain: string, record: SpfRecord): Pick<Point, 'advice'> {
  const end = endOf(record);
  if (end === '-' || end === '~' || record.redirect !== undefined) return {};
  const what = end === '?' ? 'ends in ?all' : 'has no all at its end';
  const better = end === '?' ? record.text.replace(/\?all\s*$/i, '~all') : `${record.text.trimEnd()} ~all`;
  return { advice: `The record ${what}, so it says nothing about forgers; stronger, TXT at ${domain}: ${better}` };
}

function endOf({ terms }: SpfRecord): string | undefined {
  return terms.find(({ mechanism }) => mechanism === 'all')?.qualifier;
}

function named(ips: readonly string[]): string {
  return ips.length <= NAMED ? ips.join(', ') : `${ips.slice(0, NAMED).join(', ')} and ${ips.length - NAMED} more`;
}
