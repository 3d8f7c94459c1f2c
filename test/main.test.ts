// The whole bot in this process: what is counted while it stops is on record when it has stopped.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { openDb } from '../src/db/open.js';
import { contain } from '../src/incidents/contain.js';
import { openFromFinding } from '../src/incidents/open.js';
import { containmentsOf } from '../src/incidents/store.js';
import { startRelaywarden } from '../src/main.js';
import { practiceConfig } from '../src/practice/config.js';
import { CUSTOMERS } from '../src/practice/internet/people.js';
import { practiceWorkspace, startSlackStandIn } from '../src/practice/slack/index.js';
import { requestText } from './containment/containments.js';
import { connectPolicy } from './containment/mtas/postfix/policy-client.js';
import { eventually } from './helpers/eventually.js';
import { ANN, stolenMailbox } from './helpers/incidents.js';
import { tempDir } from './helpers/temp.js';

const SECRETS = { botToken: 'xoxb-test', signingSecret: 'a-test-secret' };

async function startBot() {
  const dataDir = tempDir();
  const logPath = join(dataDir, 'mail.log');
  appendFileSync(logPath, '');
  const config = practiceConfig({ dataDir, logPath, dnsServer: '127.0.0.1:9' });
  const slack = await startSlackStandIn({ workspace: practiceWorkspace, ...SECRETS, patienceMs: 60_000 });
  onTestFinished(() => slack.close());
  const secrets = { ...SECRETS, apiUrl: slack.apiUrl };
  const bot = await startRelaywarden({ config, secrets, log: pino({ level: 'silent' }) });
  onTestFinished(() => bot.stop());
  return { bot, path: config.database.path };
}

it('has every refusal on record that it made until its door was shut', async () => {
  const { bot, path } = await startBot();
  const [customer] = CUSTOMERS;
  const sender = `kim@${customer?.domains[0]}`;
  const found = stolenMailbox({ at: Date.now(), customer: customer?.id ?? '', senders: [sender], logins: [sender] });
  const { incident } = openFromFinding(bot.ctx, found);
  contain(bot.ctx, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  bot.ctx.outbox.wake();
  await eventually(() => expect(containmentsOf(bot.ctx.db, incident.id)[0]?.effectiveAt).not.toBeNull());
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
