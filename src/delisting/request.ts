// A request to take a target off a list: its timers, whether it still runs, and what the operator's answer means. Pure.
import type { delistingRequests } from '../db/schema.js';
import type { Removal } from './removal.js';

export type DelistingRequest = typeof delistingRequests.$inferSelect;

export const HOUR_MS = 3_600_000;

/** When to look again: at half and at the full of the longest time the operator takes. */
export function timersFrom(
  at: number,
  { expectedHours }: Pick<Removal, 'expectedHours'>,
): { halfAt: number; fullAt: number } {
  const waitMs = expectedHours[1] * HOUR_MS;
  return { halfAt: at + Math.round(waitMs / 2), fullAt: at + waitMs };
}

export function retryMsOf({ retryHours }: Pick<Removal, 'retryHours'>): number {
  return retryHours * HOUR_MS;
}

/** Reports whether the ledger still waits for the end of it; an overdue one does. */
export function isRunning({ closedAt }: Pick<DelistingRequest, 'closedAt'>): boolean {
  return closedAt === null;
}

export type Stage = 'half' | 'full';

/** The re-check that is due; a process that slept through both does the later one only. */
export function dueStage(request: DelistingRequest, now: number): Stage | undefined {
  if (!isRunning(request)) return undefined;
  if (request.fullDoneAt === null && request.fullAt <= now) return 'full';
  if (request.halfDoneAt === null && request.halfAt <= now) return 'half';
  return undefined;
}

/** What an operator answered: yes, no, or nothing yet but a number. */
export const ANSWERS = ['none', 'accepted', 'refused'] as const;
export type Answer = (typeof ANSWERS)[number];

/** Of whom it is known that a person reads the reply to an automatic refusal: the tickets of Microsoft's sender support form. */
const READ_BY_PEOPLE: ReadonlySet<string> = new Set(['microsoft-consumer', 'microsoft-snds']);

/** Reports whether a list or receiver, by its id, refuses by itself first and has a person read the reply to that. */
export function hasReaders(list: string): boolean {
  return READ_BY_PEOPLE.has(list);
}

/** Reports whether what the operator wrote is that automatic refusal, which a person there can still overrule. */
export function isUnqualified({ list, answer }: { list: string; answer: string | null }): boolean {
  return hasReaders(list) && UNQUALIFIED.test(answer ?? '');
}

const UNQUALIFIED =
  /not\s+(?:be\s+)?(?:currently\s+)?(?:qualif|eligible)|nothing\s+was\s+detected|does\s?n.t\s+qualif/i;
