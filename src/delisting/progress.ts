// How far the way off the lists is: whether the cause is held back, what was asked for, how long it takes. One wording for whoever asks the
// desk and for partners.

import type { Incident, ListedEntry } from '../incidents/incident.js';
import { isSameEntry } from '../incidents/listings/entries.js';
import { utc } from '../words.js';
import { type CauseDeps, type CauseState, readCause } from './cause.js';
import { isExpiring } from './packs/expires.js';
import type { Removal } from './removal.js';
import { type DelistingRequest, isRunning } from './request.js';
import { waitOf } from './words.js';

export interface Progress {
  cause: CauseState;
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

export interface ProgressDeps extends CauseDeps {
  requestsOf: (incidentId: number) => DelistingRequest[];
  /** Open compromises that could bring the next listing of what an incident lists. */
  openOver: (incident: Incident) => Incident[];
  delisting: { removalOf: (list: string, code?: string) => Removal };
}

/** Reads it of incidents of listings, and of what of them still stands; `notStopped` are those whose mail nothing holds back. */
export function readProgress(
  deps: ProgressDeps,
  listings: readonly Incident[],
  entries: readonly ListedEntry[],
): Progress & { notStopped: Incident[] } {
  const { causes, ...known } = readCause(deps, listings, entries);
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

/** Those that are open and no cause, each once. */
function othersOver(
  { openOver }: ProgressDeps,
  listings: readonly Incident[],
  causes: readonly Incident[],
): Incident[] {
  const areCauses = new Set(causes.map(({ id }) => id));
  const over = new Map(listings.flatMap((listing) => openOver(listing)).map((each) => [each.id, each]));
  return [...over.values()].filter(({ id }) => !areCauses.has(id));
}

/** Undefined while nothing is asked. A no that nothing came after is told when no request runs. */
function latestRequest(
  { requestsOf, delisting }: ProgressDeps,
  listings: readonly Incident[],
  entries: readonly ListedEntry[],
): Progress['request'] {
  const requests = listings.flatMap(({ id }) => requestsOf(id));
  const running = requests.filter(isRunning);
  if (running.length === 0) return requests.some(({ state }) => state === 'refused') ? 'refused' : undefined;
  const isAsked = (entry: ListedEntry) => running.some((one) => isSameEntry(one, entry));
  const isAskable = ({ list, codes }: ListedEntry) => !isExpiring(delisting.removalOf(list, codes[0]));
  return {
    askedAt: Math.max(...running.map(({ requestedAt }) => requestedAt)),
    expectedBy: Math.max(...running.map(({ fullAt }) => fullAt)),
    ...(entries.some((entry) => isAskable(entry) && !isAsked(entry)) ? { isPart: true } : {}),
  };
}

/** Of what no catalogue knows, and of what takes no requests, nobody can say. */
function waitFor({ delisting }: ProgressDeps, entries: readonly Pick<ListedEntry, 'list' | 'codes'>[]): Wait {
  const removals = entries.map(({ list, codes }) => delisting.removalOf(list, codes[0]));
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

function whenOf(cause: CauseState, isHeldUp: boolean): string {
  if (cause === 'none') return isHeldUp ? NOT_ALONE : 'next';
  if (cause === 'unsure') return isHeldUp ? NOT_ALONE : 'once it has';
  if (typeof cause === 'string') return STOPPED;
  if ('silentSince' in cause) return 'once it cannot come again';
  return cause.rest ? STOPPED : isHeldUp ? NOT_ALONE : 'next';
}

const STOPPED = 'once it is stopped';
const NOT_ALONE = 'once nothing else can bring it back';

function causeWords(cause: CauseState, at: (ms: number) => string): string {
  switch (cause) {
    case 'open':
      return 'We have found the mail that caused it';
    case 'unsure':
      return 'We have found the mail that caused it, and are checking that it has ended';
    case 'part':
      return 'We have found part of the mail that caused it, and are looking for the rest';
    case 'unknown':
      return 'We are looking for the mail that caused it';
    case 'none':
      return 'We searched our logs, and no customer of ours caused it';
    default:
      return 'stoppedAt' in cause ? stoppedWords(cause, at) : SILENT(at(cause.silentSince));
  }
}

const SILENT = (at: string) => `We have found the mail that caused it, none of which was seen after ${at}`;

function stoppedWords(
  { stoppedAt, rest }: Extract<CauseState, { stoppedAt: number }>,
  at: (ms: number) => string,
): string {
  if (rest === 'open') return `One possible cause of it was stopped at ${at(stoppedAt)}, another is not stopped yet`;
  if (rest === 'unknown')
    return `Part of the mail that caused it was stopped at ${at(stoppedAt)}, and we are looking for the rest`;
  return `The mail that caused it was stopped at ${at(stoppedAt)}`;
}
