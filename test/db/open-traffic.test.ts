import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openTrafficDb, openTrafficDbReadOnly } from '../../src/db/open-traffic.js';
import { tempDir } from '../helpers/temp.js';

describe('openTrafficDbReadOnly', () => {
  it('has nothing to read before the log worker has made the tables', () => {
    const path = join(tempDir(), 'traffic.db');
    expect(openTrafficDbReadOnly(path)).toBeUndefined();

    new Database(path).pragma('journal_mode = WAL');

    expect(openTrafficDbReadOnly(path)).toBeUndefined();
  });

  it('reads beside the log worker once it has', () => {
    const path = join(tempDir(), 'traffic.db');
    const worker = openTrafficDb(path);

    const reader = openTrafficDbReadOnly(path);

    expect(reader?.$client.prepare('SELECT count(*) FROM names').pluck().get()).toBe(0);
    reader?.$client.close();
    worker.$client.close();
  });
});
