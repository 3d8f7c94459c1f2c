// Replay of past logs: a log of about 300 MB (the sample's day, repeated on other days) through parsing, joining and detection, beside
// pflogsumm, which does the first two, and `grep -c status=`, which only looks. `npm run bench:replay [megabytes]`
import { execFileSync, fork } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replay } from '../src/detection/replay/replay.js';
import { readDirectory } from '../src/partners/load.js';

const ROUNDS = 3;
const CUSTOMERS = 'test/fixtures/customers.json';
const PFLOGSUMM = '/usr/sbin/pflogsumm';

if (process.argv[2] === 'ours') await ours(process.argv[3] ?? '');
else await compare(Number(process.argv[2]) || 300);

/** In a process of its own, so that its memory is its own. */
async function ours(log: string): Promise<void> {
  const startedAt = performance.now();
  const summary = await replay({ files: [log], directory: readDirectory(CUSTOMERS), onFinding() {} });
  const ms = performance.now() - startedAt;
  process.send?.({ ms, lines: summary.linesRead, peakMb: process.resourceUsage().maxRSS / 1024 });
}

interface Run {
  ms: number;
  lines: number;
  peakMb: number;
}

async function compare(megabytes: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-replay-'));
  try {
    const log = makeLog(dir, megabytes);
    console.log(`${(statSync(log).size / 1e6).toFixed(0)} MB`);
    const runs = await inTurn(() => runOurs(log));
    const mid = median(runs.map((run) => run.ms));
    const lines = runs[0]?.lines ?? 0;
    const peakMb = Math.max(...runs.map((run) => run.peakMb));
    console.log(
      `replay      ${perSecond(lines, mid)} lines/s, ${(mid / 1000).toFixed(1)} s, peak ${peakMb.toFixed(0)} MB`,
    );
    await beside('grep -c', lines, mid, () => timed('grep', ['-c', 'status=', log]));
    if (existsSync(PFLOGSUMM)) await beside('pflogsumm', lines, mid, () => timed(PFLOGSUMM, [log]), 1);
    else console.log('pflogsumm   not installed');
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function beside(name: string, lines: number, oursMs: number, run: () => number, rounds = ROUNDS): Promise<void> {
  const ms = median(await inTurn(async () => run(), rounds));
  console.log(
    `${name.padEnd(11)} ${perSecond(lines, ms)} lines/s, ${(ms / 1000).toFixed(1)} s; replay is ${(ms / oursMs).toFixed(2)} times as fast`,
  );
}

/** The sample's day again and again, each time a day later. */
function makeLog(dir: string, megabytes: number): string {
  const path = join(dir, 'mail.log');
  const sample = readFileSync('test/fixtures/mail.log', 'utf8');
  const fd = openSync(path, 'w');
  const days = Math.ceil((megabytes * 1e6) / sample.length);
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2026, 0, 14 + day)).toISOString().slice(0, 10);
    writeSync(fd, sample.replaceAll('\n2026-01-14', `\n${date}`).replace(/^2026-01-14/, date));
  }
  closeSync(fd);
  return path;
}

function runOurs(log: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['ours', log]);
    child.once('message', (run) => resolve(run as Run));
    child.once('error', reject);
  });
}

function timed(command: string, args: string[]): number {
  const startedAt = performance.now();
  // Into a pipe: grep stops at its first match when its output goes to /dev/null.
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 });
  return performance.now() - startedAt;
}

async function inTurn<T>(run: () => Promise<T>, rounds = ROUNDS): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < rounds; i++) results.push(await run());
  return results;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function perSecond(lines: number, ms: number): string {
  return Math.round((lines / ms) * 1000)
    .toLocaleString('en')
    .padStart(10);
}
