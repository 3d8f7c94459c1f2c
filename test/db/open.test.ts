import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDb, openDbReadOnly } from '../../src/db/open.js';
import { incidents } from '../../src/db/schema.js';
import { UserError } from '../../src/errors.js';
import { freshDb, tempDir } from '../helpers/temp.js';

describe('openDb', () => {
  it('keeps decisions through a power cut: WAL, synchronous FULL, foreign keys', () => {
    const db = freshDb();

    expect(db.$client.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.$client.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.$client.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  it('refuses a second bot on the same database with a line that says what to do', () => {
    const path = join(tempDir(), 'shared.db');
    freshDb(path);

    expect(() => openDb(path)).toThrow(/Another relaywarden is running on .*shared\.db/);
  });

  it('refuses a second process too, and is free again when the first was killed', async () => {
    const path = join(tempDir(), 'killed.db');
    const holder = await holdInChild(path);

    expect(() => openDb(path)).toThrow(/Another relaywarden/);

    holder.kill('SIGKILL');
    await once(holder, 'exit');
    openDb(path).close();
  });

  it('lets others read beside the bot', () => {
    const path = join(tempDir(), 'read.db');
    freshDb(path);

    const reader = openDbReadOnly(path);

    expect(reader.db.select().from(incidents).all()).toEqual([]);
    expect(() => reader.db.delete(incidents).run()).toThrow(/readonly/);
    reader.close();
  });

  it('says so when the file is no database', () => {
    const path = join(tempDir(), 'text.db');
    writeFileSync(path, 'dear diary, '.repeat(200));

    expect(() => openDb(path)).toThrow(/cannot be used/);
  });

  it('says what to do when its folder cannot be made', () => {
    const file = join(tempDir(), 'a-file');
    writeFileSync(file, '');

    const open = () => openDb(join(file, 'data/relaywarden.db'));
    expect(open).toThrow(UserError);
    expect(open).toThrow(/cannot be made: .* database\.path/);
  });
});

async function holdInChild(path: string): Promise<ChildProcess> {
  const script = `const { openDb } = await import('./src/db/open.ts'); openDb(process.argv[1]); console.log('open'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}
