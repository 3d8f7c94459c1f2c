// The watch: asks every list about everything we send from and as, each in its own rhythm, for as long as the bot runs.
import { setMaxListeners } from 'node:events';
import type { Db } from '../../db/open.js';
import type { Resolver } from '../../dns/resolver.js';
import type { SeenListing } from '../check.js';
import { type AccountKeys, type Blocklist, paceOf, whyNotAskable } from '../operator.js';
import { watchDns } from './dns-servers.js';
import { type Due, intervalOf, minimumOf, mostDue, type Place, placesOf, type Random, type Rhythm } from './plan.js';
import { reportOf, type WatchReport } from './report.js';
import { Silence } from './silence.js';
import { type ListState, listStatesOf } from './store.js';
import { type SweepDeps, sweepList } from './sweep.js';
import { type Watched, watchedTargets } from './targets.js';
import { Turns, type WatchClock } from './turns.js';

export interface WatchOptions {
  db: Db;
  clock: WatchClock;
  resolver: Pick<Resolver, 'query' | 'health'>;
  /** Read anew for each sweep, as are the names. */
  lists: () => readonly Blocklist[];
  /** Addresses and domains to watch, as configuration and directory have them. */
  names: () => Iterable<string>;
  keys: AccountKeys;
  rhythm: Rhythm;
  /** Part of all that is watched which a list may newly list at once, 0 to 1. */
  holdShare: number;
  random: Random;
  /** Takes listings that are new, or answer something new, all of them confirmed. What was taken before changes nothing. */
  onListed: (seen: SeenListing[]) => void;
  /** Takes open listings that were seen clear twice in a row. */
  onCleared: (pairs: { target: string; list: string }[]) => void;
  /** Called after effects were queued. */
  wake: () => void;
  /** A sweep that could not be written down; it is done again. */
  onError: (error: unknown, list: string) => void;
}

export interface Watch {
  /** Starts what is due, at most one sweep. To be called every second; returns at once. */
  tick(): void;
  report(): WatchReport;
  /** Resolves when no sweep is under way. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** A sweep that failed, or that no DNS server answered, is tried again after this, ms. */
const TRY_AGAIN_MS = 30_000;

export function startWatch(options: WatchOptions): Watch {
  const stopping = new AbortController();
  // Every lane that waits listens to it.
  setMaxListeners(0, stopping.signal);
  const { db, clock, rhythm, random } = options;
  const startedAt = clock.now();
  const dns = watchDns({ ...options, signal: stopping.signal });
  const running = new Map<string, Promise<void>>();
  const notBefore = new Map<string, number>();
  const watched = rememberingTargets(options.names);
  const lists = () => askable(options.lists(), options.keys);
  const deps: SweepDeps = {
    ...options,
    lists,
    turns: new Turns(clock, stopping.signal),
    signal: stopping.signal,
    targets: () => watched().targets,
    isDnsDead: dns.isDead,
    silence: new Silence(),
  };

  function tick(): void {
    if (stopping.signal.aborted || dns.isKnownDead()) return;
    const asked = lists();
    const states = listStatesOf(db, asked);
    const now = clock.now();
    const due = asked
      .filter(({ id }) => !running.has(id) && (notBefore.get(id) ?? 0) <= now)
      .map((list) => dueOf(list, states.get(list.id) as ListState, rhythm, now));
    const next = mostDue(due, now);
    const list = next && asked.find(({ id }) => id === next.id);
    if (list) running.set(list.id, run(list, placesOf(asked, rhythm, random).get(list.id) as Place));
  }

  async function run(list: Blocklist, place: Place): Promise<void> {
    try {
      const came = await sweepList(deps, list, place);
      if (came === 'dns-dead') notBefore.set(list.id, clock.now() + TRY_AGAIN_MS);
      else notBefore.delete(list.id);
    } catch (error) {
      notBefore.set(list.id, clock.now() + TRY_AGAIN_MS);
      if (!stopping.signal.aborted) options.onError(error, list.id);
    } finally {
      running.delete(list.id);
    }
  }

  async function settled(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values());
  }

  return {
    tick,
    settled,
    report: () =>
      reportOf({
        lists: lists(),
        states: listStatesOf(db, lists()),
        rhythm,
        watched: watched(),
        silent: deps.silence.lists(),
        keys: options.keys,
        dns: dns.report(),
        startedAt,
        now: clock.now(),
      }),
    async stop() {
      stopping.abort(new Error('the watch stops'));
      await settled();
    },
  };
}

/** The lists that we can ask at all, each at the pace that holds for us. */
function askable(lists: readonly Blocklist[], keys: AccountKeys): Blocklist[] {
  return lists
    .filter((list) => whyNotAskable(list, keys) === undefined)
    .map((list) => ({ ...list, ask: paceOf(list, keys) }));
}

/** Reading names is slow for thousands of them, and they seldom change. */
function rememberingTargets(names: WatchOptions['names']): () => Watched {
  let readFrom: string[] = [];
  let known: Watched = { targets: [], skipped: [] };
  return () => {
    const now = [...names()];
    const isSame = now.length === readFrom.length && now.every((name, i) => name === readFrom[i]);
    if (!isSame) {
      known = watchedTargets(now);
      readFrom = now;
    }
    return known;
  };
}

/** What the row says, held against a clock that was set, an interval that was changed and the list's own minimum. */
function dueOf(list: Blocklist, state: ListState, rhythm: Rhythm, now: number): Due {
  const isLeftAlone = (state.backOffUntil ?? 0) > now || (state.ignoredUntil ?? 0) > now;
  const latest = isLeftAlone ? Number.POSITIVE_INFINITY : now + intervalOf(list, rhythm);
  const dueAt = state.dueAt > latest ? 0 : state.dueAt;
  const earliest = (state.lastSweepAt ?? 0) > now ? 0 : (state.lastSweepAt ?? 0) + minimumOf(list);
  return { id: list.id, isCritical: list.impact === 'critical', dueAt: Math.max(dueAt, earliest) };
}
