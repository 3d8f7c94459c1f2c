// One look of a list at everything it is asked about: what is new is asked a second time while the look goes on, and passed on when it stands.
import type { CheckResult, SeenListing } from '../check.js';
import type { Blocklist } from '../operator.js';
import type { Target } from '../target.js';
import { type AskDeps, askAgain, askInTurn } from './ask.js';
import { holdOn } from './hold.js';
import type { OpenListing } from './store.js';
import type { WatchClock } from './turns.js';

export interface LookDeps extends AskDeps {
  clock: WatchClock;
  holdShare: number;
}

interface LookAt {
  list: Blocklist;
  targets: readonly Target[];
  intervalMs: number;
  /** Reports whether a clear answer must be borne out by the list's test entries. */
  isProven: boolean;
  /** Open listings on the list, by target. */
  open: ReadonlyMap<string, OpenListing>;
  /** Targets that a person said are listed for real: they hold nothing. */
  released: ReadonlySet<string>;
  /** A held list passes nothing on before the look is over. */
  isHeld: boolean;
  onListed: (seen: SeenListing[]) => void;
  onCleared: (targets: string[]) => void;
}

/** What a look came to. */
export interface Look {
  /** How many targets got an answer. */
  heard: number;
  /** Why the list declined to answer; it was not asked further. */
  refusal?: string;
  /** Ids of open listings that are still there, and of those that were clear for the first time. */
  still: number[];
  clearOnce: number[];
  /** Open listings that answer something else now. */
  changed: { id: number; codes: string[] }[];
  /** New listings that were not passed on: too many at once. */
  held: (SeenListing & { kind: Target['kind'] })[];
}

/** A second answer comes this long after the first, at least and at most, ms: so that what is found meanwhile goes along. */
const SECOND_AFTER_MS = 5_000;
const SECOND_WITHIN_MS = 8_000;

/**
 * Asks about every target. `onListed` and `onCleared` are called as soon as their changes stand, within seconds of the first answer.
 * Rejects when the watch stops, or when a callback throws.
 */
export async function lookAt(deps: LookDeps, at: LookAt): Promise<Look> {
  const refused = new AbortController();
  const signal = AbortSignal.any([deps.signal, refused.signal]);
  const found = new Findings(deps, at, signal);
  try {
    const onResult = (result: CheckResult) => {
      if (result.verdict === 'refused') refused.abort(result.meanings.join('; '));
      else found.take(result);
    };
    const { list, targets, intervalMs } = at;
    await askInTurn(deps, { list, targets, intervalMs, onResult, signal });
    await found.finish();
  } catch (error) {
    if (!refused.signal.aborted || deps.signal.aborted) throw error;
    await found.abandon();
    return { ...found.look, refusal: String(refused.signal.reason) };
  }
  return found.look;
}

interface Change {
  target: Target;
  verdict: 'listed' | 'clear';
  /** Listed, and no open listing says so yet. */
  isNew: boolean;
  foundAt: number;
}

/** Lives through one look. */
class Findings {
  readonly look: Look = { heard: 0, still: [], clearOnce: [], changed: [], held: [] };
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #asked = new Map<Target['kind'], number>();
  readonly #fresh = new Map<Target['kind'], number>();
  #unconfirmed: Change[] = [];
  #confirming: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  constructor(
    private readonly deps: LookDeps,
    private readonly at: LookAt,
    private readonly signal: AbortSignal,
  ) {
    this.#targets = new Map(at.targets.map((target) => [target.text, target]));
  }

  /** Sorts a first answer. */
  take(result: CheckResult): void {
    const target = this.#targets.get(result.target);
    if (!target) return;
    // An answer that cannot be read is one all the same; silence is none.
    if (result.verdict !== 'unknown' || result.codes.length > 0) this.look.heard++;
    if (result.verdict !== 'listed' && result.verdict !== 'clear') return;
    raise(this.#asked, target.kind, 1);
    const open = this.at.open.get(target.text);
    if (result.verdict === 'listed' && open && isSame(open.codes, result.codes)) this.look.still.push(open.id);
    else if (result.verdict === 'listed') this.#suspect(target, 'listed', !open);
    else if (open && open.clearOnceAt === null) this.look.clearOnce.push(open.id);
    else if (open && !this.at.isHeld) this.#suspect(target, 'clear', false);
  }

  /** Waits until every change was asked about again, and passes on what still waits. */
  async finish(): Promise<void> {
    while (this.#confirming) await this.#confirming;
    if (this.#failure) throw this.#failure.error;
    for (const target of this.at.targets) this.#asked.set(target.kind, watchedOf(this.at.targets, target.kind));
    this.#passOn(true);
  }

  /** The list refused: what was not confirmed is forgotten. */
  async abandon(): Promise<void> {
    while (this.#confirming) await this.#confirming;
    this.look.held = [];
  }

  #suspect(target: Target, verdict: Change['verdict'], isNew: boolean): void {
    this.#unconfirmed.push({ target, verdict, isNew, foundAt: this.deps.clock.now() });
    this.#confirming ??= this.#confirm().catch((error) => {
      this.#failure ??= { error };
      this.#confirming = undefined;
    });
  }

  /** Round by round, until nothing is left to ask about. */
  async #confirm(): Promise<void> {
    for (let [first] = this.#unconfirmed; first; [first] = this.#unconfirmed) {
      const { clock } = this.deps;
      await clock.sleep(Math.max(0, first.foundAt + SECOND_WITHIN_MS - clock.now()), this.signal);
      const ripeAt = Math.max(first.foundAt, clock.now() - SECOND_AFTER_MS);
      const ripe = this.#unconfirmed.filter(({ foundAt }) => foundAt <= ripeAt);
      this.#unconfirmed = this.#unconfirmed.filter(({ foundAt }) => foundAt > ripeAt);
      await this.#askAgain(ripe);
    }
    this.#confirming = undefined;
  }

  async #askAgain(ripe: Change[]): Promise<void> {
    const { list, isProven } = this.at;
    const cleared: string[] = [];
    const again = new Map(ripe.map((change) => [change.target.text, change]));
    await askAgain(this.deps, {
      list,
      isProven,
      targets: ripe.map(({ target }) => target),
      signal: this.signal,
      onResult: (result) => {
        const first = again.get(result.target);
        if (first?.verdict !== result.verdict) return;
        if (result.verdict === 'clear') cleared.push(result.target);
        else this.#confirmed(result, first);
      },
    });
    if (cleared.length > 0) this.at.onCleared(cleared);
    this.#passOn(false);
  }

  #confirmed({ target, list, codes, meanings, text }: CheckResult, first: Change): void {
    const { kind } = first.target;
    const open = this.at.open.get(target);
    if (open) this.look.changed.push({ id: open.id, codes });
    if (first.isNew && !this.at.released.has(target)) raise(this.#fresh, kind, 1);
    this.look.held.push({ target, list, codes, meanings, text, kind, at: first.foundAt });
  }

  /** Passes on what is not too much at once; at the end of the look there is nothing more to wait for. */
  #passOn(isOver: boolean): void {
    if (this.look.held.length === 0) return;
    const kinds = [...this.#fresh.keys()].map((kind) => this.#holdOn(kind));
    if (kinds.includes('hold') || (!isOver && (this.at.isHeld || kinds.includes('wait')))) return;
    const passed = this.look.held.map(({ kind: _, ...seen }) => seen);
    this.at.onListed(passed);
    this.look.held = [];
  }

  #holdOn(kind: Target['kind']): ReturnType<typeof holdOn> {
    const share = {
      fresh: this.#fresh.get(kind) ?? 0,
      asked: this.#asked.get(kind) ?? 0,
      watched: watchedOf(this.at.targets, kind),
    };
    return holdOn(share, this.deps.holdShare);
  }
}

function watchedOf(targets: readonly Target[], kind: Target['kind']): number {
  return targets.filter((target) => target.kind === kind).length;
}

function raise<K>(counts: Map<K, number>, key: K, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** The same answers, in whatever order. */
function isSame(before: readonly string[], now: readonly string[]): boolean {
  return before.toSorted().join(' ') === now.toSorted().join(' ');
}
