// A list that suddenly lists much of what we watch is held for a person: is it us, or has the list gone wrong?
import { type Actor, RELAYWARDEN, recordAudit } from '../../audit/record.js';
import type { Db } from '../../db/open.js';
import { immediately, type Tx } from '../../db/transaction.js';
import { queueEffect } from '../../outbox/queue.js';
import type { Target } from '../target.js';
import { type ListState, listStateOf, saveListState } from './store.js';

/** Fewer than this are never held back: a few listings at once are what a bad day looks like. */
const FEWEST_HELD = 3;

/** How many of a kind were asked about so far in a sweep, are watched in all, and are newly listed. */
export interface Share {
  fresh: number;
  asked: number;
  watched: number;
}

/**
 * What to do with new listings of a sweep: pass them on, hold the list, or wait until more of it was asked.
 * `holdShare` is the part of all that is watched, 0 to 1, which a list may newly list at once.
 */
export function holdOn({ fresh, asked, watched }: Share, holdShare: number): 'pass' | 'wait' | 'hold' {
  if (fresh < FEWEST_HELD) return 'pass';
  if (fresh > holdShare * watched) return 'hold';
  return asked < watched && fresh > holdShare * asked ? 'wait' : 'pass';
}

export type HoldChoice = 'release' | 'ignore';

/** How a hold ended. `passed`: by itself, the list lists less again. */
export interface HoldEnd {
  choice: HoldChoice | 'passed';
  /** Name of who said so. */
  by: string;
  at: number;
}

/** What the message about a hold shows; the payload of `list.held`. */
export interface HeldList {
  list: string;
  heldAt: number;
  kind: Target['kind'];
  /** Some of what it lists now. */
  targets: string[];
  listed: number;
  /** How many of the kind are watched. */
  of: number;
  end?: HoldEnd;
}

/** Kept with the list: the message, and where it stands once it is posted. */
export interface HeldNotice extends HeldList {
  channel?: string;
  ts?: string;
}

/** Targets named in the message. */
const MOST_NAMED = 40;
export const IGNORE_MS = 24 * 3_600_000;

function heldNoticeOf({ heldNotice }: ListState): HeldNotice | undefined {
  return (heldNotice as HeldNotice | null) ?? undefined;
}

/** Begins a hold inside the sweep's transaction: on record, and one message. */
export function beginHold(tx: Tx, held: Omit<HeldList, 'listed' | 'end'>): void {
  const { list, heldAt, kind, of, targets } = held;
  const shown: HeldList = { list, heldAt, kind, of, listed: targets.length, targets: targets.slice(0, MOST_NAMED) };
  saveListState(tx, list, { heldAt, heldTargets: targets, heldNotice: shown, releasedAt: null, releasedBy: null });
  const details = { targets: shown.targets, listed: shown.listed, of };
  recordAudit(tx, { at: heldAt, actor: RELAYWARDEN, verb: 'hold-list', subject: subjectOf(list), details });
  queueNotice(tx, shown, 'begin', heldAt);
}

/** Ends a hold that nobody had to decide: the list lists less again. */
export function passHold(tx: Tx, state: ListState, at: number): void {
  end(tx, state, { choice: 'passed', by: RELAYWARDEN.name, at }, RELAYWARDEN);
}

type HoldOutcome =
  | { kind: 'done' }
  /** Decided before; `end` says how, when it is known. */
  | { kind: 'lost-race'; end: HoldEnd | undefined };

/**
 * A person decides. `heldAt` is the hold they saw: of two presses one counts. Released, the list is asked again at once and what it still
 * lists opens incidents; ignored, it is not asked for a day.
 */
export function decideHold(
  db: Db,
  { list, heldAt, choice, actor, at }: { list: string; heldAt: number; choice: HoldChoice; actor: Actor; at: number },
): HoldOutcome {
  return immediately(db, (tx): HoldOutcome => {
    const state = listStateOf(tx, list);
    if (state.heldAt === heldAt) {
      end(tx, state, { choice, by: actor.name, at }, actor);
      return { kind: 'done' };
    }
    const entry = { at, actor, verb: verbOf(choice), subject: subjectOf(list), details: { sawHold: heldAt } };
    recordAudit(tx, { ...entry, outcome: 'lost-race' });
    const notice = heldNoticeOf(state);
    return { kind: 'lost-race', end: notice?.heldAt === heldAt ? notice.end : undefined };
  });
}

function end(tx: Tx, state: ListState, how: HoldEnd, actor: Actor): void {
  const { list } = state;
  const { choice, at } = how;
  const notice = heldNoticeOf(state);
  const isReleased = choice === 'release';
  saveListState(tx, list, {
    heldAt: null,
    heldTargets: isReleased ? state.heldTargets : null,
    heldNotice: notice ? { ...notice, end: how } : null,
    ...(isReleased ? { releasedAt: at, releasedBy: how.by, dueAt: at } : {}),
    ...(choice === 'ignore' ? { ignoredUntil: at + IGNORE_MS, dueAt: at + IGNORE_MS } : {}),
  });
  const details = { listed: state.heldTargets?.length ?? 0, heldAt: state.heldAt };
  recordAudit(tx, { at, actor, verb: verbOf(choice), subject: subjectOf(list), details });
  if (notice) queueNotice(tx, { ...notice, end: how }, choice, at);
}

function queueNotice(tx: Tx, held: HeldNotice, step: string, at: number): void {
  const { list, heldAt } = held;
  const key = `list.held:${list}:${heldAt}:${step}`;
  queueEffect(tx, { key, kind: 'list.held', lane: `list:${list}`, payload: held }, at);
}

/** Where the message of a hold stands; undefined until it is posted. A later hold has another message. */
export function heldMessageAt(db: Tx, held: HeldNotice): { channel: string; ts: string } | undefined {
  const kept = heldNoticeOf(listStateOf(db, held.list));
  const { channel, ts } = kept?.heldAt === held.heldAt ? kept : held;
  return channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
}

/** Remembers where the message of a hold stands. */
export function noteHeldMessage(db: Tx, { list, heldAt }: HeldList, posted: { channel: string; ts: string }): void {
  const notice = heldNoticeOf(listStateOf(db, list));
  if (notice?.heldAt === heldAt) saveListState(db, list, { heldNotice: { ...notice, ...posted } });
}

function verbOf(choice: HoldEnd['choice']): string {
  return choice === 'passed' ? 'end-hold' : `${choice}-list`;
}

export function subjectOf(list: string): string {
  return `list:${list}`;
}
