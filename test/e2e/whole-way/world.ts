// Everything around the bot: a real Postfix that asks it and writes the log it follows, two sinks behind Postfix, and Slack's stand-in.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDnsServer } from '../../../src/practice/internet/dns-server.js';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../../../src/practice/slack/index.js';
import { freePort } from '../free-port.js';
import { startPostfix, type TestPostfix } from '../postfix/harness.js';
import { type SmtpSink, startSink } from '../postfix/smtp-sink.js';
import { type Bot, type Environment, type Ran, runCommand, type StartOptions, startBot } from './bot.js';
import { CUSTOMERS, unknownUsers } from './company.js';

export const ABUSE_DESK = 'C0ABUSE001';
export const TECHNICIAN = 'U0TECH0001';
export const LEAD = 'U0LEAD0001';
export const OUTSIDER = 'U0GUEST001';
export const PHONE = '+1 555 0142';

export interface World {
  postfix: TestPostfix;
  /** Where mail normally goes, and where re-routed mail goes. */
  normal: SmtpSink;
  clean: SmtpSink;
  slack: SlackStandIn;
  configPath: string;
  /** The bot's databases are here. */
  dataDir: string;
  env: Environment;
  policyPort: number;
  startBot(options?: Pick<StartOptions, 'killBefore'>): Promise<Bot>;
  /** Another command with the same configuration. */
  command(...args: string[]): Promise<Ran>;
  health(): Promise<{ status: number; items: { name: string; ok: boolean; text: string }[] }>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Where the bot keeps its databases; a folder of its own unless given. */
  dataDir?: string;
  /** The alert channel as config.yml names it. Only by its id can a bot look for what it posted before it was killed. */
  channel?: string;
  /** Over the configuration that all worlds share. */
  config?: Record<string, unknown>;
}

/** Starts it all but the bot. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-e2e-'));
  const dataDir = options.dataDir ?? join(dir, 'data');
  mkdirSync(dataDir, { recursive: true });
  const [policyPort, slackPort, webPort] = [await freePort(), await freePort(), await freePort()];
  // Knows no name, but answers: a company whose resolver is dead has other troubles.
  const dns = await startDnsServer({ port: 0, answer: () => undefined });
  const normal = await startSink(unknownUsers);
  const clean = await startSink(unknownUsers);
  const secrets = { botToken: 'xoxb-e2e', signingSecret: 'e2e-signing-secret' };
  const botEventsUrl = `http://127.0.0.1:${slackPort}/slack/events`;
  const slack = await startSlackStandIn({
    workspace: practiceWorkspace,
    ...secrets,
    botEventsUrl,
    patienceMs: 20_000,
  });
  const postfix = await startPostfix({ relayhostPort: normal.port, policyPort });
  const configPath = join(dir, 'config.yml');
  const ports = { policyPort, slackPort, webPort, cleanPort: clean.port, dnsPort: dns.port };
  // JSON is YAML.
  writeFileSync(
    configPath,
    JSON.stringify(
      {
        ...configOf({ ...ports, dataDir, channel: options.channel ?? '#abuse-desk', logFile: postfix.logFile }),
        ...options.config,
      },
      null,
      2,
    ),
  );
  const env = {
    SLACK_BOT_TOKEN: secrets.botToken,
    SLACK_SIGNING_SECRET: secrets.signingSecret,
    SLACK_API_URL: slack.apiUrl,
  };

  return {
    postfix,
    normal,
    clean,
    slack,
    configPath,
    dataDir,
    env,
    policyPort,
    startBot: (startOptions = {}) => startBot({ configPath, env, ...startOptions }),
    command: (...args) => runCommand([...args, '--config', configPath]),
    async health() {
      const answer = await fetch(`http://127.0.0.1:${webPort}/healthz`);
      const { items } = (await answer.json()) as { items: { name: string; ok: boolean; text: string }[] };
      return { status: answer.status, items };
    },
    async stop() {
      await postfix.stop();
      await slack.close();
      await normal.stop();
      await clean.stop();
      await dns.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Places {
  policyPort: number;
  slackPort: number;
  webPort: number;
  cleanPort: number;
  dnsPort: number;
  dataDir: string;
  channel: string;
  logFile: string;
}

function configOf({ policyPort, slackPort, webPort, cleanPort, dnsPort, dataDir, channel, logFile }: Places) {
  return {
    database: { path: join(dataDir, 'relaywarden.db'), traffic: join(dataDir, 'traffic.db') },
    slack: { mode: 'http', port: slackPort },
    channels: { compromise: channel, listing: '#deliverability' },
    people: [
      { slack: TECHNICIAN, name: 'Ann Tanaka', role: 'technician' },
      { slack: LEAD, name: 'Lena Brandt', role: 'lead' },
    ],
    support: { name: 'Northrelay abuse desk', phone: PHONE },
    relays: [{ host: 'relay1', name: 'relay1.example' }],
    partners: [{ id: 'p-01', name: 'Example IT' }],
    customers: CUSTOMERS,
    logs: [{ path: logFile }],
    policy: { listen: `127.0.0.1:${policyPort}` },
    routes: [{ name: 'clean', transport: `smtp:[127.0.0.1]:${cleanPort}` }],
    dns: { servers: [`127.0.0.1:${dnsPort}`], timeoutMs: 2_000, tries: 5 },
    blocklists: { only: [] },
    web: { listen: `127.0.0.1:${webPort}` },
  };
}
