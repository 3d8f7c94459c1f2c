// What a bot that dies, a Slack that fails and a second bot must not cost: a decision, a message, a line of log. Real Postfix, the bot in a
// process of its own that is killed at named points.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDbReadOnly } from '../../src/db/open.js';
import { volumes } from '../../src/detection/traffic/traffic-report.js';
import { containmentsInForce } from '../../src/incidents/store.js';
import { eventually } from '../helpers/eventually.js';
import { whyNoPostfix } from './postfix/harness.js';
import { type Bot, runCommand } from './whole-way/bot.js';
import { addPast, type CustomerId, mailbox, quietMail, spam, write } from './whole-way/company.js';
import { auditTrail, cardOf, cardsOf, press } from './whole-way/desk.js';
import { firstAnswer } from './whole-way/policy.js';
import { ABUSE_DESK, startWorld, TECHNICIAN, type World } from './whole-way/world.js';

const whyNot = whyNoPostfix();
const PASSES = ['250 2.1.5 Ok'];

describe.skipIf(whyNot)(`surviving, with a real Postfix${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let world: World;
  let bot: Bot;

  beforeAll(async () => {
    world = await startWorld({ channel: ABUSE_DESK });
    await quietMail(world.postfix);
    await delivered();
    addPast(world.postfix.logFile);
  });
  afterEach(() => bot.stop());
  afterAll(() => world?.stop());

  const delivered = () => eventually(() => expect(world.postfix.queue()).toEqual([]));
  const inForce = (customer: string) => {
    const { db, close } = openDbReadOnly(join(world.dataDir, 'relaywarden.db'));
    const rows = containmentsInForce(db).filter((row) => row.customer === customer);
    close();
    return rows.map(({ action }) => action);
  };

  describe('kill -9 between click and effect', () => {
    const points: [string, { before?: string; isDecided?: boolean; customer: CustomerId }][] = [
      ['before it is decided', { before: 'insert into "containments"', isDecided: false, customer: 'granvik' }],
      [
        'before the effect begins',
        { before: 'from "containments" where "containments"."id" =', isDecided: true, customer: 'birkeland' },
      ],
      [
        'after Postfix obeys, before that is written down',
        { before: 'update "containments" set "effective_at"', isDecided: true, customer: 'eikemo' },
      ],
      [
        'after it is written down, before the outbox knows',
        { before: 'update "outbox" set "done_at"', isDecided: true, customer: 'fjordheim' },
      ],
      ['right after the acknowledgement, wherever that is', { customer: 'lindtorp' }],
    ];
    it.each(points)('%s: what was decided is in force from the first request on, once', async (_, point) => {
      const { before: killBefore, isDecided, customer } = point;
      const stolen = mailbox(customer);
      bot = await world.startBot();
      await spam(world.postfix, stolen);
      const card = await cardOf(world, stolen.address);
      await eventually(async () => expect(await world.slack.thread(ABUSE_DESK, card.ts)).toHaveLength(2));
      await bot.stop();

      bot = await world.startBot(killBefore ? { killBefore } : {});
      await world.slack.press({ user: TECHNICIAN, channel: ABUSE_DESK, ts: card.ts, actionId: 'block-sender' });
      if (!killBefore) await bot.kill();
      expect(await bot.ended).toBe('SIGKILL');
      expect(await write(world.postfix, mailbox('vestmar')), 'mail flows without the bot').toEqual(PASSES);

      const decided = inForce(customer);
      const asked = firstAnswer(world.policyPort, stolen);
      bot = await world.startBot();
      if (isDecided !== undefined) expect(decided.length === 1).toBe(isDecided);
      expect(await asked).toMatch(decided.length === 1 ? /^REJECT 5\.7\.1 Mail from anna@/ : /^DUNNO$/);
      // Killed before it could decide: nothing is done, nothing is claimed, and the button works.
      if (decided.length === 0) await press(world, card, 'block-sender');

      const result = await cardOf(world, stolen.address, /Sender blocked\* by Ann Tanaka/);
      expect(await write(world.postfix, stolen)).toEqual([expect.stringMatching(/^554 5\.7\.1 .* is stopped/)]);
      expect(inForce(customer)).toEqual(['block-sender']);
      expect(await cardsOf(world, stolen.address)).toHaveLength(1);
      const verbs = (await auditTrail(world, result)).map(({ verb, outcome }) => `${verb} ${outcome}`);
      expect(verbs).toEqual(['open done', 'block-sender done', 'in-force done']);
      await eventually(async () => {
        const [, ...replies] = await world.slack.thread(ABUSE_DESK, card.ts);
        expect(replies).toHaveLength(3);
      });
    });
  });

  it('kill -9 between posting an alert and remembering it: one root message, and its buttons work', async () => {
    const stolen = mailbox('hammersund');
    bot = await world.startBot();
    world.slack.failNext('chat.postMessage', { hang: true, afterEffect: true });
    await spam(world.postfix, stolen);
    const card = await cardOf(world, stolen.address);
    await bot.kill();

    bot = await world.startBot();
    await eventually(async () => expect(await world.slack.thread(ABUSE_DESK, card.ts)).toHaveLength(2));
    await press(world, card, 'block-sender');
    await cardOf(world, stolen.address, /Sender blocked\* by Ann Tanaka/);

    expect(await cardsOf(world, stolen.address)).toHaveLength(1);
  });

  it('Slack down during an alert: it comes afterwards, once, though Slack also took one post without saying so', async () => {
    const stolen = mailbox('kvist');
    bot = await world.startBot();
    world.slack.failNext('chat.postMessage', { status: 503, times: 2 });
    world.slack.failNext('chat.postMessage', { status: 500, afterEffect: true });
    await spam(world.postfix, stolen);

    const card = await cardOf(world, stolen.address);
    await eventually(async () => expect(await world.slack.thread(ABUSE_DESK, card.ts)).toHaveLength(2));
    expect(await cardsOf(world, stolen.address)).toHaveLength(1);
    expect((await auditTrail(world, card)).filter(({ verb }) => verb === 'open')).toHaveLength(1);
  });

  it('Slack unreachable at the start: blocks are in force all the same, health says so, and it connects later', async () => {
    // The fifth call of it comes 15 s after the first.
    world.slack.failNext('auth.test', { status: 503, times: 4 });
    const asked = firstAnswer(world.policyPort, mailbox('birkeland'));
    bot = await world.startBot();

    expect(await asked).toMatch(/^REJECT/);
    const slackHealth = async () => (await world.health()).items.find(({ name }) => name === 'slack');
    expect(await slackHealth()).toMatchObject({ ok: false, text: 'Slack cannot be reached' });
    await eventually(async () => expect(await slackHealth()).toMatchObject({ ok: true }));
  });

  it('with the bot stopped mail flows, blocked senders too', async () => {
    bot = await world.startBot();
    await bot.stop();

    expect(await write(world.postfix, mailbox('vestmar'))).toEqual(PASSES);
    expect(await write(world.postfix, mailbox('birkeland'))).toEqual(PASSES);
  });

  it('a second bot on the same database ends with 2 and one clear line; the first goes on', async () => {
    bot = await world.startBot();

    const second = await runCommand(['start', '--config', world.configPath], { env: world.env });

    expect(second).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^relaywarden: Another relaywarden is running on \S+relaywarden\.db\. [^\n]+\n$/),
    });
    expect(await firstAnswer(world.policyPort, mailbox('birkeland'))).toMatch(/^REJECT/);
  });

  it('restarts while mail keeps coming: the traffic counted is the traffic sent', async () => {
    const before = totals();
    const sending = Promise.all([keepSending('lindtorp', 25), keepSending('vestmar', 40)]);
    for (const how of ['kill', 'stop', 'kill'] as const) {
      bot = await world.startBot();
      await sleep(1_200);
      await bot[how]();
    }
    bot = await world.startBot();
    await sending;
    await delivered();

    await eventually(() => {
      const now = totals();
      const grown = (customer: string) => (now.get(customer) ?? 0) - (before.get(customer) ?? 0);
      expect({ lindtorp: grown('lindtorp'), vestmar: grown('vestmar') }).toEqual({ lindtorp: 25, vestmar: 40 });
    });
  });

  /** Messages delivered for each customer, as the traffic database has them. */
  function totals(): Map<string, number> {
    const all = volumes(join(world.dataDir, 'traffic.db'), { from: 0, to: Date.now() + 3_600_000 });
    return new Map(all.map(({ customer, sent }) => [customer, sent]));
  }

  async function keepSending(customer: CustomerId, messages: number): Promise<void> {
    const from = mailbox(customer, 'bo');
    const session = await world.postfix.session({ login: from.address, clientIp: from.clientIp });
    for (let i = 0; i < messages; i++) {
      await session.send({ from: from.address, to: [`partner@${customer}.nord.example`] });
      await sleep(150);
    }
    await session.quit();
  }
});
