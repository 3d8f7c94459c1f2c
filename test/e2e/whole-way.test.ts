// The whole way once, with nothing in between left out: messages of a stolen mailbox through a real Postfix, its log, the alert in
// Slack, a signed click, and the next message of that mailbox is refused. Only Slack is a stand-in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { whyNoPostfix } from './postfix/harness.js';
import type { SmtpSink } from './postfix/smtp-sink.js';
import type { Bot } from './whole-way/bot.js';
import { addPast, HOTMAIL, mailbox, OTHER, quietMail, spam, write } from './whole-way/company.js';
import { auditTrail, cardOf, cardsOf, fillIn, incidentOf, menuEntry, press, wordsOf } from './whole-way/desk.js';
import { ABUSE_DESK, OUTSIDER, PHONE, startWorld, TECHNICIAN, type World } from './whole-way/world.js';

const whyNot = whyNoPostfix();

describe.skipIf(whyNot)(`the whole way through a real Postfix${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let world: World;
  let bot: Bot;

  beforeAll(async () => {
    world = await startWorld();
    await quietMail(world.postfix);
    await isDelivered();
    addPast(world.postfix.logFile);
    bot = await world.startBot();
  });

  afterAll(async () => {
    const code = await bot?.stop();
    await world?.stop();
    expect(code).toBe(0);
  });

  const passes = ['250 2.1.5 Ok'];
  const refusedWith = (text: string, to = OTHER) => [`554 5.7.1 <${to}>: Recipient address rejected: ${text}`];
  const suspended = (name: string) => refusedWith(`Outgoing mail of ${name} is suspended. Please call ${PHONE}`);
  const arrivedAt = (sink: SmtpSink, customer: string) =>
    sink.messages.filter(({ from }) => from.endsWith(`@${customer}.example`)).flatMap(({ to }) => to);
  const isDelivered = () => eventually(() => expect(world.postfix.queue()).toEqual([]));
  const verbs = async (...of: Parameters<typeof auditTrail>) =>
    (await auditTrail(...of)).map(({ actorName, verb, outcome }) => `${actorName}: ${verb} ${outcome}`);

  /** Steals a mailbox and waits for the alert. */
  async function alertFor(stolen: ReturnType<typeof mailbox>) {
    await spam(world.postfix, stolen);
    return cardOf(world, stolen.address);
  }

  it('stays silent over quiet mail', async () => {
    const logs = async () => (await world.health()).items.find(({ name }) => name === 'logs')?.text;
    await expect.poll(logs).toMatch(/^\d{4,} lines read, 0 not understood$/);
    expect(await world.slack.messages(ABUSE_DESK)).toEqual([]);
  });

  it('spam in the log, alert, Block sender, and the next message is refused with our text', async () => {
    const stolen = mailbox('kvist');
    const card = await alertFor(stolen);
    expect(wordsOf(card)).toMatch(/Kvist AS/);
    // The three strongest reasons; which they are hangs on how far the run has come and what receivers have said by then.
    const reasons = [
      /\d+ recipients in \d min, usual 3 an hour/,
      /(two|three) (new )?networks/,
      /never written to before/,
      /unknown users/,
    ];
    expect(reasons.filter((reason) => reason.test(wordsOf(card))).length).toBeGreaterThanOrEqual(2);

    await press(world, card, 'block-sender');
    await cardOf(world, stolen.address, /Sender blocked\* by Ann Tanaka/);

    const refused = refusedWith(
      `Mail from ${stolen.address} is stopped because the mailbox seems to be misused. Please call ${PHONE}`,
    );
    expect(await write(world.postfix, stolen)).toEqual(refused);
    expect(await write(world.postfix, { ...stolen, clientIp: '203.0.113.66' })).toEqual(refused);
    expect(await write(world.postfix, mailbox('kvist', 'bo'))).toEqual(passes);
    expect(await write(world.postfix, mailbox('vestmar'))).toEqual(passes);

    const contained = await cardOf(
      world,
      stolen.address,
      /Sender blocked\* by Ann Tanaka[^"]* · 2 recipients refused since/,
    );
    expect(wordsOf(contained)).toMatch(/Contained/);
    expect(await cardsOf(world, stolen.address)).toHaveLength(1);

    expect(await verbs(world, contained)).toEqual([
      'relaywarden: open done',
      'Ann Tanaka: block-sender done',
      'relaywarden: in-force done',
    ]);
    const [, decision] = await auditTrail(world, contained);
    expect(decision).toMatchObject({
      actor: TECHNICIAN,
      details: { before: 'open', after: 'contained', customers: ['kvist'] },
    });
    const thread = await world.slack.thread(ABUSE_DESK, card.ts);
    expect(thread.slice(1).map(({ text }) => text)).toEqual([
      expect.stringMatching(/open/i),
      expect.stringMatching(/Ann Tanaka/),
      expect.stringMatching(/in force/i),
    ]);
  });

  it("re-routes one customer's Hotmail to the second sink; its other mail and other customers' Hotmail stay", async () => {
    const stolen = mailbox('lindtorp');
    const card = await alertFor(stolen);
    await press(world, card, 'reroute');
    await fillIn(world, {});
    await cardOf(world, stolen.address, /Hotmail re-routed\* via clean by Ann Tanaka/);

    const bo = mailbox('lindtorp', 'bo');
    expect(await write(world.postfix, bo, [HOTMAIL])).toEqual(passes);
    expect(await write(world.postfix, bo, [OTHER])).toEqual(passes);
    expect(await write(world.postfix, mailbox('vestmar', 'bo'), [HOTMAIL])).toEqual(passes);
    await isDelivered();

    expect(arrivedAt(world.clean, 'lindtorp')).toEqual([HOTMAIL]);
    expect(arrivedAt(world.normal, 'lindtorp')).toContain(OTHER);
    expect(arrivedAt(world.normal, 'lindtorp')).not.toContain(HOTMAIL);
    expect(arrivedAt(world.normal, 'vestmar')).toContain(HOTMAIL);
    expect(arrivedAt(world.clean, 'vestmar')).toEqual([]);
    await cardOf(world, stolen.address, /1 recipient re-routed since/);
  });

  it('suspends a customer for a reason, and lifts it again', async () => {
    const stolen = mailbox('granvik');
    const card = await alertFor(stolen);

    await press(world, card, 'suspend-outbound');
    await fillIn(world, { reason: 'Three mailboxes in an hour, nobody answers the phone.' });
    const contained = await cardOf(world, stolen.address, /Outbound suspended\* by Ann Tanaka/);
    expect(await write(world.postfix, stolen)).toEqual(suspended('Granvik AS'));
    expect(await write(world.postfix, mailbox('granvik', 'bo'))).toEqual(suspended('Granvik AS'));
    expect(await write(world.postfix, mailbox('hammersund'))).toEqual(passes);

    await press(world, contained, 'incident-menu', { selectedOption: menuEntry(contained, 'lift') });
    await fillIn(world, { reason: 'Passwords changed, machines clean.' });
    await cardOf(world, stolen.address, /\*Open\*/);
    await expect.poll(() => write(world.postfix, mailbox('granvik', 'bo'))).toEqual(passes);

    const trail = await auditTrail(world, card);
    expect(trail.map(({ verb }) => verb)).toEqual(['open', 'suspend-outbound', 'in-force', 'lift', 'out-of-force']);
    expect(trail.map(({ reason }) => reason)).toEqual([
      null,
      'Three mailboxes in an hour, nobody answers the phone.',
      null,
      'Passwords changed, machines clean.',
      null,
    ]);
  });

  it('refuses an outsider in private and on record, and nothing happens to the mail', async () => {
    const stolen = mailbox('hammersund');
    const card = await alertFor(stolen);

    await press(world, card, 'block-sender', { user: OUTSIDER });
    const note = await world.slack.until(() => world.slack.ephemerals(OUTSIDER, ABUSE_DESK)[0]);

    expect(wordsOf(note)).toMatch(/Sorry, \*Block sender\* was not done: you are not on the abuse desk/);
    expect(await write(world.postfix, stolen)).toEqual(passes);
    expect(wordsOf(await cardOf(world, stolen.address))).toMatch(/\*Open\*/);
    expect((await auditTrail(world, card)).at(-1)).toMatchObject({
      actor: OUTSIDER,
      verb: 'block-sender',
      outcome: 'refused',
      subject: `incident:${incidentOf(card)}`,
    });
    expect(world.slack.ephemerals(TECHNICIAN, ABUSE_DESK)).toEqual([]);
  });

  it('the audit trail of all this is whole', async () => {
    expect(await world.command('audit', 'verify')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^The audit trail is whole: \d+ rows/),
    });
  });
});
