// How far the way off the lists is: whether the cause is held back, what was asked for, how long it takes. One wording for whoever asks the
// desk and for partners.
import { isLifted } from '../containment/containment.js';
import type { Tx } from '../db/transaction.js';
import { linkedCompromises } from '../incidents/culprits/links.js';
import type { Incident, ListedEntry } from '../incidents/incident.js';
import { behindOf, runOf, SILENT_AFTER_MS } from '../incidents/running.js';
import { isAhead } from '../incidents/set-back.js';
import { type ContainmentRow, containmentsOf } from '../incidents/store.js';
import { isExpiring } from './packs/expires.js';
import type { Removal } from './removal.js';
import { type DelistingRequest, isRunning } from './request.js';
import { onRecord } from './store.js';
import { utc, waitOf } from './words.js';

export interface Progress {
  /**
   * Since when nothing of all that is linked got through, or when the last of it was seen though nothing holds it back; open while it goes
   * on, none when a person says that it is nobody of ours.
   */
  cause: { stoppedAt: number } | { silentSince: number } | 'open' | 'unknown' | 'none';
  /** Open compromises of others could bring the next listing: the checklist counts them, too, and waits for them. */
  isHeldUp?: true;
  /** Requests on their way: the latest asked for, and when the last of them is expected to be over; a part when others wait. */
  request: { askedAt: number; expectedBy: number; isPart?: true } | 'refused' | undefined;
  /** What the lists and receivers say of the time a removal takes. */
  wait: Wait;
}

export interface Wait {
  /** The widest span of all; undefined where one of them is not known. */
  hours: readonly [number, number] | undefined;
  /** Reports whether all of them forget by themselves. */
  isExpiring: boolean;
}

export interface ProgressDeps {
  db: Tx;
  now: () => number;
  requestsOf?: (incidentId: number) => DelistingRequest[];
  /** Open compromises that could bring the next listing of what an incident lists. */
  openOver?: (incident: Incident) => Incident[];
  delisting?: { removalOf: (list: string, code?: string) => Removal };
  /** Parts of the health report: they tell whether the logs are read up to now. */
  health?: () => readonly { isLate?: true }[];
}

/** Reads it of incidents of listings, and of what of them still stands; `notStopped` are those whose mail nothing holds back. */
export function readProgress(
  deps: ProgressDeps,
  listings: readonly Incident[],
  entries: readonly ListedEntry[],
): Progress & { notStopped: Incident[] } {
  const { causes, ...known } = causeOf(deps, listings);
  const others = othersOver(deps, listings, causes);
  return {
    ...known,
    ...(others.length > 0 ? { isHeldUp: true } : {}),
    notStopped: [...known.notStopped, ...others],
    request: latestRequest(deps, listings, entries),
    wait: waitFor(deps, entries),
  };
}

/** One sentence, plain text: what was done, and what comes next. `at` writes a time. */
export function progressWords(
  { cause, isHeldUp, request, wait }: Progress,
  now: number,
  at: (ms: number) => string = utc,
): string {
  const did = causeWords(cause, at);
  if (!request) return `${did}; ${next(whenOf(cause, isHeldUp === true), wait)}.`;
  if (request === 'refused') return `${did}; removal was asked for and refused, and we are asking again.`;
  const isInTime = request.expectedBy > now;
  if (request.isPart) {
    const end = isInTime
      ? `we expect that part to be over by ${at(request.expectedBy)}`
      : 'that takes longer than expected';
    return `${did}, and removal was asked for in part, last at ${at(request.askedAt)}: ${end}.`;
  }
  const asked = `${did}, and removal was asked for at ${at(request.askedAt)}`;
  return isInTime
    ? `${asked}: we expect it to be over by ${at(request.expectedBy)}.`
    : `${asked}; it takes longer than expected, and we are asking again.`;
}

/** Stopped when the last of the causes was; unknown while nobody has linked one to any of them. */
function causeOf(
  deps: ProgressDeps,
  listings: readonly Incident[],
): { cause: Progress['cause']; causes: Incident[]; notStopped: Incident[] } {
  const { db, now } = deps;
  const linked = listings.flatMap(({ id }) => linkedCompromises(db, id));
  const causes = [...new Map(linked.map((cause) => [cause.id, cause])).values()];
  const isNobody = listings.some(({ id }) => onRecord(db, id, ['no-culprit']).length > 0);
  if (causes.length === 0) return { cause: isNobody ? 'none' : 'unknown', causes, notStopped: [] };
  const known = { now: now(), isBehind: behindOf(deps.health?.() ?? []) !== undefined };
  const times = causes.map((cause) => stoppedAt(cause, obeyedBlocks(db, cause), known));
  const ongoing = causes.filter((_, i) => times[i] === undefined);
  if (ongoing.length === 0) return { cause: { stoppedAt: latest(times) }, causes, notStopped: [] };
  const silent = ongoing.map((cause) => silentSince(db, cause, known));
  const isSilent = silent.every((since) => since !== undefined);
  const notStopped = ongoing.filter((cause) => obeyedBlocks(db, cause).every(isLifted));
  return { cause: isSilent ? { silentSince: latest([...times, ...silent]) } : 'open', causes, notStopped };
}

/** Those that are open and no cause, each once. */
function othersOver(
  { openOver }: ProgressDeps,
  listings: readonly Incident[],
  causes: readonly Incident[],
): Incident[] {
  const areCauses = new Set(causes.map(({ id }) => id));
  const over = new Map(listings.flatMap((listing) => openOver?.(listing) ?? []).map((each) => [each.id, each]));
  return [...over.values()].filter(({ id }) => !areCauses.has(id));
}

function latest(times: readonly (number | undefined)[]): number {
  return Math.max(...times.map((at) => at ?? 0));
}

/** The time, and whether the logs are read up to then: of mail that nobody has looked for nobody can say that it ended. */
interface Known {
  now: number;
  isBehind: boolean;
}

/** Blocks and suspensions placed for it, lifted ones too, oldest first. What the relays did not obey has stopped nothing. */
function obeyedBlocks(db: Tx, { id }: Incident): ContainmentRow[] {
  return containmentsOf(db, id).filter(
    ({ action, effectiveAt, failure }) => action !== 'reroute' && (effectiveAt !== null || failure === null),
  );
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
  const run = isBehind ? undefined : runOf(cause, containmentsOf(db, cause.id), now);
  return run?.state === 'silent' ? run.lastAt : undefined;
}

/** Undefined while nothing is asked. A no that nothing came after is told when no request runs. */
function latestRequest(
  { requestsOf, delisting }: ProgressDeps,
  listings: readonly Incident[],
  entries: readonly ListedEntry[],
): Progress['request'] {
  const requests = listings.flatMap(({ id }) => requestsOf?.(id) ?? []);
  const running = requests.filter(isRunning);
  if (running.length === 0) return requests.some(({ state }) => state === 'refused') ? 'refused' : undefined;
  const isAsked = ({ target, list }: ListedEntry) => running.some((one) => one.target === target && one.list === list);
  const isAskable = ({ list, codes }: ListedEntry) => !delisting || !isExpiring(delisting.removalOf(list, codes[0]));
  return {
    askedAt: Math.max(...running.map(({ requestedAt }) => requestedAt)),
    expectedBy: Math.max(...running.map(({ fullAt }) => fullAt)),
    ...(entries.some((entry) => isAskable(entry) && !isAsked(entry)) ? { isPart: true } : {}),
  };
}

/** Of what no catalogue knows, and of what takes no requests, nobody can say. */
function waitFor({ delisting }: ProgressDeps, entries: readonly Pick<ListedEntry, 'list' | 'codes'>[]): Wait {
  const removals = entries.flatMap(({ list, codes }) => delisting?.removalOf(list, codes[0]) ?? []);
  const areKnown =
    removals.length > 0 && removals.every(({ method, isUnknown }) => method !== 'none' && isUnknown !== true);
  if (!areKnown) return { hours: undefined, isExpiring: false };
  const [least, most] = [0, 1].map((end) => removals.map(({ expectedHours }) => expectedHours[end] ?? 0));
  return { hours: [Math.min(...(least ?? [])), Math.max(...(most ?? []))], isExpiring: removals.every(isExpiring) };
}

/** Removal is asked for when the cause is over and no other can bring the next listing, and not before. */
function next(when: string, { hours, isExpiring: isSo }: Wait): string {
  const takes = hours ? `, which as a rule takes ${waitOf(hours)}` : '';
  if (isSo) return `${when === 'next' ? '' : `${when} `}the listing goes by itself${takes}`;
  return `${when} we ask for removal${takes}`;
}

function whenOf(cause: Progress['cause'], isHeldUp: boolean): string {
  if (cause === 'open' || cause === 'unknown') return 'once it is stopped';
  if (cause !== 'none' && 'silentSince' in cause) return 'once it cannot come again';
  return isHeldUp ? 'once nothing else can bring it back' : 'next';
}

function causeWords(cause: Progress['cause'], at: (ms: number) => string): string {
  switch (cause) {
    case 'open':
      return 'We have found the mail that caused it';
    case 'unknown':
      return 'We are looking for the mail that caused it';
    case 'none':
      return 'We searched our logs, and no customer of ours caused it';
    default:
      return 'stoppedAt' in cause
        ? `The mail that caused it was stopped at ${at(cause.stoppedAt)}`
        : `We have found the mail that caused it, none of which was seen after ${at(cause.silentSince)}`;
  }
}
