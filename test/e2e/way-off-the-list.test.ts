// From a listing to its end, with nothing in between left out: spam through a real Postfix, our address in a real rbldnsd asked through a
// real unbound, the culprit named, the cause stopped, the gate, the request, the partner's mail, the removal. Only Slack is a stand-in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { whyNoPostfix } from './postfix/harness.js';
import { type SmtpSink, startSink } from './postfix/smtp-sink.js';
import { type Rbldnsd, startRbldnsd } from './rbldnsd/harness.js';
import { whyNot } from './requirements.js';
import { startUnbound, type Unbound } from './unbound/harness.js';
import type { Bot } from './whole-way/bot.js';
import { addPast, mailbox, quietMail, spam } from './whole-way/company.js';
import { auditTrail, cardOf, fillIn, press, stepOn, wordsOf } from './whole-way/desk.js';
import { LEAD, startWorld, TECHNICIAN, type World } from './whole-way/world.js';

const missing = whyNoPostfix() ?? whyNot({ programs: ['rbldnsd', 'unbound'] });

const OURS = '203.0.113.21';
const CHANNEL = 'C0DELIV001';
const TEST_ENTRY = [':127.0.0.3:seen in spam traps', '127.0.0.2'];
const RECORDS = [
  `relay1.example. 60 IN A ${OURS}`,
  '21.113.0.203.in-addr.arpa. 60 IN PTR relay1.example.',
  'relay1.example. 60 IN TXT "v=spf1 a -all"',
];

describe.skipIf(missing)(`the way off a list${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let lists: Rbldnsd;
  let dns: Unbound;
  let mail: SmtpSink;
  let world: World;
  let bot: Bot;

  beforeAll(async () => {
    lists = await startRbldnsd([{ name: 'plain.test', type: 'ip4set', lines: TEST_ENTRY }], { looksForChanges: true });
    dns = await startUnbound({ stubs: [{ zone: 'plain.test', ...lists }], records: RECORDS });
    mail = await startSink();
    world = await startWorld({ config: configOf(dns, mail) });
    await quietMail(world.postfix);
    await eventually(() => expect(world.postfix.queue()).toEqual([]));
    addPast(world.postfix.logFile);
    bot = await world.startBot();
  });

  afterAll(async () => {
    const code = await bot?.stop();
    await world?.stop();
    await mail?.stop();
    await dns?.stop();
    await lists?.stop();
    expect(code).toBe(0);
  });

  /** The listing's card, once it says `wanted`. */
  async function listingCard(wanted: RegExp) {
    let seen = 'there is no card';
    const found = async () => {
      const cards = (await world.slack.messages(CHANNEL)).filter((message) => /Incident \d+ ·/.test(wordsOf(message)));
      seen = cards.map(wordsOf).join('\n') || seen;
      return cards.find((message) => wanted.test(wordsOf(message)));
    };
    try {
      return await world.slack.until(found, 60_000);
    } catch (error) {
      throw new Error(`waited for ${wanted}, but ${seen}`, { cause: error });
    }
  }

  async function pressListing(actionId: string, wanted = /./, user = TECHNICIAN) {
    const listed = await listingCard(wanted);
    const outcome = await world.slack.press({ user, channel: CHANNEL, ts: listed.ts, ...stepOn(listed, actionId) });
    if (!outcome.ok) throw new Error(`pressing ${actionId}: ${outcome.text}`);
  }

  /** The form in front of the technician, once it is the one with this input. */
  const formWith = (input: string) =>
    world.slack.until(() => {
      const modal = world.slack.modal(TECHNICIAN);
      return JSON.stringify(modal?.content ?? '').includes(`"block_id":"${input}"`) ? modal : undefined;
    });

  const stolen = mailbox('kvist');

  it('names the customer whose mailbox was stolen, and the cost', async () => {
    await spam(world.postfix, stolen);
    // Which reasons it gives hangs on what receivers have said by then.
    await cardOf(world, stolen.address);
    lists.rewrite('plain.test', [...TEST_ENTRY, OURS]);

    const words = wordsOf(await listingCard(/Kvist AS.*linked to/s));
    expect(words).toContain(`Blocklisted: ${OURS} on The plain list`);
    expect(words).toContain('seen in spam traps');
    expect(words).toMatch(/incident \d+ \(Kvist AS\) is open: nothing holds it back/);
    await listingCard(/nearly all our mail, 8 customers/);
  });

  it('lets nobody ask for removal while the cause goes on', async () => {
    await pressListing('request-delisting', /Request delisting \(locked\)/);
    const modal = await world.slack.until(() => world.slack.modal(TECHNICIAN));
    expect(JSON.stringify(modal.content)).toContain('nothing holds it back');
    expect(modal.content.submit).toBeUndefined();
  });

  it('opens the gate when the cause is stopped, quiet, and the DNS is right', async () => {
    await press(world, await cardOf(world, stolen.address), 'block-sender');
    await cardOf(world, stolen.address, /Sender blocked\* by Ann Tanaka/);

    const words = wordsOf(await listingCard(/"Request delisting"/));
    expect(words).toMatch(/To ask for removal: (\d+) of \1 points met/);
  });

  it('gives the text for the operator, without a customer in it, and keeps the request', async () => {
    await pressListing('request-delisting');
    const modal = await formWith('reference');
    const [, text = ''] = /"initial_value":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(modal.content)) ?? [];
    expect(text).toContain(OURS);
    expect(text).not.toMatch(/kvist/i);

    await fillIn(world, { how: 'sent', reference: 'T-4711' });
    const words = wordsOf(await listingCard(/T-4711/));
    expect(words).toMatch(/attempt 1/);
  });

  it('tells the partner, by mail', async () => {
    await pressListing('notify-partners', /Tell 1 partner/);
    await formWith('partners');
    await fillIn(world, {});
    await eventually(() => expect(mail.messages).toHaveLength(1));
    const [told] = mail.messages;
    expect(told?.to).toEqual(['it@example-it.example']);
    expect(told?.data).toContain(`${OURS} on The plain list`);
    expect(told?.data).toMatch(/Kvist AS/);
  });

  it('answers why mails bounce', async () => {
    await world.slack.command({ user: LEAD, channel: CHANNEL, command: '/relay', text: 'status' });
    const status = await world.slack.until(() => world.slack.ephemerals(LEAD).find(({ text }) => text.includes(OURS)));
    expect(status.text).toMatch(
      /The mail that caused it was stopped at .*, and removal was asked for at .*: we expect it to be over by/,
    );
  });

  it('sees the removal, closes the request, and tells the partner of the end', async () => {
    lists.rewrite('plain.test', TEST_ENTRY);
    await listingCard(/Seen clear/);
    await pressListing('notify-partners', /Tell 1 partner/);
    await formWith('partners');
    await fillIn(world, {});
    await eventually(() => expect(mail.messages).toHaveLength(2));
    expect(mail.messages[1]?.data).toContain('has been over since');
  });

  it('has every step on record, in order, and the trail is whole', async () => {
    const done = (await auditTrail(world, await listingCard(/Seen clear/)))
      .filter(({ outcome }) => outcome === 'done')
      .map(({ verb }) => verb);
    const steps = ['open', 'request-delisting', 'notify-partners', 'cleared', 'notify-partners'];
    expect(done.filter((verb) => steps.includes(verb))).toEqual(steps);
    expect((await world.command('audit', 'verify')).code).toBe(0);
  });
});

function configOf(dns: Unbound, mail: SmtpSink): Record<string, unknown> {
  const list = {
    ...{
      id: 'plain',
      name: 'The plain list',
      zone: 'plain.test',
      kinds: ['ipv4'],
      impact: 'critical',
      confidence: 'high',
    },
    ...{ test_listed: { ipv4: '127.0.0.2' }, test_clean: { ipv4: '127.0.0.1' }, test_basis: 'documented' },
    delisting: {
      method: 'form',
      url: 'https://plain.example/removal',
      expected_hours: [1, 24],
      needs: ['the address'],
    },
  };
  return {
    channels: { compromise: '#abuse-desk', listing: CHANNEL },
    relays: [{ host: 'relay1', name: 'relay1.example', outbound_ip: OURS }],
    partners: [{ id: 'p-01', name: 'Example IT', contact: 'it@example-it.example' }],
    dns: { servers: [`${dns.host}:${dns.port}`], timeoutMs: 2_000, tries: 2 },
    blocklists: {
      only: ['plain'],
      extra: [list],
      watch: { criticalMinutes: 0.1, otherMinutes: 0.1, customerDomains: false, holdShare: 1 },
    },
    // Nine seconds of quiet.
    delisting: { quietHours: 0.0025 },
    mail: { smtp: `smtp://127.0.0.1:${mail.port}`, from: 'Abuse desk <abuse@relay.example>' },
  };
}
