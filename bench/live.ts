// The whole bot at 5,000 log lines a second: how long after a line was written it had been judged and saved, and how long after the line
// that proves an alarm the incident stood in the book, while people press buttons in Slack and Postfix asks the policy server. Beside it
// the same bot without a log to read, a policy server that does nothing and shares the machine, and `tail -F | wc`, which only looks.
// The mail is that of made-up customers' busiest hours, as it was written but faster. `npm run bench:live [seconds] [lines a second]`
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { type Delivery, httpDelivery } from '../src/practice/slack/delivery.js';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../src/practice/slack/index.js';
import { provider } from '../test/tools/provider/provider.js';

const SELF = fileURLToPath(import.meta.url);
const CUSTOMERS = 3_000;
const FIRST_HOUR = 8;
const IDLE_SECONDS = 20;
/** Lines are written in so many portions a second: a relay writes each by itself. */
const PORTIONS = 50;
const LOOK_MS = 5;
const CONNECTIONS = 16;
const REQUESTS_PER_SECOND = 1_000;
const PRESS_EVERY_MS = 200;
const GOALS = { judgedMs: 1_000, ackMs: 100, policyMs: 2 };
const SECRETS = { botToken: 'xoxb-bench', signingSecret: 'bench' };
const TECHNICIAN = 'U0TECH0001';
const ABUSE_DESK = 'C0ABUSE001';

/** Says how late the main thread's timers are: the start of the run, or its end, is asked for by a message. */
const WATCH_LOOP = `
  import { isMainThread } from 'node:worker_threads';
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  if (isMainThread) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    process.on('message', () => {
      process.send({ p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max });
      delay.reset();
    });
    process.channel.unref();
  }`;

interface Times {
  p50: number;
  p99: number;
  max: number;
  count: number;
}
interface Written {
  saved: Times;
  told: Times;
  tail: Times;
  linesPerSecond: number;
}
interface Asked {
  ours: Times;
  dunno: Times;
}

const roles: Record<string, (...args: string[]) => Promise<void>> = { write, ask, dunno };
const [role = '', ...args] = process.argv.slice(2);
await (roles[role] ?? (() => compare(Number(role) || 60, Number(args[0]) || 5_000)))(...args);

async function compare(seconds: number, linesPerSecond: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-live-'));
  const children: ChildProcess[] = [];
  const acks: number[] = [];
  const ports = { slack: await freePort(), policy: await freePort(), web: await freePort(), dns: await freePort() };
  const url = `http://127.0.0.1:${ports.slack}/slack/events`;
  const delivery = timed(
    httpDelivery(() => url, SECRETS.signingSecret),
    acks,
  );
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...SECRETS, delivery });
  try {
    const lines = makeLog(dir, seconds * linesPerSecond);
    writeFileSync(join(dir, 'config.yml'), JSON.stringify(configOf(ports)));
    writeFileSync(join(dir, 'mail.log'), '');
    const bot = startBot(dir, slack.apiUrl);
    children.push(bot);
    await listening(ports.policy);
    await listening(ports.slack);
    const dunno = fork(SELF, ['dunno']);
    children.push(dunno);
    const dunnoPort = Number(await messageOf(dunno));
    print(`${lines.toLocaleString('en')} lines of ${CUSTOMERS.toLocaleString('en')} customers at ${linesPerSecond}/s`);

    const asking = (forSeconds: number) => {
      const child = fork(SELF, ['ask', dir, String(ports.policy), String(dunnoPort), String(forSeconds)]);
      children.push(child);
      return messageOf(child) as Promise<Asked>;
    };
    await sleep(3_000);
    await loopDelay(bot);
    const idle = await during(asking(IDLE_SECONDS), slack, acks);
    const idleLoop = await loopDelay(bot);
    const idleMb = memoryOf(bot, 'VmRSS');

    const cpuBefore = cpuMsOf(bot);
    const writer = fork(SELF, ['write', dir, String(linesPerSecond)]);
    children.push(writer);
    const writing = messageOf(writer) as Promise<Written>;
    const busy = await during(asking(seconds), slack, acks);
    const written = await writing;
    const busyLoop = await loopDelay(bot);
    const cpuShare = (cpuMsOf(bot) - cpuBefore) / (seconds * 1_000);

    row('line written → judged and saved', written.saved, GOALS.judgedMs);
    row('line that proves an alarm → incident', written.told, GOALS.judgedMs);
    row('  tail -F, which only looks', written.tail);
    row('Slack acknowledged', busy.acks, GOALS.ackMs);
    row('  without a log', idle.acks);
    row('policy answered', busy.asked.ours, GOALS.policyMs);
    row('  always DUNNO (node:net)', busy.asked.dunno);
    row('  without a log', idle.asked.ours);
    row('  always DUNNO, without a log', idle.asked.dunno);
    row('main thread late by', { ...busyLoop, count: 0 });
    row('  without a log', { ...idleLoop, count: 0 });
    print(
      `policy answers beside the log: p50 ${ratio(busy.asked.ours.p50, idle.asked.ours.p50)} × without it, ${ratio(busy.asked.ours.p50, busy.asked.dunno.p50)} × always DUNNO; p99 ${ratio(busy.asked.ours.p99, idle.asked.ours.p99)} and ${ratio(busy.asked.ours.p99, busy.asked.dunno.p99)}`,
    );
    print(
      `${Math.round(written.linesPerSecond)} lines/s written; the bot took ${cpuShare.toFixed(2)} of a core; ${memoryOf(bot, 'VmRSS')} MB resident, ${memoryOf(bot, 'VmHWM')} MB at the most (${idleMb} MB before)`,
    );
  } finally {
    for (const child of children) await ended(child);
    await slack.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Presses and asks while something else runs. */
async function during(asked: Promise<Asked>, slack: SlackStandIn, acks: number[]) {
  let isOver = false;
  const over = asked.finally(() => {
    isOver = true;
  });
  acks.length = 0;
  for (let i = 0; !isOver; i++) {
    await act(slack, i).catch(() => undefined);
    await sleep(PRESS_EVERY_MS);
  }
  return { asked: await over, acks: timesOf(acks) };
}

/** What a desk does: looks about, asks why, and blocks. */
async function act(slack: SlackStandIn, i: number): Promise<void> {
  const cards = await slack.messages(ABUSE_DESK, 20);
  const card = cards[i % Math.max(1, cards.length)];
  const press = { user: TECHNICIAN, channel: ABUSE_DESK, ts: card?.ts ?? '' };
  const texts = ['incidents', 'blocks', 'status', 'why customer-1', 'help'];
  if (card && i % 4 === 0) await slack.press({ ...press, actionId: 'block-sender' });
  else if (card && i % 4 === 2) await slack.press({ ...press, actionId: 'why' });
  else {
    const text = texts[i % texts.length] ?? '';
    await slack.command({ user: TECHNICIAN, channel: ABUSE_DESK, command: '/relay', text });
  }
}

function timed(delivery: Delivery, acks: number[]): Delivery {
  return {
    async deliver(envelope) {
      const startedAt = performance.now();
      const ack = await delivery.deliver(envelope);
      acks.push(performance.now() - startedAt);
      if (!ack.ok) throw new Error(`not acknowledged: ${ack.text}`);
      return ack;
    },
  };
}

/** Writes DIR/mail (the log to be) and DIR/customers.json: the last line is of now, so that nothing is old news. */
function makeLog(dir: string, most: number): number {
  const { world, chunks } = provider({ seed: 501, customers: CUSTOMERS, days: 1 });
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

function configOf(ports: { slack: number; policy: number; web: number; dns: number }) {
  return {
    slack: { mode: 'http', port: ports.slack },
    channels: { compromise: ABUSE_DESK, listing: '#deliverability' },
    people: [{ slack: TECHNICIAN, name: 'Ann', role: 'lead' }],
    customersFile: 'customers.json',
    logs: [{ path: 'mail.log' }],
    policy: { listen: `127.0.0.1:${ports.policy}` },
    web: { listen: `127.0.0.1:${ports.web}` },
    // Nobody listens there: the DNS is no part of this.
    dns: { servers: [`127.0.0.1:${ports.dns}`], timeoutMs: 200, tries: 1 },
    blocklists: { only: [] },
  };
}

function startBot(dir: string, apiUrl: string): ChildProcess {
  return fork('bin/relaywarden.js', ['start', '--config', join(dir, 'config.yml')], {
    execArgv: ['--import', `data:text/javascript,${encodeURIComponent(WATCH_LOOP)}`],
    env: {
      ...process.env,
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: SECRETS.botToken,
      SLACK_SIGNING_SECRET: SECRETS.signingSecret,
    },
    stdio: ['ignore', openSync(join(dir, 'bot.log'), 'w'), 'inherit', 'ipc'],
  });
}

/** Writes the log by the clock, and looks into the bot's databases for how far it is: when a portion stands there, it was judged. */
async function write(dir = '', perSecond = ''): Promise<void> {
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

/** Asks both servers alike, at a steady pace over connections as smtpd processes have them. */
async function ask(dir = '', ours = '', dunno = '', seconds = ''): Promise<void> {
  const { customers } = JSON.parse(readFileSync(join(dir, 'customers.json'), 'utf8')) as {
    customers: { domains: string[] }[];
  };
  const domains = customers.flatMap((customer) => customer.domains);
  const endAt = performance.now() + Number(seconds) * 1_000;
  const askOne = async (port: string): Promise<number[]> => {
    const times = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, i) => asker(Number(port), domains, i, endAt)),
    );
    return times.flat();
  };
  const [oursTimes, dunnoTimes] = await Promise.all([askOne(ours), askOne(dunno)]);
  process.send?.({ ours: timesOf(oursTimes), dunno: timesOf(dunnoTimes) } satisfies Asked);
  process.disconnect?.();
}

function asker(port: number, domains: string[], n: number, endAt: number): Promise<number[]> {
  const everyMs = (1_000 * CONNECTIONS) / REQUESTS_PER_SECOND;
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    let at = 0;
    let asked = n * 97;
    const next = () => {
      at = performance.now();
      socket.write(requestOf(domains[asked++ % domains.length] ?? '', asked));
    };
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true }, () => setTimeout(next, n));
    socket.on('error', reject).on('close', () => resolve(times));
    socket.on('data', () => {
      const now = performance.now();
      times.push(now - at);
      if (now < endAt) setTimeout(next, Math.max(0, everyMs - (now - at)));
      else socket.destroy();
    });
  });
}

function requestOf(domain: string, i: number): string {
  return `request=smtpd_access_policy
protocol_state=RCPT
protocol_name=ESMTP
client_address=198.51.100.${i % 250}
helo_name=mail.${domain}
sender=anna${i % 20}@${domain}
recipient=kari${i}@hotmail.com
recipient_count=0
instance=1a2b.65a3f1c2.${i}.0
size=48213
sasl_method=PLAIN
sasl_username=user${i % 20}@${domain}

`;
}

async function dunno(): Promise<void> {
  const server = net.createServer({ noDelay: true }, (socket) =>
    socket.on('data', () => socket.write('action=DUNNO\n\n')).on('error', () => {}),
  );
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as net.AddressInfo).port));
}

async function loopDelay(bot: ChildProcess): Promise<Omit<Times, 'count'>> {
  bot.send('delay');
  const { p50, p99, max } = (await messageOf(bot)) as Times;
  return { p50: p50 / 1e6, p99: p99 / 1e6, max: max / 1e6 };
}

function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process of this benchmark ended with ${code}`)));
  });
}

function timesOf(times: number[]): Times {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1), count: times.length };
}

function row(what: string, { p50, p99, max, count }: Times, goalMs?: number): void {
  const goal = goalMs === undefined ? '' : `  goal p99 < ${goalMs} ms: ${p99 < goalMs ? 'met' : 'MISSED'}`;
  const of = count > 0 ? `  of ${count.toLocaleString('en')}` : '';
  print(`${what.padEnd(38)} p50 ${ms(p50)}  p99 ${ms(p99)}  most ${ms(max)}${of}${goal}`);
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`.padStart(8);
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

function memoryOf({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
}

/** User and system time; a tick is 10 ms. */
function cpuMsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await exited;
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => found(port));
    });
  });
}

async function listening(port: number): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const probe = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      probe.on('connect', () => probe.destroy());
    });
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
