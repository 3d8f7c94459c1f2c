// The whole bot at 5,000 log lines a second: how long after a line was written it had been judged and saved, and how long after the line
// that proves an alarm the incident stood in the book, while people press buttons in Slack and Postfix asks the policy server. Beside it
// the same bot without a log to read, a policy server that does nothing and shares the machine, and `tail -F | wc`, which only looks.
// The mail is that of made-up customers' busiest hours, as it was written but faster. `npm run bench:live [seconds] [lines a second]`
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Delivery, httpDelivery } from '../src/practice/slack/delivery.js';
import { practiceWorkspace, type SlackStandIn, startSlackStandIn } from '../src/practice/slack/index.js';
import {
  ABUSE_DESK,
  configOf,
  cpuMsOf,
  ended,
  freePorts,
  listening,
  memoryOf,
  SECRETS,
  startBot,
  TECHNICIAN,
} from './tools/bot.js';
import { makeLog, type Written, writeLog } from './tools/live-log.js';
import { type Asked, ask, dunno } from './tools/policy-askers.js';
import { type Times, timesLine, timesOf } from './tools/times.js';

const SELF = fileURLToPath(import.meta.url);
const CUSTOMERS = 3_000;
const IDLE_SECONDS = 20;
const PRESS_EVERY_MS = 200;
const GOALS = { judgedMs: 1_000, ackMs: 100, policyMs: 2 };

/** Says how late the main thread's timers are: the start of the run, or its end, is asked for by a message. */
const WATCH_LOOP = `
  import { isMainThread } from 'node:worker_threads';
  import { monitorEventLoopDelay } from 'node:perf_hooks';
  if (isMainThread) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    process.on('message', () => {
      process.send({ p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max });
      delay.reset();
    });
    process.channel.unref();
  }`;
const WATCHED = ['--import', `data:text/javascript,${encodeURIComponent(WATCH_LOOP)}`];

const roles: Record<string, (...args: string[]) => Promise<void>> = { write: writeLog, ask, dunno };
const [role = '', ...args] = process.argv.slice(2);
await (roles[role] ?? (() => compare(Number(role) || 60, Number(args[0]) || 5_000)))(...args);

async function compare(seconds: number, linesPerSecond: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-live-'));
  const children: ChildProcess[] = [];
  const acks: number[] = [];
  const ports = await freePorts();
  const url = `http://127.0.0.1:${ports.slack}/slack/events`;
  const delivery = timed(
    httpDelivery(() => url, SECRETS.signingSecret),
    acks,
  );
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...SECRETS, delivery });
  try {
    const lines = makeLog(dir, CUSTOMERS, seconds * linesPerSecond);
    writeFileSync(join(dir, 'config.yml'), JSON.stringify(configOf(ports)));
    writeFileSync(join(dir, 'mail.log'), '');
    const bot = startBot(dir, slack.apiUrl, WATCHED);
    children.push(bot);
    await listening(ports.policy, bot);
    await listening(ports.slack, bot);
    const dunno = fork(SELF, ['dunno']);
    children.push(dunno);
    const dunnoPort = Number(await messageOf(dunno));
    print(`${lines.toLocaleString('en')} lines of ${CUSTOMERS.toLocaleString('en')} customers at ${linesPerSecond}/s`);

    const asking = (forSeconds: number) => {
      const child = fork(SELF, ['ask', dir, String(ports.policy), String(dunnoPort), String(forSeconds)]);
      children.push(child);
      return messageOf(child) as Promise<Asked>;
    };
    await sleep(3_000);
    await loopDelay(bot);
    const idle = await during(asking(IDLE_SECONDS), slack, acks);
    const idleLoop = await loopDelay(bot);
    const idleMb = memoryOf(bot, 'VmRSS');

    const cpuBefore = cpuMsOf(bot);
    const writer = fork(SELF, ['write', dir, String(linesPerSecond)]);
    children.push(writer);
    const writing = messageOf(writer) as Promise<Written>;
    const busy = await during(asking(seconds), slack, acks);
    const written = await writing;
    const busyLoop = await loopDelay(bot);
    const cpuShare = (cpuMsOf(bot) - cpuBefore) / (seconds * 1_000);

    print(timesLine('line written → judged and saved', written.saved, GOALS.judgedMs));
    print(timesLine('line that proves an alarm → incident', written.told, GOALS.judgedMs));
    print(timesLine('  tail -F, which only looks', written.tail));
    print(timesLine('Slack acknowledged', busy.acks, GOALS.ackMs));
    print(timesLine('  without a log', idle.acks));
    print(timesLine('policy answered', busy.asked.ours, GOALS.policyMs));
    print(timesLine('  always DUNNO (node:net)', busy.asked.dunno));
    print(timesLine('  the askers had their own turn late by', busy.asked.late));
    print(timesLine('  without a log', idle.asked.ours));
    print(timesLine('  always DUNNO, without a log', idle.asked.dunno));
    print(timesLine('main thread late by', { ...busyLoop, count: 0 }));
    print(timesLine('  without a log', { ...idleLoop, count: 0 }));
    print(
      `policy answers beside the log: p50 ${ratio(busy.asked.ours.p50, idle.asked.ours.p50)} × without it, ${ratio(busy.asked.ours.p50, busy.asked.dunno.p50)} × always DUNNO; p99 ${ratio(busy.asked.ours.p99, idle.asked.ours.p99)} and ${ratio(busy.asked.ours.p99, busy.asked.dunno.p99)}`,
    );
    print(
      `${Math.round(written.linesPerSecond)} lines/s written; the bot took ${cpuShare.toFixed(2)} of a core; ${memoryOf(bot, 'VmRSS')} MB resident, ${memoryOf(bot, 'VmHWM')} MB at the most (${idleMb} MB before)`,
    );
  } finally {
    for (const child of children) await ended(child, 'SIGKILL');
    await slack.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Presses and asks while something else runs. */
async function during(asked: Promise<Asked>, slack: SlackStandIn, acks: number[]) {
  let isOver = false;
  const over = asked.finally(() => {
    isOver = true;
  });
  acks.length = 0;
  for (let i = 0; !isOver; i++) {
    await act(slack, i).catch(() => undefined);
    await sleep(PRESS_EVERY_MS);
  }
  return { asked: await over, acks: timesOf(acks) };
}

/** What a desk does: looks about, asks why, and blocks. */
async function act(slack: SlackStandIn, i: number): Promise<void> {
  const cards = await slack.messages(ABUSE_DESK, 20);
  const card = cards[i % Math.max(1, cards.length)];
  const press = { user: TECHNICIAN, channel: ABUSE_DESK, ts: card?.ts ?? '' };
  const texts = ['incidents', 'blocks', 'status', 'why customer-1', 'help'];
  if (card && i % 4 === 0) await slack.press({ ...press, actionId: 'block-sender' });
  else if (card && i % 4 === 2) await slack.press({ ...press, actionId: 'why' });
  else {
    const text = texts[i % texts.length] ?? '';
    await slack.command({ user: TECHNICIAN, channel: ABUSE_DESK, command: '/relay', text });
  }
}

function timed(delivery: Delivery, acks: number[]): Delivery {
  return {
    async deliver(envelope) {
      const startedAt = performance.now();
      const ack = await delivery.deliver(envelope);
      acks.push(performance.now() - startedAt);
      if (!ack.ok) throw new Error(`not acknowledged: ${ack.text}`);
      return ack;
    },
  };
}

async function loopDelay(bot: ChildProcess): Promise<Omit<Times, 'count'>> {
  bot.send('delay');
  const { p50, p99, max } = (await messageOf(bot)) as Times;
  return { p50: p50 / 1e6, p99: p99 / 1e6, max: max / 1e6 };
}

function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a process of this benchmark ended with ${code}`)));
  });
}

function ratio(a: number, b: number): string {
  return (a / b).toFixed(2);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
