// The bot as benchmarks run it: compiled, in a process of its own, with Slack's stand-in before it, watched from outside and ended.
import { type ChildProcess, fork } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Shared by the bot and Slack's stand-in. */
export const SECRETS = { botToken: 'xoxb-bench', signingSecret: 'bench' };
export const TECHNICIAN = 'U0TECH0001';
export const ABUSE_DESK = 'C0ABUSE001';

export interface Ports {
  slack: number;
  policy: number;
  web: number;
  dns: number;
}

export async function freePorts(): Promise<Ports> {
  return { slack: await freePort(), policy: await freePort(), web: await freePort(), dns: await freePort() };
}

/** A bot for customers.json and mail.log beside the file that this is written to. */
export function configOf(ports: Ports) {
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

/** Starts the bot in DIR with its config.yml; what it logs goes to bot.log. */
export function startBot(dir: string, apiUrl: string, execArgv: string[] = []): ChildProcess {
  return fork('bin/relaywarden.js', ['start', '--config', join(dir, 'config.yml')], {
    execArgv,
    env: {
      ...process.env,
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: SECRETS.botToken,
      SLACK_SIGNING_SECRET: SECRETS.signingSecret,
    },
    stdio: ['ignore', openSync(join(dir, 'bot.log'), 'a'), 'inherit', 'ipc'],
  });
}

/** Waits until something listens on the port. Throws when the bot ends before that. */
export async function listening(port: number, bot: ChildProcess): Promise<void> {
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

export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await exited;
}

/** User and system time of all threads; a tick is 10 ms. */
export function cpuMsOf({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** MB resident now, or at the most since it was started. */
export function memoryOf({ pid }: ChildProcess, what: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => found(port));
    });
  });
}
