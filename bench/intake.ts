// Mail events over HTTP: events a second through POST /intake/events in gzip batches of 1,000, each checked and on the disk before it is
// answered, and how long the thread that also answers Slack and Postfix is held up meanwhile. Beside it a server that only unpacks and
// JSON.parses the same batches, all of each in one go, and keeps nothing. Then once more with the log worker counting what arrives.
// `npm run bench:intake [seconds] [connections]`
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzip, gzipSync } from 'node:zlib';
import type * as liveModule from '../src/detection/live/live.js';
import { SpoolWriter } from '../src/intake/spool-writer.js';
import { readDirectory } from '../src/partners/load.js';
import { startWeb } from '../src/web/server.js';

const ROUNDS = 3;
const PER_BATCH = 1_000;
const BODIES = 50;
const TOKEN = 'a-token-for-the-benchmark';
const CUSTOMERS = 'test/fixtures/customers.json';
const SELF = fileURLToPath(import.meta.url);

interface Result {
  perSecond: number;
  answeredMs: number;
  delayP99Ms: number;
  delayMaxMs: number;
}

let sent = 0;

const [role = '', ...args] = process.argv.slice(2);
if (role === 'ours') await ours(args[0] ?? '', args[1] === 'worker');
else if (role === 'peer') peer();
else await compare(Number(role) || 4, Number(args[0]) || 4);

/** In turn, so that a slow moment of the machine hits all alike; medians. */
async function compare(seconds: number, connections: number): Promise<void> {
  const bodies = makeBodies();
  const servers: [string, string[]][] = [
    ['relaywarden', ['ours', '']],
    ['unpack + JSON.parse only', ['peer']],
    ['relaywarden with its log worker', ['ours', 'worker']],
  ];
  const results = new Map<string, Result[]>(servers.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, how] of servers) results.get(name)?.push(await measure(how, bodies, seconds, connections));
  }
  const peerPerSecond = median((results.get('unpack + JSON.parse only') ?? []).map(({ perSecond }) => perSecond));
  for (const [name, runs] of results) print(name, runs, peerPerSecond);
}

function print(name: string, runs: Result[], peerPerSecond: number): void {
  const of = (field: keyof Result) => median(runs.map((run) => run[field]));
  const perSecond = of('perSecond');
  console.log(
    `${name.padEnd(32)} ${Math.round(perSecond).toLocaleString('en').padStart(8)} events/s ` +
      `(${(perSecond / peerPerSecond).toFixed(2)} x), a batch answered in ${of('answeredMs').toFixed(0)} ms, ` +
      `main thread p99 ${of('delayP99Ms').toFixed(1)} ms, most ${of('delayMaxMs').toFixed(1)} ms`,
  );
}

async function measure(
  [role = '', how = '']: string[],
  bodies: Buffer[],
  seconds: number,
  connections: number,
): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-intake-'));
  const child = fork(SELF, [role, dir, how], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const { port } = await said<{ port: number }>(child);
    await load(port, bodies, 1, connections);
    child.send('begin');
    const { events, answeredMs, ms } = await load(port, bodies, seconds, connections);
    child.send('end');
    const delays = await said<Pick<Result, 'delayP99Ms' | 'delayMaxMs'>>(child);
    return { perSecond: (events / ms) * 1000, answeredMs, ...delays };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
    rmSync(dir, { recursive: true });
  }
}

/** Connections that send the next batch as soon as one is answered, and wait as long as they are told to. */
async function load(port: number, bodies: Buffer[], seconds: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const end = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  const times: number[] = [];
  async function connection(): Promise<void> {
    while (performance.now() < end) {
      const at = performance.now();
      const status = await send(agent, port, bodies[sent++ % bodies.length] as Buffer);
      if (status === 202) times.push(performance.now() - at);
      else throw new Error(`answered ${status}`);
    }
  }
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return { events: times.length * PER_BATCH, answeredMs: median(times), ms: performance.now() - startedAt };
}

function send(agent: Agent, port: number, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'content-length': body.length,
      'idempotency-key': `${process.pid} ${sent}`,
    };
    const posted = request(
      { agent, port, host: '127.0.0.1', path: '/intake/events', method: 'POST', headers },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    posted.on('error', reject);
    posted.end(body);
  });
}

async function ours(dir: string, hasWorker: boolean): Promise<void> {
  const spoolDir = join(dir, 'spool');
  if (hasWorker) await startWorker(dir, spoolDir);
  const spool = new SpoolWriter({ dir: spoolDir, maxBytes: 20e9, countedFingerprint: () => undefined });
  const web = await startWeb('127.0.0.1:0', () => [], { token: TOKEN, spool, onError: console.error });
  serve(web.port);
}

/** Compiled as it runs in production: a bundle would have no worker file beside it. */
async function startWorker(dir: string, spool: string): Promise<void> {
  const built = pathToFileURL(join(process.cwd(), 'dist/detection/live/live.js')).href;
  const { startLive } = (await import(built)) as typeof liveModule;
  startLive({
    files: [],
    directory: readDirectory(CUSTOMERS),
    trafficDb: join(dir, 'traffic.db'),
    spool,
    onFinding() {},
    onError: console.error,
  });
}

function peer(): void {
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () =>
      gunzip(Buffer.concat(chunks), (_, bytes) => {
        let accepted = 0;
        for (const line of bytes.toString().split('\n')) if (line && JSON.parse(line)) accepted++;
        answer.writeHead(202).end(JSON.stringify({ accepted }));
      }),
    );
  });
  server.listen(0, '127.0.0.1', () => serve((server.address() as AddressInfo).port));
}

/** Tells the port, and between `begin` and `end` measures the event loop. */
function serve(port: number): void {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  process.on('message', (word) => {
    if (word === 'begin') delay.enable();
    else process.send?.({ delayP99Ms: delay.percentile(99) / 1e6, delayMaxMs: delay.max / 1e6 });
  });
  process.send?.({ port });
}

function said<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', () => reject(new Error('the server ended')));
  });
}

/** Deliveries of a morning, from fifty mailboxes of the sample's customers. */
function makeBodies(): Buffer[] {
  const domains = readDirectory(CUSTOMERS).customers.flatMap((customer) => customer.domains);
  return Array.from({ length: BODIES }, (_, body) => {
    const lines = Array.from({ length: PER_BATCH }, (_, i) => {
      const number = body * PER_BATCH + i;
      const sender = `m${number % 50}@${domains[number % domains.length]}`;
      return JSON.stringify({
        type: 'delivered',
        time: new Date(Date.UTC(2026, 0, 14, 9) + number * 20).toISOString(),
        relay: 'relay1',
        id: `q${number}`,
        sender,
        login: sender,
        client_ip: `203.0.113.${number % 200}`,
        recipient: `r${(number * 7919) % 3000}@receiver${number % 40}.example`,
        remote_host: `mx.receiver${number % 40}.example`,
        dsn: '2.0.0',
        size: 4_000 + (number % 9_000),
      });
    });
    return gzipSync(`${lines.join('\n')}\n`);
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
