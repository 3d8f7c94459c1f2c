// Builds the context: what Slack, the web server, the command line and the schedule are given to ask and to act with.
import { domainToASCII } from 'node:url';
import type { Logger } from 'pino';
import { type CheckResult, checkTargets, countQuestions } from '../blocklists/check.js';
import { chooseLists } from '../blocklists/choice.js';
import type { Blocklist } from '../blocklists/operator.js';
import { blocklists } from '../blocklists/operators/index.js';
import { parseTargets } from '../blocklists/target.js';
import { watchLines } from '../blocklists/watch/report.js';
import type { Watch } from '../blocklists/watch/watch.js';
import type { Config } from '../config.js';
import type { Book } from '../containment/book.js';
import type { PostfixMta } from '../containment/mtas/postfix/index.js';
import type { Context, HealthItem } from '../context.js';
import type { Db } from '../db/open.js';
import type { DatabaseTrouble } from '../db/trouble.js';
import type { Live } from '../detection/live/live.js';
import { topSenders } from '../detection/traffic/sender-signs.js';
import { type Period, volumeOf, volumesInTurns } from '../detection/traffic/traffic-report.js';
import type { Resolver } from '../dns/resolver.js';
import { cleanRoutes, outboundAddresses } from '../incidents/relays.js';
import { findContainment, openListings } from '../incidents/store.js';
import type { ReportStats } from '../intake/reports/report-stats.js';
import { type OutboxRunner, stuckEffects } from '../outbox/run.js';
import { type Directory, outboundAddressesOf } from '../partners/directory.js';
import { findCustomer, findPartner } from '../partners/find.js';
import type { Slack } from '../slack/app.js';
import { healthReport, type IntakeLevel } from '../web/health.js';
import { attributionReaders } from './attribution.js';
import { delistingReaders } from './delisting.js';
import { choiceHealth, describeLists } from './describe-list.js';
import type { Hints } from './hints.js';
import { createHygiene } from './hygiene.js';
import { LogSilence } from './log-silence.js';
import { noticeReaders } from './notices.js';
import { readingLevel } from './reading-level.js';
import { routesHealth } from './routes-health.js';
import type { Snds } from './snds.js';
import { type Spool, spoolLevel } from './spool.js';
import { askedPairs } from './watch.js';

/** The parts that main.ts has built. The optional ones come later, because they need the context themselves. */
export interface Parts {
  config: Config;
  directory: Directory;
  db: Db;
  book: Book;
  mta: PostfixMta;
  hints: Hints;
  resolver: Resolver;
  trouble: DatabaseTrouble;
  now: () => number;
  /** Seconds of that clock in a second. */
  speed: number;
  log: Logger;
  slack?: Slack;
  live?: Live;
  spool?: Spool;
  watch?: Watch;
  snds?: Snds;
}

/** Builds it. Its outbox only waits until main.ts has started the real one. */
export function buildContext(parts: Parts): Context {
  const { config, directory, db, book, now, speed, log } = parts;
  const lists = chooseLists(blocklists, config.blocklists);
  const customers = new Map(directory.customers.map((customer) => [customer.id, customer]));
  const partners = new Map(directory.partners.map((partner) => [partner.id, partner]));
  const silence = new LogSilence();
  const ctx: Context = {
    config,
    db,
    now,
    speed,
    log,
    outbox: NOT_YET,
    customer: (id) => customers.get(id),
    learnedOf: (clientIp) => parts.hints.customerOf(clientIp),
    ownerOfDomain: domainOwners(directory),
    findCustomer: (typed, addresses) => findCustomer(directory.customers, typed, addresses),
    findPartner: (typed) => findPartner(directory, typed),
    customerName: (id) => customers.get(id)?.name ?? id,
    partnerOf: (id) => partners.get(customers.get(id)?.partner ?? ''),
    channelFor: (kind) => config.channels[kind],
    describeList: describeLists(config.blocklists),
    poolOf: poolsOf(directory),
    listings: config.listings,
    check: (text, options = {}) => check(parts, lists, text, options),
    isAsked: askedPairs(config, directory, describeLists(config.blocklists)),
    cleanRoutes: () => cleanRoutes(config.routes, openListings(db)),
    hits: (id) => hitsOf(book, db, id),
    volumeOf: (customer, from, to) => volumeOf(config.database.traffic, customer, { from, to }),
    volumesInTurns: (from, to) => volumesInTurns(config.database.traffic, { from, to }),
    trafficIn: (from, to) => trafficIn(config.database.traffic, { from, to }),
    health: () => health(parts, silence),
    explain: (query) => parts.live?.explain(query) ?? Promise.reject(new Error('the logs are not read yet')),
    noteDatabaseTrouble: (error) => parts.trouble.note(error),
    outboundAddresses: () => outboundAddresses(directory, config),
    sndsOf: (addresses) => parts.snds?.linesOf(addresses) ?? [],
    hygiene: createHygiene(parts, () => ctx),
    ...attributionReaders(parts, () => ctx),
    ...noticeReaders(parts, () => ctx),
    ...delistingReaders(parts, lists, () => ctx),
  };
  return ctx;
}

/** How many senders a digest names for each sign (refusals, complaints, new recipients). */
const SHOWN_SENDERS = 3;

async function trafficIn(path: string, period: Period) {
  return { volumes: await volumesInTurns(path, period), senders: await topSenders(path, period, SHOWN_SENDERS) };
}

function health(parts: Parts, silence: LogSilence): HealthItem[] {
  const policy = parts.mta.snapshot();
  return healthReport({
    path: parts.config.database.path,
    trouble: parts.trouble,
    policy,
    exported: parts.mta.exported(),
    slack: parts.slack?.health(),
    intake: intakeOf(parts, silence, policy.requests),
    speed: parts.speed,
    spool: spoolLevel(parts.config, parts.spool),
    reports: reportsRead(parts),
    watch: [
      ...choiceHealth(parts.config.blocklists),
      ...(parts.watch && !parts.trouble.text() ? watchLines(parts.watch.report()) : []),
      ...(parts.trouble.text() ? [] : routesHealth(parts)),
    ],
    snds: parts.snds && !parts.trouble.text() ? [parts.snds.health()] : [],
    stuck: () => stuckEffects(parts.db).length,
  });
}

/** Reports come by LMTP, or lie in the spool from when they did. */
function reportsRead({ config, live }: Parts): ReportStats | undefined {
  const read = live?.stats().reports;
  const isOn = config.intake.lmtp.listen !== undefined;
  return read && (isOn || Object.values(read).some((count) => count > 0)) ? read : undefined;
}

function intakeOf(
  { config, live, now, speed }: Parts,
  silence: LogSilence,
  questions: number,
): IntakeLevel | undefined {
  const level = live && readingLevel(live.stats(), { now: now(), ageMs: live.statsAgeMs(), speed });
  if (!level || !config.logs.some(({ format }) => format === 'postfix')) return level;
  return { ...level, silence: silence.look({ linesRead: level.linesRead, questions, now: now(), speed }) };
}

/** Until the outbox runs, effects only wait in the database. */
const NOT_YET: OutboxRunner = { wake() {}, settled: async () => {}, stop: async () => {} };

/** Customer that a sender domain belongs to. */
function domainOwners({ customers }: Directory): Context['ownerOfDomain'] {
  const owners = new Map(
    customers.flatMap(({ id, domains }) => domains.map((domain) => [asAsked(domain), id] as const)),
  );
  return (domain) => owners.get(asAsked(domain));
}

/** A domain as the DNS is asked for it, in whatever script it was written. */
function asAsked(domain: string): string {
  return domainToASCII(domain) || domain.toLowerCase();
}

/** Pool of each of our outbound addresses. */
function poolsOf({ relays }: Directory): Context['poolOf'] {
  const pools = new Map(
    relays.flatMap((relay) => outboundAddressesOf(relay).map((address) => [address, relay.pool] as const)),
  );
  return (address) => pools.get(address);
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

function hitsOf(book: Book, db: Db, id: number): ReturnType<Context['hits']> {
  const live = book.hits().get(id);
  if (live) return { hits: live.count, lastHitAt: live.lastAt };
  const row = findContainment(db, id);
  return { hits: row?.hits ?? 0, ...(row?.lastHitAt ? { lastHitAt: row.lastHitAt } : {}) };
}
