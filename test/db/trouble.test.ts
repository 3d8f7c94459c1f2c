import { describe, expect, it } from 'vitest';
import { incidents } from '../../src/db/schema.js';
import { createDatabaseTrouble, tryToWrite } from '../../src/db/trouble.js';
import { freshDb } from '../helpers/temp.js';

describe('trouble of the database', () => {
  it('is remembered from an error of the disk, wrapped or not, until it is over; other errors are none', () => {
    const trouble = createDatabaseTrouble();

    trouble.note(new Error('Slack is slow'));
    expect(trouble.text()).toBeUndefined();

    const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    trouble.note(new Error('Failed query', { cause: full }));
    expect(trouble.text()).toBe('database or disk is full');

    trouble.over();
    expect(trouble.text()).toBeUndefined();
  });

  it('is looked for with a real write that changes nothing', () => {
    const db = freshDb();
    const before = db.$client.pragma('user_version', { simple: true });
    const frames = () => (db.$client.pragma('wal_checkpoint(PASSIVE)') as [{ log: number }])[0].log;
    db.$client.pragma('wal_checkpoint(TRUNCATE)');

    tryToWrite(db);

    expect(frames()).toBe(1);
    expect(db.$client.pragma('user_version', { simple: true })).toBe(before);
    expect(db.select().from(incidents).all()).toEqual([]);
    db.$client.pragma('query_only = ON');
    expect(() => tryToWrite(db)).toThrow(/readonly/);
  });
});
