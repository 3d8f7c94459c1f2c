// The jobs that run by the clock, as a table: when, and what.
import type { Watch } from './blocklists/watch/watch.js';
import type { Config } from './config.js';
import type { Book } from './containment/book.js';
import type { Context, HealthItem } from './context.js';
import { immediately } from './db/transaction.js';
import { type DatabaseTrouble, tryToWrite } from './db/trouble.js';
import { queueCard } from './incidents/record.js';
import { putTimesRight } from './incidents/set-back.js';
import { containmentsInForce, findIncident, updateContainment } from './incidents/store.js';
import { asGoodNews } from './outbox/good-news.js';
import type { Directory } from './partners/directory.js';
import { catchUpDigests, digestJobs, type Job, pruneJob, type QueueDigest } from './schedule.js';
import { partName } from './slack/messages/parts.js';
import { noCompromisesShown, redrawCompromises } from './slack/redraw/compromises.js';
import { type ListingsShown, redrawListings } from './slack/redraw/listings.js';
import { recheckDelisting, settleDelisting } from './wiring/delisting.js';
import type { Hints } from './wiring/hints.js';
import { sendDueNotices } from './wiring/notices.js';
import type { Snds } from './wiring/snds.js';

interface JobParts {
  config: Config;
  directory: Directory;
  book: Book;
  trouble: DatabaseTrouble;
  hints?: Pick<Hints, 'refresh'>;
  watch?: Pick<Watch, 'tick'>;
  snds?: Pick<Snds, 'tick'>;
}

interface JobSlack {
  queueDigest: QueueDigest;
  /** Tells people about ourselves without the database. */
  alert: (text: string) => Promise<void>;
}

export function jobsOf(parts: JobParts, ctx: Context, slack: JobSlack): Job[] {
  const listingsShown: ListingsShown = new Map();
  const compromisesShown = noCompromisesShown();
  return [
    { name: 'watch', cron: '* * * * * *', run: () => parts.watch?.tick() },
    { name: 'snds', cron: '40 * * * * *', run: () => parts.snds?.tick() },
    { name: 'proof', cron: '*/2 * * * * *', run: () => writeProof(parts, ctx) },
    { name: 'health', cron: '*/15 * * * * *', run: healthAlerts(parts, ctx, slack) },
    ...digestJobs(ctx, slack.queueDigest),
    // node-cron lets a slot go that falls into a busy second; this makes up for it.
    { name: 'digest slots', cron: '30 * * * * *', run: () => catchUpDigests(ctx, slack.queueDigest) },
    { name: 'hints', cron: '50 * * * * *', run: () => parts.hints?.refresh() },
    { name: 'attribution', cron: '*/2 * * * * *', run: () => ctx.attribute() },
    { name: 'notices', cron: '*/15 * * * * *', run: () => sendDueNotices(parts, ctx) },
    { name: 'delisting', cron: '*/5 * * * * *', run: () => settleDelisting(ctx) },
    { name: 'listing cards', cron: '*/5 * * * * *', run: () => redrawListings(ctx, listingsShown) },
    {
      name: 'compromise cards',
      cron: '*/5 * * * * *',
      run: () => {
        putTimesRight(ctx);
        redrawCompromises(ctx, compromisesShown);
      },
    },
    { name: 'delisting re-checks', cron: '20 * * * * *', run: () => recheckDelisting(ctx) },
    { name: 'hygiene', cron: ctx.config.hygiene.cron, run: () => ctx.hygiene.round() },
    // The first round, and one that was missed.
    { name: 'hygiene due', cron: '*/10 * * * * *', run: () => (ctx.hygiene.isDue() ? ctx.hygiene.round() : undefined) },
    pruneJob(ctx),
  ];
}

/** How long later proof is bundled before a card shows it; the first refused message is shown at once. */
const PROOF_BUNDLE_MS = 15_000;

/** Writes down how many requests each containment decided, and shows it on the cards. */
export function writeProof({ book, trouble }: JobParts, ctx: Context): void {
  const counted = book.hits();
  const grown = containmentsInForce(ctx.db).filter((row) => (counted.get(row.id)?.count ?? 0) > row.hits);
  if (grown.length === 0) return;
  try {
    immediately(ctx.db, (tx) => {
      for (const row of grown) {
        const { count, lastAt } = counted.get(row.id) ?? { count: row.hits, lastAt: row.lastHitAt };
        updateContainment(tx, row.id, { hits: count, lastHitAt: lastAt });
        const incident = findIncident(tx, row.incidentId);
        if (incident) queueCard(tx, ctx, incident, row.hits === 0 ? 0 : PROOF_BUNDLE_MS);
      }
    });
    trouble.over();
  } catch (error) {
    trouble.note(error);
    throw error;
  }
  ctx.outbox.wake();
}

/** Says once in Slack that something of ours is in trouble, and once that it is well again. */
function healthAlerts({ trouble }: JobParts, ctx: Context, slack: JobSlack): () => Promise<void> {
  const bad = new Set<string>();
  return async () => {
    if (trouble.text()) tryDatabase(trouble, ctx);
    for (const item of ctx.health()) {
      if (item.ok === !bad.has(item.name)) continue;
      // The checks are no trouble of their own while no DNS server answers, but they do not work either.
      if (item.ok && item.isBlind) continue;
      await slack.alert(alertText(item));
      if (item.ok) bad.delete(item.name);
      else bad.add(item.name);
    }
  };
}

/** Nobody may press for hours: the database is well again when it takes a write, not when somebody needs one. */
function tryDatabase(trouble: DatabaseTrouble, ctx: Context): void {
  try {
    tryToWrite(ctx.db);
    trouble.over();
  } catch (error) {
    trouble.note(error);
  }
}

/** What does not work even so is said: "working again" alone would be more than is true. */
function alertText({ name, ok, text, lacks }: HealthItem): string {
  const part = partName(name);
  if (!ok) return `${part}: ${text}`;
  return asGoodNews(`${part}: working again${lacks ? `, except that ${lacks}` : ` (${text})`}`);
}
