// What happens when a part has something to tell: a finding of the log worker, an effect that did not happen, a containment that cannot
// hold any more.
import type { Context } from '../context.js';
import { isBusy, unsynced } from '../db/patience.js';
import type { Finding } from '../detection/finding.js';
import type { DecideDeps } from '../incidents/decide.js';
import { containmentFailed, reviewContainments } from '../incidents/effects.js';
import { isMoreOfOpen, openFromFinding } from '../incidents/open.js';
import { EffectImpossible, type OutboxRow } from '../outbox/run.js';
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

const CONTAINED = { 'block-sender': 'block', 'suspend-outbound': 'suspension', reroute: 're-route' } as const;

/** Says of what is decided whether it still holds: customers and routes leave the configuration while their incidents are open. */
export function reviewInForce(
  parts: Pick<Parts, 'trouble' | 'log'>,
  deps: DecideDeps,
  { whyNot }: Pick<WiredMta, 'whyNot'>,
  alert: (text: string) => void,
): void {
  try {
    for (const text of alertsOf(reviewContainments(deps, whyNot))) alert(text);
  } catch (error) {
    // On a full disk it cannot be written down; that must not keep the bot from starting.
    parts.trouble.note(error);
    parts.log.error({ err: error }, 'what is in force could not be reviewed');
  }
}

/** One sentence for all that one incident lost for one reason. */
function alertsOf(gone: ReturnType<typeof reviewContainments>): string[] {
  const together = new Map<string, typeof gone>();
  for (const each of gone) {
    const key = `${each.row.incidentId} ${each.row.action} ${each.why}`;
    together.set(key, [...(together.get(key) ?? []), each]);
  }
  return [...together.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { row, why } = first;
    const ofHowMany = others.length > 0 ? ` of ${others.length + 1} customers` : '';
    return [`incident ${row.incidentId}: its ${CONTAINED[row.action]}${ofHowMany} is NOT in force any more, as ${why}`];
  });
}

export function onEffectTrouble(parts: Parts, ctx: Context, row: OutboxRow, error: unknown): void {
  parts.trouble.note(error);
  parts.log.warn({ effect: row.key, attempts: row.attempts, err: error }, 'an effect did not happen yet');
  // Held by another program for a while: it is done again, and nothing of it failed.
  if (row.kind !== 'containment.apply' || isBusy(error)) return;
  try {
    const why = error instanceof Error ? error.message : String(error);
    containmentFailed(ctx, row.payload, why, error instanceof EffectImpossible);
  } catch (again) {
    // On a full disk the failure cannot be written down either; the effect stays queued, and health says why.
    parts.trouble.note(again);
  }
}
