// What people should know of ourselves, told so that it reaches them: by the outbox, which tries again while Slack is away and goes on after
// a restart. Only while the database takes nothing it is told straight away, once.
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Db } from '../db/open.js';
import { whenFree } from '../db/patience.js';
import { type Effect, queueEffect } from '../outbox/queue.js';

interface AlertDeps {
  db: Db;
  now: () => number;
  log: Logger;
  /** Tells it without the database. Rejects when Slack does not take it. */
  directly: (text: string) => Promise<void>;
}

/** An alert as an effect, to be queued in the transaction that decides what it tells. */
export function alertEffect(text: string): Effect {
  return { key: `alert:${randomUUID()}`, kind: 'health.alert', lane: 'alerts', payload: { text } };
}

/** Never rejects: what could be told in neither way is in the log. */
export async function tellPeople({ db, now, log, directly }: AlertDeps, text: string): Promise<void> {
  const effect = alertEffect(text);
  try {
    await whenFree(() => queueEffect(db, effect, now()));
  } catch (error) {
    log.warn({ err: error }, 'an alert could not be queued');
    await directly(text).catch((again) => log.error({ err: again, text }, 'an alert was not told'));
  }
}
