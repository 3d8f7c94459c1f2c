// The practice workspace: the real bot beside stand-ins for Slack, the DNS and the mail, all in one process, with no account.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { intakeToken } from '../config.js';
import { createLog } from '../log.js';
import { type Running, startRelaywarden } from '../main.js';
import { type Clock, startClock } from './clock.js';
import { practiceConfig } from './config.js';
import { guide } from './guide.js';
import { asHeld, inForceNow } from './held.js';
import { type Internet, startInternet } from './internet/internet.js';
import { type PracticePage, startPracticePage, surfaceOfManifest } from './page/index.js';
import { type Letter, PARTNER_MAIL, startPartnerMail } from './partner-mail.js';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from './slack/index.js';

interface PracticeOptions {
  /** Port of the page on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Practice seconds per second. */
  speed?: number;
  /** How loud the bot's own log is on stderr. */
  logLevel?: string;
}

export interface Practice {
  url: string;
  bot: Running;
  slack: SlackStandIn;
  internet: Internet;
  clock: Clock;
  /** Where mail events are taken, and of which relays; undefined without a token (INTAKE_TOKEN). */
  intake: { url: string; relays: string[] } | undefined;
  stop(): Promise<void>;
}

const MANIFEST = new URL('../../manifest.yml', import.meta.url);
const CLOCK_EVERY_MS = 250;

/** Starts everything; the first mailbox is stolen a few seconds later. Throws UserError when the page's port is taken. */
export async function startPractice({ port, speed = 60, logLevel = 'error' }: PracticeOptions): Promise<Practice> {
  const dataDir = mkdtempSync(join(tmpdir(), 'relaywarden-practice-'));
  const closers: Array<() => unknown> = [() => rmSync(dataDir, { recursive: true, force: true })];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await startParts({ port, speed, logLevel, dataDir }, closers)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = Required<PracticeOptions> & { dataDir: string };

async function startParts(
  { port, speed, logLevel, dataDir }: Parts,
  closers: Array<() => unknown>,
): Promise<Omit<Practice, 'stop'>> {
  const clock = startClock({ speed, startAt: workingMorning(Date.now()) });
  const logPath = join(dataDir, 'mail.log');
  const internet = await startInternet({ clock, logPath });
  closers.push(() => internet.stop());

  const secrets = {
    botToken: `xoxb-practice-${randomBytes(8).toString('hex')}`,
    signingSecret: randomBytes(16).toString('hex'),
  };
  const surface = surfaceOfManifest(readFileSync(MANIFEST, 'utf8'));
  const channels = [...practiceWorkspace.channels, PARTNER_MAIL];
  const workspace = { ...practiceWorkspace, channels, commands: surface.commands.map(({ command }) => command) };
  const slack = await startSlackStandIn({ workspace, ...secrets });
  closers.push(() => slack.close());
  const page = await startPracticePage({ standIn: slack, port, surface, guide, toPracticeTime: clock.toPracticeTime });
  closers.push(() => page.close());

  const partners = await startPartnerMail((letter) => post(slack.apiUrl, secrets.botToken, letter));
  closers.push(() => partners.stop());
  const config = practiceConfig({ dataDir, logPath, dnsServer: internet.dns.server, mailServer: partners.url });
  const bot = await startRelaywarden({
    config,
    secrets: { ...secrets, apiUrl: slack.apiUrl },
    now: clock.now,
    speed: clock.speed,
    log: createLog({ level: logLevel }, pino.destination(2)),
    messagesPerSecond: 20,
  });
  closers.push(() => bot.stop());
  slack.deliverTo(`http://127.0.0.1:${bot.slackPort}/slack/events`);
  closers.push(letMailFlow(internet, bot, page, clock));
  const url = `http://127.0.0.1:${bot.webPort}/intake/events`;
  const intake = intakeToken(config) && { url, relays: config.relays.map(({ host }) => host) };
  return { url: page.url, bot, slack, internet, clock, intake: intake || undefined };
}

/** Shows a letter in the workspace. */
async function post(apiUrl: string, token: string, letter: Letter): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${apiUrl}chat.postMessage`, { method: 'POST', headers, body: JSON.stringify(letter) });
  const { ok, error } = (await response.json()) as { ok: boolean; error?: string };
  if (!ok) throw new Error(`the letter cannot be shown: ${error}`);
}

/** Half past nine (UTC) of the latest working day: when customers write mail, so that there is something to protect. */
function workingMorning(now: number): number {
  const day = new Date(now);
  const isWeekend = () => [0, 6].includes(day.getUTCDay());
  while (isWeekend()) day.setUTCDate(day.getUTCDate() - 1);
  return day.setUTCHours(9, 30, 0, 0);
}

/** Mail flows once the bot answers; the strip and the clock on the page follow it. Returns what ends the clock. */
function letMailFlow(internet: Internet, bot: Running, page: PracticePage, clock: Clock): () => void {
  if ('path' in bot.policy) throw new Error('the practice policy server listens on TCP');
  internet.letMailFlow({
    policy: bot.policy,
    onCounters: (counters) => page.setCounters(asHeld(counters, inForceNow(bot.ctx))),
    onError: (error) => bot.ctx.log.error({ err: error }, 'practice traffic'),
  });
  page.setCounters(internet.counters());
  const timer = setInterval(() => page.setClock(clockText(clock)), CLOCK_EVERY_MS);
  return () => clearInterval(timer);
}

const CLOCK_FORM = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

function clockText(clock: Clock): string {
  return `${CLOCK_FORM.format(clock.now())} · ${clock.speed}×`;
}
