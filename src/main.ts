// The parts list: what relaywarden is made of, in the order it starts and stops.
import type { Logger } from 'pino';
import { choiceWarnings } from './blocklists/choice.js';
import { type Config, intakeToken, logLevel, type SlackSecrets, sndsAccess } from './config.js';
import { createBook } from './containment/book.js';
import type { ListenAddress } from './containment/mtas/postfix/listen-address.js';
import type { Context } from './context.js';
import { openDb } from './db/open.js';
import { whenFree } from './db/patience.js';
import { createDatabaseTrouble } from './db/trouble.js';
import { asUserError } from './db/unusable.js';
import { startLive } from './detection/live/live.js';
import { Resolver } from './dns/resolver.js';
import { CONTAINMENT_EFFECTS, containmentEffects } from './incidents/effects.js';
import { outboundAddresses } from './incidents/relays.js';
import { jobsOf, writeProof } from './jobs.js';
import { createLog } from './log.js';
import { noticeEffects } from './notices/send.js';
import { startOutbox } from './outbox/run.js';
import type { Directory } from './partners/directory.js';
import { loadDirectory } from './partners/load.js';
import { catchUpDigests, startSchedule } from './schedule.js';
import { createSlack } from './slack/app.js';
import { startWeb } from './web/server.js';
import { tellPeople } from './wiring/alerts.js';
import { buildContext, type Parts } from './wiring/context.js';
import { createHints } from './wiring/hints.js';
import { createMta, inForce, type WiredMta } from './wiring/mta.js';
import { completeBlocks, onEffectTrouble, reviewInForce, takeFinding } from './wiring/reactions.js';
import { logReadingTrouble } from './wiring/reading-trouble.js';
import { startReports } from './wiring/reports.js';
import { createSnds } from './wiring/snds.js';
import { createSpool } from './wiring/spool.js';
import { createWatch } from './wiring/watch.js';
import { count } from './words.js';

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
  const closers: Closers = [];
  const stop = () => closeAll(closers, options.log);
  try {
    return { ...(await startParts(options, closers)), stop };
  } catch (error) {
    await stop();
    // A database that is broken farther in opens all the same.
    throw asUserError(options.config.database.path, error);
  }
}

/** In reverse order; one that fails does not keep the others open. */
async function closeAll(closers: Closers, log?: Logger): Promise<void> {
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      log?.error({ err: error }, 'stopping a part failed');
    }
  }
}

type Closers = Array<() => unknown>;
/** What every other part stands on. */
type Ground = Pick<Parts, 'config' | 'directory' | 'db' | 'now' | 'speed' | 'log'>;

/** Stopped in the reverse order of this. */
async function startParts(options: StartOptions, closers: Closers): Promise<Omit<Running, 'stop'>> {
  const ground = openGround(options, closers);
  const { directory, db, now, log } = ground;
  /** Slack comes late. */
  let alertDirectly = async (_: string): Promise<void> => {};
  const directly = (text: string) => alertDirectly(text);
  const alert = (text: string) => void tellPeople({ db, now, log, directly }, text);

  const { policy, ...containment } = await startContainment(ground, alert, closers);
  const parts: Parts = {
    ...ground,
    ...containment,
    resolver: startResolver(ground, closers),
    trouble: createDatabaseTrouble(),
  };
  const ctx = buildContext(parts);
  // Mail is refused until the door is shut, which is after all else: what was refused is on record only then.
  closers.push(async () => {
    try {
      await containment.mta.stop();
    } finally {
      writeProof(parts, ctx);
    }
  });
  closers.push(() => ctx.hygiene.stop());
  reviewInForce(parts, ctx, containment.mta);
  const { slack, slackPort } = await startSlack(parts, ctx, containment.mta, options, closers);
  alertDirectly = slack.alert;

  startReading(parts, ctx, closers);
  const webPort = await startIntake(parts, ctx, closers);
  startAsking(parts, ctx, closers);
  const schedule = startSchedule(ctx, jobsOf(parts, ctx, slack));
  catchUpDigests(ctx, slack.queueDigest);
  closers.push(() => schedule.stop());
  return { ctx, policy, slackPort, webPort, summary: summaryOf(directory, policy) };
}

function openGround(
  { config, now = Date.now, speed = 1, log = createLog({ name: 'relaywarden', level: logLevel() }) }: StartOptions,
  closers: Closers,
) {
  const directory = loadDirectory(config);
  const { db, close } = openDb(config.database.path);
  closers.push(close);
  return { config, directory, db, now, speed, log } satisfies Ground;
}

/** The policy server, with what is in force and what was learned of client addresses. */
async function startContainment(ground: Ground, alert: (text: string) => void, closers: Closers) {
  const { config, directory, db, log, now } = ground;
  const book = createBook({ localDomains: config.policy.localDomains });
  const mta = createMta({ config, directory, book, log, now, alert });
  const hints = createHints({ trafficDb: config.database.traffic, directory, now, learn: mta.learn });
  completeBlocks(ground);
  const policy = await mta.start(...inForce(db));
  closers.push(() => mta.stop());
  // A database of an earlier version is brought up to date by the log worker, later.
  await hints.refresh().catch((error) => log.warn({ err: error }, 'what was learned of client addresses is not read'));
  return { book, mta, hints, policy };
}

function startResolver({ config, log }: Ground, closers: Closers): Resolver {
  for (const warning of choiceWarnings(config.blocklists)) log.warn(warning);
  const resolver = new Resolver(config.dns);
  closers.push(() => resolver.close());
  return resolver;
}

/** Slack, and the outbox, which carries out what was decided: in Slack, by mail, on the MTA. */
async function startSlack(
  parts: Parts,
  ctx: Context,
  mta: WiredMta,
  { secrets, messagesPerSecond }: StartOptions,
  closers: Closers,
) {
  const { mail } = parts.config;
  const slack = createSlack(ctx, secrets, messagesPerSecond === undefined ? {} : { messagesPerSecond });
  parts.slack = slack;
  const mailer = mail && (await import('./notices/mailer.js')).createMailer(mail);
  closers.push(() => mailer?.close());
  const notices = noticeEffects({ ...ctx, mailer, mailDomain: mailDomain(mail?.from) });
  ctx.outbox = startOutbox({
    db: ctx.db,
    handlers: { ...containmentEffects(ctx, mta), ...notices, ...slack.effects },
    inProcess: CONTAINMENT_EFFECTS,
    onTrouble: (row, error) => onEffectTrouble(parts, ctx, row, error),
  });
  closers.push(() => ctx.outbox.stop());
  closers.push(() => slack.stop());
  return { slack, slackPort: await slack.start() };
}

/** The log worker, which reads and judges what the relays did. */
function startReading(parts: Parts, ctx: Context, closers: Closers): void {
  const { config, directory, log } = parts;
  parts.live = startLive({
    files: config.logs,
    directory,
    localDomains: config.policy.localDomains,
    trafficDb: config.database.traffic,
    detection: config.detection,
    spool: config.intake.spool,
    customerHeader: config.intake.customerHeader,
    onFinding: (finding) => whenFree(() => takeFinding(parts, ctx, finding)),
    onError: (error) => logReadingTrouble(log, error, parts.trouble),
    onNotUnderstood: (line) => log.warn({ line }, 'a log line is not understood'),
  });
  closers.push(() => parts.live?.stop());
}

/** What reaches us otherwise than by a log: reports over LMTP, mail events over HTTP. */
async function startIntake(parts: Parts, ctx: Context, closers: Closers): Promise<number> {
  const { config, directory, now, log } = parts;
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
  return web.port;
}

/** What is asked by the clock: the blocklists, and Microsoft SNDS where there is a key. */
function startAsking(parts: Parts, ctx: Context, closers: Closers): void {
  const { config, directory, now, log } = parts;
  parts.watch = createWatch(parts, ctx);
  closers.push(() => parts.watch?.stop());
  const snds = sndsAccess(config);
  if (!snds) return;
  const addresses = () => outboundAddresses(directory, config);
  parts.snds = createSnds(snds, { db: ctx.db, now, log, addresses, incidents: () => ctx });
}

/** Domain of the address that notices come from. */
function mailDomain(from = ''): string {
  return /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
}

function summaryOf({ relays, customers }: Directory, policy: ListenAddress): string {
  const at = 'path' in policy ? policy.path : `${policy.host}:${policy.port}`;
  return `${count(relays.length, 'relay')}, ${count(customers.length, 'customer')}, policy server on ${at}`;
}
