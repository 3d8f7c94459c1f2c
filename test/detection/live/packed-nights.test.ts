// A bot that comes back after nights of packed logs, and is killed while it reads them: every message is counted once.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { openTrafficDbReadOnly } from '../../../src/db/open-traffic.js';
import { positions } from '../../../src/db/traffic-schema.js';
import { volumes } from '../../../src/detection/traffic/traffic-report.js';
import { eventually } from '../../helpers/eventually.js';
import { tempDir } from '../../helpers/temp.js';

const ALWAYS = { from: 0, to: 4e12 };
const MESSAGES = 60_000;
/** So often is it killed with its place in a packed log. */
const KILLS = 4;
/** Where one night ends and the next begins, in messages; the first part was read before the stop. */
const NIGHTS = [1_000, 25_000, 50_000, 55_000, MESSAGES];

/** The lines of some messages of one mailbox, a second apart. */
function mail(from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    const begin = `${new Date(Date.UTC(2026, 0, 14) + i * 1_000).toISOString()} relay1 postfix`;
    const id = `4d${String(i).padStart(8, '0')}z`;
    text += `${begin}/smtpd[7]: ${id}: client=mail.scarlet-transport.example[198.51.100.11], sasl_method=LOGIN, sasl_username=kim@scarlet-transport.example
${begin}/cleanup[8]: ${id}: message-id=<${i}@scarlet-transport.example>
${begin}/qmgr[9]: ${id}: from=<kim@scarlet-transport.example>, size=2777, nrcpt=1 (queue active)
${begin}/smtp[10]: ${id}: to=<tom${i % 50}@moen.test>, relay=mx.moen.test[192.0.2.13]:25, delay=1, dsn=2.0.0, status=sent (250 OK)
${begin}/qmgr[9]: ${id}: removed
`;
  }
  return text;
}

function follow(log: string, trafficDb: string): ChildProcess {
  const args = ['--import', 'tsx', 'test/tools/live-child.ts', log, trafficDb, 'test/fixtures/customers.json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function place(trafficDb: string): { inode: number; offset: number } {
  const db = openTrafficDbReadOnly(trafficDb);
  const [row] = db?.select().from(positions).all() ?? [];
  db?.$client.close();
  return row ?? { inode: 0, offset: 0 };
}

const sent = (trafficDb: string) => volumes(trafficDb, ALWAYS).reduce((sum, row) => sum + row.sent, 0);

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

it('counts every message once though it is killed again and again while it reads packed logs', async () => {
  const dir = tempDir();
  const log = join(dir, 'mail.log');
  const trafficDb = join(dir, 'traffic.db');
  const [read = 0, ...ends] = NIGHTS;
  writeFileSync(log, mail(0, read));
  const first = follow(log, trafficDb);
  await eventually(() => expect(sent(trafficDb)).toBe(read));
  await kill(first);
  unlinkSync(log);
  for (const [i, end] of ends.entries()) {
    const text = mail(i === 0 ? 0 : (ends[i - 1] as number), end);
    const name = ['.3.gz', '.2.gz', '.1', ''][i];
    writeFileSync(`${log}${name}`, name?.endsWith('.gz') ? gzipSync(text, { level: 1 }) : text);
    const writtenAt = Date.now() / 1_000 + i;
    utimesSync(`${log}${name}`, writtenAt, writtenAt);
  }
  const packed = new Set(['.3.gz', '.2.gz'].map((name) => statSync(`${log}${name}`).ino));

  let before = place(trafficDb);
  const places: { inode: number; offset: number }[] = [];
  while (places.length < KILLS) {
    const child = follow(log, trafficDb);
    await eventually(() => expect(place(trafficDb)).not.toEqual(before));
    await kill(child);
    before = place(trafficDb);
    places.push(before);
    // Under the name it gets with the next rotation, too.
    if (places.length === 1)
      for (const [i, ending] of [
        ['3', '.gz'],
        ['2', '.gz'],
        ['1', ''],
      ])
        renameSync(`${log}.${i}${ending}`, `${log}.${Number(i) + 1}${ending}`);
  }
  follow(log, trafficDb);
  await eventually(() => expect(sent(trafficDb)).toBeGreaterThanOrEqual(MESSAGES));

  expect(places.filter(({ inode }) => packed.has(inode)).length).toBeGreaterThan(0);
  expect(sent(trafficDb)).toBe(MESSAGES);
});
