// The watch: asks every list about everything we send from and as, each in its own rhythm, for as long as the bot runs.
import { setMaxListeners } from 'node:events';
import type { Db } from '../../db/open.js';
import type { Resolver } from '../../dns/resolver.js';
import type { SeenListing } from '../check.js';
import { type AccountKeys, type Blocklist, paceOf, whyNotAskable } from '../operator.js';
import { type DnsServers, watchDns } from './dns-servers.js';
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

/** A sweep that failed, or that no DNS server answered, is tried again after this, ms. */
const TRY_AGAIN_MS = 30_000;

/** Sweeps list after list while somebody ticks it, until it is stopped. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #deps: SweepDeps;
  readonly #dns: DnsServers;
  readonly #startedAt: number;
  readonly #stopping = new AbortController();
  readonly #watched: () => Watched;
  readonly #running = new Map<string, Promise<void>>();
  readonly #notBefore = new Map<string, number>();

  constructor(options: WatchOptions) {
    const { signal } = this.#stopping;
    // Every lane that waits listens to it.
    setMaxListeners(0, signal);
    this.#options = options;
    this.#startedAt = options.clock.now();
    this.#dns = watchDns({ ...options, signal });
    this.#watched = rememberingTargets(options.names);
    this.#deps = {
      ...options,
      lists: () => this.#lists(),
      turns: new Turns(options.clock, signal),
      signal,
      targets: () => this.#watched().targets,
      isDnsDead: this.#dns.isDead,
      silence: new Silence(),
    };
  }

  /** Starts what is due, at most one sweep. To be called every second; returns at once. */
  tick(): void {
    if (this.#stopping.signal.aborted || this.#dns.isKnownDead()) return;
    const { db, clock, rhythm, random } = this.#options;
    const asked = this.#lists();
    const states = listStatesOf(db, asked);
    const now = clock.now();
    const due = asked
      .filter(({ id }) => !this.#running.has(id) && (this.#notBefore.get(id) ?? 0) <= now)
      .map((list) => dueOf(list, states.get(list.id) as ListState, rhythm, now));
    const next = mostDue(due, now);
    const list = next && asked.find(({ id }) => id === next.id);
    if (list) this.#running.set(list.id, this.#run(list, placesOf(asked, rhythm, random).get(list.id) as Place));
  }

  report(): WatchReport {
    const { db, clock, rhythm, keys } = this.#options;
    const lists = this.#lists();
    return reportOf({
      lists,
      states: listStatesOf(db, lists),
      rhythm,
      watched: this.#watched(),
      silent: this.#deps.silence.lists(),
      keys,
      dns: this.#dns.report(),
      startedAt: this.#startedAt,
      now: clock.now(),
    });
  }

  /** Resolves when no sweep is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the watch stops'));
    await this.settled();
  }

  #lists(): Blocklist[] {
    return askable(this.#options.lists(), this.#options.keys);
  }

  async #run(list: Blocklist, place: Place): Promise<void> {
    const tryAgainAt = () => this.#options.clock.now() + TRY_AGAIN_MS;
    try {
      const came = await sweepList(this.#deps, list, place);
      if (came === 'dns-dead') this.#notBefore.set(list.id, tryAgainAt());
      else this.#notBefore.delete(list.id);
    } catch (error) {
      this.#notBefore.set(list.id, tryAgainAt());
      if (!this.#stopping.signal.aborted) this.#options.onError(error, list.id);
    } finally {
      this.#running.delete(list.id);
    }
  }
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
