// SPF of a domain as one point: there is exactly one record, receivers can evaluate it, and it lets our addresses send.
import type { Ask } from '../ask.js';
import type { Point } from '../look.js';
import { addressTerm, mended, merged, newRecord, spfAt, withTerms } from './edit.js';
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
        text: found.isNoName ? 'there is no SPF record, and no such name in the DNS' : 'there is no SPF record',
        advice: `${found.isNoName ? 'Is the name spelt right? If so: publish' : 'Publish'} this record. ${ours.length > 0 ? 'Whatever else sends mail for the domain' : 'What sends mail for the domain beside its own mail servers'} goes before ~all, too.`,
        publish: spfAt(domain, newRecord(ours.length > 0 ? ours : ['mx'])),
      };
    case 'several':
      return {
        state: 'bad',
        text: `there are ${found.texts.length} SPF records, so receivers heed none of them`,
        record: found.texts.join('\n'),
        advice: 'Take them all away and publish this one.',
        publish: spfAt(domain, withTerms(merged(found.texts), ours)),
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
  const broken = brokenBy(cost);
  if (broken)
    return { ...stands, state: 'bad', text: broken, ...mending(domain, record, cost, isPassing ? undefined : ours) };
  return { ...stands, ...judgeAddresses(domain, record, cost, verdicts, ours) };
}

/** What makes receivers give up on the record, whoever sends. */
function brokenBy(cost: SpfCost): string | undefined {
  const [fault, ...more] = cost.faults;
  const others = more.length > 0 ? `, and ${more.length} more ${more.length === 1 ? 'mistake' : 'mistakes'}` : '';
  if (fault !== undefined) return `receivers cannot read it: ${fault}${others}`;
  if (cost.lookups > LOOKUP_LIMIT)
    return `receivers give up after ${LOOKUP_LIMIT} look-ups, and it takes ${cost.lookups}: ${costsInWords(cost)}`;
  if (cost.voids > VOID_LIMIT)
    return `receivers give up after ${VOID_LIMIT} look-ups that find nothing, and it has ${cost.voids} of them`;
  return undefined;
}

/** What to publish in place of a record that receivers give up on. `ours` is what must be in it, undefined while our mail passes. */
export function mending(
  domain: string,
  record: SpfRecord,
  cost: Pick<SpfCost, 'dead' | 'lookups'>,
  ours: readonly string[] | undefined,
): Pick<Point, 'advice' | 'publish'> {
  if (record.faults.length > 0 || (cost.dead.length > 0 && cost.lookups <= LOOKUP_LIMIT)) {
    const { text, leftOut } = record.faults.length > 0 ? mended(record.text) : { text: record.text, leftOut: [] };
    const lost = leftOut.map((word) => `"${word.slice(0, 80)}"`).join(', ');
    const unread = lost === '' ? '' : ` It leaves out ${lost}: put in what was meant.`;
    const dead = cost.dead.length === 0 ? '' : ` It is without ${cost.dead.join(' and ')}: nothing is found there.`;
    return {
      advice: `Publish this instead.${unread}${dead}`,
      publish: spfAt(domain, withTerms(text, ours ?? [], cost.dead)),
    };
  }
  const what =
    cost.lookups > LOOKUP_LIMIT
      ? 'Take out what costs most, or put addresses in its place.'
      : 'The fault is in what the record names: have it mended there.';
  if (ours === undefined) return { advice: `${what} Our mail passes meanwhile: our addresses come first.` };
  return ours.length === 0 ? { advice: what } : { advice: `${what} ${UNTIL_THEN}`, ...firstAid(domain, record, ours) };
}

const UNTIL_THEN = 'Until then this lets our mail pass.';

/** Ours in front counts before a limit or a mistake is reached; the domain's owner can publish that at once. */
function firstAid(domain: string, { text }: SpfRecord, ours: readonly string[]): Pick<Point, 'publish'> {
  const rest = text.trim().replace(/^v=spf1\s*/i, '');
  return { publish: spfAt(domain, `v=spf1 ${ours.join(' ')} ${rest}`) };
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
  if (broken[0] !== undefined)
    return { state: 'bad', text: `receivers give up on it: ${broken[0]}`, ...mending(domain, record, cost, ours) };
  if (missing.length > 0) {
    const terms = ours.every((term) => /^ip[46]:/.test(term)) ? missing.map(addressTerm) : ours;
    const some =
      missing.length === verdicts.length ? '' : ` (${verdicts.length - missing.length} of ${verdicts.length} are)`;
    return {
      state: 'bad',
      text: `does not authorise ${named(missing)}${some}`,
      advice: `Add ${terms.join(' ')} to the SPF record.`,
      publish: spfAt(domain, withTerms(record.text, terms)),
    };
  }
  if (unasked[0] !== undefined) return { state: 'unknown', text: unasked[0] };
  if (endOf(record) === '+')
    return {
      state: 'bad',
      text: 'ends in +all: it lets everybody send, which receivers punish',
      advice: 'Publish this instead, with whatever else sends mail for the domain before ~all.',
      publish: spfAt(domain, withTerms(record.text, ours)),
    };
  const count =
    verdicts.length === 0
      ? ''
      : `authorises ${verdicts.length === 1 ? named(verdicts.map(({ ip }) => ip)) : `all ${verdicts.length} addresses`}, `;
  return { state: 'ok', text: `${count}${cost.lookups} of ${LOOKUP_LIMIT} look-ups`, ...weakness(domain, record) };
}

/** A record that says nothing about strangers is no protection; our mail passes all the same. */
function weakness(domain: string, record: SpfRecord): Pick<Point, 'advice' | 'publish'> {
  const end = endOf(record);
  if (end === '-' || end === '~' || record.redirect !== undefined) return {};
  const what = end === '?' ? 'ends in ?all' : 'has no all at its end';
  const better = end === '?' ? record.text.replace(/\?all\s*$/i, '~all') : `${record.text.trimEnd()} ~all`;
  return {
    advice: `The record ${what}, so it says nothing about forgers; this is stronger.`,
    publish: spfAt(domain, better),
  };
}

function endOf({ terms }: SpfRecord): string | undefined {
  return terms.find(({ mechanism }) => mechanism === 'all')?.qualifier;
}

function named(ips: readonly string[]): string {
  return ips.length <= NAMED ? ips.join(', ') : `${ips.slice(0, NAMED).join(', ')} and ${ips.length - NAMED} more`;
}
