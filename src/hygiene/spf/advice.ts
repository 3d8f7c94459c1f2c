// What to publish at a domain so that our mail passes SPF: tried on the record as it would be, before it is advised.
import type { Ask } from '../ask.js';
import type { Point } from '../look.js';
import { addressTerm, behindAll, closed, endOf, inFront, merged, softened, spfAt, withTerms } from './edit.js';
import type { OurPart } from './ours.js';
import { parseSpf, type SpfRecord } from './record.js';
import { CLOSED, type Mended, mended } from './slips.js';
import { verifySpf } from './verify.js';
import { costOf, LOOKUP_LIMIT, type SpfCost, VOID_LIMIT } from './walk.js';

export type Advice = Pick<Point, 'advice' | 'publish'>;

/** What makes receivers give up on a record, whoever sends, as a half sentence; undefined when nothing does. */
export function brokenBy(cost: SpfCost): string | undefined {
  const [fault, ...more] = cost.faults;
  const others = more.length > 0 ? `, and ${more.length} more ${more.length === 1 ? 'mistake' : 'mistakes'}` : '';
  if (fault !== undefined) return `receivers cannot read it: ${fault}${others}`;
  if (cost.lookups > LOOKUP_LIMIT)
    return `receivers give up after ${LOOKUP_LIMIT} look-ups, and it takes ${cost.lookups}: ${costsInWords(cost)}`;
  if (cost.voids > VOID_LIMIT)
    return `receivers give up after ${VOID_LIMIT} look-ups that find nothing, and it has ${cost.voids} of them`;
  return undefined;
}

function costsInWords({ terms }: SpfCost): string {
  const dear = terms.slice(0, 5).map(({ text, lookups }) => `${text} costs ${lookups}`);
  return terms.length > dear.length ? `${dear.join(', ')}, others ${terms.length - dear.length}` : dear.join(', ');
}

/** A record that was meant, in place of texts that receivers see no or several records in. */
export function meantBy(texts: readonly string[]): Mended {
  const parts = texts.map(mended);
  const leftOut = parts.flatMap((part) => part.leftOut);
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const text = merged(parts.map((part) => part.text));
  const ends = endOf(parseSpf(text)) === '~' ? parts.flatMap((part) => part.ends) : [];
  return { text, leftOut, ends: [...new Set(ends)] };
}

/** One record in place of what receivers cannot use. `opening` says what to do with it. */
export async function replacing(
  ask: Ask,
  domain: string,
  { text, leftOut, ends }: Mended,
  ours: OurPart,
  opening: string,
): Promise<Advice> {
  const dead = deadIn(await costAt(ask, domain, text, ours), ours);
  const base = dead.length > 0 ? softened(withTerms(text, [], dead)) : text;
  const value = await completed(ask, domain, base, ours);
  const without = dead.length === 0 ? '' : `It is without ${dead.join(' and ')}: nothing is found there.`;
  const isLess = ends.length === 0 && (leftOut.length > 0 || dead.length > 0);
  const end = isLess ? 'It does not end in -all, lest that mail is refused.' : ends.join(' ');
  const left = brokenBy(await costAt(ask, domain, value, ours));
  const rest =
    left === undefined
      ? ''
      : `${ours.ips.length > 0 ? 'Our mail passes with it; for that of others,' : 'Even then'} ${left}.`;
  return {
    advice: sentences(opening, lossOf(leftOut), without, end, rest, ours.gap),
    publish: spfAt(domain, value),
  };
}

/**
 * Terms that break the record and that nobody misses. Our own include stays, whatever is wrong with what it names; a host that is not
 * there does no harm by itself, only as one look-up too many.
 */
function deadIn({ dead, lookups, voids }: SpfCost, ours: OurPart): string[] {
  const isTooMuch = lookups > LOOKUP_LIMIT || voids > VOID_LIMIT;
  const isHarmful = (term: string) => isTooMuch || /^[+\-~?]?(include:|redirect=)/i.test(term);
  return dead.filter((term) => isHarmful(term) && !holdsTerm(`v=spf1 ${term}`, ours.terms));
}

/** In place of a record that receivers give up on; where the fault lies beyond it, our addresses go to its beginning. */
export async function mending(
  ask: Ask,
  domain: string,
  record: SpfRecord,
  ours: OurPart,
  isPassing: boolean,
): Promise<Advice> {
  const cost = await costAt(ask, domain, record.text, ours);
  if (record.faults.length > 0) return replacing(ask, domain, mended(record.text), ours, 'Publish this instead.');
  const ignored = passedOver(record);
  const draft = { text: record.text, leftOut: [], ends: [] };
  if (deadIn(cost, ours).length > 0)
    return replacing(ask, domain, draft, ours, sentences('Publish this instead.', ignored));
  const what = sentences(
    cost.lookups > LOOKUP_LIMIT
      ? 'Take out what costs most, or put addresses in its place.'
      : 'The fault is in what the record names: have it mended there.',
    ignored,
  );
  if (isPassing) return { advice: `${what} Our mail passes meanwhile: our addresses come first.` };
  if (ours.addresses.length === 0) return { advice: what };
  const value = await completed(ask, domain, record.text, ours);
  return { advice: sentences(what, ours.gap, 'Until then this lets our mail pass.'), publish: spfAt(domain, value) };
}

/** Adds what is missing of ours. Where our include stands already and lacks the address, nothing in this record would help. */
export async function adding(ask: Ask, domain: string, record: SpfRecord, ours: OurPart): Promise<Advice> {
  if (ours.hasInclude && ours.gap !== '')
    return { advice: `The record has ${ours.terms.join(' ')} already: leave it as it is. ${ours.gap}` };
  const isOpen = endOf(record) === '+';
  const base = isOpen ? closed(record.text) : record.text;
  const value = await completed(ask, domain, base, ours);
  return {
    advice: sentences(changeIn(base, value), dear(value, ours), isOpen ? CLOSED : '', passedOver(record), ours.gap),
    publish: spfAt(domain, value),
  };
}

/** In place of +all. While the record that our include names lacks an address, only +all lets that one pass. */
export async function closing(ask: Ask, domain: string, record: SpfRecord, ours: OurPart): Promise<Advice> {
  if (ours.gap !== '') return { advice: ours.gap };
  return {
    advice: sentences(
      `Publish this instead, with ${ours.ips.length > 0 ? 'whatever else' : 'what'} sends mail for the domain before ~all.`,
      passedOver(record),
    ),
    publish: spfAt(domain, await completed(ask, domain, closed(record.text), ours)),
  };
}

/** What was added to a record, and before what. */
function changeIn(base: string, value: string): string {
  const [before, after] = [base, value].map((text) => parseSpf(text).terms.map((term) => term.text));
  const added = (after ?? []).filter(
    (term, i) => after?.indexOf(term) !== before?.indexOf(term) && before?.[i] !== term,
  );
  const isNew = added.filter((term) => !before?.includes(term));
  const ours = isNew.length > 0 ? isNew : added.slice(0, 1);
  const next = after?.[after.indexOf(ours.at(-1) ?? '') + 1];
  const gone = (before ?? []).filter((term) => ours.includes(term.slice(1)) && !after?.includes(term));
  if (gone.length > 0) return `Put ${ours.join(' ')} in place of ${gone.join(' ')}, which refuses our mail.`;
  if (next === undefined || /^[+\-~?]?all$/i.test(next)) return `Add ${ours.join(' ')} to the SPF record.`;
  return `Put ${ours.join(' ')} before ${next}: SPF stops at the first term that fits.`;
}

/** Why the addresses stand there although there is an include for them. */
function dear(value: string, { terms, addresses, gap }: OurPart): string {
  const isInstead = terms[0] !== addresses[0] && !holdsTerm(value, terms);
  return isInstead && gap === '' ? `With ${terms.join(' ')} it would take more look-ups than receivers make.` : '';
}

/**
 * Words behind `all`, or with = in place of a colon: put right, they would let mail pass that does not pass now, so nobody does that
 * unasked.
 */
export function passedOver(record: SpfRecord): string {
  const [behind, slips] = [behindAll(record), record.slips].map((words) => words.join(' ').slice(0, 200));
  return sentences(
    behind
      ? `Receivers pass over what stands behind all (${behind}): put it before all if it is to send, else take it out.`
      : '',
    slips ? `Receivers pass over ${slips}, for a term has no = in it: put in what was meant, or take it out.` : '',
  );
}

function lossOf(leftOut: readonly string[]): string {
  const words = leftOut.map((word) => `"${word.slice(0, 80)}"`).join(', ');
  return words === '' ? '' : `It leaves out ${words}: put in what was meant.`;
}

/** Those that are not empty, one behind the other. */
export function sentences(...texts: string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

/**
 * The record with our part in it: the first of some ways by which all our addresses pass. Addresses at the very beginning do always, for
 * they need nothing else; an include would cost look-ups, and what passes by the last ones allowed would fail.
 */
export async function completed(ask: Ask, domain: string, base: string, ours: OurPart): Promise<string> {
  if (ours.ips.length === 0) return base;
  const then = published(ask, domain, base);
  const verdicts = await Promise.all(ours.ips.map(async (ip) => ({ ip, verdict: await verifySpf(then, domain, ip) })));
  const missing = verdicts.filter(({ verdict }) => verdict.kind !== 'pass').map(({ ip }) => addressTerm(ip));
  const terms = ours.terms === ours.addresses ? missing : ours.terms;
  for (const value of [base, withTerms(base, terms), withTerms(base, missing)])
    if (await holds(ask, domain, value, ours)) return value;
  return inFront(base, missing);
}

/** Reports whether receivers can evaluate the record, and let pass what our part is sure of. */
async function holds(ask: Ask, domain: string, value: string, ours: OurPart): Promise<boolean> {
  if (brokenBy(await costAt(ask, domain, value, ours)) !== undefined) return false;
  const then = published(ask, domain, value);
  const wanted = holdsTerm(value, ours.terms.slice(0, 1)) ? ours.sure : ours.ips;
  const verdicts = await Promise.all(wanted.map((ip) => verifySpf(then, domain, ip)));
  return verdicts.every(({ kind }) => kind === 'pass');
}

/** Reports whether one of the terms stands in the record, whole: `include:spf.relay.example` is not in `include:spf.relay.example.net`. */
function holdsTerm(value: string, terms: readonly string[]): boolean {
  const plain = (term: string) => term.toLowerCase().replace(/^\+|\.$/g, '');
  const wanted = terms.map(plain);
  return parseSpf(value).terms.some(({ text }) => wanted.includes(plain(text)));
}

function costAt(ask: Ask, domain: string, value: string, { ips }: OurPart): Promise<SpfCost> {
  const mail = { sender: `postmaster@${domain}`, ip: ips[0] ?? '192.0.2.1', helo: domain };
  return costOf(published(ask, domain, value), domain, parseSpf(value), mail);
}

/** The DNS as it is once the record is published. */
function published(ask: Ask, domain: string, value: string): Ask {
  const isThere = (name: string) => name.toLowerCase() === domain.toLowerCase();
  return async (name, type) => (type === 'TXT' && isThere(name) ? { kind: 'found', values: [value] } : ask(name, type));
}
