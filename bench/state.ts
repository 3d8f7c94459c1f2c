// A bot that has known 100,000 customers with a million senders for a month: how big its state is in SQLite, how long it takes to start
// with it, and how much memory it needs, after the start and while a quarter of them send. Beside it a process that loads all rows
// into Maps, and `cat` of the same file. `npm run bench:state [customers] [identities]`

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { KINDS } from '../src/detection/counters/counter-cells.js';
import { practiceWorkspace, startSlackStandIn } from '../src/practice/slack/index.js';
import { configOf, cpuMsOf, ended, freePorts, listening, memoryOf, SECRETS, startBot } from './tools/bot.js';
import { median } from './tools/measured.js';
import { writeState } from './tools/state-db.js';
import { linesOf, makeSenders, type Sender, stampOf, writeDirectory } from './tools/state-senders.js';

const SELF = fileURLToPath(import.meta.url);
/** Identities that send while the bot runs. */
const WAKING_SHARE = 0.25;
/** Of the log's clock, over which they send. */
const WAKING_MS = 2 * 3_600_000;
const ROUNDS = 3;
const GOALS = { startMs: 10_000, mb: 1_024 };

interface Started {
  policyMs: number;
  runningMs: number;
  judgedMs: number;
  mb: number;
  /** Processor time until then. */
  cpuMs: number;
}

const roles: Record<string, (...args: string[]) => Promise<void>> = { maps };
const [role = '', ...args] = process.argv.slice(2);
await (roles[role] ?? (() => compare(Number(role) || 100_000, Number(args[0]) || 1_000_000)))(...args);

async function compare(customers: number, identities: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-state-'));
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...SECRETS });
  try {
    const senders = makeSenders(customers, identities);
    writeDirectory(dir, customers, senders);
    const beganAt = performance.now();
    writeState(dir, senders);
    const db = join(dir, 'data/traffic.db');
    print(
      `${customers.toLocaleString('en')} customers, ${identities.toLocaleString('en')} identities: ${mb(statSync(db).size)} MB in SQLite, ${mb(statSync(join(dir, 'customers.json')).size)} MB customer file, written in ${seconds(performance.now() - beganAt)}`,
    );
    const starts: Started[] = [];
    const peers: { ms: number; mb: number; catMs: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { bot, started } = await start(dir, slack.apiUrl);
      starts.push(started);
      try {
        if (round === ROUNDS - 1) await wake(dir, bot, senders);
      } finally {
        await ended(bot);
      }
      peers.push({ ...(await loadMaps(dir)), catMs: timed('cat', [db]) });
    }
    const mid = (of: (one: Started) => number) => median(starts.map(of));
    const startMs = mid(({ judgedMs }) => judgedMs);
    const startMb = mid((one) => one.mb);
    print(
      `start: policy server answers after ${seconds(mid((one) => one.policyMs))}, all parts run after ${seconds(mid((one) => one.runningMs))}`,
    );
    print(
      `start: first line of the log judged and saved after ${seconds(startMs)} (${seconds(mid(({ cpuMs }) => cpuMs))} of processor time)${goal(startMs < GOALS.startMs, '10 s')}`,
    );
    print(`resident after the start ${Math.round(startMb)} MB${goal(startMb < GOALS.mb, '1 GB')}`);
    const peerMs = median(peers.map(({ ms }) => ms));
    const peerMb = median(peers.map((peer) => peer.mb));
    print(
      `all rows into Maps: ${seconds(peerMs)}, ${Math.round(peerMb)} MB; the bot starts in ${(startMs / peerMs).toFixed(2)} of the time with ${(startMb / peerMb).toFixed(2)} of the memory`,
    );
    print(`cat of the database: ${seconds(median(peers.map(({ catMs }) => catMs)))}`);
  } finally {
    await slack.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Starts the bot with one line to read, and waits until it is judged and saved. */
async function start(dir: string, apiUrl: string): Promise<{ bot: ChildProcess; started: Started }> {
  const ports = await freePorts();
  writeFileSync(join(dir, 'config.yml'), JSON.stringify(configOf(ports)));
  const log = join(dir, 'mail.log');
  // A new file each time, read from its beginning.
  writeFileSync(
    `${log}.new`,
    `${stampOf(Date.now())} relay0 postfix/qmgr[${process.pid}]: 4bXcD${Date.now() % 100_000}: removed\n`,
  );
  renameSync(`${log}.new`, log);
  const { ino } = statSync(log);
  const beganAt = performance.now();
  const bot = startBot(dir, apiUrl);
  const running = listening(ports.web, bot).then(() => performance.now() - beganAt);
  await listening(ports.policy, bot);
  const policyMs = performance.now() - beganAt;
  await readTo(dir, ino, statSync(log).size, bot);
  const judgedMs = performance.now() - beganAt;
  const cpuMs = cpuMsOf(bot);
  const runningMs = await running;
  await sleep(3_000);
  return { bot, started: { policyMs, runningMs, judgedMs, mb: memoryOf(bot, 'VmRSS'), cpuMs } };
}

/** A quarter of all senders send a message each to somebody they know, two hours of log, as fast as the bot reads. */
async function wake(dir: string, bot: ChildProcess, senders: Sender[]): Promise<void> {
  const log = join(dir, 'mail.log');
  const out = createWriteStream(log, { flags: 'a' });
  const step = Math.round(1 / WAKING_SHARE);
  const sending = senders.filter((_, i) => i % step === 0);
  const countedBefore = messagesCounted(dir);
  const beganWallAt = Date.now();
  const beganAt = performance.now();
  for (let i = 0; i < sending.length; i += 500) {
    const text = sending
      .slice(i, i + 500)
      .map((sender, n) => linesOf(sender, i + n, beganWallAt - WAKING_MS * (1 - (i + n) / sending.length)))
      .join('');
    if (!out.write(text)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  }
  await finished(out.end());
  const { ino, size } = statSync(log);
  await readTo(dir, ino, size, bot);
  const ms = performance.now() - beganAt;
  const rss = memoryOf(bot, 'VmRSS');
  const counted = messagesCounted(dir) - countedBefore;
  if (counted !== sending.length) throw new Error(`${counted} of ${sending.length} messages were counted`);
  print(
    `${sending.length.toLocaleString('en')} identities sent: ${Math.round((5 * sending.length * 1_000) / ms).toLocaleString('en')} lines/s read, judged and saved; ${rss} MB resident, ${memoryOf(bot, 'VmHWM')} MB at the most since the start${goal(rss < GOALS.mb, '1 GB')}`,
  );
}

/** Messages of all customers by relay, as they are saved. */
function messagesCounted(dir: string): number {
  const db = new Database(join(dir, 'data/traffic.db'), { readonly: true, timeout: 5_000 });
  const messages = db
    .prepare<[number], number>('select coalesce(sum(messages), 0) from hour_counts where kind = ?')
    .pluck()
    .get(KINDS.relay);
  db.close();
  return messages ?? 0;
}

/** Waits until the bot has saved that it read the file so far. */
async function readTo(dir: string, inode: number, offset: number, bot: ChildProcess): Promise<void> {
  const db = new Database(join(dir, 'data/traffic.db'), { readonly: true, timeout: 5_000 });
  const at = db.prepare<[number], number>('select "offset" from positions where inode = ?').pluck();
  while ((at.get(inode) ?? 0) < offset) {
    if (bot.exitCode !== null) throw new Error(`the bot ended with ${bot.exitCode}`);
    await sleep(20);
  }
  db.close();
}

/** The way without a second thought: everything that is saved, in memory. */
async function maps(dir = ''): Promise<void> {
  const beganAt = performance.now();
  const db = new Database(join(dir, 'data/traffic.db'), { readonly: true });
  const known = new Map<string, object>();
  for (const [key, value] of db
    .prepare<[], [string, string]>('select key, value from detection_state')
    .raw()
    .iterate()) {
    known.set(key, JSON.parse(value) as object);
  }
  const { customers } = JSON.parse(readFileSync(join(dir, 'customers.json'), 'utf8')) as {
    customers: { id: string }[];
  };
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  if (known.size < byId.size) throw new Error('there is a row for each customer');
  const ms = performance.now() - beganAt;
  process.send?.({ ms, mb: process.memoryUsage().rss / 1024 / 1024 });
  process.disconnect?.();
}

function loadMaps(dir: string): Promise<{ ms: number; mb: number }> {
  const child = fork(SELF, ['maps', dir], { execArgv: ['--max-old-space-size=8192'] });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as { ms: number; mb: number }));
    child.once('error', reject);
  });
}

function timed(command: string, parameters: string[]): number {
  const beganAt = performance.now();
  execFileSync('sh', ['-c', `${command} ${parameters.join(' ')} > /dev/null`]);
  return performance.now() - beganAt;
}

function goal(isMet: boolean, what: string): string {
  return ` (goal < ${what}: ${isMet ? 'met' : 'MISSED'})`;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
