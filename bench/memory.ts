// Memory of the running product: the idle bot (Slack played by the stand-in, in this process) and the whole practice workspace.
// Prints resident memory after half a minute, the median of three starts, and the limit it should stay under.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { practiceWorkspace, startSlackStandIn } from '../src/practice/slack/index.js';

const SETTLE_MS = 30_000;
const STARTS = 3;
const SECRETS = { botToken: 'xoxb-bench', signingSecret: 'bench' };

const dir = mkdtempSync(join(tmpdir(), 'relaywarden-bench-'));
const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...SECRETS });
const config = join(dir, 'config.yml');
writeFileSync(join(dir, 'mail.log'), '');
writeFileSync(config, JSON.stringify(await idleConfig()));
const environment = {
  SLACK_API_URL: slack.apiUrl,
  SLACK_BOT_TOKEN: SECRETS.botToken,
  SLACK_SIGNING_SECRET: SECRETS.signingSecret,
};

try {
  report('idle bot', await medianMb(['start', '--config', config], environment), 150);
  report('practice workspace', await medianMb(['demo', '--port', '0'], {}), 400);
} finally {
  await slack.close();
  rmSync(dir, { recursive: true, force: true });
}

async function idleConfig() {
  return {
    slack: { mode: 'http', port: await freePort() },
    channels: { compromise: '#abuse-desk', listing: '#deliverability' },
    people: [{ slack: 'U0TECH0001', name: 'Ann', role: 'technician' }],
    logs: [{ path: 'mail.log' }],
    policy: { listen: '127.0.0.1:0' },
    web: { listen: '127.0.0.1:0' },
  };
}

/** When the collector runs is chance, and with it some MB of what one start keeps. */
async function medianMb(args: string[], env: Record<string, string>): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < STARTS; i++) found.push(await residentMb(args, env));
  return found.sort((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN;
}

async function residentMb(args: string[], env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ['bin/relaywarden.js', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await new Promise((settled) => setTimeout(settled, SETTLE_MS));
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  } finally {
    // The next one opens the same databases.
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
}

function report(what: string, mb: number, limitMb: number): void {
  process.stdout.write(
    `${what.padEnd(20)} ${mb.toFixed(0)} MB resident, limit ${limitMb} MB ${mb <= limitMb ? 'ok' : 'ABOVE'}\n`,
  );
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
