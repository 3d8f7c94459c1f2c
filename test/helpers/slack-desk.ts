// The real Slack app against the stand-in: signed deliveries over HTTP, a real database, the real outbox and incidents.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import type { CheckResult } from '../../src/blocklists/check.js';
import { type Config, parseConfig, type SlackSecrets } from '../../src/config.js';
import type { Containment } from '../../src/containment/containment.js';
import type { Context } from '../../src/context.js';
import { type DelistingReaders, readJoinedGate } from '../../src/delisting/read.js';
import { requestsOf } from '../../src/delisting/store.js';
import { UserError } from '../../src/errors.js';
import { containmentEffects, containmentFailed, containmentIn } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { type OutboxRunner, startOutbox } from '../../src/outbox/run.js';
import { Customer } from '../../src/partners/directory.js';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../../src/practice/slack/index.js';
import { type SocketModeStandIn, startSocketMode } from '../../src/practice/slack/socket-mode.js';
import type { Workspace } from '../../src/practice/slack/workspace.js';
import { createSlack, type Slack } from '../../src/slack/app.js';
import { MENU } from '../../src/slack/messages/card-actions.js';
import { NOTHING_KNOWN } from './context.js';
import { delistingReaders } from './delisting.js';
import { microsoftBlock, SERIOUS, stolenMailbox, T0 } from './incidents.js';
import { freshDb, tempDir } from './temp.js';

export const TECH = 'U0TECH0001';
export const LEAD = 'U0LEAD0001';
export const OUTSIDER = 'U0GUEST001';
export const FOREIGNER = 'U0FOREIGN1';
export const ABUSE = 'C0ABUSE001';
export const DELIVERABILITY = 'C0DELIV001';
export const BOT_TOKEN = 'xoxb-practice';
const APP_TOKEN = 'xapp-practice';
export const SIGNING_SECRET = 'practice-secret';

const ACME = Customer.parse({
  id: 'acme',
  name: 'Acme Mills',
  partner: 'northwind',
  domains: ['acme.example'],
  sasl_domains: ['acme.example'],
});
const BOREAL = Customer.parse({ id: 'boreal', name: 'Boreal Foods', domains: ['boreal.example'] });

const WORKSPACE: Workspace = {
  ...practiceWorkspace,
  people: [
    ...practiceWorkspace.people,
    { id: FOREIGNER, name: 'eve', realName: 'Eve Other', title: 'Another company', tz: 'UTC', teamId: 'T0FOREIGN' },
  ],
};

export function testConfig(change: Record<string, unknown> = {}): Config {
  return parseConfig({
    slack: { mode: 'http', port: 0 },
    channels: { compromise: ABUSE, listing: DELIVERABILITY },
    people: [
      { slack: TECH, name: 'Ann', role: 'technician' },
      { slack: LEAD, name: 'Lena', role: 'lead' },
      { slack: FOREIGNER, name: 'Eve', role: 'lead' },
    ],
    customers: [ACME, BOREAL],
    routes: [
      { name: 'reserve', transport: 'smtp:[192.0.2.30]:25', outboundIp: '192.0.2.30' },
      { name: 'second', transport: 'smtp:[192.0.2.31]:25' },
    ],
    ...change,
  });
}

export interface DeskOptions {
  config?: Config;
  /** What the blocklists answer. */
  results?: CheckResult[];
  dbPath?: string;
  context?: Partial<Context>;
  /** What the way off a list reads. */
  delisting?: Partial<DelistingReaders>;
  scopes?: string[];
  start?: boolean;
  secrets?: Partial<SlackSecrets>;
  messagesPerSecond?: number;
  callTimeoutMs?: number;
}

export interface TestDesk {
  ctx: Context;
  slack: SlackStandIn;
  /** With a config that says `socket`. */
  socket: SocketModeStandIn | undefined;
  app: Slack;
  /** What the relays were told, in order; they do nothing while they are busy. */
  relays: { applied: Containment[]; lifted: number[]; failure: string | undefined; busy?: Promise<void> };
  /** Lines that the bot logged. */
  logged: Record<string, unknown>[];
  /** Takes a step of a card as a person does: by its button, or by its entry in the menu where it is none. */
  press: SlackStandIn['press'];
  /** Runs the outbox until nothing that is due is left. */
  settled(): Promise<void>;
}

/** Everything running; closed when the test ends. */
export async function openDesk(options: DeskOptions = {}): Promise<TestDesk> {
  const socket = options.config?.slack.mode === 'socket' ? await startSocketMode(APP_TOKEN) : undefined;
  const slack = await startSlackStandIn({
    workspace: WORKSPACE,
    botToken: BOT_TOKEN,
    signingSecret: SIGNING_SECRET,
    patienceMs: 60_000,
    ...(options.scopes ? { scopes: options.scopes } : {}),
    ...(socket ? { delivery: socket, openConnection: socket.openConnection } : {}),
  });
  const secrets = {
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
    signingSecret: SIGNING_SECRET,
    apiUrl: slack.apiUrl,
    ...options.secrets,
  };
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const relays: TestDesk['relays'] = { applied: [], lifted: [], failure: undefined };
  const base = { ...contextOf(options, log), ...options.context };
  const delisting = delistingReaders(base.db, base.now, { ...readersOf(base), ...options.delisting });
  const ctx: Context = {
    ...base,
    delisting,
    gateOf: (incident) => readJoinedGate(delisting, base.db, incident),
    requestsOf: (incidentId) => requestsOf(base.db, incidentId),
    ...options.context,
  };
  const app = createSlack(ctx, secrets, {
    retryMs: { first: 50, longest: 200 },
    messagesPerSecond: options.messagesPerSecond ?? 100,
    ...(options.callTimeoutMs ? { callTimeoutMs: options.callTimeoutMs } : {}),
  });
  const handlers = {
    ...app.effects,
    ...containmentEffects(ctx, {
      apply: async (containment) => {
        await relays.busy;
        if (relays.failure) throw new Error(relays.failure);
        relays.applied.push(containment);
      },
      lift: async ({ id }) => void relays.lifted.push(id),
    }),
  };
  const outbox = startOutbox({
    db: ctx.db,
    handlers,
    onTrouble: (row, error) => {
      if (row.kind === 'containment.apply')
        containmentFailed(ctx, containmentIn(row.payload), (error as Error).message);
    },
  });
  ctx.outbox = outbox;
  onTestFinished(async () => {
    await app.stop();
    await outbox.stop();
    await slack.close();
    await socket?.close();
  });
  if (options.start !== false) {
    const port = await app.start();
    if (port !== undefined) slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
  }
  const press: TestDesk['press'] = async (input) => slack.press(await asItStands(slack, input));
  return { ctx, slack, socket, app, relays, logged, press, settled: () => outbox.settled() };
}

async function asItStands(slack: SlackStandIn, input: Parameters<SlackStandIn['press']>[0]) {
  const { channel = '', ts, actionId, value } = input;
  const card = (await slack.messages(channel)).find((message) => message.ts === ts);
  const entry = card && menuEntry(card, actionId);
  if (!entry || JSON.stringify(card.blocks).includes(`"action_id":"${actionId}"`)) return input;
  const selectedOption = value === undefined ? entry : `${actionId}:${value}`;
  return { ...input, actionId: MENU, selectedOption };
}

/** The value of an entry in a card's menu, as the person's screen holds it: `lift:3:2`. */
export function menuEntry({ blocks }: { blocks: unknown[] }, name: string): string | undefined {
  return new RegExp(`"(${name}:\\d+:\\d+(?::[^"]*)?)"`).exec(JSON.stringify(blocks))?.[1];
}

function readersOf({ customer, customerName, ownerOfDomain }: Omit<Context, 'delisting'>): Partial<DelistingReaders> {
  return { customer, customerName, ownerOfDomain };
}

function contextOf(options: DeskOptions, log: Context['log']): Omit<Context, 'delisting'> {
  const config = options.config ?? testConfig();
  const customer = (id: string) => config.customers.find((candidate) => candidate.id === id);
  let now = T0;
  return {
    config,
    log,
    db: freshDb(options.dbPath ?? join(tempDir(), 'desk.db')),
    speed: 1,
    // Every look at the clock is a second later than the one before.
    now: () => {
      now += 1000;
      return now;
    },
    outbox: undefined as unknown as OutboxRunner,
    channelFor: (kind) => config.channels[kind],
    describeList: (id) => ({ id, name: id, inDns: id !== 'microsoft-consumer', ...SERIOUS, ...LISTS[id] }),
    poolOf: () => undefined,
    listings: config.listings,
    customer,
    ownerOfDomain: (domain) => config.customers.find(({ domains }) => domains.includes(domain))?.id,
    customerName: (id) => customer(id)?.name ?? id,
    partnerOf: (id) => (customer(id)?.partner ? { id: 'northwind', name: 'Northwind Partners' } : undefined),
    check: async (_text, { lists, onResult } = {}) => {
      const results = (options.results ?? []).filter(({ list }) => !lists || lists.includes(list));
      if (lists && results.length === 0) throw new UserError(`none of these lists is in the DNS: ${lists.join(', ')}`);
      results.forEach((result, i) => {
        onResult?.(result, i + 1, results.length);
      });
      return results;
    },
    cleanRoutes: () => config.routes,
    hits: () => ({ hits: 0 }),
    ...NOTHING_KNOWN,
    volumeOf: (id) => (id === VOLUME.customer ? VOLUME : undefined),
    volumesInTurns: async () => [VOLUME],
    trafficIn: async () => ({ volumes: [VOLUME], senders: NO_SENDERS }),
    health: () => [{ name: 'policy server', ok: true, text: 'answers' }],
    noteDatabaseTrouble: () => {},
  };
}

/** All the mail of the last day. */
const VOLUME = {
  customer: 'acme',
  messages: 1240,
  recipients: 1500,
  sent: 1400,
  deferred: 40,
  bounced: 60,
  refused: 3,
};
const NO_SENDERS = { byRefusals: [], byComplaints: [], byNewRecipients: [] };

const LISTS: Record<string, { name: string; removalUrl?: string }> = {
  'microsoft-consumer': { name: 'Microsoft', removalUrl: 'https://sender.office.example/' },
  zen: { name: 'Spamhaus ZEN', removalUrl: 'https://check.spamhaus.example/?q=192.0.2.10' },
};

/** Another program holds the decisions database, as a sqlite3 shell does, and lets go after a while. */
export function holdDatabase({ ctx }: TestDesk, ms: number): void {
  const shell = new Database(ctx.db.$client.name);
  shell.exec('BEGIN IMMEDIATE');
  setTimeout(() => shell.close(), ms);
}

/** Opens a compromise incident and waits for its card. */
export async function openCompromise(desk: TestDesk, change: Parameters<typeof stolenMailbox>[0] = {}) {
  const { incident } = openFromFinding(desk.ctx, stolenMailbox(change));
  await desk.settled();
  return cardOf(desk, incident.channel, incident.id);
}

/** Opens a listing incident and waits for its card. */
export async function openListing(desk: TestDesk, change: Parameters<typeof microsoftBlock>[0] = {}) {
  const { incident } = openFromFinding(desk.ctx, microsoftBlock(change));
  await desk.settled();
  return cardOf(desk, incident.channel, incident.id);
}

/** The card as it stands in the channel now. */
export async function cardOf(desk: TestDesk, channel: string, id: number) {
  const messages = await desk.slack.messages(channel);
  const card = messages.find(({ blocks }) => new RegExp(`Incident ${id}(?: ·|")`).test(JSON.stringify(blocks)));
  if (!card) throw new Error(`no card of incident ${id} in ${channel}`);
  return card;
}

/** All that a person was told in private, as one text. */
export function told(desk: TestDesk, user: string): string {
  return desk.slack
    .ephemerals(user)
    .map(({ text }) => text)
    .join('\n');
}
