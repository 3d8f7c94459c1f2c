// Whether the mail that brought listings is held back, and since when: judged for each of them. Mail that ended long before a listing began
// is not its cause, and nobody is told that a cause is over while other mail may be it.

import { RELAYWARDEN } from '../audit/record.js';
import { isLifted } from '../containment/containment.js';
import type { Tx } from '../db/transaction.js';
import { NEAR_HOURS } from '../incidents/culprits/blame.js';
import { findLink, linkedCompromises } from '../incidents/culprits/links.js';
import { type Incident, type ListedEntry, openEntries } from '../incidents/incident.js';
import { isAhead } from '../incidents/log-times.js';
import { behindOf, runOf, SILENT_AFTER_MS } from '../incidents/running.js';
import { type ContainmentRow, holdsOn } from '../incidents/store.js';
import { isObeyed } from '../incidents/targets.js';
import { noCulpritSaid } from './store.js';

/**
 * stoppedAt: nothing of what can be the cause got through since, ms; `rest` when other mail may be it that goes on, or when the cause or
 * the end of a part is not known · silentSince: nothing holds it back, and the last of it was seen then · unsure: a person resolved it
 * with nothing that holds it back, and the logs are not read far enough to tell whether it has ended · open: it goes on · part: so it
 * does, is silent or is not known to have ended, and the cause of the rest is not known · unknown: nobody has named one · none: a person
 * says that it is nobody of ours.
 */
export type CauseState =
  | { stoppedAt: number; rest?: 'open' | 'unknown' }
  | { silentSince: number }
  | 'unsure'
  | 'open'
  | 'part'
  | 'unknown'
  | 'none';

export interface CauseDeps {
  db: Tx;
  now: () => number;
  /** Compromises that went on after `from` of customers that send over what an incident lists; noise is none. */
  sentOver: (incident: Incident, from: number) => Incident[];
  /** Parts of the health report: they tell whether the logs are read up to now. */
  health: () => readonly { isLate?: true }[];
}

/** Reads it of incidents of listings and of what of them counts; with the linked causes, and those of them that nothing holds back. */
export function readCause(
  deps: CauseDeps,
  listings: readonly Incident[],
  entries: readonly ListedEntry[],
): { cause: CauseState; causes: Incident[]; notStopped: Incident[] } {
  const judge = judgeOf(deps);
  const judged = listings.map((listing) => causesOf(deps, judge, listing, entries));
  const causes = onlyOnce(judged.flatMap((each) => each.causes));
  const isUnknown = judged.length === 0 || judged.some((each) => each.isUnknown);
  if (causes.length === 0) return { cause: isUnknown ? 'unknown' : 'none', causes, notStopped: [] };
  const ongoing = causes.filter((cause) => goesOn(judge(cause)));
  const all = onlyOnce([...causes, ...judged.flatMap((each) => each.others)]).map(judge);
  // One that is open may be blocked in part, and the rest of its mail passes.
  const notStopped = ongoing.filter((cause) => cause.state === 'open' || obeyedBlocks(deps.db, cause).every(isLifted));
  return { cause: causeOf(causes.map(judge), all, isUnknown), causes, notStopped };
}

/** `all` are the linked causes, and what nobody has linked though it may be one. */
function causeOf(linked: readonly Judged[], all: readonly Judged[], isUnknown: boolean): CauseState {
  if (linked.some(goesOn)) return goingOn(all, isUnknown);
  if (linked.some(({ stoppedAt }) => stoppedAt !== undefined)) return stopped(all, isUnknown);
  return isUnknown ? 'part' : 'unsure';
}

/** Of what a person has resolved nobody claims that it goes on: that its end is not known may be for late logs alone. */
function stopped(all: readonly Judged[], isUnknown: boolean): CauseState {
  const rests = all.filter(({ stoppedAt }) => stoppedAt === undefined);
  const isOpen = rests.some(({ state }) => state !== 'resolved');
  const rest = isOpen ? 'open' : isUnknown || rests.length > 0 ? 'unknown' : undefined;
  return { stoppedAt: latest(all.map(({ stoppedAt }) => stoppedAt)), ...(rest ? { rest } : {}) };
}

function goingOn(all: readonly Judged[], isUnknown: boolean): CauseState {
  if (isUnknown) return 'part';
  const isOver = all.every(({ stoppedAt, silentSince }) => stoppedAt !== undefined || silentSince !== undefined);
  return isOver ? { silentSince: latest(all.flatMap((each) => [each.stoppedAt, each.silentSince])) } : 'open';
}

/** When the mail of a compromise was stopped, or else when it fell silent; neither while it goes on, and while nobody can tell. */
interface Judged extends Pick<Incident, 'state'> {
  stoppedAt: number | undefined;
  silentSince: number | undefined;
  /** A person resolved it, and late logs alone keep anybody from telling whether it has ended. */
  isUnsure: boolean;
}

function goesOn({ stoppedAt, isUnsure }: Judged): boolean {
  return stoppedAt === undefined && !isUnsure;
}

function judgeOf({ db, now, health }: CauseDeps): (compromise: Incident) => Judged {
  const known = { now: now(), isBehind: behindOf(health()) !== undefined };
  return (compromise) => {
    const blocks = obeyedBlocks(db, compromise);
    const at = stoppedAt(compromise, blocks, known);
    const silent = at === undefined ? silentSince(db, compromise, known) : undefined;
    const isUnsure = at === undefined && stoppedAt(compromise, blocks, { ...known, isBehind: false }) !== undefined;
    return { state: compromise.state, stoppedAt: at, silentSince: silent, isUnsure };
  };
}

const NEAR_MS = NEAR_HOURS * 3_600_000;

interface Causes {
  /** Linked to the listing, and not over before it could be the cause of anything listed. */
  causes: Incident[];
  /** Linked by nobody, though their mail left over what is listed in the hours before. */
  others: Incident[];
  /** Something is listed whose cause nobody has named. */
  isUnknown: boolean;
}

function causesOf(
  deps: CauseDeps,
  judge: (compromise: Incident) => Judged,
  listing: Incident,
  entries: readonly ListedEntry[],
): Causes {
  const { db, sentOver } = deps;
  const standing = standingOf(listing, entries);
  const linked = linkedCompromises(db, listing.id).map((cause) => ({
    cause,
    covers: coversOf(db, judge, listing, cause),
  }));
  const causes = linked
    .filter(({ covers }) => standing.length === 0 || standing.some(covers))
    .map(({ cause }) => cause);
  const isNamed = (entry: ListedEntry) => linked.some(({ covers }) => covers(entry));
  const isUnnamed = linked.length === 0 || !standing.every(isNamed);
  const from = Math.min(...standing.map(({ firstSeenAt }) => firstSeenAt)) - NEAR_MS;
  const others = standing.length === 0 ? [] : sentOver(listing, from);
  return {
    causes,
    // What a person says is about something else is linked no more.
    others: others.filter((other) => !findLink(db, listing.id, other.id) && standing.some(wasSent(other))),
    isUnknown: isUnnamed && !isNobodys(db, listing, standing),
  };
}

/** Of what counts, what stands still; or all of it when nothing does. */
function standingOf({ subject }: Incident, entries: readonly ListedEntry[]): ListedEntry[] {
  if (subject.kind !== 'listing') return [];
  const still = openEntries(subject).filter((entry) => entries.includes(entry));
  return still.length > 0 ? still : subject.entries.filter((entry) => entries.includes(entry));
}

/**
 * Reports of an entry whether a linked compromise can be its cause: its mail went on until the hours before it in which the ranking looks,
 * too, or a person has linked it since. Of what stood there at the first look nobody knows when it began.
 */
function coversOf(
  db: Tx,
  judge: (compromise: Incident) => Judged,
  listing: Incident,
  cause: Incident,
): (entry: ListedEntry) => boolean {
  const { stoppedAt = Number.POSITIVE_INFINITY } = judge(cause);
  const link = findLink(db, listing.id, cause.id);
  const saidAt = link && link.linkedBy !== RELAYWARDEN.name ? link.linkedAt : Number.NEGATIVE_INFINITY;
  return ({ firstSeenAt, isFirstLook }) =>
    isFirstLook === true || stoppedAt >= firstSeenAt - NEAR_MS || saidAt >= firstSeenAt;
}

/** Reports of an entry whether mail of the compromise was sent in the hours before it. */
function wasSent({ since, lastSeenAt }: Incident): (entry: ListedEntry) => boolean {
  return ({ firstSeenAt }) => since <= firstSeenAt && lastSeenAt >= firstSeenAt - NEAR_MS;
}

/** Reports whether a person says that no culprit of ours is to be found. That says nothing of what was listed later. */
function isNobodys(db: Tx, { id }: Incident, standing: readonly ListedEntry[]): boolean {
  const said = noCulpritSaid(db, id);
  return said !== undefined && standing.every(({ firstSeenAt }) => said.at >= firstSeenAt);
}

function onlyOnce(incidents: readonly Incident[]): Incident[] {
  return [...new Map(incidents.map((incident) => [incident.id, incident])).values()];
}

function latest(times: readonly (number | undefined)[]): number {
  return Math.max(...times.map((at) => at ?? 0));
}

/** The time, and whether the logs are read up to then: of mail that nobody has looked for nobody can say that it ended. */
interface Known {
  now: number;
  isBehind: boolean;
}

/** Blocks and suspensions that hold or held it, lifted ones too, oldest first. What the relays did not obey has stopped nothing. */
function obeyedBlocks(db: Tx, cause: Incident): ContainmentRow[] {
  return holdsOn(db, cause).filter((row) => row.action !== 'reroute' && isObeyed(row));
}

/**
 * The first block that no mail of it was seen after: a later one changes nothing of that. Where mail went on for a moment under a block and
 * ended, or nothing was placed before it was resolved, when that mail ended. Undefined while it goes on, and while nobody can tell.
 */
function stoppedAt(
  { state, lastSeenAt }: Incident,
  blocks: readonly ContainmentRow[],
  { now, isBehind }: Known,
): number | undefined {
  if (state === 'open') return undefined;
  const first = blocks.map((row) => forceAt(row, lastSeenAt, now)).find((at) => at >= lastSeenAt);
  const wasHeld = blocks.some(
    (row) => forceAt(row, lastSeenAt, now) < lastSeenAt && (row.liftedAt ?? now) > lastSeenAt,
  );
  // Whoever resolves it is warned that nothing holds the mail back, and stops nothing.
  const hasEnded = !isBehind && (first ?? now) - lastSeenAt >= SILENT_AFTER_MS;
  if (first !== undefined && !(wasHeld && hasEnded)) return first;
  return hasEnded ? lastSeenAt : undefined;
}

/**
 * From when it held: as it was pressed where nothing came after that, else when the relays obeyed. What a clock that was ahead has made of
 * these times is not believed; 0 where there is no other.
 */
function forceAt({ placedAt, effectiveAt }: ContainmentRow, lastSeenAt: number, now: number): number {
  const believed = (at: number | null) => (at === null || isAhead(at, now) ? undefined : at);
  const placed = believed(placedAt);
  return placed !== undefined && placed >= lastSeenAt ? placed : (believed(effectiveAt) ?? placed ?? 0);
}

/** Of a cause that nothing holds back: when its last mail was seen; undefined while it goes on, and while nobody can tell. */
function silentSince(db: Tx, cause: Incident, { now, isBehind }: Known): number | undefined {
  const run = isBehind ? undefined : runOf(cause, holdsOn(db, cause), now);
  return run?.state === 'silent' ? run.lastAt : undefined;
}
