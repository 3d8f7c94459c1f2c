// Tell partners, through the real app and signed requests.
import { describe, expect, it } from 'vitest';
import { auditOf } from '../../../src/audit/verify.js';
import { takeCleared, takeListed } from '../../../src/incidents/listings/take-seen.js';
import { noticesOf } from '../../../src/notices/heard.js';
import type { AffectedPartner, NoticePlan } from '../../../src/notices/plan.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { eventually } from '../../helpers/eventually.js';
import { T0 } from '../../helpers/incidents.js';
import {
  DELIVERABILITY,
  LEAD,
  OUTSIDER,
  openDesk,
  openListing,
  TECH,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

const PARTNERS: AffectedPartner[] = [
  { id: 'northwind', name: 'Northwind <!channel>', contact: 'it@northwind.example', customers: ['Acme Mills'] },
  { id: 'southwind', name: 'Southwind', contact: undefined, customers: ['Boreal Foods'] },
];
const PLAN: NoticePlan = {
  kind: 'listed',
  at: T0,
  template: { subject: 'One of our addresses is listed', body: 'Hello {partner},\n\nmail of {customers} …' },
  targets: ['203.0.113.17'],
  partners: PARTNERS,
};
const MAIL = { smtp: 'smtp://127.0.0.1:1', from: 'desk@relay.example' };

async function setUp(plan: NoticePlan = PLAN, config = testConfig({ mail: MAIL })) {
  const context = { noticePlan: () => plan, noticesOf: () => ({ sent: 0, drafted: plan.partners.length }) };
  const desk = await openDesk({ config, context });
  const { ts } = await openListing(desk);
  const open = async (user = TECH) => {
    await desk.press({ user, channel: DELIVERABILITY, ts, actionId: 'notify-partners' });
    return desk.slack.until(() => desk.slack.modal(user));
  };
  const rows = () => noticesOf(desk.ctx.db, 1);
  const inThread = (words: string) =>
    eventually(async () => {
      const thread = await desk.slack.thread(DELIVERABILITY, ts);
      expect(thread.map(({ text }) => text).join('\n')).toContain(words);
    });
  return { desk, ts, open, rows, inThread };
}

const FORM = { partners: ['northwind'], subject: 'Listed', body: 'Hello {partner}: {customers}' };

describe('Tell partners', () => {
  it('shows whom it concerns and the text, and sends what was read', async () => {
    const { desk, open, rows } = await setUp();

    const modal = await open();
    expect(viewFaults(modal.content)).toEqual([]);
    const words = JSON.stringify(modal.content);
    expect(words).toContain('One of our addresses is listed');
    expect(words).toContain('No mail address is known of');
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: FORM });
    await desk.slack.until(() => rows().length > 0);

    expect(rows()).toMatchObject([
      {
        partner: 'northwind',
        sendTo: 'it@northwind.example',
        body: 'Hello Northwind <!channel>: Acme Mills',
        decidedBy: 'Ann',
      },
    ]);
  });

  it('says how many partners its list does not hold', async () => {
    const partners = (many: number) =>
      Array.from({ length: many }, (_, i) => ({ ...PARTNERS[0], id: `p${i}` }) as AffectedPartner);
    const words = async (many: number) => {
      const { open } = await setUp({ ...PLAN, partners: partners(many) });
      const modal = await open();
      expect(viewFaults(modal.content)).toEqual([]);
      return JSON.stringify(modal.content);
    };

    expect(await words(137)).toContain(':warning: *37 of 137 partners are not in this list*, which holds 100.');
    expect(await words(101)).toContain('*1 of 101 partners is not in this list*');
    expect(await words(100)).not.toContain('not in this list');
  });

  it('sends nothing of what has ended since the form was opened, and says what; what was sent by hand is put on record', async () => {
    const { desk, open, rows, inThread } = await setUp();
    const target = '203.0.113.17';
    takeListed(desk.ctx, [{ target, list: 'zen', codes: [], meanings: [], text: '', at: T0 + 1 }]);
    const modal = await open();
    takeCleared(desk.ctx, [
      { target, list: 'spamhaus-zen' },
      { target, list: 'zen' },
    ]);

    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: FORM });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toMatch(/Over since you opened the form.*• 203\.0\.113\.17 on .*Nothing was sent/s);
    expect(rows()).toEqual([]);
    await inThread('The letter Ann wrote to partners was not sent: the listing of 203.0.113.17 on ');
    const refused = auditOf(desk.ctx.db, 'incident:1').filter(({ outcome }) => outcome === 'refused');
    expect(refused).toMatchObject([
      { verb: 'notify-partners', details: { unsent: expect.stringContaining('over before it was sent') } },
    ]);

    const again = await open();
    const words = JSON.stringify(again.content);
    expect(viewFaults(again.content)).toEqual([]);
    expect(words).toContain('"initial_value":"Hello {partner}: {customers}"');
    expect(words).toMatch(
      /These are your words of before.*the listing of .* on .* was over before it was sent.*> mail of \{customers\} …/,
    );
    await desk.slack.submitView({ user: TECH, viewId: again.id, values: { ...FORM, 'by-hand': ['yes'] } });
    await desk.slack.until(() => rows().length > 0);
    expect(rows()).toMatchObject([{ state: 'sent' }]);

    const next = JSON.stringify((await open()).content);
    expect(next).not.toContain('Hello {partner}: {customers}');
    expect(next).not.toContain('your words');
  });

  it('begins with the text as it is now where the person had changed nothing', async () => {
    const plan: NoticePlan = { ...PLAN };
    const { desk, open } = await setUp(plan);
    const modal = await open();
    takeCleared(desk.ctx, [{ target: '203.0.113.17', list: 'spamhaus-zen' }]);
    takeListed(desk.ctx, [{ target: '203.0.113.17', list: 'zen', codes: [], meanings: [], text: '', at: T0 + 1 }]);
    takeCleared(desk.ctx, [{ target: '203.0.113.17', list: 'zen' }]);
    await desk.slack.submitView({
      user: TECH,
      viewId: modal.id,
      values: { ...PLAN.template, partners: ['northwind'] },
    });
    await desk.slack.until(() => told(desk, TECH) !== '');
    plan.template = { ...PLAN.template, body: 'The text of now' };

    const again = JSON.stringify((await open()).content);
    expect(again).toContain('The text of now');
    expect(again).not.toContain('your words');
  });

  it('says in the thread what became of a letter whose incident was seen clear or resolved meanwhile', async () => {
    const plan: NoticePlan = { ...PLAN };
    const { desk, open, inThread } = await setUp(plan);
    const cleared = await open();
    plan.kind = 'clear';
    await desk.slack.submitView({ user: TECH, viewId: cleared.id, values: FORM });
    await inThread('The letter Ann wrote to partners was not sent: it was seen clear while the letter was written');
    expect(told(desk, TECH)).toContain('It was seen clear since you opened the form. Nothing was sent.');
  });

  it('holds a second press to that, too: the words of before still name what is over', async () => {
    const plan = { ...PLAN };
    const { desk, open, rows } = await setUp(plan);
    const target = '203.0.113.17';
    takeListed(desk.ctx, [{ target, list: 'kettle', codes: [], meanings: [], text: '', at: T0 + 1 }]);
    const body = `Hello {partner}\n  ${target} on kettle, since 03 Mar 2026 02:15 UTC`;
    const first = await open();
    takeCleared(desk.ctx, [{ target, list: 'kettle' }]);
    await desk.slack.submitView({ user: TECH, viewId: first.id, values: { ...FORM, body } });
    await desk.slack.until(() => told(desk, TECH).includes('Over since you opened the form'));

    plan.at = T0 + 60_000;
    const second = await open();
    await desk.slack.submitView({ user: TECH, viewId: second.id, values: { ...FORM, body } });
    await desk.slack.until(() => told(desk, TECH).includes('names as listed what is over'));
    expect(told(desk, TECH)).toContain('• 203.0.113.17 on kettle\nNothing was sent.');
    expect(rows()).toEqual([]);

    const third = await open();
    expect(JSON.stringify(third.content)).toContain('the listing of 203.0.113.17 on kettle was over');
    const over = `Hello {partner}\n  ${target} on kettle, over since 03 Mar 2026 02:15 UTC`;
    await desk.slack.submitView({ user: TECH, viewId: third.id, values: { ...FORM, body: over } });
    await desk.slack.until(() => rows().length > 0);
  });

  it('keeps a text open that has marks nobody fills in, and says at the field which', async () => {
    const { desk, open, rows } = await setUp();
    const modal = await open();
    const send = (words: object) =>
      desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...FORM, ...words } });

    expect(await send({ body: 'Hello {partner}: {kunden}' })).toMatchObject({
      result: 'errors',
      errors: {
        body: 'Nothing is filled in for {kunden}. Only {partner}, {customers} and {earlier} may stand in braces here.',
      },
    });
    expect(await send({ subject: 'For {Partner}' })).toMatchObject({ errors: { subject: /\{Partner\}/ } });
    expect(await send({ body: 'Hello {partner' })).toMatchObject({ result: 'errors' });
    expect(rows()).toEqual([]);
  });

  it('takes {earlier} only where nothing is missing when it is left out', async () => {
    const writes = async (kind: NoticePlan['kind'], words: object) => {
      const { desk, open, rows } = await setUp({ ...PLAN, kind });
      const { id: viewId } = await open();
      const outcome = await desk.slack.submitView({ user: TECH, viewId, values: { ...FORM, ...words } });
      if (outcome.result === 'errors') return outcome.errors;
      await desk.slack.until(() => rows().length > 0);
      return rows()[0]?.body;
    };
    const notHere = 'Nothing is filled in for {earlier}. Only {partner} and {customers} may stand in braces here.';

    expect(await writes('listed', { subject: 'Again: {earlier}' })).toEqual({ subject: notHere });
    expect(await writes('clear', { body: 'Hello\n{earlier}\nIt is over.' })).toEqual({ body: notHere });
    expect(await writes('listed', { body: 'As we said ({earlier}), it is listed.' })).toEqual({
      body: 'Put {earlier} on a line of its own: a partner who had no letter before is not sent it.',
    });
    const body = 'Hello {partner}\n\n  {earlier}\n\nIt is listed.';
    expect(await writes('listed', { body })).toBe('Hello Northwind <!channel>\n\nIt is listed.');
  });

  it('sends nothing that names another partner’s customer, and keeps what was written', async () => {
    const othersIn = (text: string, partner: string) =>
      [...(text.match(/Boreal Foods|Relay Desk/g) ?? [])].filter(() => partner === 'northwind');
    const template = { ...PLAN.template, body: `${PLAN.template.body}\nRelay Desk` };
    const { desk, open, rows } = await setUp({ ...PLAN, template, othersIn });
    const body = 'Hello {partner}: {customers} and Boreal Foods\nRelay Desk';
    const modal = await open();
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...FORM, body } });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toMatch(
      /The text names Boreal Foods, and Northwind .* would read of another partner’s customer\. Nothing was sent/,
    );
    expect(rows()).toEqual([]);
    const again = await open();
    expect(JSON.stringify(again.content)).toMatch(/Hello \{partner\}: \{customers\} and Boreal Foods/);
    const values = { ...FORM, body: 'Hello {partner}: {customers}\nRelay Desk' };
    await desk.slack.submitView({ user: TECH, viewId: again.id, values });
    await desk.slack.until(() => rows().length > 0);
  });

  it('is on record with what it told of, though more is listed by the time it is sent', async () => {
    const plan = { ...PLAN };
    const { desk, open, rows } = await setUp(plan);
    const modal = await open();
    plan.targets = ['203.0.113.17', '203.0.113.18'];
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: FORM });
    await desk.slack.until(() => rows().length > 0);

    expect(rows()).toMatchObject([{ targets: ['203.0.113.17'] }]);
  });

  it('is on record without what the person took out of the text', async () => {
    const targets = ['203.0.113.1', '203.0.113.17'];
    const template = { ...PLAN.template, body: `Hello {partner}\n  ${targets.join(' on kettle\n  ')} on kettle` };
    const send = async (body: string) => {
      const { desk, open, rows } = await setUp({ ...PLAN, template, targets });
      const modal = await open();
      await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...FORM, body } });
      await desk.slack.until(() => rows().length > 0);
      return rows()[0]?.targets;
    };

    expect(await send('Hello {partner}\n  203.0.113.17 on kettle')).toEqual(['203.0.113.17']);
    expect(await send('Hello {partner}, mail of {customers} may be refused')).toEqual(targets);
  });

  it('is one decision when two people send the same form', async () => {
    const { desk, open, rows } = await setUp();
    const [ann, lena] = [await open(TECH), await open(LEAD)];

    await Promise.all([
      desk.slack.submitView({ user: TECH, viewId: ann.id, values: FORM }),
      desk.slack.submitView({ user: LEAD, viewId: lena.id, values: FORM }),
    ]);
    await desk.slack.until(() => (told(desk, TECH) + told(desk, LEAD)).includes('told already'));

    expect(rows()).toHaveLength(1);
  });

  it('keeps a text open when nobody is chosen', async () => {
    const { desk, open, rows } = await setUp();
    const modal = await open();

    const outcome = await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...FORM, partners: [] } });
    expect(outcome).toMatchObject({ result: 'errors' });
    expect(rows()).toEqual([]);
  });

  it('puts on record what was sent by hand where no mail server is configured', async () => {
    const { desk, open, rows } = await setUp(PLAN, testConfig());
    const modal = await open();
    expect(JSON.stringify(modal.content)).toContain('Mark as sent');

    await desk.slack.submitView({
      user: TECH,
      viewId: modal.id,
      values: { ...FORM, partners: ['northwind', 'southwind'] },
    });
    await desk.slack.until(() => rows().length === 2);
    expect(rows().every(({ state }) => state === 'sent')).toBe(true);
  });

  it('says so when there is nobody to tell, and refuses an outsider in private', async () => {
    const { desk, ts } = await setUp();
    await desk.press({ user: OUTSIDER, channel: DELIVERABILITY, ts, actionId: 'notify-partners' });
    await desk.slack.until(() => told(desk, OUTSIDER).includes('not on the abuse desk'));

    // Somebody told them since the card was drawn.
    const plan = { ...PLAN, partners: [...PARTNERS] };
    const later = await setUp(plan);
    plan.partners = [];
    await later.desk.press({
      ...{ user: TECH, channel: DELIVERABILITY, ts: later.ts, actionId: 'notify-partners' },
    });
    await later.desk.slack.until(() => told(later.desk, TECH).includes('no partner to tell'));
  });

  it('names no key of the configuration where the bot cannot send, and says what to do', async () => {
    const { open } = await setUp(PLAN, testConfig());
    const words = JSON.stringify((await open()).content);

    expect(words).toContain('The bot cannot send mail here. Copy the text, send it yourself');
    expect(words).not.toMatch(/mail\.smtp|config\.yml/);
  });

  it('cuts a long name, and neither what stands after it nor a customer in the middle', async () => {
    const customers = ['Acme Mills of the Northern Shores', 'Boreal Foods and Beverages', 'Kvist', 'Opal', 'Tuva'];
    const long = { id: 'long', name: 'N'.repeat(200), contact: 'it@long.example', customers };
    const { open } = await setUp({ ...PLAN, partners: [...PARTNERS, long] });
    const words = JSON.stringify((await open()).content);

    expect(words).toContain(`"${'N'.repeat(70)}… (5)"`);
    expect(words).toContain('"Acme Mills of the Northern Shores, Boreal Foods and Beverages and 3 more"');
  });
});
