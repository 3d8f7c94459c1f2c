// Whether the mail of a compromise goes on: what somebody who is woken wants to know before anything else. Pure.

import { RELAYWARDEN } from '../audit/record.js';
import { type Containment, isLifted } from '../containment/containment.js';
import type { Incident } from './incident.js';
import { isAhead } from './log-times.js';

export interface Run {
  /**
   * on: mail came a moment ago · tried: it came and a block refused it · held: what holds it back took effect behind the last message ·
   * stopped: a suspension has refused mail of the customer since, honest or not · silent: none for a while · unknown: nobody has looked
   * since.
   */
  state: 'on' | 'tried' | 'held' | 'stopped' | 'silent' | 'unknown';
  /** The last message that is known, ms; to within the five minutes after which a running alarm is told again. */
  lastAt: number;
  /** Reports whether that one was refused by a block. */
  wasRefused: boolean;
  /** Of unknown: up to when the logs are read, ms, while the reading catches up. */
  readTo?: number;
}

/** That what the relays did is not read up to now. */
export interface Behind {
  /** Up to when it is, ms; absent where that is not known. */
  readTo?: number;
}

/**
 * A running alarm is told again within five minutes while mail comes, and a slow drip sends a message in three: a quarter of an hour
 * without either is silence. To call a drip silent too early would be worse than to call silence a drip.
 */
export const SILENT_AFTER_MS = 15 * 60_000;

type Tried = Pick<Containment, 'action'> & {
  liftedAt: number | null;
  effectiveAt: number | null;
  lastHitAt: number | null;
};

/**
 * Undefined for listings, for what is resolved, and for what a person laid to a customer: there nobody counts. What a suspension refuses
 * is the customer's honest mail, too: no sign that it goes on, and none that it is silent, however long ago. `behind` when what the
 * relays did is not read up to now. Of a clock that was ahead and was put right, what a containment has on record lies ahead: that orders
 * nothing.
 */
export function runOf(
  { subject, state, openedBy, ...incident }: Incident,
  containments: readonly Tried[],
  now: number,
  behind?: Behind,
): Run | undefined {
  if (subject.kind !== 'compromise' || state === 'resolved' || openedBy !== RELAYWARDEN.id) return undefined;
  const lastSeenAt = Math.min(incident.lastSeenAt, now);
  const blocks = containments.filter((row) => row.action === 'block-sender' && !isLifted(row));
  const hits = blocks.flatMap(({ lastHitAt }) => (lastHitAt === null || isAhead(lastHitAt, now) ? [] : lastHitAt));
  const refusedAt = Math.min(now, Math.max(0, ...hits));
  const isHeld = containments.some((row) => holdsBack(row, lastSeenAt, now));
  const isStopped = state === 'contained' && containments.some((row) => stopsAll(row, lastSeenAt, now));
  // Beside a block that leaves senders out, mail that passed a moment ago is the news, and not what was refused after it.
  const passes = state === 'open' && !isHeld && now - lastSeenAt < SILENT_AFTER_MS;
  const wasRefused = refusedAt > lastSeenAt && !passes;
  const lastAt = wasRefused ? refusedAt : lastSeenAt;
  if (now - lastAt < SILENT_AFTER_MS) {
    const held = isStopped ? 'stopped' : 'held';
    const going = state === 'contained' && isHeld ? held : 'on';
    return { state: wasRefused ? 'tried' : going, lastAt, wasRefused };
  }
  if (behind) return { state: 'unknown', lastAt, wasRefused, ...behind };
  return { state: isStopped && !wasRefused ? 'stopped' : 'silent', lastAt, wasRefused };
}

/** Reports whether a containment took effect after the last message; a re-route lets the mail go on. */
function holdsBack(row: Tried, lastSeenAt: number, now: number): boolean {
  const { action, effectiveAt } = row;
  if (action === 'reroute' || isLifted(row) || effectiveAt === null || isAhead(effectiveAt, now)) return false;
  return effectiveAt >= lastSeenAt;
}

/** Reports whether a suspension that the relays obey has refused mail after the last message that passed. */
function stopsAll(row: Tried, lastSeenAt: number, now: number): boolean {
  const { action, effectiveAt, lastHitAt } = row;
  if (action !== 'suspend-outbound' || isLifted(row) || effectiveAt === null) return false;
  if (lastHitAt === null || isAhead(lastHitAt, now)) return false;
  return lastHitAt > lastSeenAt;
}

/** What of the relays' work is not read up to now, by the parts of the health report that tell; undefined when all is. */
export function behindOf(health: readonly { isLate?: true; readTo?: number }[]): Behind | undefined {
  const late = health.filter(({ isLate }) => isLate === true);
  if (late.length === 0) return undefined;
  const times = late.flatMap(({ readTo }) => readTo ?? []);
  return times.length === late.length ? { readTo: Math.min(...times) } : {};
}
