import { existsSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
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

  it.skipIf(!existsSync('/proc/self/fd'))('keeps no file open that is no database', () => {
    const path = join(tempDir(), 'traffic.db');
    writeFileSync(path, 'anything else '.repeat(100));
    const isOpen = (fd: string) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false;
      }
    };

    expect(() => openTrafficDbReadOnly(path)).toThrow(/not a database/);

    expect(readdirSync('/proc/self/fd').filter(isOpen)).toEqual([]);
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
