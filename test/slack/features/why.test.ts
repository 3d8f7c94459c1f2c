// Why?: an answer in words, out of what the detection explains and what is on record, whatever the detection does.
import { describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/detection/explanation.js';
import { contain, lift } from '../../../src/incidents/contain.js';
import { markNoise } from '../../../src/incidents/noise/mark-noise.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { updateContainment, updateIncident } from '../../../src/incidents/store.js';
import { Customer } from '../../../src/partners/directory.js';
import { findCustomer, type Near } from '../../../src/partners/find.js';
import { explanationText } from '../../../src/slack/messages/noise/explained.js';
import { ANN, microsoftBlock, stolenMailbox, T0 } from '../../helpers/incidents.js';
import {
  ABUSE,
  OUTSIDER,
  openCompromise,
  openDesk,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

const HOUR_MS = 3_600_000;

const KIM: Explanation = {
  customer: 'acme',
  entry: { kind: 'login', name: 'kim@acme.example' },
  scope: 'entry',
  name: 'kim@acme.example',
  isDeclaredBulk: false,
  knownSince: T0 - 20 * 24 * HOUR_MS,
  hoursKnown: 60,
  activity: { since: T0 - HOUR_MS, lastAt: T0 - 60_000, messages: 12, recipients: 15, senders: 1 },
  evidence: 3.2,
  needed: 8.3,
  confidence: 0.01,
  isAlarm: false,
  signs: [
    { group: 'reach', weight: 3.4, sentence: '15 recipients in 59 min, usual 4 an hour' },
    { group: 'reception', weight: -1.2, sentence: '0 % unknown users (0 of 15)' },
    { group: 'reach', weight: 1, sentence: '9 never written to before' },
  ],
  habit: { messagesADay: 18, recipientsAnHour: 4.2, newRecipientShare: 0.25, unknownUserShare: 0.004 },
};

const words = (change: Partial<Explanation>) => explanationText({ ...KIM, ...change, customerName: 'Acme Mills' });

/** Clocks go on between two answers. */
const withoutTimes = (text: string) => text.replace(/<!date[^>]*>|"block_id":"[^"]*"/g, '');

async function ask(desk: TestDesk, text: string): Promise<string> {
  const before = desk.slack.ephemerals(TECH).length;
  await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text });
  const answer = await desk.slack.until(() => desk.slack.ephemerals(TECH)[before]);
  return JSON.stringify(answer.blocks);
}

describe('the explanation', () => {
  it('of a quiet one says what it sends, what is usual, what speaks for and against, and how far an alarm is', () => {
    expect(words({})).toMatchInlineSnapshot(`
      "*Everything behind login \`kim@acme.example\`* · Acme Mills
      :large_green_circle: *No alarm*
      Sent 12 messages to 15 recipients in 59 min, the last <!date^1772504040^{date_short_pretty} {time}, {ago}|2026-03-03 02:14 UTC>.
      Usual for it: 18 messages a day, 4 recipients in an hour in which it sends, 25 % of them new, 0.4 % unknown users.
      *Speaks for spam*
      • 15 recipients in 59 min, usual 4 an hour (strong)
      • 9 never written to before (some)
      *Speaks for honest mail*
      • 0 % unknown users (0 of 15) (some)
      Together the signs speak for spam, but are not enough for an alarm: far from it."
    `);
  });

  it('names the stretch that the signs are of when it is a part of the mail, and has the weak signs in one line', () => {
    const signsOf = { from: T0 - 20 * 60_000, to: T0 - 60_000 };
    const weak = { group: 'rhythm', weight: 0.2, sentence: '0 % at night' };
    const text = words({ signsOf, signs: [...KIM.signs, weak, { ...weak, weight: 0.1, sentence: '3 new programs' }] });

    expect(text).toMatch(/Judged by its mail of <!date\S+ \{time\}\|[^>]+>–<!date[^>]+>:\n\*Speaks for spam\*/);
    expect(text).toContain('(some)\n• weaker: 0 % at night · 3 new programs');
  });

  it('says in words what there is none of', () => {
    const habit = { ...KIM.habit, newRecipientShare: 0, unknownUserShare: 0 };
    expect(words({ habit })).toContain('in an hour in which it sends, none of them new, no unknown users.');
  });

  it('of an alarm says since when and how sure', () => {
    const text = words({ isAlarm: true, evidence: 12, confidence: 0.975 });
    expect(text).toContain(':rotating_light: *Alarm*, 98 % sure, since <!date');
    expect(text).toContain('Together the signs are far more than enough for an alarm.');
    expect(words({ isAlarm: true, evidence: KIM.needed + 1 })).toContain('are clearly enough for an alarm.');
    expect(words({ isAlarm: true, evidence: KIM.needed })).toContain('are just enough for an alarm.');
    const staked = words({ isAlarm: true, evidence: KIM.needed + 1, stake: 1.5 });
    expect(staked).toContain('They do because it has reached so many people it never wrote to before.');
    expect(words({ isAlarm: true, evidence: KIM.needed + 2, stake: 1.5 })).toContain('enough for an alarm.');
  });

  it('says that it knows little, that nothing is sent, that it is declared, and that it is nobody’s', () => {
    expect(words({ hoursKnown: 0, knownSince: T0 - 3 * HOUR_MS })).toMatch(
      /\*No history yet\*: known since <!date\S+ \S+ .*, so it is compared with others/,
    );
    expect(words({ hoursKnown: 3 })).toMatch(
      /\*Little history\*: 3 hours with mail since <!date.*\. Below 12 hours it is compared with others, too\./,
    );
    const { activity: _, ...silent } = KIM;
    expect(explanationText({ ...silent, customerName: 'x' })).toContain('Sends nothing now.');
    expect(words({ hoursKnown: 1.8 })).toContain(': 1 hour with mail since');
    expect(words({ isAlarm: true, evidence: 14, confidence: 0.995, hoursKnown: 0.5 })).not.toContain('less surely');
    expect(words({ isDeclaredBulk: true })).toContain('Declared as bulk mail');
    expect(words({ customer: 'unattributed' })).toContain('belongs to no customer that is configured');
  });

  it('promises no number that it cannot keep', () => {
    expect(words({ evidence: -2 })).toContain('All in all it looks like honest mail');
    expect(words({ evidence: 8.4, isAlarm: false })).toContain('too little mail yet to judge');
    expect(words({ evidence: 7, needed: 8.3 })).toContain('not enough for an alarm: close to it.');
    expect(words({ evidence: 8.5, needed: 9, learned: 1 })).toContain(
      'Usually this would be enough for an alarm. Here more is needed, because our customers’ honest mail often looks',
    );
    expect(words({ evidence: 7.5, needed: 9, learned: 1 })).toContain('not enough for an alarm: close to it.');
    expect(words({ evidence: 7.5, needed: 7, learned: -1, isAlarm: true })).toContain(
      'Usually this would not be enough for an alarm. Here less is needed, because our customers’ honest mail seldom looks',
    );
    expect(words({ evidence: 8.5, needed: 7, learned: -1, isAlarm: true })).toContain('enough for an alarm');
    const lasting = words({ evidence: 3.2, isAlarm: true, confidence: 0.15 });
    expect(lasting).toContain('the last stretch alone would not make one');
    expect(lasting).toMatch(/\*Alarm\*, still on, since/);
    expect(lasting).not.toContain('15 % sure');
  });
});

const finder = (typed: string, known?: readonly Near[]) =>
  findCustomer([Customer.parse({ id: 'acme', name: 'Acme Mills', domains: ['acme.example'] })], typed, known);

describe('/relay why', () => {
  it('of an incident by its number is what the button on its card tells, and of a listing says where to look', async () => {
    const desk = await openDesk();
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    const listing = openFromFinding(desk.ctx, microsoftBlock()).incident;
    await desk.settled();

    const asked = await ask(desk, 'why kim@acme.example');
    for (const text of [`${incident.id}`, `incident ${incident.id}`, `Incident #${incident.id}`, `#${incident.id}`])
      expect(withoutTimes(await ask(desk, `why ${text}`))).toBe(withoutTimes(asked));
    expect(await ask(desk, `why incident ${listing.id}`)).toContain(
      'is a listing: its card names whose mail brought it',
    );
    expect(await ask(desk, 'why incident 99')).toContain('Nothing is known of `incident 99`');
  });

  it('of a number that is somebody’s login is about that login', async () => {
    const desk = await openDesk({ context: { explain: async (name) => (name === '1' ? [{ ...KIM, name }] : []) } });
    openFromFinding(desk.ctx, stolenMailbox());
    expect(await ask(desk, 'why 1')).not.toContain('kim@acme.example');
  });

  it('of a number that is a part of somebody’s name is about the incident', async () => {
    const studio = Customer.parse({ id: 'studio', name: 'Studio 1', domains: ['studio.example'] });
    const desk = await openDesk({
      context: {
        findCustomer: () => ({ kind: 'customer', customer: studio, by: studio.name }),
        explain: async () => [],
      },
    });
    openFromFinding(desk.ctx, stolenMailbox());
    expect(await ask(desk, 'why 1')).toContain('kim@acme.example');
  });

  it('says in full what is nearest to an alarm, and of others that they are none', async () => {
    const quiet = { ...KIM, name: 'jo@acme.example', entry: { kind: 'login' as const, name: 'jo@acme.example' } };
    const desk = await openDesk({ context: { explain: async () => [KIM, { ...quiet, evidence: -3 }] } });

    const answer = await ask(desk, 'why acme.example');
    expect(answer).toContain('jo@acme.example');
    expect(answer.match(/Speaks for spam/g)).toHaveLength(1);
  });

  it('takes a part of a name for the one customer that has it, and says so', async () => {
    const explain = async (query: string) => (query === 'acme' ? [KIM] : []);
    const desk = await openDesk({ context: { explain, findCustomer: finder } });

    const answer = await ask(desk, 'why mills');

    expect(answer).toContain('`mills` is taken for *Acme Mills*.');
    expect(answer).toContain('*No alarm* for `Acme Mills`');
    expect(await ask(desk, 'why me.exam')).toContain('`me.exam` is taken for *Acme Mills* (acme.example).');
  });

  it('suggests what was meant, open incidents’ addresses among it, and takes nobody for another', async () => {
    const desk = await openDesk({ context: { explain: async () => [], findCustomer: finder } });
    await openCompromise(desk);

    expect(await ask(desk, 'why kmi@acme.example')).toContain(
      'Nothing is known of `kmi@acme.example`. *Did you mean* `kim@acme.example` (Acme Mills)',
    );
    expect(await ask(desk, 'why ma@acme.exmaple')).toContain('*Did you mean* `Acme Mills`?');
  });

  it('asks for a customer by its name, and for anything else as it was typed', async () => {
    const asked: string[] = [];
    const explain = async (query: string) => {
      asked.push(query);
      return [KIM];
    };
    const desk = await openDesk({
      context: { explain, findCustomer: finder },
    });

    const answer = await ask(desk, 'why Acme Mills');
    await ask(desk, 'WHY  <mailto:kim@acme.example|kim@acme.example>');

    expect(asked).toEqual(['acme', 'kim@acme.example']);
    expect(answer).toContain('"text":":large_green_circle: *No alarm*"');
    expect(answer).toContain('Acme Mills in the last 24 h: 1,240 messages');
  });

  it('says what is on record when the detection fails or takes too long', async () => {
    const ways: Record<string, () => Promise<Explanation[]>> = {
      'did not answer in two seconds': () => new Promise(() => {}),
      'is busy': () => Promise.reject(new Error('the worker is gone')),
    };
    for (const [words, explain] of Object.entries(ways)) {
      const desk = await openDesk({ context: { explain } });
      await openCompromise(desk);
      const answer = await ask(desk, 'why kim@acme.example');
      expect(answer).toContain(words);
      expect(answer).toContain('60 recipients in 10 min, usual 4 an hour');
      expect(answer).toContain('98 % sure');
    }
  });

  it('asks the counters for the one customer alone', async () => {
    const volumeOf = () => ({
      ...{ customer: 'acme', messages: 77, recipients: 80, sent: 80, deferred: 0, bounced: 0, refused: 0 },
    });
    const desk = await openDesk({ context: { explain: async () => [KIM], volumeOf } });

    expect(await ask(desk, 'why kim@acme.example')).toContain('Acme Mills in the last 24 h: 77 messages');
  });

  it('names the customer of an incident of many addresses, and of bounces', async () => {
    const desk = await openDesk({ context: { explain: async () => [] } });
    openFromFinding(desk.ctx, stolenMailbox({ kind: 'multiple', key: 'many' }));
    openFromFinding(
      desk.ctx,
      stolenMailbox({ key: 'bounces', senders: ['<>'], logins: [], clientIps: ['192.0.2.44'] }),
    );

    expect(await ask(desk, 'why kim@acme.example')).toContain('Compromised machine at Acme Mills: open');
    expect(await ask(desk, 'why 192.0.2.44')).toContain('Bounces to strangers from Acme Mills: open');
  });

  it('says kindly that nothing is known, how to ask, and what is silenced as noise', async () => {
    const desk = await openDesk({ context: { explain: async () => [] } });
    const { incident } = openFromFinding(desk.ctx, stolenMailbox({ key: 'acme|login:kim@acme.example' }));
    const said = { reason: 'invoices', scope: 'sender', kind: 'single', days: 7, lifts: false } as const;
    markNoise(desk.ctx, { incidentId: incident.id, actor: ANN, ...said });

    expect(await ask(desk, 'why nobody@elsewhere.example')).toContain('Nothing is known of `nobody@elsewhere.example`');
    expect(await ask(desk, 'why kim@acme.example')).toContain('Invoices, marked by Ann');
  });

  it('says whom one can ask about, with examples of ours that can be tried', async () => {
    const usage = async (desk: TestDesk) => {
      await desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'why' });
      return told(desk, TECH);
    };
    const whom = 'Say whom: a sender, a login, a client address or a customer';
    expect(await usage(await openDesk())).toBe(`${whom}, such as /relay why Acme Mills (customer).`);
    expect(await usage(await openDesk({ config: testConfig({ customers: [] }) }))).toBe(`${whom}.`);

    const desk = await openDesk();
    const bounces = { key: 'bounces', senders: ['<>'], logins: [], clientIps: ['192.0.2.44'] };
    openFromFinding(desk.ctx, stolenMailbox({ customer: 'boreal', ...bounces }));
    const at = desk.ctx.now();
    openFromFinding(desk.ctx, stolenMailbox({ at, senders: ['kim@acme.example'], logins: ['kim'] }));
    expect(await usage(desk)).toBe(
      `${whom}, such as /relay why kim@acme.example (sender), /relay why kim (login), /relay why 192.0.2.9 (client address), /relay why Acme Mills (customer).`,
    );
  });

  it('says at the top that an alarm is held back, and how sure it is once', async () => {
    const alarm = { ...KIM, isAlarm: true, evidence: 14, confidence: 0.975 };
    const desk = await openDesk({ context: { explain: async () => [alarm] } });
    await openCompromise(desk);
    expect(await ask(desk, 'why kim@acme.example')).toMatch(
      /:rotating_light: \*Alarm\*, 98 % sure, since <!date[^"]+> · Acme Mills"/,
    );

    contain(desk.ctx, { incidentId: 1, rev: 1, actor: ANN, action: 'block-sender' });
    const held = await ask(desk, 'why kim@acme.example');
    expect(held).toMatch(
      /:large_yellow_circle: \*Alarm\*, 98 % sure, since <!date[^"]+>, and \*held back\* until somebody lifts it/,
    );
    expect(held.match(/98 % sure/g)).toHaveLength(1);

    resolveIncident(desk.ctx, { incidentId: 1, actor: ANN, reason: 'password changed' });
    const resolved = await ask(desk, 'why kim@acme.example');
    expect(resolved).toMatch(/:white_check_mark: <https:[^|]+\|Incident 1> was \*resolved\* by Ann, <!date/);
    expect(resolved).toContain(
      'The alarm for `kim@acme.example` is still on: if its mail goes on, a new incident opens',
    );
    openFromFinding(desk.ctx, stolenMailbox({ at: T0 + HOUR_MS, messages: 40 }));
    expect(await ask(desk, 'why kim@acme.example')).toMatch(
      /:rotating_light: \*Alarm\*, 98 % sure, since <!date[^"]+> · Acme Mills"/,
    );
  });

  it('names what is in force of a sender, a login, an address and a customer, also when its incident is over', async () => {
    const desk = await openDesk({ context: { explain: async () => [], findCustomer: finder } });
    await openCompromise(desk, { logins: ['kim'] });
    contain(desk.ctx, { incidentId: 1, rev: 1, actor: ANN, action: 'block-sender' });
    desk.ctx.outbox.wake();
    await desk.settled();
    updateContainment(desk.ctx.db, 1, { hits: 159, lastHitAt: T0 });
    resolveIncident(desk.ctx, { incidentId: 1, actor: ANN, reason: 'password changed' });
    updateIncident(desk.ctx.db, 1, { openedAt: T0 - 90 * 24 * HOUR_MS, resolvedAt: T0 - 60 * 24 * HOUR_MS });

    for (const asked of ['kim@acme.example', 'kim', '192.0.2.9', 'Acme Mills']) {
      const answer = await ask(desk, `why ${asked}`);
      expect(answer, asked).toMatch(
        /:no_entry: \*Sender blocked\* · Acme Mills by Ann · 159 recipients refused since <!/,
      );
      expect(answer, asked).toMatch(
        /`kim@acme.example` · <https:[^|]+\|incident 1>, resolved <!date[^>]+>: \*Lift\* on its card ends it/,
      );
    }
    expect(await ask(desk, 'why jo@acme.example')).not.toContain('Sender blocked');

    lift(desk.ctx, { incidentId: 1, actor: ANN, containmentId: 1, reason: 'safe' });
    expect(await ask(desk, 'why kim@acme.example')).not.toContain('Sender blocked');
  });

  it('says at the top that there is no alarm but a block, and names a suspension to each of its customer’s senders', async () => {
    const desk = await openDesk({ context: { explain: async () => [KIM] } });
    await openCompromise(desk);
    contain(desk.ctx, { incidentId: 1, rev: 1, actor: ANN, action: 'suspend-outbound' });
    desk.ctx.outbox.wake();
    await desk.settled();
    resolveIncident(desk.ctx, { incidentId: 1, actor: ANN, reason: 'password changed' });

    const answer = await ask(desk, 'why jo@acme.example');
    expect(answer).toContain(':no_entry: *No alarm*, but *1 suspension in force* until somebody lifts it');
    expect(answer).toMatch(/\*Outbound suspended\* · Acme Mills by Ann .*<https:[^|]+\|incident 1>, resolved/);
  });

  it('names whom it is about once, in the header, and then what is known', async () => {
    const alarm = { ...KIM, isAlarm: true, evidence: 14, confidence: 0.975 };
    const desk = await openDesk({ context: { explain: async () => [alarm], findCustomer: finder } });
    await openCompromise(desk, { clientIps: ['192.0.2.9', '192.0.2.10', '198.51.100.4'] });

    const answer = await ask(desk, 'why kim@acme.example');
    expect(answer.match(/kim@acme\.example/g)).toHaveLength(1);
    expect(answer.match(/\*Alarm\*/g)).toHaveLength(1);
    expect(answer).toMatch(
      /\|Incident 1>\*: open, since [^"]+\\nFrom IP: 192\.0\.2\.9, 192\.0\.2\.10, 198\.51\.100\.4/,
    );
    expect(answer).toContain('"text":"Sent 12 messages to 15 recipients');

    const ofCustomer = await ask(desk, 'why Acme Mills');
    expect(ofCustomer).toContain('Everything behind login `kim@acme.example`');
    expect(ofCustomer.match(/\*Alarm\*/g)).toHaveLength(1);
  });

  it('says at the top that an alarm is silenced as noise', async () => {
    const alarm = { ...KIM, isAlarm: true, evidence: 14 };
    const desk = await openDesk({ context: { explain: async () => [alarm] } });
    await openCompromise(desk);
    const said = { reason: 'invoices', scope: 'sender', kind: 'single', days: 7, lifts: false } as const;
    markNoise(desk.ctx, { incidentId: 1, actor: ANN, ...said });

    const answer = await ask(desk, 'why kim@acme.example');
    expect(answer).toMatch(/:mute: \*Alarm\*, \d+ % sure, since [^"]+, and no open incident: what is silenced/);
    expect(answer).toContain('Invoices, marked by Ann');
  });

  it('names what sends before what rests', async () => {
    const { activity: _, ...resting } = KIM;
    const known = [
      { ...resting, name: 'idle@acme.example', scope: 'sender' as const, evidence: 0 },
      { ...KIM, evidence: -3 },
    ];
    const desk = await openDesk({ context: { explain: async () => known } });
    const answer = await ask(desk, 'why acme.example');
    expect(answer.indexOf('idle@acme.example')).toBeGreaterThan(answer.indexOf('kim@acme.example'));
  });

  it('keeps to the nearest few of many, the alarms first', async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({
      ...KIM,
      name: `s${i}@acme.example`,
      scope: 'sender' as const,
      evidence: i / 10,
    }));
    const explain = async () => [
      ...many,
      { ...KIM, name: 'thief', scope: 'sender' as const, isAlarm: true, evidence: 1 },
    ];
    const desk = await openDesk({ context: { explain } });

    const answer = await ask(desk, 'why 198.51.100.7');

    expect(answer).toContain('*Alarm* for 1 of 41 behind `198.51.100.7`');
    expect(answer.indexOf('thief')).toBeLessThan(answer.indexOf('s39@acme.example'));
    expect(answer).toContain('and 38 more behind it');
  });

  it('bends to nobody’s text, and answers nobody outside the desk', async () => {
    const desk = await openDesk({
      context: {
        explain: async () => [
          { ...KIM, name: '<!channel>', signs: [{ group: 'x', weight: 4, sentence: '<@U1> `x`' }] },
        ],
      },
    });

    const answer = await ask(desk, 'why <!channel> `*x*`');
    expect(answer).not.toContain('<!channel>');
    expect(answer).not.toContain('<@U1>');
    await desk.slack.command({ user: OUTSIDER, channel: ABUSE, command: '/relay', text: 'why acme' });
    await desk.slack.until(() => told(desk, OUTSIDER) !== '');
    expect(told(desk, OUTSIDER)).toContain('you are not on the abuse desk');
  });
});

describe('Why? on a card', () => {
  it('asks about the one address, or what many came in by, for the person’s eyes', async () => {
    const asked: string[] = [];
    const explain = async (query: string) => {
      asked.push(query);
      return [{ ...KIM, isAlarm: true }];
    };
    const desk = await openDesk({ context: { explain } });
    const { channel, ts } = await openCompromise(desk);

    await desk.press({ user: TECH, channel, ts, actionId: 'why' });
    await desk.slack.until(() => told(desk, TECH).includes('Alarm'));
    const other = await openCompromise(desk, { key: 'k2', kind: 'multiple', senderCount: 60, logins: [] });
    await desk.press({ user: TECH, channel, ts: other.ts, actionId: 'why' });
    await desk.slack.until(() => asked.length === 2);

    expect(asked).toEqual(['kim@acme.example', '192.0.2.9']);
    expect((await desk.slack.messages(channel)).map(({ text }) => text).join()).not.toContain('Why');
  });
});

describe('what is on record', () => {
  it('says what is silenced, however many open incidents stand before it', async () => {
    const desk = await openDesk({ context: { findCustomer: finder } });
    const evidence = Array.from(
      { length: 8 },
      (_, i) => `${i + 1},000 recipients in 59 min, more than is usual for it`,
    );
    const of = (name: string) =>
      stolenMailbox({ key: `acme|login:${name}`, senders: [name], logins: [name], evidence });
    const { incident } = openFromFinding(desk.ctx, of('kim@acme.example'));
    const judged = { reason: 'newsletter', scope: 'sender', kind: 'single', days: 30, lifts: false } as const;
    markNoise(desk.ctx, { incidentId: incident.id, actor: ANN, ...judged });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) openFromFinding(desk.ctx, of(`${name}@acme.example`));

    const answer = await ask(desk, 'why Acme Mills');

    expect(answer).toContain('marked by Ann');
    expect(answer).toContain('… and 1 more incident');
    expect(answer.match(/recipients in 59 min/g)).toHaveLength(8 + 4 * 3);
  });
});
