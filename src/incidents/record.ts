// What is written of an incident, and where it shows: rows in the record, lines in its thread, its card.
import { randomUUID } from 'node:crypto';
import { type Actor, type AuditEntry, type AuditRow, RELAYWARDEN, recordAudit } from '../audit/record.js';
import type { Tx } from '../db/transaction.js';
import { lastQueuedAt, queueEffect, queueRefresh } from '../outbox/queue.js';
import type { Incident } from './incident.js';

/** The bot's clock. */
interface Clock {
  /** Now, in ms. */
  now: () => number;
  /** Seconds of that clock in a second. */
  speed: number;
}

/** What goes on record of an incident, now; by the bot itself unless somebody is named. */
export interface Line extends Omit<AuditEntry, 'at' | 'actor' | 'subject'> {
  actor?: Actor;
}

/** What the audit trail calls an incident: the `subject` of its rows. */
export function auditSubject(incidentId: number): string {
  return `incident:${incidentId}`;
}

/** Puts a line on record, and says it nowhere. Call it inside the transaction that makes the change. */
export function recordOn(
  tx: Tx,
  { now }: Pick<Clock, 'now'>,
  { id }: Pick<Incident, 'id'>,
  { actor = RELAYWARDEN, ...line }: Line,
): AuditRow {
  return recordAudit(tx, { ...line, at: now(), actor, subject: auditSubject(id) });
}

/** Puts a line on record, and queues the reply in the incident's thread that is made from its row. */
export function sayInThread(tx: Tx, deps: Pick<Clock, 'now'>, incident: Pick<Incident, 'id'>, line: Line): AuditRow {
  const row = recordOn(tx, deps, incident, line);
  const payload = { incidentId: incident.id, seq: row.seq };
  const effect = { key: `timeline:${row.seq}`, kind: 'incident.timeline', lane: laneOf(incident.id), payload };
  queueEffect(tx, effect, deps.now());
  return row;
}

/** When the latest line of an incident's thread was queued; undefined when there is none. */
export function lastLineAt(tx: Tx, incidentId: number): number | undefined {
  return lastQueuedAt(tx, laneOf(incidentId), 'incident.timeline');
}

/** Queues the root message to be posted or brought up to date; `delayMs`, by the bot's clock, bundles counter changes. */
export function queueCard(tx: Tx, { now, speed }: Clock, { id }: Pick<Incident, 'id'>, delayMs = 0): void {
  const effect = {
    key: `card:${id}:${randomUUID()}`,
    kind: 'incident.card',
    lane: laneOf(id),
    payload: { incidentId: id },
  };
  queueRefresh(tx, effect, now(), delayMs / speed);
}

/** One lane for the card and the thread: a reply needs the message that it replies to. */
function laneOf(incidentId: number): string {
  return `incident:${incidentId}`;
}
