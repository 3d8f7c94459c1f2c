// What happens by the clock: a table of node-cron jobs, and the digests' slots. Times here are wall-clock times.
import { CronExpressionParser } from 'cron-parser';
import { and, desc, eq, lt } from 'drizzle-orm';
import cron, { type Logger } from 'node-cron';
import { type Digest, digestName } from './config.js';
import type { Context } from './context.js';
import { digests } from './db/schema.js';
import { UserError } from './errors.js';
import { pruneHeldRuns } from './incidents/noise/teachings.js';
import { offsetOfZone } from './intake/formats/log-time.js';
import { pruneOutbox } from './outbox/run.js';

export interface Job {
  name: string;
  /** Five or six fields, as node-cron reads them. */
  cron: string;
  timezone?: string;
  run: () => void | Promise<void>;
}

interface Schedule {
  stop(): Promise<void>;
}

/** Queues one digest for a slot; false when that slot was done before. Given by slack/, which knows how it looks. */
export type QueueDigest = (digest: Digest, slot: { slotAt: number; from: number; to: number }) => boolean;

const DAY_MS = 86_400_000;

/** A slot missed for longer than this is not made up for: yesterday's news would only confuse. */
const CATCH_UP_MS = 12 * 3_600_000;

const KEEP_DONE_EFFECTS_MS = 30 * DAY_MS;
/** Digests tell of days. */
const KEEP_HELD_RUNS_MS = 30 * DAY_MS;

/** Checks expressions and zones of all jobs, then starts them. A job that is still running is not started again. */
export function startSchedule(ctx: Pick<Context, 'log'>, jobs: readonly Job[]): Schedule {
  for (const job of jobs) checkCron(job.cron, job.timezone, job.name);
  const tasks = jobs.map((job) =>
    cron.schedule(job.cron, () => runJob(ctx, job), {
      name: job.name,
      noOverlap: true,
      logger: cronLogger(ctx, job.name),
      ...(job.timezone ? { timezone: job.timezone } : {}),
    }),
  );
  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.destroy()));
    },
  };
}

/**
 * node-cron's own words, which it would print on the terminal. It warns when a busy machine made it let a time go or a job still runs:
 * the next time makes up for it, and whoever looks for the cause turns the log up.
 */
function cronLogger({ log }: Pick<Context, 'log'>, job: string): Logger {
  return {
    info: (message) => log.debug({ job }, message),
    warn: (message) => log.debug({ job }, message),
    debug: (message) => log.debug({ job }, String(message)),
    error: (error) => log.error({ job, err: error }, 'the schedule failed'),
  };
}

/** Throws UserError when the expression or the time zone is none. Both parsers must take it: one knows the next time, the other the last. */
export function checkCron(expression: string, timezone: string | undefined, where: string): void {
  if (!cron.validate(expression) || !isParsed(expression))
    throw new UserError(`${where}: "${expression}" is no cron expression. Example: "0 7 * * 1-5".`);
  try {
    Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw new UserError(`${where}: "${timezone}" is no time zone. Example: Europe/Oslo.`);
  }
}

function isParsed(expression: string): boolean {
  try {
    return CronExpressionParser.parse(expression) !== undefined;
  } catch {
    return false;
  }
}

/** The digests as jobs. */
export function digestJobs(ctx: Pick<Context, 'config' | 'db' | 'now'>, queue: QueueDigest): Job[] {
  return ctx.config.digests.map((digest) => ({
    name: `digest ${digestName(digest)}`,
    cron: digest.cron,
    timezone: digest.timezone,
    run: () => postSlot(ctx, digest, queue, previousSlot(digest, Date.now() + 1000)),
  }));
}

/**
 * Makes up for a slot that passed while the bot was down. A digest that never ran starts at its next slot:
 * there is nothing it could tell of the time before it was set up.
 */
export function catchUpDigests(
  ctx: Pick<Context, 'config' | 'db' | 'now'>,
  queue: QueueDigest,
  now = Date.now(),
): void {
  for (const digest of ctx.config.digests) {
    const slotAt = previousSlot(digest, now);
    if (!lastDigest(ctx, digest)) markStart(ctx, digest, slotAt);
    else if (now - slotAt <= CATCH_UP_MS) postSlot(ctx, digest, queue, slotAt);
  }
}

/** Forgets what is only kept for a while. */
export function pruneJob(ctx: Pick<Context, 'db' | 'now'>): Job {
  return {
    name: 'prune',
    cron: '17 3 * * *',
    run() {
      pruneOutbox(ctx.db, Date.now() - KEEP_DONE_EFFECTS_MS);
      pruneHeldRuns(ctx.db, ctx.now() - KEEP_HELD_RUNS_MS, ctx.now());
    },
  };
}

/**
 * The latest time at or before `now` at which the digest was due, in its own zone. Each time of day comes once a day: one that the clocks
 * pass over is due when it would have been without the change, one that they show twice is due the first time.
 */
export function previousSlot({ cron: text, timezone }: Pick<Digest, 'cron' | 'timezone'>, now: number): number {
  const offsetAt = offsetOfZone(timezone);
  // Asked of clocks that are never changed, beginning where ours cannot be yet.
  const slots = CronExpressionParser.parse(text, { currentDate: new Date(now + DAY_MS), tz: 'UTC' });
  for (;;) {
    const slotAt = momentOf(slots.prev().getTime(), offsetAt);
    if (slotAt <= now) return slotAt;
  }
}

/** The moment at which a zone's clocks show `local`, told as if it were UTC. */
function momentOf(local: number, offsetAt: (ms: number) => number): number {
  const before = local - offsetAt(local - DAY_MS);
  const after = local - offsetAt(local + DAY_MS);
  const isShownAt = (moment: number) => moment + offsetAt(moment) === local;
  return isShownAt(before) || !isShownAt(after) ? before : after;
}

function postSlot(ctx: Pick<Context, 'db' | 'now'>, digest: Digest, queue: QueueDigest, slotAt: number): void {
  const to = ctx.now();
  queue(digest, { slotAt, from: lastDigest(ctx, digest, to)?.decidedAt ?? to - DAY_MS, to });
}

/** `before`: one of a time at which the clock was ahead tells nothing of where the next begins. */
function lastDigest(ctx: Pick<Context, 'db'>, digest: Digest, before = Number.MAX_SAFE_INTEGER) {
  return ctx.db
    .select()
    .from(digests)
    .where(and(eq(digests.digest, digestName(digest)), lt(digests.decidedAt, before)))
    .orderBy(desc(digests.slotAt))
    .limit(1)
    .get();
}

function markStart(ctx: Pick<Context, 'db' | 'now'>, digest: Digest, slotAt: number): void {
  const now = ctx.now();
  ctx.db
    .insert(digests)
    .values({ digest: digestName(digest), slotAt, coversFrom: now, decidedAt: now })
    .onConflictDoNothing()
    .run();
}

/** Runs a job now; a failure is logged and the next time comes as it would. */
async function runJob(ctx: Pick<Context, 'log'>, job: Job | undefined): Promise<void> {
  if (!job) return;
  try {
    await job.run();
  } catch (error) {
    ctx.log.error({ job: job.name, err: error }, 'a scheduled job failed; it runs again at its next time');
  }
}
