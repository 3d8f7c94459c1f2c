// The parts list: what relaywarden is made of, in the order it starts and stops. The only file that constructs.
import { type Logger, pino } from 'pino';
import { type CheckResult, checkTargets, countQuestions } from './blocklists/check.js';
import { chooseLists } from './blocklists/extra.js';
import { type Blocklist, lookupUrlFor } from './blocklists/operator.js';
import { blocklists } from './blocklists/operators/index.js';
import { receivers } from './blocklists/receivers.js';
import { parseTargets } from './blocklists/target.js';
import type { Config, Route, SlackSecrets } from './config.js';
import { type Book, createBook, type Hits } from './containment/book.js';
import type { Containment } from './containment/containment.js';
import { createPostfixMta, type PostfixMta } from './containment/mtas/postfix/index.js';
import type { ListenAddress } from './containment/mtas/postfix/listen-address.js';
import type { Identities } from './containment/mtas/postfix/table.js';
import type { Context, HealthItem } from './context.js';
import { type Db, openDb } from './db/open.js';
import { createDatabaseTrouble, type DatabaseTrouble } from './db/trouble.js';
import type { Finding } from './detection/finding.js';
import { type Live, startLive } from './detection/live.js';
import { volumes } from './detection/traffic-report.js';
import { Resolver } from './dns/resolver.js';
import { containmentEffects, containmentFailed } from './incidents/contain.js';
import { openFromFinding } from './incidents/open.js';
import { containmentsInForce, findContainment, openListings, toContainment } from './incidents/store.js';
import { jobsOf } from './jobs.js';
import { type OutboxRow, type OutboxRunner, startOutbox, stuckEffects } from './outbox/run.js';
import { type Attribute, buildAttribution, UNATTRIBUTED } from './partners/attribution.js';
import type { Customer, Directory } from './partners/directory.js';
import { loadDirectory } from './partners/load.js';
import { catchUpDigests, startSchedule } from './schedule.js';
import { createSlack, type Slack } from './slack/app.js';
import { healthReport } from './web/health.js';
import { startWeb } from './web/server.js';

export interface StartOptions {
  config: Config;
  secrets: SlackSecrets;
  /** Now, in ms. The practice workspace runs it faster. */
  now?: () => number;
  log?: Logger;
  /** Slack's pace in one channel; its stand-ins take more. */
  messagesPerSecond?: number;
}

export interface Running {
  ctx: Context;
  policy: ListenAddress;
  /** HTTP mode: where Slack's requests arrive. */
  slackPort: number | undefined;
  webPort: number;
  /** One line for a person. */
  summary: string;
  stop(): Promise<void>;
}

/**
 * Starts everything. The policy server comes first, with the containments in force already in memory, so that mail waits for
 * nothing else; Slack comes last. Throws UserError for whatever the operator can mend, with everything closed again.
 */
export async function startRelaywarden(options: StartOptions): Promise<Running> {
  const closers: Array<() => unknown> = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await startParts(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(options: StartOptions, closers: Array<() => unknown>): Promise<Omit<Running, 'stop'>> {
  const { config, secrets, now = Date.now, log = pino({ name: 'relaywarden' }), messagesPerSecond } = options;
  const pace = messagesPerSecond === undefined ? {} : { messagesPerSecond };
  const directory = loadDirectory(config);
  const attribute = buildAttribution(directory);
  const database = openDb(config.database.path);
  closers.push(database.close);

  const book = createBook({ localDomains: config.policy.localDomains });
  const mta = createMta({ config, directory, attribute, book, log, now });
  const policy = await mta.start(...inForce(database.db));
  closers.push(() => mta.stop());

  const resolver = new Resolver(config.dns);
  closers.push(() => resolver.close());
  const parts: Parts = {
    config,
    directory,
    db: database.db,
    book,
    mta,
    resolver,
    trouble: createDatabaseTrouble(),
    now,
    log,
  };
  const ctx = buildContext(parts);
  const slack = createSlack(ctx, secrets, pace);
  parts.slack = slack;
  const handlers = { ...containmentEffects(ctx, mta), ...slack.effects };
  ctx.outbox = startOutbox({
    db: ctx.db,
    handlers,
    onTrouble: (row, error) => onEffectTrouble(parts, ctx, row, error),
  });
  closers.push(() => ctx.outbox.stop());
  closers.push(() => slack.stop());
  const slackPort = await slack.start();

  parts.live = startLive({
    files: config.logs,
    directory,
    trafficDb: config.database.traffic,
    detection: config.detection,
    onFinding: (finding) => takeFinding(parts, ctx, finding),
    onError: (error) => log.error({ err: error }, 'reading the logs failed'),
  });
  closers.push(() => parts.live?.stop());
  const web = await startWeb(config.web.listen, ctx.health);
  closers.push(() => web.stop());
  catchUpDigests(ctx, slack.queueDigest);
  const schedule = startSchedule(ctx, jobsOf(parts, ctx, slack));
  closers.push(() => schedule.stop());
  return { ctx, policy, slackPort, webPort: web.port, summary: summaryOf(directory, policy) };
}

/** What was built, for the functions below. The last two come late: they need the context. */
interface Parts {
  config: Config;
  directory: Directory;
  db: Db;
  book: Book;
  mta: PostfixMta;
  resolver: Resolver;
  trouble: DatabaseTrouble;
  now: () => number;
  log: Logger;
  slack?: Slack;
  live?: Live;
}

function createMta(
  parts: Pick<Parts, 'config' | 'directory' | 'book' | 'log' | 'now'> & { attribute: Attribute },
): PostfixMta {
  const { config, directory, book, attribute, log, now } = parts;
  const { policy, support, routes } = config;
  const customers = new Map(directory.customers.map((customer) => [customer.id, customer]));
  return createPostfixMta({
    listen: parseListen(policy.listen),
    book,
    attribute: (submission) => known(attribute(submission).customer),
    routes: Object.fromEntries(routes.map(({ name, transport }) => [name, transport])),
    texts: {
      phone: support.phone ?? support.url ?? support.name,
      suspendWith: policy.suspendWith === 'defer' ? 'DEFER' : 'REJECT',
    },
    nameOf: (id) => customers.get(id)?.name ?? id,
    localDomains: policy.localDomains,
    ...(policy.exportTable
      ? { export: { path: policy.exportTable, identitiesOf: (id) => identitiesOf(customers.get(id)) } }
      : {}),
    onError: (error) => log.warn({ err: error }, 'policy server'),
    now,
  });
}

function inForce(db: Db): [Containment[], Map<number, Hits>] {
  const rows = containmentsInForce(db);
  return [
    rows.map(toContainment),
    new Map(rows.map(({ id, hits, lastHitAt }) => [id, { count: hits, lastAt: lastHitAt ?? 0 }])),
  ];
}

function buildContext(parts: Parts): Context {
  const { config, directory, db, book, now, log } = parts;
  const lists = chooseLists(blocklists, config.blocklists);
  const customers = new Map(directory.customers.map((customer) => [customer.id, customer]));
  const partners = new Map(directory.partners.map((partner) => [partner.id, partner]));
  return {
    config,
    db,
    now,
    log,
    outbox: NOT_YET,
    customer: (id) => customers.get(id),
    customerName: (id) => customers.get(id)?.name ?? id,
    partnerOf: (id) => partners.get(customers.get(id)?.partner ?? ''),
    channelFor: (kind) => config.channels[kind],
    describeList: (id, target) => describeList(lists, id, target),
    check: (text, options = {}) => check(parts, lists, text, options),
    cleanRoutes: () => cleanRoutes(config, db),
    hits: (id) => hitsOf(book, db, id),
    volumes: (from, to) => volumes(config.database.traffic, { from, to }),
    health: () => health(parts),
  };
}

function health(parts: Parts): HealthItem[] {
  return healthReport({
    path: parts.config.database.path,
    trouble: parts.trouble,
    policy: parts.mta.snapshot(),
    slack: parts.slack?.health(),
    intake: parts.live?.stats(),
    stuck: () => stuckEffects(parts.db).length,
  });
}

/** Until the outbox runs, effects only wait in the database. */
const NOT_YET: OutboxRunner = { wake() {}, settled: async () => {}, stop: async () => {} };

function describeList(lists: readonly Blocklist[], id: string, target?: string): ReturnType<Context['describeList']> {
  const list = lists.find((each) => each.id === id);
  if (!list) return receivers.find((each) => each.id === id) ?? { name: id };
  const lookupUrl = target === undefined ? undefined : lookupUrlFor(list, target);
  return {
    name: list.name,
    ...(list.delisting.url ? { removalUrl: list.delisting.url } : {}),
    ...(lookupUrl ? { lookupUrl } : {}),
  };
}

async function check(
  parts: Parts,
  lists: readonly Blocklist[],
  text: string,
  options: NonNullable<Parameters<Context['check']>[1]>,
): Promise<CheckResult[]> {
  const chosen = options.lists ? lists.filter(({ id }) => options.lists?.includes(id)) : lists;
  const deps = { resolver: parts.resolver, lists: chosen, keys: parts.config.blocklists.keys };
  const targets = parseTargets(text, { maxAddresses: options.maxAddresses ?? 16 });
  const of = countQuestions(deps, targets);
  const results: CheckResult[] = [];
  await checkTargets(deps, targets, {
    onResult: (result) => {
      results.push(result);
      options.onResult?.(result, results.length, of);
    },
  });
  return results;
}

/** A route whose own address stands on a list would only carry the trouble on. */
function cleanRoutes(config: Config, db: Db): Route[] {
  const listed = new Set(openListings(db).map(({ target }) => target));
  return config.routes.filter(({ outboundIp }) => outboundIp === undefined || !listed.has(outboundIp));
}

function hitsOf(book: Book, db: Db, id: number): ReturnType<Context['hits']> {
  const live = book.hits().get(id);
  if (live) return { hits: live.count, lastHitAt: live.lastAt };
  const row = findContainment(db, id);
  return { hits: row?.hits ?? 0, ...(row?.lastHitAt ? { lastHitAt: row.lastHitAt } : {}) };
}

/** Older findings come from a log read for the first time: history for the detector, no alarm for people. */
const STALE_MS = 24 * 3_600_000;

/** A finding that cannot be written down stays with the intake and comes again: the error is passed on. */
function takeFinding(parts: Parts, ctx: Context, finding: Finding): void {
  if (finding.at < ctx.now() - STALE_MS) {
    parts.log.info({ key: finding.key, at: finding.at }, 'a finding from an old log is not announced');
    return;
  }
  try {
    openFromFinding(ctx, finding);
    parts.trouble.over();
    ctx.outbox.wake();
  } catch (error) {
    parts.trouble.note(error);
    throw error;
  }
}

function onEffectTrouble(parts: Parts, ctx: Context, row: OutboxRow, error: unknown): void {
  parts.trouble.note(error);
  parts.log.warn({ effect: row.key, attempts: row.attempts, err: error }, 'an effect did not happen yet');
  if (row.kind !== 'containment.apply') return;
  containmentFailed(ctx, row.payload, error instanceof Error ? error.message : String(error));
}

function identitiesOf(customer: Customer | undefined): Identities {
  const { sasl_users = [], sasl_domains = [], ips = [], domains = [], auth } = customer ?? {};
  return {
    logins: sasl_users,
    loginDomains: sasl_domains,
    clientIps: ips,
    senderDomains: auth === 'm365' ? domains : [],
  };
}

function known(customer: string): string | undefined {
  return customer === UNATTRIBUTED ? undefined : customer;
}

function parseListen(text: string): ListenAddress {
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
}

function summaryOf({ relays, customers }: Directory, policy: ListenAddress): string {
  const at = 'path' in policy ? policy.path : `${policy.host}:${policy.port}`;
  return `${relays.length} relays, ${customers.length} customers, policy server on ${at}`;
}
