// What happens when a part has something to tell: a finding of the log worker, an effect that did not happen, a containment that cannot
// hold any more.
import type { Context } from '../context.js';
import { isBusy, unsynced } from '../db/patience.js';
import { immediately } from '../db/transaction.js';
import { isDiskError } from '../db/trouble.js';
import type { Finding } from '../detection/finding.js';
import type { DecideDeps } from '../incidents/decide.js';
import {
  containmentFailed,
  containmentIn,
  NotOnRecord,
  notOnRecord,
  reviewContainments,
} from '../incidents/effects.js';
import { isMoreOfOpen, openFromFinding } from '../incidents/open.js';
import { keepOwnSenders, tellOfOthers } from '../incidents/senders-of-others.js';
import { logTrouble } from '../outbox/log-trouble.js';
import { queueEffect } from '../outbox/queue.js';
import { EffectImpossible, type OutboxRow } from '../outbox/run.js';
import { alertEffect } from './alerts.js';
import type { Parts } from './context.js';
import type { WiredMta } from './mta.js';

/** Older findings come from a log read for the first time: history for the detector, no alarm for people. */
const STALE_MS = 24 * 3_600_000;

/** A finding that cannot be written down stays with the intake and comes again: the error is passed on. */
export function takeFinding(parts: Parts, ctx: Context, finding: Finding): void {
  if (finding.at < ctx.now() - STALE_MS) {
    parts.log.info({ key: finding.key, at: finding.at }, 'a finding from an old log is not announced');
    return;
  }
  try {
    const take = () => openFromFinding(ctx, finding);
    if (isMoreOfOpen(ctx, finding)) unsynced(ctx.db, take);
    else take();
    parts.trouble.over();
    ctx.outbox.wake();
  } catch (error) {
    parts.trouble.note(error);
    throw error;
  }
}

/** Before anything is in force: completes blocks of earlier versions. A disk that takes no note must not keep the bot from starting. */
export function completeBlocks({ db, directory, log }: Pick<Parts, 'db' | 'directory' | 'log'>): void {
  const customers = new Map(directory.customers.map((customer) => [customer.id, customer]));
  try {
    keepOwnSenders(db, (id) => customers.get(id));
  } catch (error) {
    log.error({ err: error }, 'whose senders are blocked could not be put on record');
  }
}

const CONTAINED = { 'block-sender': 'block', 'suspend-outbound': 'suspension', reroute: 're-route' } as const;

/**
 * Says of what is decided whether it still holds: customers and routes leave the configuration while their incidents are open, and domains
 * come to other customers. What is written down and what is told are one transaction, so that a start that dies on the way says it again.
 */
export function reviewInForce(
  parts: Pick<Parts, 'trouble' | 'log'>,
  deps: DecideDeps,
  { whyNot, ofOthers }: Pick<WiredMta, 'whyNot' | 'ofOthers'>,
): void {
  try {
    immediately(deps.db, (tx) => {
      const text = alertOf(reviewContainments(deps, whyNot));
      if (text !== undefined) queueEffect(tx, alertEffect(text), deps.now());
      tellOfOthers(tx, deps, ofOthers);
    });
  } catch (error) {
    // On a full disk it cannot be written down; that must not keep the bot from starting.
    parts.trouble.note(error);
    parts.log.error({ err: error }, 'what is in force could not be reviewed');
  }
}

/** One message for all that is lost, a line for what one incident lost for one reason: twenty customers may have left the file at once. */
function alertOf(gone: ReturnType<typeof reviewContainments>): string | undefined {
  const together = new Map<string, { what: string; why: string; count: number }>();
  for (const { row, why } of gone) {
    const what = `incident ${row.incidentId}: its ${CONTAINED[row.action]}`;
    const key = `${what} ${why}`;
    together.set(key, { what, why, count: (together.get(key)?.count ?? 0) + 1 });
  }
  const lost = [...together.values()].map(({ what, why, count }) => ({
    what: count > 1 ? `${what} of ${count} customers` : what,
    why,
  }));
  if (lost.length < 2) return lost.map(({ what, why }) => `${what} is NOT in force any more, as ${why}`)[0];
  const kinds = [...new Set(gone.map(({ row }) => CONTAINED[row.action]))];
  return [
    `${gone.length} ${kinds.length === 1 ? `${kinds[0]}s` : 'suspensions and re-routes'} are NOT in force any more:`,
    ...lost.map(({ what, why }) => `${what}, as ${why}`),
  ].join('\n');
}

export function onEffectTrouble(parts: Parts, ctx: Context, row: OutboxRow, error: unknown): void {
  parts.trouble.note(error);
  const { key: effect, attempts, nextAt, failedAt } = row;
  if (failedAt !== null) logTrouble(parts.log, error, { effect, attempts }, 'an effect was given up');
  else {
    const again = nextAt > 0 ? { nextTry: new Date(nextAt).toISOString() } : {};
    logTrouble(parts.log, error, { effect, attempts, ...again }, 'an effect did not happen yet');
  }
  // Held by another program for a while: it is done again, and nothing of it failed.
  if (row.kind !== 'containment.apply' || isBusy(error)) return;
  try {
    const why = error instanceof Error ? error.message : String(error);
    const id = containmentIn(row.payload);
    if (error instanceof NotOnRecord) notOnRecord(ctx, id, why);
    // Of what a disk does not take no relay is to blame. It is tried again, and if the relays refuse it then, that is said.
    else if (!isDiskError(error)) containmentFailed(ctx, id, why, error instanceof EffectImpossible);
  } catch (again) {
    // On a full disk the failure cannot be written down either; the effect stays queued, and health says why.
    parts.trouble.note(again);
  }
}
