// How long the thread that answers Slack and Postfix is held up while the log worker reads a log at full speed: event-loop delay, beside
// the same thread with nothing to do. `npm run bench:event-loop [megabytes]`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type * as liveModule from '../src/detection/live/live.js';
import { readDirectory } from '../src/partners/load.js';

// Compiled as it runs in production: a bundle would have no worker file beside it.
const built = pathToFileURL(join(process.cwd(), 'dist/detection/live/live.js')).href;
const { startLive } = (await import(built)) as typeof liveModule;

const megabytes = Number(process.argv[2]) || 60;
const dir = mkdtempSync(join(tmpdir(), 'bench-event-loop-'));
const log = join(dir, 'mail.log');
const sample = readFileSync('test/fixtures/mail.log', 'utf8');
const times = Math.ceil((megabytes * 1e6) / sample.length);
const days = Array.from({ length: times }, (_, day) =>
  new Date(Date.UTC(2026, 0, 14 + day)).toISOString().slice(0, 10),
);
writeFileSync(log, days.map((day) => `\n${sample}`.replaceAll('\n2026-01-14', `\n${day}`).slice(1)).join(''));
const total = (sample.split('\n').length - 1) * times;

const idle = monitorEventLoopDelay({ resolution: 1 });
idle.enable();
await sleep(3_000);
idle.disable();

let findings = 0;
const busy = monitorEventLoopDelay({ resolution: 1 });
const live = startLive({
  files: [{ path: log, format: 'postfix' }],
  directory: readDirectory('test/fixtures/customers.json'),
  trafficDb: join(dir, 'traffic.db'),
  onFinding: () => void findings++,
  onError: (error) => console.error(error.message),
});
while (live.stats().linesRead === 0) await sleep(10);
busy.enable();
const startedAt = performance.now();
while (live.stats().linesRead < total) await sleep(10);
const seconds = (performance.now() - startedAt) / 1000;
busy.disable();
await live.stop();
rmSync(dir, { recursive: true });

const ms = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
console.log(
  `${Math.round(total / seconds).toLocaleString('en')} lines/s read, judged and saved (${findings} findings told)`,
);
console.log(`main thread while reading  p99 ${ms(busy.percentile(99))}, most ${ms(busy.max)}`);
console.log(`main thread idle           p99 ${ms(idle.percentile(99))}, most ${ms(idle.max)}`);
