// Temporary folders and databases for tests: real files, gone afterwards.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Db, openDb } from '../../src/db/open.js';

/** A folder that is removed when the test ends. Not for tests that run concurrently: the one that ends may be another. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A new decisions database with all migrations, on disk. Its reserve is empty: 4 MB for each test hold up a busy disk. */
export function freshDb(path = join(tempDir(), 'test.db')): Db {
  writeFileSync(`${path}-reserve`, '');
  const { db, close } = openDb(path);
  onTestFinished(close);
  return db;
}
