// A log as it is written: made-up customers' busiest hours, faster than they were, and how far behind the bot is that reads it.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { provider } from '../../test/tools/provider/provider.js';
import { type Times, timesOf } from './times.js';

const FIRST_HOUR = 8;
/** Lines are written in so many portions a second: a relay writes each by itself. */
const PORTIONS = 50;
const LOOK_MS = 5;

export interface Written {
  saved: Times;
  told: Times;
  tail: Times;
  linesPerSecond: number;
}

/** Writes DIR/mail (the log to be) and DIR/customers.json: the last line is of now, so that nothing is old news. */
export function makeLog(dir: string, customers: number, most: number): number {
  const { world, chunks } = provider({ seed: 501, customers, days: 1 });
  const from = world.start + FIRST_HOUR * 3_600_000;
  const lines: string[] = [];
  for (const chunk of chunks()) {
    for (const line of chunk.toString().split('\n')) {
      if (line !== '' && lines.length < most && Date.parse(line.slice(0, 32)) >= from) lines.push(line);
    }
    if (lines.length >= most) break;
  }
  const shiftMs = Date.now() - Date.parse(lines.at(-1)?.slice(0, 32) ?? '');
  const shifted = lines.map(
    (line) => `${new Date(Date.parse(line.slice(0, 32)) + shiftMs).toISOString()}${line.slice(32)}`,
  );
  writeFileSync(join(dir, 'mail'), `${shifted.join('\n')}\n`);
  writeFileSync(join(dir, 'customers.json'), JSON.stringify(world.directory()));
  return lines.length;
}

/** Writes the log by the clock, and looks into the bot's databases for how far it is: when a portion stands there, it was judged. */
export async function writeLog(dir = '', perSecond = ''): Promise<void> {
  const portions = portionsOf(readFileSync(join(dir, 'mail')), Number(perSecond) / PORTIONS);
  const log = openSync(join(dir, 'mail.log'), 'a');
  const tail = spawn('sh', ['-c', `tail -n 0 -F ${dir}/mail.log`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  const [saved, told, seen]: [number[], number[], number[]] = [[], [], []];
  const writtenAt: number[] = [];
  let [savedTo, seenTo, seenBytes] = [0, 0, 0];
  tail.stdout.on('data', (bytes: Buffer) => {
    seenBytes += bytes.length;
    const now = performance.now();
    for (; seenTo < writtenAt.length && (portions[seenTo]?.end ?? 0) <= seenBytes; seenTo++) {
      seen.push(now - (writtenAt[seenTo] ?? 0));
    }
  });
  await sleep(500);
  const look = lookIn(dir);
  const startedAt = performance.now();
  while (savedTo < portions.length) {
    const now = performance.now();
    const due = Math.min(portions.length, Math.floor(((now - startedAt) / 1_000) * PORTIONS));
    while (writtenAt.length < due) {
      writeSync(log, portions[writtenAt.length]?.bytes ?? Buffer.alloc(0));
      writtenAt.push(performance.now());
    }
    const offset = look.position();
    for (; savedTo < writtenAt.length && (portions[savedTo]?.end ?? 0) <= offset; savedTo++) {
      saved.push(performance.now() - (writtenAt[savedTo] ?? 0));
    }
    for (const at of look.incidents()) {
      const portion = portions.findIndex(({ lastAt }) => lastAt >= at);
      const wroteAt = writtenAt[portion];
      if (wroteAt !== undefined) told.push(performance.now() - wroteAt);
    }
    await sleep(LOOK_MS);
  }
  const linesPerSecond =
    ((portions.length * (Number(perSecond) / PORTIONS)) / ((writtenAt.at(-1) ?? 0) - startedAt)) * 1_000;
  if (tail.pid !== undefined) process.kill(-tail.pid);
  process.send?.({ saved: timesOf(saved), told: timesOf(told), tail: timesOf(seen), linesPerSecond } satisfies Written);
  process.disconnect?.();
}

interface Portion {
  bytes: Buffer;
  end: number;
  /** Time of its last line; ms. */
  lastAt: number;
}

function portionsOf(text: Buffer, lines: number): Portion[] {
  const portions: Portion[] = [];
  let [begin, count, lineBegin] = [0, 0, 0];
  for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10, end + 1)) {
    if (++count % lines === 0 || end === text.length - 1) {
      const lastAt = Date.parse(text.toString('latin1', lineBegin, lineBegin + 24));
      portions.push({ bytes: text.subarray(begin, end + 1), end: end + 1, lastAt });
      begin = end + 1;
    }
    lineBegin = end + 1;
  }
  return portions;
}

/** Readers of the bot's databases; neither holds up who writes. */
function lookIn(dir: string) {
  const traffic = new Database(join(dir, 'data/traffic.db'), { readonly: true });
  const decisions = new Database(join(dir, 'data/relaywarden.db'), { readonly: true });
  const offset = traffic.prepare<[], number>('select "offset" from positions').pluck();
  const all = decisions.prepare<[], { id: number; at: number }>(
    `select id, last_seen_at at from incidents where kind = 'compromise'`,
  );
  const known = new Map<number, number>();
  return {
    position: () => offset.get() ?? 0,
    /** Times on the log's clock of findings that were taken since the last call. */
    incidents(): number[] {
      const fresh = all.all().filter(({ id, at }) => known.get(id) !== at);
      for (const { id, at } of fresh) known.set(id, at);
      return fresh.map(({ at }) => at);
    },
  };
}
