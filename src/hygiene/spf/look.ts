// SPF of a domain as one point: there is exactly one record, receivers can evaluate it, and it lets our addresses send.
import type { Ask } from '../ask.js';
import type { Point } from '../look.js';
import { addressTerm, mended, merged, newRecord, softened, spfAt, withTerms } from './edit.js';
import { byAddress, named, type OurPart, ourPart, type SpfQuestion } from './ours.js';
import type { SpfRecord } from './record.js';
import { type SpfVerdict, verifySpf } from './verify.js';
import { costOf, findSpf, LOOKUP_LIMIT, type SpfCost, VOID_LIMIT } from './walk.js';

/** Looks at it. Never throws for what the DNS says. */
export async function lookAtSpf(ask: Ask, question: SpfQuestion): Promise<Point> {
  const { domain, ips } = question;
  const found = await findSpf(ask, domain);
  if (found.kind === 'unknown') return { state: 'unknown', text: found.why };
  if (found.kind === 'one') return judge(ask, question, found.record);
  const { terms, gap } = await ourPart(ask, question);
  if (found.kind === 'several')
    return {
      state: 'bad',
      text: `there are ${found.texts.length} SPF records, so receivers heed none of them`,
      record: found.texts.join('\n'),
      ...replacing(domain, found.texts, terms, gap),
    };
  const first = found.isNoName ? 'Is the name spelt right? If so: publish this record.' : 'Publish this record.';
  const what = ips.length > 0 ? 'Whatever else sends mail' : 'What sends mail';
  const beside = ips.length > 0 ? '' : ' beside its own mail servers';
  return {
    state: 'bad',
    text: found.isNoName ? 'there is no SPF record, and no such name in the DNS' : 'there is no SPF record',
    advice: sentences(first, `${what} for the domain${beside} goes before ~all, too.`, gap),
    publish: spfAt(domain, newRecord(terms.length > 0 ? terms : ['mx'])),
  };
}

/** One record in place of several, with terms of ours. */
export function replacing(
  domain: string,
  texts: readonly string[],
  terms: readonly string[],
  gap: string,
): Pick<Point, 'advice' | 'publish'> {
  const { text, leftOut } = merged(texts);
  return {
    advice: sentences('Take them all away and publish this one.', lossOf(leftOut), gap),
    publish: spfAt(domain, withTerms(text, terms)),
  };
}

function lossOf(leftOut: readonly string[]): string {
  const words = leftOut.map((word) => `"${word.slice(0, 80)}"`).join(', ');
  return words === '' ? '' : `It leaves out ${words}: put in what was meant.`;
}

/** Those that are not empty, one behind the other. */
export function sentences(...texts: string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

async function judge(ask: Ask, question: SpfQuestion, record: SpfRecord): Promise<Point> {
  const { domain, ips } = question;
  const mail = { sender: `postmaster@${domain}`, ip: ips[0] ?? '192.0.2.1', helo: domain };
  const cost = await costOf(ask, domain, record, mail);
  const stands = { record: record.text };
  const verdicts = await Promise.all(ips.map(async (ip) => ({ ip, verdict: await verifySpf(ask, domain, ip) })));
  const isPassing = ips.length > 0 && verdicts.every(({ verdict }) => verdict.kind === 'pass');
  const ours = isPassing && endOf(record) !== '+' ? byAddress(ips) : await ourPart(ask, question);
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
  ours: OurPart | undefined,
): Pick<Point, 'advice' | 'publish'> {
  const gap = ours?.gap ?? '';
  // Our own include stays, whatever is wrong with what it names.
  const dead = cost.dead.filter((term) => !ours?.terms.includes(term));
  if (record.faults.length > 0 || (dead.length > 0 && cost.lookups <= LOOKUP_LIMIT)) {
    const { text, leftOut } = record.faults.length > 0 ? mended(record.text) : { text: record.text, leftOut: [] };
    const without = dead.length === 0 ? '' : `It is without ${dead.join(' and ')}: nothing is found there.`;
    const soft = leftOut.length > 0 || dead.length > 0 ? 'It does not end in -all, lest that mail is refused.' : '';
    const whole = withTerms(text, ours?.hasInclude ? [] : (ours?.terms ?? []), dead);
    return {
      advice: sentences('Publish this instead.', lossOf(leftOut), without, soft, gap),
      publish: spfAt(domain, dead.length > 0 ? softened(whole) : whole),
    };
  }
  const what =
    cost.lookups > LOOKUP_LIMIT
      ? 'Take out what costs most, or put addresses in its place.'
      : 'The fault is in what the record names: have it mended there.';
  if (ours === undefined) return { advice: `${what} Our mail passes meanwhile: our addresses come first.` };
  return ours.addresses.length === 0
    ? { advice: what }
    : { advice: sentences(what, gap, UNTIL_THEN), ...firstAid(domain, record, ours) };
}

const UNTIL_THEN = 'Until then this lets our mail pass.';

/**
 * Our addresses in front count before a limit or a mistake is reached; the domain's owner can publish that at once. An include would
 * cost look-ups, and what passes by the last ones allowed would fail.
 */
function firstAid(domain: string, { text }: SpfRecord, { addresses }: OurPart): Pick<Point, 'publish'> {
  const rest = text.trim().replace(/^v=spf1\s*/i, '');
  return { publish: spfAt(domain, `v=spf1 ${addresses.join(' ')} ${rest}`) };
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
  ours: OurPart,
): Point {
  const unasked = verdicts.flatMap(({ verdict }) => (verdict.kind === 'unknown' ? [verdict.why] : []));
  const broken = verdicts.flatMap(({ verdict }) => (verdict.kind === 'broken' ? [verdict.why] : []));
  const missing = verdicts.filter(({ verdict }) => verdict.kind === 'not-authorised').map(({ ip }) => ip);
  if (broken[0] !== undefined)
    return { state: 'bad', text: `receivers give up on it: ${broken[0]}`, ...mending(domain, record, cost, ours) };
  if (missing.length > 0) {
    const some =
      missing.length === verdicts.length ? '' : ` (${verdicts.length - missing.length} of ${verdicts.length} are)`;
    return {
      state: 'bad',
      text: `does not authorise ${named(missing)}${some}`,
      ...adding(domain, record, ours, ours.terms === ours.addresses ? missing.map(addressTerm) : ours.terms),
    };
  }
  if (unasked[0] !== undefined) return { state: 'unknown', text: unasked[0] };
  if (endOf(record) === '+')
    return {
      state: 'bad',
      text: 'ends in +all: it lets everybody send, which receivers punish',
      ...closing(domain, record, ours),
    };
  const count =
    verdicts.length === 0
      ? ''
      : `authorises ${verdicts.length === 1 ? named(verdicts.map(({ ip }) => ip)) : `all ${verdicts.length} addresses`}, `;
  return { state: 'ok', text: `${count}${cost.lookups} of ${LOOKUP_LIMIT} look-ups`, ...weakness(domain, record) };
}

/** Adds terms of ours that are missing. Where our include stands already, nothing in this record would help. */
export function adding(
  domain: string,
  record: SpfRecord,
  { terms, hasInclude, gap }: OurPart,
  added: readonly string[],
): Pick<Point, 'advice' | 'publish'> {
  if (hasInclude)
    return {
      advice: `The record has ${terms.join(' ')} already: leave it as it is. ${gap || 'Something before that decides otherwise: look at it by hand.'}`,
    };
  return {
    advice: sentences(`Add ${added.join(' ')} to the SPF record.`, gap),
    publish: spfAt(domain, withTerms(record.text, added)),
  };
}

/** In place of +all. While the record that our include names lacks an address, only +all lets that one pass. */
function closing(domain: string, record: SpfRecord, ours: OurPart): Pick<Point, 'advice' | 'publish'> {
  if (ours.gap !== '') return { advice: ours.gap };
  return {
    advice: 'Publish this instead, with whatever else sends mail for the domain before ~all.',
    publish: spfAt(domain, withTerms(record.text, ours.hasInclude ? [] : ours.terms)),
  };
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
