// The parts list: what relaywarden is made of, in the order it starts and stops. The only file that constructs.
import { type Logger, pino } from 'pino';
import { choiceWarnings } from './blocklists/extra.js';
import { type Config, intakeToken, type SlackSecrets, sndsAccess } from './config.js';
import { createBook } from './containment/book.js';
import type { ListenAddress } from './containment/mtas/postfix/listen-address.js';
import type { Context } from './context.js';
import { openDb } from './db/open.js';
import { isBusy, unsynced, whenFree } from './db/patience.js';
import { createDatabaseTrouble } from './db/trouble.js';
import type { Finding } from './detection/finding.js';
import { startLive } from './detection/live.js';
import { Resolver } from './dns/resolver.js';
import { containmentEffects, containmentFailed, reviewContainments } from './incidents/effects.js';
import { noticeEffects } from './incidents/notify.js';
import { isMoreOfOpen, openFromFinding } from './incidents/open.js';
import { jobsOf, writeProof } from './jobs.js';
import { EffectImpossible, type OutboxRow, startOutbox } from './outbox/run.js';
import type { Directory } from './partners/directory.js';
import { loadDirectory } from './partners/load.js';
import { catchUpDigests, startSchedule } from './schedule.js';
import { createSlack } from './slack/app.js';
import { startWeb } from './web/server.js';
import { tellPeople } from './wiring/alerts.js';
import { buildContext, type Parts } from './wiring/context.js';
import { createHints } from './wiring/hints.js';
import { createMta, inForce, type WiredMta } from './wiring/mta.js';
import { outboundAddresses } from './wiring/relays.js';
import { startReports } from './wiring/reports.js';
import { createSnds } from './wiring/snds.js';
import { createSpool } from './wiring/spool.js';
import { createWatch } from './wiring/watch.js';

export interface StartOptions {
  config: Config;
  secrets: SlackSecrets;
  /** Now, in ms. The practice workspace runs it faster. */
  now?: () => number;
  log?: Logger;
  /** Seconds of that clock in a second; 1 unless told. */
  speed?: number;
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
  const stop = () => closeAll(closers, options.log);
  try {
    return { ...(await startParts(options, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In reverse order; one that fails does not keep the others open. */
async function closeAll(closers: Array<() => unknown>, log?: Logger): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      log?.error({ err: error }, 'stopping a part failed');
    }
  }
}

async function startParts(options: StartOptions, closers: Array<() => unknown>): Promise<Omit<Running, 'stop'>> {
  const {
    config,
    secrets,
    now = Date.now,
    speed = 1,
    log = pino({ name: 'relaywarden' }),
    messagesPerSecond,
  } = options;
  const pace = messagesPerSecond === undefined ? {} : { messagesPerSecond };
  const directory = loadDirectory(config);
  const database = openDb(config.database.path);
  closers.push(database.close);

  const book = createBook({ localDomains: config.policy.localDomains });
  /** Slack comes last. */
  let alertDirectly = async (_: string): Promise<void> => {};
  const directly = (text: string) => alertDirectly(text);
  const alert = (text: string) => void tellPeople({ db: database.db, now, log, directly }, text);
  const mta = createMta({ config, directory, book, log, now, alert });
  const hints = createHints({ trafficDb: config.database.traffic, directory, now, learn: mta.learn });
  const policy = await mta.start(...inForce(database.db));
  closers.push(() => mta.stop());
  // A database of an earlier version is brought up to date by the log worker, later.
  await hints.refresh().catch((error) => log.warn({ err: error }, 'what was learned of client addresses is not read'));

  for (const warning of choiceWarnings(config.blocklists)) log.warn(warning);
  const resolver = new Resolver(config.dns);
  closers.push(() => resolver.close());
  const parts: Parts = {
    config,
    directory,
    db: database.db,
    book,
    mta,
    hints,
    resolver,
    trouble: createDatabaseTrouble(),
    now,
    log,
  };
  const ctx = buildContext(parts);
  closers.push(() => ctx.hygiene.stop());
  const slack = createSlack(ctx, secrets, pace);
  parts.slack = slack;
  const mailer = config.mail && (await import('./partners/mailer.js')).createMailer(config.mail);
  closers.push(() => mailer?.close());
  const notices = noticeEffects({ ...ctx, mailer, mailDomain: mailDomain(config.mail?.from) });
  const handlers = { ...containmentEffects(ctx, mta), ...notices, ...slack.effects };
  reviewInForce(parts, ctx, mta, alert);
  ctx.outbox = startOutbox({
    db: ctx.db,
    handlers,
    onTrouble: (row, error) => onEffectTrouble(parts, ctx, row, error),
  });
  closers.push(() => ctx.outbox.stop());
  closers.push(() => slack.stop());
  const slackPort = await slack.start();
  alertDirectly = slack.alert;

  parts.live = startLive({
    files: config.logs,
    directory,
    localDomains: config.policy.localDomains,
    trafficDb: config.database.traffic,
    detection: config.detection,
    spool: config.intake.spool,
    customerHeader: config.intake.customerHeader,
    onFinding: (finding) => whenFree(() => takeFinding(parts, ctx, finding)),
    onError: (error) => log.error({ err: error }, 'reading the logs failed'),
    onNotUnderstood: (line) => log.warn({ line }, 'a log line is not understood'),
  });
  closers.push(() => parts.live?.stop());
  const spool = createSpool(config);
  parts.spool = spool;
  closers.push(() => spool.stop());
  const reports = await startReports(config, spool, log);
  closers.push(() => reports?.stop());
  const web = await startWeb(config.web.listen, ctx.health, {
    token: intakeToken(config),
    spool: spool.writer,
    onError: (error) => log.error({ err: error }, 'a batch of mail events could not be kept'),
    now,
    relays: new Set(directory.relays.map(({ host }) => host)),
    onStrangeRelay: (strange) => log.warn(strange, 'mail events name a relay that is not configured'),
  });
  closers.push(() => web.stop());
  parts.watch = createWatch(parts, ctx, speed);
  closers.push(() => parts.watch?.stop());
  const snds = sndsAccess(config);
  if (snds)
    parts.snds = createSnds(snds, {
      db: ctx.db,
      now,
      log,
      addresses: () => outboundAddresses(directory, config),
      incidents: () => ctx,
    });
  const schedule = startSchedule(ctx, jobsOf(parts, ctx, slack));
  catchUpDigests(ctx, slack.queueDigest);
  closers.push(() => writeProof(parts, ctx));
  closers.push(() => schedule.stop());
  return { ctx, policy, slackPort, webPort: web.port, summary: summaryOf(directory, policy) };
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
    const take = () => openFromFinding(ctx, finding);
    if (isMoreOfOpen(ctx, finding)) unsynced(ctx.db, take);
    else take();
    parts.trouble.over();
    ctx.outbox.wake();
  } catch (error) {
    parts.trouble.note(error);
    throw error;
  }
}

const CONTAINED = { 'block-sender': 'block', 'suspend-outbound': 'suspension', reroute: 're-route' } as const;

/** Says of what is decided whether it still holds: customers and routes leave the configuration while their incidents are open. */
function reviewInForce(parts: Parts, ctx: Context, { whyNot }: WiredMta, alert: (text: string) => void): void {
  try {
    for (const { row, why } of reviewContainments(ctx, whyNot))
      alert(`incident ${row.incidentId}: its ${CONTAINED[row.action]} is NOT in force any more, as ${why}`);
  } catch (error) {
    // On a full disk it cannot be written down; that must not keep the bot from starting.
    parts.trouble.note(error);
    parts.log.error({ err: error }, 'what is in force could not be reviewed');
  }
}

function onEffectTrouble(parts: Parts, ctx: Context, row: OutboxRow, error: unknown): void {
  parts.trouble.note(error);
  parts.log.warn({ effect: row.key, attempts: row.attempts, err: error }, 'an effect did not happen yet');
  // Held by another program for a while: it is done again, and nothing of it failed.
  if (row.kind !== 'containment.apply' || isBusy(error)) return;
  try {
    const why = error instanceof Error ? error.message : String(error);
    containmentFailed(ctx, row.payload, why, error instanceof EffectImpossible);
  } catch (again) {
    // On a full disk the failure cannot be written down either; the effect stays queued, and health says why.
    parts.trouble.note(again);
  }
}

/** Domain of the address that notices come from. */
function mailDomain(from = ''): string {
  return /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

function summaryOf({ relays, customers }: Directory, policy: ListenAddress): string {
  const at = 'path' in policy ? policy.path : `${policy.host}:${policy.port}`;
  return `${relays.length} relays, ${customers.length} customers, policy server on ${at}`;
}
