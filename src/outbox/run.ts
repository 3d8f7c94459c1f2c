// Runs the outbox: at least once, in order within a lane, with back-off; an effect that cannot happen is kept and shown.
import { and, asc, eq, gte, isNull, lt, min, or, sql } from 'drizzle-orm';
import type { SQLiteUpdateSetSource } from 'drizzle-orm/sqlite-core';
import type { Db } from '../db/open.js';
import { unsynced, whenFree } from '../db/patience.js';
import { outbox } from '../db/schema.js';
import { isDiskError, takesWrites } from '../db/trouble.js';

export type OutboxRow = typeof outbox.$inferSelect;

/** Makes one kind of effect happen. Must be safe to call again for the same row. Throw to be called again later. */
export type EffectHandler = (row: OutboxRow) => Promise<void>;

/** Thrown by a handler when trying again is pointless; the row is given up with this text. */
export class EffectImpossible extends Error {
  override name = 'EffectImpossible';
}

export interface OutboxRunner {
  /** Looks for due effects now; call it after a transaction that queued some. */
  wake(): void;
  /** Resolves when nothing that is due is left or under way. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface RunnerDeps {
  db: Db;
  handlers: Record<string, EffectHandler>;
  /** Kinds that happen in this process, whatever the disk says: done also while no try can be noted. Others wait, lest they repeat unnoted. */
  inProcess?: ReadonlySet<string>;
  /**
   * Given the row as it is after the failure: `nextAt` is when it is tried again, unless it was given up (`failedAt`). Of a database that
   * keeps no note of what happened, or cannot be read, no effect is to blame: then it is given a row that stands for the outbox.
   */
  onTrouble?: (row: OutboxRow, error: unknown) => void;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const POLL_MS = 1_000;
/** Longer than any effect is put off. One that is due later than this was put off before the clock was set back, and is due now. */
const FURTHEST_MS = 5 * 60_000;

/** What a runner knows beside the database. */
interface Running extends RunnerDeps {
  /** Effects that happened but could not be marked as done, on a full disk for example. They are not repeated while the process lives. */
  happened: Set<number>;
  /** By id, the effects whose back-off could not be written, until their own row is. */
  unwritten: Map<number, Unwritten>;
}

interface Unwritten {
  /** As it stands in the row. */
  nextAt: number;
  /** When it is tried again. */
  again: number;
  tries: number;
  /** Why it did not happen, or was not marked. */
  error: string;
}

/** Times of retries are wall-clock times: they pace calls to the outside world. */
export function startOutbox(given: RunnerDeps): OutboxRunner {
  const deps: Running = { ...given, happened: new Set(), unwritten: new Map() };
  const busyLanes = new Map<string, Promise<void>>();
  let stopped = false;

  function wake(): void {
    if (stopped) return;
    hurryUnwritten(deps);
    for (const lane of dueLanes(deps)) {
      if (busyLanes.has(lane)) continue;
      const drained = drainLane(deps, lane, () => stopped).finally(() => {
        busyLanes.delete(lane);
      });
      busyLanes.set(lane, drained);
    }
  }

  /** A full or failing disk must not end the process: the rows are still there at the next look. */
  function look(): void {
    try {
      wake();
    } catch (error) {
      deps.onTrouble?.(OUTBOX_ITSELF, error);
    }
  }

  async function settled(): Promise<void> {
    for (;;) {
      wake();
      if (busyLanes.size === 0) return;
      await Promise.all(busyLanes.values());
    }
  }

  const timer = setInterval(look, POLL_MS);
  look();
  return {
    wake: look,
    settled,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await Promise.all(busyLanes.values());
    },
  };
}

/** How long an effect that was given up is worth a word: a day, so that every shift hears of it once. */
const TELL_GIVEN_UP_MS = 24 * 3_600_000;

/** Effects that did not happen yet although they were tried, and those given up lately: what health and digest show. */
export function stuckEffects(db: Db, now = Date.now()): OutboxRow[] {
  const tried = and(isNull(outbox.failedAt), gte(outbox.attempts, 3));
  return db
    .select()
    .from(outbox)
    .where(and(isNull(outbox.doneAt), or(tried, gte(outbox.failedAt, now - TELL_GIVEN_UP_MS))))
    .orderBy(asc(outbox.id))
    .limit(50)
    .all();
}

/** Forgets effects that happened, or were given up, before `before` (ms, wall clock). */
export function pruneOutbox(db: Db, before: number): void {
  db.delete(outbox)
    .where(or(lt(outbox.doneAt, before), lt(outbox.failedAt, before)))
    .run();
}

const OUTBOX_ITSELF: OutboxRow = {
  id: 0,
  key: 'outbox',
  kind: 'outbox',
  lane: 'outbox',
  payload: null,
  createdAt: 0,
  attempts: 0,
  nextAt: 0,
  doneAt: null,
  failedAt: null,
  error: null,
};

function pending(lane?: string) {
  const waiting = and(isNull(outbox.doneAt), isNull(outbox.failedAt));
  return lane === undefined ? waiting : and(waiting, eq(outbox.lane, lane));
}

/** Lanes whose oldest effect is due. One query: while Slack is away, or many incidents open at once, thousands of lanes wait. */
function dueLanes(deps: Running): string[] {
  // Beside min(), SQLite answers the other columns of that row: https://www.sqlite.org/lang_select.html#bareagg
  const head = { lane: outbox.lane, nextAt: outbox.nextAt, id: min(outbox.id).mapWith(Number) };
  const heads = deps.db.select(head).from(outbox).where(pending()).groupBy(outbox.lane).all();
  return heads.filter((each) => isDue(deps, each)).map(({ lane }) => lane);
}

function isDue({ unwritten }: Running, { id, nextAt }: Pick<OutboxRow, 'id' | 'nextAt'>): boolean {
  const kept = unwritten.get(id);
  const leftMs = (kept?.nextAt === nextAt ? kept.again : nextAt) - Date.now();
  return leftMs <= 0 || leftMs > FURTHEST_MS;
}

/** The oldest effect of a lane, when its time has come; later ones wait for it. */
function nextOf(deps: Running, lane: string): OutboxRow | undefined {
  const head = deps.db.select().from(outbox).where(pending(lane)).orderBy(asc(outbox.id)).limit(1).get();
  return head && isDue(deps, head) ? head : undefined;
}

async function drainLane(deps: Running, lane: string, isStopped: () => boolean): Promise<void> {
  try {
    for (let row = nextOf(deps, lane); row && !isStopped(); row = nextOf(deps, lane)) await runOne(deps, row);
  } catch (error) {
    deps.onTrouble?.(OUTBOX_ITSELF, error);
  }
}

/** Puts an effect off in memory where nothing of it can be written down. */
async function runOne(deps: Running, row: OutboxRow): Promise<void> {
  try {
    await makeHappen(deps, row);
  } catch (error) {
    const waiting = putOffUnwritten(deps, row, wordsOf(error));
    deps.onTrouble?.(deps.happened.has(row.id) ? OUTBOX_ITSELF : waiting, error);
  }
}

async function makeHappen(deps: Running, row: OutboxRow): Promise<void> {
  const { db, handlers, happened, onTrouble } = deps;
  if (!happened.has(row.id)) {
    const noted = await noteTry(deps, row);
    try {
      const handler = handlers[row.kind];
      if (!handler) throw new EffectImpossible(`nothing here knows how to do "${row.kind}"`);
      await handler(noted);
    } catch (error) {
      await markFailed(deps, noted, error);
      onTrouble?.(asSaved(db, row), error);
      return;
    }
    happened.add(row.id);
  }
  await markOutcome(deps, row, { doneAt: Date.now(), error: null });
  happened.delete(row.id);
}

/** Throws an error with the words of `failure`, and as its cause why they could not be written; `failure` itself where it was the disk. */
async function markFailed(deps: Running, noted: OutboxRow, failure: unknown): Promise<void> {
  const when = failure instanceof EffectImpossible ? { failedAt: Date.now() } : { nextAt: putOff(noted) };
  try {
    await markOutcome(deps, noted, { ...when, error: wordsOf(failure) });
  } catch (cause) {
    if (isDiskError(failure)) throw failure;
    throw new Error(wordsOf(failure), { cause });
  }
}

/** What became of a try; once it is written, nothing of it is kept in memory. */
async function markOutcome(deps: Running, row: OutboxRow, change: SQLiteUpdateSetSource<typeof outbox>): Promise<void> {
  await mark(deps.db, row, change);
  deps.unwritten.delete(row.id);
}

/** Returns what is tried: while another program held the database, a line of news may have joined the row that was read before. */
async function noteTry({ db, inProcess }: Running, row: OutboxRow): Promise<OutboxRow> {
  try {
    await mark(db, row, { attempts: row.attempts + 1 });
  } catch (error) {
    if (!inProcess?.has(row.kind)) throw error;
  }
  return { ...asSaved(db, row), attempts: row.attempts };
}

/** Writes without waiting for the disk: after a power cut an effect may happen once more, which every handler allows. */
async function mark(db: Db, { id }: OutboxRow, change: SQLiteUpdateSetSource<typeof outbox>): Promise<void> {
  await whenFree(() => unsynced(db, () => db.update(outbox).set(change).where(eq(outbox.id, id)).run()));
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asSaved(db: Db, row: OutboxRow): OutboxRow {
  return db.select().from(outbox).where(eq(outbox.id, row.id)).get() ?? row;
}

/** When to try again what failed. Where its time was moved while it was tried (`hurryLane`), that time holds. */
function putOff({ nextAt, attempts }: OutboxRow) {
  const later = Date.now() + retryDelayMs(attempts);
  return sql`iif(${outbox.nextAt} = ${nextAt}, ${later}, ${outbox.nextAt})`;
}

/** The same where it cannot be written. Returns the row as it would stand. */
function putOffUnwritten({ unwritten }: Running, row: OutboxRow, error: string): OutboxRow {
  const tries = unwritten.get(row.id)?.tries ?? row.attempts;
  const again = Date.now() + retryDelayMs(tries);
  unwritten.set(row.id, { nextAt: row.nextAt, again, tries: tries + 1, error });
  return { ...row, nextAt: again };
}

/** Makes due what could not be written and now can: its own row is the proof, as a full disk may take a smaller write and not this one. */
function hurryUnwritten({ db, unwritten }: Running): void {
  if (unwritten.size === 0 || !takesWrites(db)) return;
  for (const [id, { nextAt, error }] of unwritten) {
    const now = Date.now();
    const untouched = and(eq(outbox.id, id), eq(outbox.nextAt, nextAt));
    try {
      unsynced(db, () => db.update(outbox).set({ nextAt: now, error }).where(untouched).run());
    } catch {
      return;
    }
  }
}

function retryDelayMs(attempts: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
}
