// What a change of the database may rely on: the lock from its beginning, and all or nothing.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { isBusy } from '../../src/db/patience.js';
import { outbox } from '../../src/db/schema.js';
import { immediately } from '../../src/db/transaction.js';
import { queueEffect } from '../../src/outbox/queue.js';
import { freshDb, tempDir } from '../helpers/temp.js';

function beside() {
  const path = join(tempDir(), 'beside.db');
  const db = freshDb(path);
  return { db, other: new Database(path, { timeout: 0 }) };
}

const effect = (key: string) => ({ key, kind: 'post', lane: 'a', payload: {} });

describe('immediately', () => {
  it('lets nobody else write from its beginning on, so that what it read still holds when it writes', () => {
    const { db, other } = beside();

    const written = immediately(db, (tx) => {
      const before = tx.select().from(outbox).all().length;
      expect(() => other.exec('BEGIN IMMEDIATE')).toThrow(/locked/);
      queueEffect(tx, effect('x'), 0);
      return tx.select().from(outbox).all().length - before;
    });

    expect(written).toBe(1);
    other.close();
  });

  it('does not begin while another writes', () => {
    const { db, other } = beside();
    other.exec('BEGIN IMMEDIATE');
    const change = vi.fn();

    expect(() => immediately(db, change)).toThrow(expect.toSatisfy(isBusy));

    expect(change).not.toHaveBeenCalled();
    other.close();
  });

  it('writes nothing when it throws, nor what was made within it', () => {
    const { db, other } = beside();

    const failing = () =>
      immediately(db, (tx) => {
        queueEffect(tx, effect('x'), 0);
        immediately(db, (inner) => queueEffect(inner, effect('y'), 0));
        throw new Error('no');
      });

    expect(failing).toThrow('no');
    expect(db.select().from(outbox).all()).toEqual([]);
    other.close();
  });
});
