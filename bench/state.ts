// A bot that has known 100,000 customers with a million senders for a month: how big its state is in SQLite, how long it takes to start
// with it, and how much memory it needs, after the start and while a quarter of them send. Beside it a process that loads all rows
// into Maps, and `cat` of the same file. `npm run bench:state [customers] [identities]`
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import {
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { openTrafficDb } from '../src/db/open-traffic.js';
import { type Activity, addArrival, addAttempt, addNetwork, newActivity } from '../src/detection/activity.js';
import { type CounterRow, type Kind, SUMS } from '../src/detection/counters.js';
import type { StateRow } from '../src/detection/detector.js';
import { Familiar, hashOf } from '../src/detection/familiar.js';
import { fold, newHabit } from '../src/detection/habit.js';
import { type Identity, newIdentity } from '../src/detection/identity.js';
import { createTrafficStore } from '../src/detection/traffic-store.js';
import { practiceWorkspace, startSlackStandIn } from '../src/practice/slack/index.js';

const SELF = fileURLToPath(import.meta.url);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RUNS = 6;
const ACQUAINTANCES = 10;
const ROWS_A_COMMIT = 20_000;
/** Identities whose mail is just under way. */
const RUNNING_SHARE = 0.1;
/** Identities counted in the last two hours. */
const COUNTED_SHARE = 0.2;
/** Identities that send while the bot runs. */
const WAKING_SHARE = 0.25;
/** Of the log's clock, over which they send. */
const WAKING_MS = 2 * HOUR_MS;
const ROUNDS = 3;
const GOALS = { startMs: 10_000, mb: 1_024 };
const SECRETS = { botToken: 'xoxb-bench', signingSecret: 'bench' };
const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const ZERO = Object.fromEntries(SUMS.map((name) => [name, 0])) as Omit<CounterRow, 'hour' | 'kind' | 'owner' | 'name'>;

interface Sender {
  customer: number;
  address: string;
  login: string | undefined;
  clientIp: string;
}

interface Started {
  policyMs: number;
  runningMs: number;
  judgedMs: number;
  mb: number;
  /** Processor time until then. */
  cpuMs: number;
}

const chance = lehmer(4711);
const runs = Array.from({ length: 500 }, makeRun);
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
      if (round === ROUNDS - 1) await wake(dir, bot, senders);
      await ended(bot);
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

/** A third each: people with a login each, machines behind one login, machines behind one address. Few customers have many. */
function makeSenders(customers: number, identities: number): Sender[] {
  const senders: Sender[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const left = identities - senders.length;
    const most = Math.max(1, left - (customers - customer - 1));
    const mean = left / (customers - customer);
    const count = customer === customers - 1 ? left : Math.min(most, Math.ceil(mean * 0.43 * Math.exp(1.3 * gauss())));
    for (let n = 0; n < count; n++) {
      const address = `firstname.lastname${n}@${domainOf(customer)}`;
      const login = customer % 3 === 0 ? address : customer % 3 === 1 ? `smtp@${domainOf(customer)}` : undefined;
      const clientIp =
        customer % 3 === 0
          ? `${20 + (n % 60)}.${customer >> 12}.${(customer >> 4) & 255}.${(n * 7 + customer) & 255}`
          : officeOf(customer);
      senders.push({ customer, address, login, clientIp });
    }
  }
  return senders;
}

function domainOf(customer: number): string {
  return `customer${customer}.example`;
}

function officeOf(customer: number): string {
  return `10.${customer >> 14}.${(customer >> 6) & 255}.${(customer & 63) * 4 + 1}`;
}

function nameOf(customer: number): string {
  return `cust-${String(customer).padStart(6, '0')}`;
}

function writeDirectory(dir: string, count: number, senders: Sender[]): void {
  const logins = new Map<number, Set<string>>();
  for (const { customer, login } of senders) {
    if (login === undefined) continue;
    const known = logins.get(customer) ?? new Set();
    logins.set(customer, known.add(login));
  }
  const customers = Array.from({ length: count }, (_, i) => ({
    ...{ id: nameOf(i), name: `Customer ${i} Ltd`, partner: `p-${i % 500}`, contact: `postmaster@${domainOf(i)}` },
    ...{ domains: [domainOf(i)], sasl_users: [...(logins.get(i) ?? [])], ips: i % 3 === 2 ? [officeOf(i)] : [] },
  }));
  const partners = Array.from({ length: 500 }, (_, i) => ({ id: `p-${i}`, name: `Partner ${i}` }));
  const relays = [0, 1, 2, 3].map((i) => ({ host: `relay${i}`, outbound_ip: `203.0.113.${i + 1}` }));
  writeFileSync(join(dir, 'customers.json'), JSON.stringify({ relays, partners, customers }, null, 1));
}

/** Everything goes the way the log worker saves it. */
function writeState(dir: string, senders: Sender[]): void {
  const db = openTrafficDb(join(dir, 'data/traffic.db'));
  const store = createTrafficStore(db);
  const familiar = new Familiar();
  let rows = new Map<string, StateRow>();
  let counters: CounterRow[] = [];
  const commit = () => {
    familiar.turn(NOW);
    const state = { rows, familiar: familiar.takeChanges() };
    store.commit({ positions: [], messages: new Map(), state, counters, findings: [] });
    rows = new Map();
    counters = [];
  };
  senders.forEach((sender, i) => {
    for (const identity of identitiesOf(sender, rows)) rows.set(identity.key, identity);
    if (sender.customer !== senders[i - 1]?.customer) {
      const habit = newHabit(NOW - 30 * DAY_MS);
      for (let n = 0; n < RUNS; n++) fold(habit, runFrom(sender, NOW - (30 - 5 * n) * DAY_MS));
      rows.set(`customer|${nameOf(sender.customer)}`, habit);
    }
    const acquaintances = familiar.of(nameOf(sender.customer));
    for (let n = 0; n < ACQUAINTANCES; n++) {
      const friend = friendOf(sender, n);
      familiar.meet(acquaintances, hashOf(`r:${friend}`));
      familiar.meet(acquaintances, hashOf(`d:${friend.slice(friend.indexOf('@') + 1)}`));
    }
    if (chance() < COUNTED_SHARE) counters.push(...countersOf(sender));
    if (rows.size >= ROWS_A_COMMIT) commit();
  });
  commit();
  db.$client.pragma('wal_checkpoint(TRUNCATE)');
  db.$client.close();
}

/** Somebody a sender writes to. */
function friendOf({ customer, address }: Sender, n: number): string {
  return `kari${(customer * 31 + n * 7 + address.length) % 50_000}@receiver${(customer + n) % 3_000}.example`;
}

/** The sender behind its entry, and the entry where this is its first sender; a login that is its own mailbox is one. */
function identitiesOf(sender: Sender, rows: Map<string, StateRow>): Identity[] {
  const { customer, address, login, clientIp } = sender;
  const kind = login === undefined ? 'address' : 'login';
  const entry = { kind, name: login ?? clientIp, key: `${nameOf(customer)}|${kind}:${login ?? clientIp}` } as const;
  const identities = login === address ? [] : [newIdentity(`${entry.key}|${address}`, 'sender', entry, 0)];
  if (!rows.has(entry.key)) identities.push(newIdentity(entry.key, 'entry', entry, 0));
  for (const identity of identities) {
    identity.habit = newHabit(NOW - 30 * DAY_MS);
    for (let n = 0; n < RUNS; n++)
      fold(identity.habit, runFrom(sender, NOW - (30 - 5 * n) * DAY_MS * (0.9 + 0.1 * chance())));
    if (chance() < RUNNING_SHARE) identity.activity = { ...runFrom(sender, NOW - HOUR_MS) };
  }
  return identities;
}

/** Networks of a login come from where it is used. */
function runFrom({ address, login, clientIp }: Sender, at: number): Activity {
  const activity = runs[Math.floor(runs.length * chance())] as Activity;
  activity.since = at;
  activity.lastAt = at + HOUR_MS * chance();
  activity.networks = undefined;
  activity.networkCount = 0;
  const isAway = login === address && chance() < 0.3;
  const ip = isAway ? `100.64.${Math.floor(256 * chance())}.${Math.floor(256 * chance())}` : clientIp;
  activity.clientIps = [ip];
  if (login !== undefined) addNetwork(activity, ip, 'known');
  return activity;
}

/** A run of ordinary mail: some messages in office hours. */
function makeRun(): Activity {
  const activity = newActivity(NOW);
  const messages = 1 + Math.floor(6 * chance());
  const arrival = { sender: 'somebody@customer.example', recipients: 1, isNewSender: false, failedLogins: 0 };
  for (let i = 0; i < messages; i++) {
    const at = Math.floor(NOW / DAY_MS) * DAY_MS + (8 + Math.floor(9 * chance())) * HOUR_MS;
    addArrival(activity, { ...arrival, at });
    const attempt = {
      recipient: hashOf(`${i}${chance()}`),
      domain: 1,
      tried: 1,
      newRecipients: chance() < 0.2 ? 1 : 0,
    };
    addAttempt(activity, { ...attempt, newDomains: 0, unknownUsers: 0, contentRefusals: 0, isPopular: false }, at);
  }
  return activity;
}

function countersOf({ customer, address, login, clientIp }: Sender): CounterRow[] {
  const hour = NOW / HOUR_MS - Math.floor(2 * chance());
  const messages = 1 + Math.floor(5 * chance());
  const names: [Kind, string | undefined][] = [
    ['relay', `relay${customer % 4}`],
    ['sender', address],
    ['login', login],
    ['network', clientIp.replace(/\d+$/, '0/24')],
    ['outbound', `203.0.113.${(customer % 4) + 1}`],
  ];
  return names.flatMap(([kind, name]) =>
    name === undefined
      ? []
      : { ...ZERO, hour, kind, owner: nameOf(customer), name, messages, recipients: messages, sent: messages },
  );
}

/** Starts the bot with one line to read, and waits until it is judged and saved. */
async function start(dir: string, apiUrl: string): Promise<{ bot: ChildProcess; started: Started }> {
  const ports = { slack: await freePort(), policy: await freePort(), web: await freePort(), dns: await freePort() };
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
  const bot = fork('bin/relaywarden.js', ['start', '--config', join(dir, 'config.yml')], {
    env: {
      ...process.env,
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: SECRETS.botToken,
      SLACK_SIGNING_SECRET: SECRETS.signingSecret,
    },
    stdio: ['ignore', openSync(join(dir, 'bot.log'), 'a'), 'inherit', 'ipc'],
  });
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
  print(
    `${sending.length.toLocaleString('en')} identities sent: ${Math.round((5 * sending.length * 1_000) / ms).toLocaleString('en')} lines/s read, judged and saved; ${rss} MB resident, ${memoryOf(bot, 'VmHWM')} MB at the most since the start${goal(rss < GOALS.mb, '1 GB')}`,
  );
}

function linesOf(sender: Sender, i: number, atMs: number): string {
  const { address, login, clientIp } = sender;
  const to = friendOf(sender, i % ACQUAINTANCES);
  const domain = to.slice(to.indexOf('@') + 1);
  const id = `4cQ${(100_000 + i).toString(36).toUpperCase()}zGJ`;
  const at = stampOf(atMs);
  const sasl = login === undefined ? '' : `, sasl_method=PLAIN, sasl_username=${login}`;
  const host = `relay${i % 4}`;
  return [
    `postfix/smtpd[101]: ${id}: client=unknown[${clientIp}]${sasl}`,
    `postfix/cleanup[102]: ${id}: message-id=<${i}.${id}@mail.example>`,
    `postfix/qmgr[103]: ${id}: from=<${address}>, size=4821, nrcpt=1 (queue active)`,
    `postfix/smtp[104]: ${id}: to=<${to}>, relay=mx.${domain}[198.51.100.7]:25, delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
    `postfix/qmgr[103]: ${id}: removed`,
  ]
    .map((rest) => `${at} ${host} ${rest}\n`)
    .join('');
}

function stampOf(at: number): string {
  return new Date(at).toISOString();
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

function configOf(ports: { slack: number; policy: number; web: number; dns: number }) {
  return {
    slack: { mode: 'http', port: ports.slack },
    channels: { compromise: 'C0ABUSE001', listing: '#deliverability' },
    people: [{ slack: 'U0TECH0001', name: 'Ann', role: 'lead' }],
    customersFile: 'customers.json',
    logs: [{ path: 'mail.log' }],
    policy: { listen: `127.0.0.1:${ports.policy}` },
    web: { listen: `127.0.0.1:${ports.web}` },
    // Nobody listens there: the DNS is no part of this.
    dns: { servers: [`127.0.0.1:${ports.dns}`], timeoutMs: 200, tries: 1 },
    blocklists: { only: [] },
  };
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

/** User and system time of all threads; a tick is 10 ms. */
function cpuMsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function memoryOf({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
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

async function listening(port: number, bot: ChildProcess): Promise<void> {
  while (bot.exitCode === null) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const probe = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      probe.on('connect', () => probe.destroy());
    });
    if (isOpen) return;
    await sleep(20);
  }
  throw new Error(`the bot ended with ${bot.exitCode}`);
}

function goal(isMet: boolean, what: string): string {
  return ` (goal < ${what}: ${isMet ? 'met' : 'MISSED'})`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
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

function gauss(): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
}

/** Numbers below 1 that are the same in every run. */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
