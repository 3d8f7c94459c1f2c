// The row that a write answers, and the one way of reading it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { outbox } from '../../src/db/schema.js';
import { written } from '../../src/db/written.js';
import { queueEffect } from '../../src/outbox/queue.js';
import { refuseCommits } from '../helpers/full-disk.js';
import { freshDb } from '../helpers/temp.js';

function setUp() {
  const db = freshDb();
  queueEffect(db, { key: 'x', kind: 'post', lane: 'a', payload: {} }, 0);
  const update = (key: string) => db.update(outbox).set({ attempts: 1 }).where(eq(outbox.key, key)).returning();
  const attempts = () => db.select().from(outbox).get()?.attempts;
  return { db, update, attempts };
}

describe('the row that a write answers', () => {
  it('is there when it was written, and an error is when the commit fails; get() does not notice that', () => {
    const { db, update, attempts } = setUp();
    const end = refuseCommits(db, 'update on outbox');

    expect(update('x').get()).toMatchObject({ attempts: 1 });
    expect(attempts()).toBe(0);
    expect(() => written(update('x'))).toThrow(/constraint/i);
    expect(attempts()).toBe(0);

    end();
    expect(written(update('x'))).toMatchObject({ key: 'x', attempts: 1 });
    expect(attempts()).toBe(1);
  });

  it('is missing with an error', () => {
    expect(() => written(setUp().update('y'))).toThrow('is not there');
  });
});

/** Statements of the log worker, each run within a transaction, whose own commit says what failed. */
const IN_TRANSACTIONS = ['detection/counters/names.ts', 'detection/counters/roll-up.ts'];

/** Reports whether a source reads only the first row of what a write answers, or writes such a statement by hand. */
function trustsFirstRow(source: string): boolean {
  const isDrizzle = /\.returning\([^()]*\)\.get\(/.test(source.replace(/\s+/g, ''));
  return isDrizzle || /\b(?:insert|update|delete)\b[^;'"`]*\breturning\s+[\w*]/i.test(source);
}

describe('the sources', () => {
  const SRC = new URL('../../src', import.meta.url).pathname;
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it('never take the first row of a write for the write', () => {
    const found = files.filter((file) => trustsFirstRow(readFileSync(join(SRC, file), 'utf8')));

    expect(found.sort()).toEqual(IN_TRANSACTIONS);
  });

  it('would be caught at it', () => {
    expect(trustsFirstRow('db.update(outbox)\n  .set(change)\n  .returning()\n  .get();')).toBe(true);
    expect(trustsFirstRow('tx.insert(outbox).values(row).returning({ id: outbox.id }).get()')).toBe(true);
    expect(trustsFirstRow("db.prepare('UPDATE outbox SET done_at = ? RETURNING id')")).toBe(true);
    expect(trustsFirstRow('written(db.update(outbox).set(change).returning())')).toBe(false);
  });
});
