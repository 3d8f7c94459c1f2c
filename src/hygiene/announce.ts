// What a round has to tell: queued as one effect, read when it is posted. What changed is in the looks; the effect says since when.
import { desc, eq } from 'drizzle-orm';
import { outbox } from '../db/schema.js';
import type { Tx } from '../db/transaction.js';
import { queueEffect } from '../outbox/queue.js';
import { type Look, stateOf } from './look.js';
import { changedSince, type StoredLook } from './store.js';
import { nameOf } from './subjects.js';

export const HYGIENE_NEWS = 'hygiene.news';

/** Payload of the effect. */
export interface HygieneNews {
  /** Changes from here to there are told, ms; `to` is not included. */
  from: number;
  to: number;
  /** Looked at for the first time. */
  first: { looks: number; ok: number; unknown: number; bad: string[] };
}

/** Names of first looks that are told; the others are counted. */
const NAMED = 20;
/** Effects are forgotten after some time; what is older was told. */
const TOLD_WITHIN_MS = 30 * 86_400_000;

/** Queues it; false when there is nothing to tell. A change that an earlier round could not tell any more is told now. */
export function queueHygieneNews(db: Tx, { first, now }: { first: readonly Look[]; now: number }): boolean {
  const from = Math.max(toldUntil(db) ?? 0, now - TOLD_WITHIN_MS);
  const to = now + 1;
  if (first.length === 0 && changedSince(db, from, 1).length === 0) return false;
  const payload: HygieneNews = { from, to, first: sumOf(first) };
  queueEffect(db, { key: `${HYGIENE_NEWS}:${to}`, kind: HYGIENE_NEWS, lane: HYGIENE_NEWS, payload }, now);
  return true;
}

/** The looks that changed within the news. */
export function changesIn(db: Tx, { from, to }: Pick<HygieneNews, 'from' | 'to'>): StoredLook[] {
  return changedSince(db, from, 500).filter(({ changedAt }) => (changedAt ?? 0) < to);
}

function toldUntil(db: Tx): number | undefined {
  const told = db.select({ payload: outbox.payload }).from(outbox).where(eq(outbox.kind, HYGIENE_NEWS));
  return (told.orderBy(desc(outbox.id)).limit(1).get()?.payload as HygieneNews | undefined)?.to;
}

function sumOf(looks: readonly Look[]): HygieneNews['first'] {
  const states = looks.map((look) => ({ state: stateOf(look), name: nameOf(look) }));
  const bad = states.filter(({ state }) => state === 'bad').map(({ name }) => name);
  return {
    looks: looks.length,
    ok: states.filter(({ state }) => state === 'ok').length,
    unknown: states.filter(({ state }) => state === 'unknown').length,
    bad: bad.length > NAMED ? [...bad.slice(0, NAMED), `and ${bad.length - NAMED} more`] : bad,
  };
}
