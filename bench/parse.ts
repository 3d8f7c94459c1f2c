// A Postfix log of about two million lines read and joined into mail events, beside mawk doing the same join, pflogsumm (which does it
// and writes a summary) and `grep -c` (which only looks); and half of such a log, to see that memory does not grow with it.
// `npm run bench:parse [lines]`
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { postfix } from '../src/intake/formats/postfix.js';
import { grepCount, inChild, inTurns, mawkJoin, pflogsumm, row, tellPeers } from './tools/beside-peers.js';
import { median, peakOfThisProcess } from './tools/measured.js';
import { writePostfixLog } from './tools/postfix-log.js';

const CHUNK_BYTES = 1024 * 1024;
/** More than the log's longest line. */
const LINE_BYTES = 64 * 1024;
const LF = 0x0a;

if (process.argv[2] === 'ours') await ours(process.argv[3] ?? '');
else if (process.argv[2] === 'make') writePostfixLog(process.argv[3] ?? '', Number(process.argv[4]));
else await compare(Number(process.argv[2]) || 2_000_000);

/** In a process of its own, so that its memory is its own. The next stretch is fetched while one is read, as streams do it. */
async function ours(log: string): Promise<void> {
  const startedAt = performance.now();
  const intake = postfix.open({});
  const reader = intake.reader(log);
  const sums = { accepted: 0, deliveries: 0 };
  const file = await open(log);
  const [one, other] = [Buffer.alloc(LINE_BYTES + CHUNK_BYTES), Buffer.alloc(LINE_BYTES + CHUNK_BYTES)];
  let [chunk, next] = [one, other];
  let fetched = file.read(chunk, LINE_BYTES, CHUNK_BYTES);
  // A line that is not whole stands before what comes next.
  let from = LINE_BYTES;
  for (;;) {
    const { bytesRead } = await fetched;
    if (bytesRead === 0) break;
    fetched = file.read(next, LINE_BYTES, CHUNK_BYTES);
    const to = LINE_BYTES + bytesRead;
    const end = chunk.lastIndexOf(LF, to - 1) + 1;
    reader.read(chunk, from, end, (event) => {
      if (event.kind === 'accepted') sums.accepted++;
      else if (event.kind === 'delivery') sums.deliveries++;
    });
    from = LINE_BYTES - (to - end);
    chunk.copy(next, from, end, to);
    [chunk, next] = [next, chunk];
  }
  await file.close();
  const ms = performance.now() - startedAt;
  const { lines, unknown } = reader.stats;
  if (unknown > 0) throw new Error(`${unknown} lines unknown: ${reader.stats.samples.join('\n')}`);
  const peakMiB = peakOfThisProcess();
  process.send?.({ ms, lines, events: sums.accepted + sums.deliveries, peakMiB });
}

interface Run {
  /** With the start of the process, as for the others. */
  wallMs: number;
  /** From the first byte on. */
  ms: number;
  lines: number;
  events: number;
  peakMiB: number;
}

async function compare(lines: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-parse-'));
  try {
    const [log, half] = [join(dir, 'mail.log'), join(dir, 'half.log')];
    writePostfixLog(log, lines);
    writePostfixLog(half, Math.round(lines / 2));
    console.log(`${lines.toLocaleString('en')} lines, ${(statSync(log).size / 1e6).toFixed(0)} MB`);
    const peers = [mawkJoin(log), grepCount(log), pflogsumm(log)];
    const { runs, times } = await inTurns(() => runOurs(log), peers);
    const wallMs = median(runs.map((run) => run.wallMs));
    const peakMiB = Math.max(...runs.map((run) => run.peakMiB));
    console.log(row('parse + join', lines, wallMs, `${runs[0]?.events} events, peak ${peakMiB.toFixed(0)} MiB`));
    console.log(row('  once started', lines, median(runs.map((run) => run.ms)), ''));
    tellPeers(peers, times, { what: 'parse + join', lines, oursMs: wallMs });
    console.log(`half the log: peak ${(await runOurs(half)).peakMiB.toFixed(0)} MiB`);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function runOurs(log: string): Promise<Run> {
  return inChild<Omit<Run, 'wallMs'>>(fileURLToPath(import.meta.url), ['ours', log]);
}
