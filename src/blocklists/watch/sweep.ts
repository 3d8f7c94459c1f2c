// One sweep of a list: is it to be believed, what does it say of everything we watch, and what changes by that. Changes are passed on before
// the sweep is written down: who dies in between sweeps again, and finds what was passed on already known.
import type { Db } from '../../db/open.js';
import { immediately, type Tx } from '../../db/transaction.js';
import type { SeenListing } from '../check.js';
import type { ListHealth } from '../health.js';
import { type Blocklist, isAskable, type TargetKind } from '../operator.js';
import type { Target } from '../target.js';
import { askTestEntries } from './ask.js';
import { isBelieved, isTestDue, type Step, stepBelief } from './belief.js';
import { beginHold, IGNORE_MS, passHold } from './hold.js';
import { type Look, type LookDeps, lookAt } from './look.js';
import { tellOfList } from './news.js';
import { nextDueAt, type Place, type Random } from './plan.js';
import type { Silence } from './silence.js';
import {
  type ListState,
  listStateOf,
  openListingsOn,
  saveListState,
  sawClearOnce,
  sawOtherCodes,
  sawStillListed,
} from './store.js';

export interface SweepDeps extends LookDeps {
  db: Db;
  random: Random;
  targets: () => readonly Target[];
  /** Asks around whether any DNS server answers at all. */
  isDnsDead: () => Promise<boolean>;
  /** Which lists are silent, and since when while others answer; kept while the process lives. */
  silence: Silence;
  onListed: (seen: SeenListing[]) => void;
  onCleared: (pairs: { target: string; list: string }[]) => void;
  /** Called after effects were queued. */
  wake: () => void;
}

/** What it came to: `dns-dead` learnt nothing and is to be tried again soon. */
type Sweep = 'done' | 'not-believed' | 'dns-dead';

/** Sweeps a list once and sets when it is due again. Rejects when the watch stops or the database takes nothing. */
export async function sweepList(deps: SweepDeps, list: Blocklist, place: Place): Promise<Sweep> {
  const startedAt = deps.clock.now();
  const targets = deps.targets().filter(({ kind }) => isAskable(list, kind, deps.keys));
  if (targets.length === 0) return put(deps, list, place, startedAt, {});
  const tested = await test(deps, list, [...new Set(targets.map(({ kind }) => kind))]);
  if (tested === 'dns-dead') return tested;
  if (!isBelieved(tested) || deps.silence.has(list.id)) return put(deps, list, place, startedAt, {});
  const look = await lookWith(deps, { list, place, targets, state: tested });
  const isWhole = look.heard >= targets.length * WHOLE_SHARE;
  finish(deps, { list, place, startedAt, targets, look, isWhole });
  if (look.refusal !== undefined) return 'not-believed';
  return !isWhole && (await deps.isDnsDead()) ? 'dns-dead' : 'done';
}

/** A sweep with fewer answers than this part says too little to count as one. */
const WHOLE_SHARE = 0.9;

/** The list's state after its test entries were asked, where that is due. */
async function test(deps: SweepDeps, list: Blocklist, kinds: TargetKind[]): Promise<ListState | 'dns-dead'> {
  const before = listStateOf(deps.db, list.id);
  if (!isTestDue(before, deps.clock.now())) return before;
  const seen = await askTestEntries(deps, list, kinds);
  if (seen.state === 'silent' && (await deps.isDnsDead())) return 'dns-dead';
  const at = deps.clock.now();
  const silentSince = deps.silence.note(list.id, seen.state === 'silent', at);
  return transact(deps, (tx) => applyStep(tx, list, seen, at, silentSince));
}

function applyStep(tx: Tx, list: Blocklist, seen: ListHealth, at: number, silentSince?: number): ListState {
  const step: Step = stepBelief(listStateOf(tx, list.id), seen, at, silentSince);
  saveListState(tx, list.id, step.set);
  if (step.news) tellOfList(tx, list, step.news, step.set.healthReason ?? seen.reason, at);
  return listStateOf(tx, list.id);
}

function lookWith(
  deps: SweepDeps,
  { list, place, targets, state }: { list: Blocklist; place: Place; targets: readonly Target[]; state: ListState },
): Promise<Look> {
  const isFirstLook = state.firstLookAt === null;
  const wasReleased = state.releasedAt !== null && deps.clock.now() - state.releasedAt < IGNORE_MS;
  return lookAt(deps, {
    list,
    targets,
    intervalMs: place.intervalMs,
    isProven: state.health === 'sound',
    open: openListingsOn(deps.db, list.id),
    released: new Set(wasReleased ? state.heldTargets : []),
    isHeld: state.heldAt !== null,
    onListed: (seen) => deps.onListed(seen.map((each) => (isFirstLook ? { ...each, isFirstLook } : each))),
    onCleared: (gone) => deps.onCleared(gone.map((target) => ({ target, list: list.id }))),
  });
}

interface Finished {
  list: Blocklist;
  place: Place;
  startedAt: number;
  targets: readonly Target[];
  look: Look;
  isWhole: boolean;
}

/** Writes a sweep down, in one transaction. */
function finish(deps: SweepDeps, sweep: Finished): void {
  const { list, look } = sweep;
  const at = deps.clock.now();
  transact(deps, (tx) => {
    sawStillListed(tx, [...look.still, ...look.changed.map(({ id }) => id)], at);
    for (const change of look.changed) sawOtherCodes(tx, change);
    const state = listStateOf(tx, list.id);
    const isIgnored = (state.ignoredUntil ?? 0) > at;
    if (state.heldAt === null && !isIgnored) sawClearOnce(tx, look.clearOnce, at);
    if (look.refusal !== undefined) {
      applyStep(tx, list, { state: 'refused', reason: look.refusal }, at);
      return;
    }
    const wasDecided = isIgnored || (state.releasedAt ?? 0) >= sweep.startedAt;
    noteSweep(tx, state, sweep, { at, wasDecided, dueAt: nextDueAt(sweep.place, sweep.startedAt, deps.random) });
    if (!wasDecided) hold(tx, state, sweep, at);
  });
}

/** What somebody decided about a held list while it was swept says when it is due, not the sweep. */
function noteSweep(
  tx: Tx,
  state: ListState,
  { list, look, startedAt, isWhole }: Finished,
  { at, dueAt, wasDecided }: { at: number; dueAt: number; wasDecided: boolean },
): void {
  const isFirst = isWhole && state.firstLookAt === null && look.held.length === 0;
  saveListState(tx, list.id, {
    ...(isWhole ? { lastSweepAt: startedAt } : {}),
    ...(isFirst ? { firstLookAt: at } : {}),
    ...(wasDecided ? {} : { dueAt }),
  });
}

/** A hold begins with too many new listings at once, goes on as long as they stay, and ends by itself without them. */
function hold(tx: Tx, state: ListState, { list: { id: list }, look, targets, isWhole }: Finished, at: number): void {
  const names = look.held.map(({ target }) => target);
  const [first] = look.held;
  if (!first) {
    if (state.heldAt !== null && isWhole) passHold(tx, state, at);
  } else if (state.heldAt !== null) {
    saveListState(tx, list, { heldTargets: names });
  } else {
    const of = targets.filter(({ kind }) => kind === first.kind).length;
    beginHold(tx, { list, heldAt: at, kind: first.kind, targets: names, of });
  }
}

/** Only sets when it is due again. */
function put(deps: SweepDeps, list: Blocklist, place: Place, startedAt: number, change: Partial<ListState>): Sweep {
  transact(deps, (tx) => {
    const { backOffUntil } = listStateOf(tx, list.id);
    const dueAt = Math.max(nextDueAt(place, startedAt, deps.random), backOffUntil ?? 0);
    saveListState(tx, list.id, { ...change, dueAt });
  });
  return 'not-believed';
}

function transact<T>(deps: SweepDeps, change: (tx: Tx) => T): T {
  const result = immediately(deps.db, change);
  deps.wake();
  return result;
}
