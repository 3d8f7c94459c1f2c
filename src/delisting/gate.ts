// The gate: whether a removal may be asked for now. To ask while the cause still sends means being listed again, for longer.
// Sources: the provider's process article ("only then are we able to request removal"), the delisting guide's steps before a request.
// Pure: facts in, points out.
import type { TargetOnList } from '../incidents/listings/entries.js';
import { type Behind, SILENT_AFTER_MS } from '../incidents/running.js';
import { type PartBlock, partWords } from '../incidents/targets.js';
import { utc } from '../words.js';
import { duration } from './words.js';

/** What one open point is about; `compromise` once for each linked incident, `dmarc` and `spf` for a domain. */
export type GatePointId = 'suspect' | 'compromise' | 'quiet' | 'ptr' | 'spf' | 'dmarc' | 'retry';

/** A button: `action` is the action id, `arg` what follows incident and revision in its value. */
export interface Mend {
  action: string;
  label: string;
  arg?: string;
  url?: string;
}

/** Action of a mend that leads to another incident's card; `arg` is that incident's id. Slack makes a link of it. */
export const SHOW_INCIDENT = 'show-incident';

export interface GatePoint {
  id: GatePointId;
  isMet: boolean;
  /** Of one that is not met: all that is known speaks for it, and what came since nobody has read. */
  isUnknown?: true;
  /** For people, without markup: "Incident 12 (Kvist AS) is contained", "quiet for 1 h of 4 h". May hold outsiders' text. */
  text: string;
  /** What mends it, or takes back what it was met by: a button of the listing's card. */
  mend?: Mend;
  /** What settles it where the mend does not fit. */
  otherwise?: Mend;
  /** When it is met by itself, in ms; only where time is all it takes. */
  opensAt?: number;
  /** Mail that nothing holds back came within the last minutes. */
  goesOn?: true;
}

export interface Gate {
  /** Reports whether every point is met. */
  isOpen: boolean;
  points: GatePoint[];
  /** Of several listings: those that may be asked about next. Absent where nothing is left to ask. */
  about?: readonly TargetOnList[];
}

/** A compromise that stands behind the listing, as a person or the ranking said. */
interface LinkedCompromise {
  id: number;
  customerName: string;
  state: 'open' | 'contained' | 'resolved';
  /** Of one that is open: how much of it is blocked, where the rest passes. */
  part?: PartBlock | undefined;
}

/** Somebody whose mail is suspected. */
export interface Source {
  customerName: string;
  /** When it sent spam last, or tried to, as far as anybody knows; ms. */
  lastSpamAt: number;
  /** Reports whether that was a try that a block refused. */
  wasRefused?: true;
}

/** One point of the look at the DNS of what is listed. */
export interface LookPoint {
  id: 'ptr' | 'spf' | 'dmarc';
  /** `PTR`, `SPF`, `DMARC`. */
  name: string;
  /** unknown: nobody answered, so nothing can be said. */
  state: 'ok' | 'bad' | 'unknown';
  text: string;
}

export interface GateFacts {
  now: number;
  /** Outbound IP or domain. */
  target: string;
  isDomain: boolean;
  listName: string;
  linked: readonly LinkedCompromise[];
  /** Open compromises of others that send over the same addresses: they would bring the next listing. */
  othersOpen?: readonly LinkedCompromise[];
  /** A person says that no culprit of ours is to be found. */
  noCulprit?: { byName: string; reason: string } | undefined;
  /** The likeliest customer that nobody has linked yet. */
  candidate?: { customer: string; customerName: string } | undefined;
  sources: readonly Source[];
  quietMs: number;
  /** When what the relays did is not read up to now: whoever sends spam since then is not seen. */
  behind?: Behind | undefined;
  /** The latest look; undefined when nobody has looked. */
  look?: { lookedAt: number; points: readonly LookPoint[] } | undefined;
  /** The latest request of this target to this list. */
  lastRequest?: { requestedAt: number; byName: string; attempt: number } | undefined;
  retryMs: number;
}

/** A look is taken every day; one that is older says nothing of how things stand. */
const LOOK_GOOD_FOR_MS = 36 * 3_600_000;

/** Evaluates every point. */
export function gate(facts: GateFacts): Gate {
  return gateOf([
    suspectPoint(facts),
    ...compromisePoints(facts),
    quietPoint(facts),
    ...dnsPoints(facts),
    retryPoint(facts),
  ]);
}

/** The gates of several targets and lists of one incident as one: every unmet point once, and one word for what all have met. */
export function joinGates(gates: readonly Gate[]): Gate {
  const all = gates.flatMap(({ points }) => points);
  const kept = new Map<string, GatePoint>();
  for (const point of all) {
    const isMetByAll = point.isMet && all.every(({ id, isMet }) => id !== point.id || isMet);
    if (point.isMet && !isMetByAll && point.id !== 'compromise') continue;
    const key = isMetByAll && point.id !== 'compromise' ? point.id : `${point.id} ${point.text}`;
    if (!kept.has(key)) kept.set(key, point);
  }
  return gateOf([...kept.values()].toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id)));
}

const ORDER: GatePointId[] = ['suspect', 'compromise', 'quiet', 'ptr', 'spf', 'dmarc', 'retry'];

/** The points that keep it shut. */
export function openPoints({ points }: Gate): GatePoint[] {
  return points.filter(({ isMet }) => !isMet);
}

function gateOf(points: GatePoint[]): Gate {
  return { isOpen: points.every(({ isMet }) => isMet), points };
}

function suspectPoint({ linked, noCulprit, candidate }: GateFacts): GatePoint {
  const id = 'suspect';
  if (linked.length > 0)
    return { id, isMet: true, text: linked.length === 1 ? 'the cause is named' : `${linked.length} causes are named` };
  if (noCulprit) {
    const text = `no culprit of ours, says ${noCulprit.byName}: ${noCulprit.reason}`;
    return { id, isMet: true, text, mend: { action: 'unsay-no-culprit', label: 'Take back' } };
  }
  const otherwise = { action: 'no-culprit', label: 'No culprit of ours' };
  if (!candidate) return { id, isMet: false, text: 'no cause is named', mend: otherwise };
  return {
    id,
    isMet: false,
    text: `no cause is named; most likely ${candidate.customerName}`,
    mend: { action: 'open-compromise', label: 'Open compromise', arg: candidate.customer },
    otherwise,
  };
}

function compromisePoints({ linked, othersOpen = [] }: GateFacts): GatePoint[] {
  return [...linked, ...othersOpen].map(({ id, customerName, state, part }) => ({
    id: 'compromise' as const,
    isMet: state !== 'open',
    text: `incident ${id} (${customerName}) is ${state === 'open' ? `open: ${part ? partWords(part) : 'nothing holds it back'}` : state}`,
    ...(state === 'open' ? { mend: { action: SHOW_INCIDENT, label: `Incident ${id}`, arg: String(id) } } : {}),
  }));
}

/** The source that sent last decides. Where nobody is named there is nobody to be quiet. */
function quietPoint({ now, sources, quietMs, behind, noCulprit, linked, othersOpen = [] }: GateFacts): GatePoint {
  const id = 'quiet';
  const last = sources.toSorted((a, b) => b.lastSpamAt - a.lastSpamAt)[0];
  if (!last) {
    const isSettled = quietMs === 0 || (noCulprit !== undefined && linked.length === 0);
    return {
      id,
      isMet: isSettled,
      text: isSettled
        ? 'no source of ours is suspected'
        : 'whether the spam has stopped is not known: no source is named',
    };
  }
  const { customerName, lastSpamAt, wasRefused } = last;
  const at = `of ${customerName} at ${utc(lastSpamAt)}`;
  const seen = wasRefused ? `last try ${at}, refused` : `last spam ${at}`;
  if (quietMs === 0) return { id, isMet: true, text: `${seen}, and no quiet time is asked for` };
  const age = Math.max(0, now - lastSpamAt);
  const hasPassed = age >= quietMs;
  // A card is not drawn anew with every message: of one that nothing holds back it names no time, for the next would make that wrong.
  const isLoose = [...linked, ...othersOpen].some((its) => its.state === 'open' && its.customerName === customerName);
  const goesOn = isLoose && !wasRefused && !hasPassed && age < SILENT_AFTER_MS;
  const going = goesOn ? { goesOn } : {};
  const lately = goesOn
    ? `${customerName} sent spam within the last ${duration(SILENT_AFTER_MS)}`
    : `${seen}, not yet ${duration(quietMs)} ago`;
  if (behind && hasPassed)
    return {
      ...{ id, isMet: false, isUnknown: true },
      text: `whether ${customerName} is quiet since ${utc(lastSpamAt)} is not known: ${readingWords(behind)}`,
    };
  if (behind) return { id, isMet: false, text: `${lately}; ${readingWords(behind)}`, ...going };
  if (hasPassed) return { id, isMet: true, text: `${customerName} is quiet since ${utc(lastSpamAt)}` };
  // While no cause is named time alone does not meet it: once the others are quiet, whether the cause is remains unknown.
  const isNamed = linked.length > 0 || noCulprit !== undefined;
  return { id, isMet: false, text: lately, ...(isNamed && !goesOn ? { opensAt: lastSpamAt + quietMs } : going) };
}

/** How far the logs are read, and what is to be done about it. */
export function readingWords({ readTo }: Behind): string {
  return readTo === undefined
    ? 'the logs are not read up to now, and the Home tab of the bot says what to mend'
    : `the logs are read up to ${utc(readTo)} and catch up by themselves`;
}

function dnsPoints({ now, target, isDomain, look }: GateFacts): GatePoint[] {
  const mend = { action: 'dnscheck-address', label: 'Check DNS', arg: target };
  const wanted = isDomain ? (['spf', 'dmarc'] as const) : (['ptr', 'spf'] as const);
  return wanted.map((id): GatePoint => {
    const point = look?.points.find((candidate) => candidate.id === id);
    const name = `${id.toUpperCase()} of ${target}`;
    if (!look || !point) return { id, isMet: false, text: `${name} was not looked at yet`, mend };
    if (now - look.lookedAt > LOOK_GOOD_FOR_MS)
      return { id, isMet: false, text: `${name} was last looked at ${utc(look.lookedAt)}: look again`, mend };
    if (point.state === 'unknown')
      return { id, isMet: false, text: `${name} could not be looked up: ${point.text}`, mend };
    return point.state === 'ok'
      ? { id, isMet: true, text: `${name} passes: ${point.text}` }
      : { id, isMet: false, text: `${name} is wrong: ${point.text}`, mend };
  });
}

function retryPoint({ now, listName, lastRequest, retryMs }: GateFacts): GatePoint {
  const id = 'retry';
  if (!lastRequest) return { id, isMet: true, text: `${listName} was not asked before` };
  const since = now - lastRequest.requestedAt;
  const asked = `${lastRequest.byName} asked ${listName} at ${utc(lastRequest.requestedAt)} (attempt ${lastRequest.attempt})`;
  if (since >= retryMs) return { id, isMet: true, text: asked };
  return {
    id,
    isMet: false,
    text: `${asked}; it may be asked again after ${duration(retryMs)}`,
    opensAt: lastRequest.requestedAt + retryMs,
  };
}

/** A point as one sentence where no time zone of a reader is known. */
export function inWords(point: Pick<GatePoint, 'id' | 'text' | 'opensAt'>): string {
  return `${point.text}${whenMet(point, utc)}`;
}

/** What follows the text of a point that time alone meets. Silence is no promise: while the cause goes on, the hour goes on with it. */
export function whenMet({ id, opensAt }: Pick<GatePoint, 'id' | 'opensAt'>, say: (atMs: number) => string): string {
  if (opensAt === undefined) return '';
  return id === 'quiet' ? `, met ${say(opensAt)} if no more spam comes` : ` (${say(opensAt)})`;
}
