// Catching up with logs: parsing, joining, judging and durable counters, as the product does it, in its log worker and with the traffic
// database on disk; beside pflogsumm, which parses and adds up, and mawk, which only joins. Two logs: an even one of two million lines,
// and four days of a made-up provider with attacks in them. And the first by half, to see that memory does not grow with it.
// `npm run bench:detect [lines]`
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as liveModule from '../src/detection/live/live.js';
import { Directory } from '../src/partners/directory.js';
import { provider } from '../test/tools/provider/provider.js';
import { inChild, inTurns, mawkJoin, pflogsumm, row, tellPeers } from './tools/beside-peers.js';
import { median, peakOfThisProcess } from './tools/measured.js';
import { postfixLogDirectory, writePostfixLog } from './tools/postfix-log.js';

const PROVIDER = { seed: 71, customers: 200, days: 4 };
const POLL_MS = 5;
const DAY_MS = 86_400_000;

if (process.argv[2] === 'ours') await ours(process.argv[3] ?? '', process.argv[4] ?? '', Number(process.argv[5]));
else await compare(Number(process.argv[2]) || 2_000_000);

/** In a process of its own, so that its memory is its own. Compiled as it runs in production: a bundle has no worker beside it. */
async function ours(log: string, directory: string, lines: number): Promise<void> {
  const { startLive } = (await import(
    pathToFileURL(join(process.cwd(), 'dist/detection/live/live.js')).href
  )) as typeof liveModule;
  const dir = mkdtempSync(join(tmpdir(), 'bench-detect-run-'));
  const findings = new Set<string>();
  const live = startLive({
    files: [{ path: log, format: 'postfix' }],
    directory: Directory.parse(JSON.parse(readFileSync(directory, 'utf8'))),
    trafficDb: join(dir, 'traffic.db'),
    onFinding: ({ key, at }) => void findings.add(`${key} ${at}`),
    onError: (error) => console.error(error.message),
  });
  while (live.stats().linesRead < lines) await sleep(POLL_MS);
  const { linesRead, unknownLines, openMessages } = live.stats();
  await live.stop();
  if (linesRead !== lines || unknownLines > 0) throw new Error(`${linesRead} lines read, ${unknownLines} unknown`);
  const bytesOnDisk = statSync(join(dir, 'traffic.db')).size;
  rmSync(dir, { recursive: true });
  const peakMiB = peakOfThisProcess();
  process.send?.({ peakMiB, openMessages, findings: findings.size, bytesOnDisk });
  process.disconnect();
}

interface Run {
  /** With the start of the process, as for the others. */
  wallMs: number;
  peakMiB: number;
  openMessages: number;
  findings: number;
  bytesOnDisk: number;
}

interface Log {
  name: string;
  path: string;
  directory: string;
  lines: number;
}

async function compare(lines: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-detect-'));
  try {
    const even = evenLog(dir, 'even', lines);
    await besidePeers(even);
    await besidePeers(await providersLog(dir));
    const half = await runOurs(evenLog(dir, 'half', Math.round(lines / 2)));
    console.log(`half of the even log: peak ${half.peakMiB.toFixed(0)} MiB`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Of yesterday: what is older than two weeks is not remembered for reports, which would be less work. */
function evenLog(dir: string, name: string, lines: number): Log {
  const path = join(dir, `${name}.log`);
  const day = Math.floor(Date.now() / DAY_MS) - 1;
  return {
    name,
    path,
    lines: writePostfixLog(path, lines, { day }),
    directory: asFile(dir, name, postfixLogDirectory()),
  };
}

async function providersLog(dir: string): Promise<Log> {
  const path = join(dir, 'provider.log');
  const { world, chunks } = provider(PROVIDER);
  let lines = 0;
  const counted = function* (): Generator<Buffer> {
    for (const chunk of chunks()) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      yield chunk;
    }
  };
  await pipeline(counted(), createWriteStream(path));
  return { name: 'provider', path, lines, directory: asFile(dir, 'provider', world.directory()) };
}

function asFile(dir: string, name: string, directory: object): string {
  const path = join(dir, `${name}.json`);
  writeFileSync(path, JSON.stringify(directory));
  return path;
}

async function besidePeers(log: Log): Promise<void> {
  const { name, path, lines } = log;
  console.log(`${name}: ${lines.toLocaleString('en')} lines, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  const peers = [mawkJoin(path), pflogsumm(path)];
  const { runs, times } = await inTurns(() => runOurs(log), peers);
  const wallMs = median(runs.map((run) => run.wallMs));
  const peakMiB = Math.max(...runs.map((run) => run.peakMiB));
  const what = `${runs[0]?.findings} findings told, ${((runs[0]?.bytesOnDisk ?? 0) / 1e6).toFixed(0)} MB on disk, peak ${peakMiB.toFixed(0)} MiB`;
  console.log(row('all of it', lines, wallMs, what));
  tellPeers(peers, times, { what: 'all of it', lines, oursMs: wallMs });
}

function runOurs({ path, directory, lines }: Log): Promise<Run> {
  return inChild<Omit<Run, 'wallMs'>>(fileURLToPath(import.meta.url), ['ours', path, directory, String(lines)]);
}
