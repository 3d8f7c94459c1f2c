// Asking a list for the watch: the same questions as any check, but in turn, so that no operator gets a burst.
import type { DnsAnswer } from '../../dns/answer.js';
import type { Resolver } from '../../dns/resolver.js';
import { type CheckResult, checkTargets } from '../check.js';
import { type ListHealth, testList } from '../health.js';
import { type AccountKeys, askedZone, type Blocklist, type TargetKind } from '../operator.js';
import type { Target } from '../target.js';
import { operatorGapMs, sweepGapMs } from './plan.js';
import type { Turns } from './turns.js';

export interface AskDeps {
  resolver: Pick<Resolver, 'query'>;
  turns: Turns;
  keys: AccountKeys;
  lists: () => readonly Blocklist[];
  signal: AbortSignal;
}

export interface Ask {
  list: Blocklist;
  targets: readonly Target[];
  onResult: (result: CheckResult) => void;
  /** Ends it early; it rejects with this signal's reason. */
  signal: AbortSignal;
}

/** Asks a list about its targets, dealt out over the time of a sweep. Its test entries are no part of it: they were asked before. */
export async function askInTurn(deps: AskDeps, { list, ...rest }: Ask & { intervalMs: number }): Promise<void> {
  const gapMs = sweepGapMs(rest.targets.length, rest.intervalMs);
  await ask(deps, { ...rest, list: { ...list, testListed: {} } }, (type) => {
    // The reason of a listing is asked for at once.
    if (type === 'A') return deps.turns.take(`list ${list.id}`, { gapMs });
    return Promise.resolve();
  });
}

/** Asks a list once more about a few targets, before everybody who waits. `isProven` asks its test entries too: a clear answer is worth no more than they. */
export async function askAgain(deps: AskDeps, { list, ...rest }: Ask & { isProven: boolean }): Promise<void> {
  await ask(deps, { ...rest, list: rest.isProven ? list : { ...list, testListed: {} } }, undefined);
}

/** Asks the test entries of the kinds that are watched. */
export function askTestEntries(deps: AskDeps, list: Blocklist, kinds: readonly TargetKind[]): Promise<ListHealth> {
  const zone = askedZone(list, deps.keys);
  return testList((name, type) => inTurn(deps, list, true, () => deps.resolver.query(name, type)), list, zone, kinds);
}

async function ask(
  deps: AskDeps,
  { list, targets, onResult, signal }: Ask,
  waitFor: ((type: string) => Promise<void>) | undefined,
): Promise<void> {
  const query: Resolver['query'] = async (name, type) => {
    await waitFor?.(type);
    signal.throwIfAborted();
    return inTurn(deps, list, waitFor === undefined, () => deps.resolver.query(name, type, { signal }));
  };
  await checkTargets({ resolver: { query }, lists: [list], keys: deps.keys }, targets, { signal, onResult });
}

async function inTurn(
  deps: AskDeps,
  { operator }: Blocklist,
  isUrgent: boolean,
  query: () => Promise<DnsAnswer>,
): Promise<DnsAnswer> {
  await deps.turns.take(`operator ${operator}`, { gapMs: operatorGapMs(deps.lists(), operator), isUrgent });
  return query();
}
