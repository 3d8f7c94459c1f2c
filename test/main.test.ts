// The whole bot in this process: what is counted while it stops is on record when it has stopped, and what health knows of its table.
import { appendFileSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDb } from '../src/db/open.js';
import { contain } from '../src/incidents/contain.js';
import { openFromFinding } from '../src/incidents/open.js';
import { containmentsOf } from '../src/incidents/store.js';
import { type Running, startRelaywarden } from '../src/main.js';
import { practiceConfig } from '../src/practice/config.js';
import { CUSTOMERS } from '../src/practice/internet/people.js';
import { practiceWorkspace, startSlackStandIn } from '../src/practice/slack/index.js';
import { requestText } from './containment/containments.js';
import { connectPolicy } from './containment/mtas/postfix/policy-client.js';
import { eventually } from './helpers/eventually.js';
import { ANN, stolenMailbox } from './helpers/incidents.js';
import { tempDir } from './helpers/temp.js';

const SECRETS = { botToken: 'xoxb-test', signingSecret: 'a-test-secret' };

/** Takes no line of the policy server, as a log on a full disk would take none. */
const brokenLog = () => {
  const write = (line: string) => {
    if (line.includes('"policy server"')) throw new Error('ENOSPC: no space left on device, write');
  };
  return pino({}, { write });
};

async function startBot(log = pino({ level: 'silent' })) {
  const dataDir = tempDir();
  const logPath = join(dataDir, 'mail.log');
  appendFileSync(logPath, '');
  const config = practiceConfig({ dataDir, logPath, dnsServer: '127.0.0.1:9' });
  const table = join(dataDir, 'export', 'contained.sqlite');
  mkdirSync(dirname(table));
  config.policy.exportTable = table;
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...SECRETS, patienceMs: 60_000 });
  onTestFinished(() => slack.close());
  const secrets = { ...SECRETS, apiUrl: slack.apiUrl };
  const bot = await startRelaywarden({ config, secrets, log });
  onTestFinished(() => bot.stop());
  return { bot, path: config.database.path, table };
}

/** A block of a sender, in force. */
async function blockSender({ ctx }: Running) {
  const [customer] = CUSTOMERS;
  const sender = `kim@${customer?.domains[0]}`;
  const found = stolenMailbox({ at: Date.now(), customer: customer?.id ?? '', senders: [sender], logins: [sender] });
  const { incident } = openFromFinding(ctx, found);
  contain(ctx, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  ctx.outbox.wake();
  await eventually(() => expect(containmentsOf(ctx.db, incident.id)[0]?.effectiveAt).not.toBeNull());
  return { sender, incident };
}

it('says what to do about a database that is damaged where nobody looks at first', async () => {
  const { bot, path } = await startBot();
  await blockSender(bot);
  const { db } = bot.ctx;
  const page = Number(
    db.$client.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'containments'").pluck().get(),
  );
  const size = Number(db.$client.pragma('page_size', { simple: true }));
  const { config } = bot.ctx;
  await bot.stop();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 255), 0, size, (page - 1) * size);
  closeSync(file);

  const start = startRelaywarden({ config, secrets: SECRETS, log: pino({ level: 'silent' }) });
  await expect(start).rejects.toThrow(/malformed.*put back a copy that relaywarden db backup made/);
});

it('has every refusal on record that it made until its door was shut', async () => {
  const { bot, path } = await startBot();
  const { sender, incident } = await blockSender(bot);
  const postfix = await connectPolicy(bot.policy);
  let refused = 0;
  const ask = async () => {
    postfix.write(requestText({ sender, sasl_username: sender, client_address: '192.0.2.9' }));
    const [answer = ''] = await postfix.actions(1);
    if (/^(REJECT|5\d\d)/.test(answer)) refused++;
  };
  await ask();
  expect(refused).toBe(1);

  let isStopped = false;
  const asking = (async () => {
    while (!isStopped) await ask().catch(() => (isStopped = true));
  })();
  await bot.stop();
  isStopped = true;
  await asking;

  const { db, close } = openDb(path);
  onTestFinished(close);
  const { hits = 0 } = containmentsOf(db, incident.id)[0] ?? {};
  // The last answer may be lost with the connection.
  expect([refused, refused + 1]).toContain(hits);
});

it('has them on record also where the policy server does not stop as it should', async () => {
  const { bot, path, table } = await startBot(brokenLog());
  const { sender, incident } = await blockSender(bot);
  const postfix = await connectPolicy(bot.policy);
  postfix.write(requestText({ sender, sasl_username: sender, client_address: '192.0.2.9' }));
  await postfix.actions(1);
  // Another program holds the table: it cannot be said there that the server is gone, and the log does not take that either.
  const other = new Database(table);
  onTestFinished(() => void other.close());
  other.exec('BEGIN EXCLUSIVE');
  await bot.stop();

  const { db, close } = openDb(path);
  onTestFinished(close);
  expect(containmentsOf(db, incident.id)[0]?.hits).toBe(1);
});

it('says in its health that the table for Postfix is behind, and keeps the block in force', async () => {
  const { bot, table } = await startBot();
  const health = () => bot.ctx.health().find(({ name }) => name === 'exported table');
  expect(health()).toMatchObject({ ok: true });
  rmSync(dirname(table), { recursive: true });

  const { sender } = await blockSender(bot);

  expect(health()).toMatchObject({ ok: false, text: expect.stringMatching(/is behind since .*Z: .*does not exist/) });
  const postfix = await connectPolicy(bot.policy);
  postfix.write(requestText({ sender, sasl_username: sender, client_address: '192.0.2.9' }));
  expect(await postfix.actions(1)).toEqual([expect.stringMatching(/^(REJECT|5\d\d)/)]);
});
