// Mark noise and Undo, through the real app and signed requests: the form, what it teaches, the digest, and two people at once.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { contain } from '../../../src/incidents/contain.js';
import { markNoise as decide } from '../../../src/incidents/noise/mark-noise.js';
import { findTeaching, teachingsInForce } from '../../../src/incidents/noise/teachings.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { containmentsOf, findIncident, unresolvedIncidents } from '../../../src/incidents/store.js';
import type { View } from '../../../src/practice/slack/index.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { ANN, BEN, stolenMailbox, T0 } from '../../helpers/incidents.js';
import {
  ABUSE,
  cardOf,
  DELIVERABILITY,
  LEAD,
  OUTSIDER,
  openCompromise,
  openDesk,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';
import { tempDir } from '../../helpers/temp.js';

const HOUR_MS = 3_600_000;
const KEY = 'acme|login:kim@acme.example';
const NEWSLETTER = { reason: 'newsletter', scope: 'sender', kind: 'single', days: '30' };

const MARKED = { reason: 'newsletter', scope: 'sender', kind: 'single', days: 30, lifts: false } as const;

const ATTACK = {
  evidence: ['60 recipients in 10 min, usual 4 an hour', '5 refused as spam', '33 % unknown users (13 of 40)'],
  signs: [
    { id: 'volume', weight: 5 },
    { id: 'content-refusals', weight: 4 },
    { id: 'unknown-users', weight: 3.5 },
  ],
};

const run = (hours: number, change: Parameters<typeof stolenMailbox>[0] = {}) => {
  const at = T0 + hours * HOUR_MS;
  return stolenMailbox({ key: KEY, at, since: at - 600_000, ...change });
};

async function formOf(desk: TestDesk, user: string, ts: string): Promise<View> {
  await desk.press({ user, channel: ABUSE, ts, actionId: 'mark-noise' });
  const modal = await desk.slack.until(() => desk.slack.modal(user));
  expect(viewFaults(modal.content)).toEqual([]);
  return modal;
}

async function markNoise(desk: TestDesk, values: Record<string, string> = NEWSLETTER, change = {}): Promise<string> {
  const { ts } = await openCompromise(desk, { key: KEY, ...change });
  const modal = await formOf(desk, TECH, ts);
  expect(await desk.slack.submitView({ user: TECH, viewId: modal.id, values })).toEqual({ result: 'closed' });
  await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'resolved');
  await desk.settled();
  return ts;
}

async function digestOf(desk: TestDesk, from = T0 - HOUR_MS) {
  const slot = { slotAt: T0, from, to: T0 + 24 * HOUR_MS };
  desk.app.queueDigest({ channel: DELIVERABILITY, cron: '0 7 * * *', timezone: 'UTC', whenQuiet: 'one-line' }, slot);
  await desk.settled();
  return desk.slack.until(async () =>
    (await desk.slack.messages(DELIVERABILITY)).find(({ text }) => text.startsWith('Digest:')),
  );
}

const undo = { actionId: 'undo-noise' };

describe('Mark noise', () => {
  it('closes the incident, says on card and in the thread what is silenced, and how to declare a newsletter', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk, { ...NEWSLETTER, note: 'Asked Kim <!channel>' });

    const card = JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks);
    expect(card).toContain('Noise: newsletter. Asked Kim ‹!channel›');
    expect(card).toContain('Alarms like it are silenced until');
    expect(card).toContain('"undo-noise"');
    expect(card).not.toContain('<!channel>');
    const thread = (await desk.slack.thread(ABUSE, ts)).map(({ text }) => text).join('\n');
    expect(thread).toMatch(/Ann marked it as noise: newsletter, this sender only kim@acme.example, until/);
    await desk.slack.until(() => told(desk, TECH).includes('declared_senders'));
    expect(told(desk, TECH)).toContain('kim@acme.example into declared_senders of Acme Mills');
  });

  it('shows what speaks for an attack, and goes on only when somebody says that they know the mail', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY, ...ATTACK });
    const modal = await formOf(desk, TECH, ts);

    const [first] = modal.content.blocks as { text: { text: string } }[];
    expect(first?.text.text).toContain(
      '*Looks like an attack*: 5 refused as spam · 33 % unknown users (13 of 40) · 60 recipients in 10 min',
    );
    expect(first?.text.text).toContain('An attack can look like a newsletter: ask the customer before you silence it.');
    const unsure = await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...NEWSLETTER, sure: [] } });
    expect(unsure).toMatchObject({ result: 'errors', errors: { sure: expect.any(String) } });
    expect(findIncident(desk.ctx.db, 1)?.state).toBe('open');

    const values = { ...NEWSLETTER, sure: ['sure'] };
    expect(await desk.slack.submitView({ user: TECH, viewId: modal.id, values })).toEqual({ result: 'closed' });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'resolved');
    await desk.settled();
    const thread = (await desk.slack.thread(ABUSE, ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('although: 5 refused as spam · 33 % unknown users (13 of 40)');
    expect(told(desk, TECH)).not.toContain('declared_senders');
  });

  it('shows all that is hard and the strongest of the rest, so that a phone has room for the questions', async () => {
    const desk = await openDesk();
    const evidence = ['60 recipients in 10 min', 'two', 'three', 'four', 'five'];
    const { ts } = await openCompromise(desk, { key: KEY, evidence });
    const modal = await formOf(desk, TECH, ts);

    const [first] = modal.content.blocks as { text: { text: string } }[];
    expect(first?.text.text).toBe('*Speaks for an attack*: 60 recipients in 10 min · two · three (2 more behind Why?)');
    expect(JSON.stringify(modal.content)).not.toContain('radio_buttons');
  });

  it('does not close an incident in which evidence came while the form was open', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY });
    const modal = await formOf(desk, TECH, ts);
    openFromFinding(desk.ctx, run(0.1, ATTACK));

    expect(await desk.slack.submitView({ user: TECH, viewId: modal.id, values: NEWSLETTER })).toEqual({
      result: 'closed',
    });
    await desk.slack.until(() => told(desk, TECH).includes('Since you opened the form there is evidence of an attack'));
    expect(findIncident(desk.ctx.db, 1)?.state).toBe('open');
  });

  it('counts what was silenced from the mark on, and says that no mail was held', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk);
    openFromFinding(desk.ctx, run(0, { at: T0 + 300_000, since: T0 - 600_000, messages: 27, recipients: 81 }));
    await desk.settled();

    const thread = (await desk.slack.thread(ABUSE, ts)).map(({ text }) => text).join('\n');
    expect(thread).toMatch(
      /No alarm, as it is marked noise: 7 messages to 21 recipients since <!date.*It was let through/,
    );
  });

  it('asks for a reason, and for words when it is another', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY });
    const modal = await formOf(desk, TECH, ts);
    const submit = (values: Record<string, string>) => desk.slack.submitView({ user: TECH, viewId: modal.id, values });

    const { reason: _, ...without } = NEWSLETTER;
    expect(await submit(without)).toMatchObject({ result: 'errors', errors: { reason: expect.any(String) } });
    expect(await submit({ ...NEWSLETTER, reason: 'other' })).toMatchObject({
      result: 'errors',
      errors: { note: expect.stringContaining('in words') },
    });
    expect(await submit({ ...NEWSLETTER, reason: 'other', note: 'A choir’s rehearsal plan' })).toEqual({
      result: 'closed',
    });
    await desk.slack.until(() => teachingsInForce(desk.ctx.db, T0).length === 1);
    expect(findTeaching(desk.ctx.db, 1)).toMatchObject({ reason: 'other', note: 'A choir’s rehearsal plan' });
  });

  it('lifts what is in force unless that is left, and names it in the form', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY });
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'block-sender' });
    desk.ctx.outbox.wake();
    await desk.settled();
    const modal = await formOf(desk, TECH, ts);

    expect(JSON.stringify(modal.content)).toMatch(/In force now.*Sender blocked.*Lift it now/s);
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...NEWSLETTER, lift: 'lift' } });
    await desk.slack.until(() => desk.relays.lifted.length === 1);

    expect(containmentsOf(desk.ctx.db, 1)).toMatchObject([{ liftedBy: 'Ann', liftReason: 'Marked as noise' }]);

    await desk.settled();
    await desk.press({ user: TECH, channel: ABUSE, ts, ...undo });
    await desk.slack.until(() => /Taken back/.test(told(desk, TECH)));
    expect(told(desk, TECH)).toContain('The block of kim@acme.example was lifted and is not placed again.');
  });

  it('leaves in force what looks like an attack, unless somebody chooses otherwise', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY, ...ATTACK });
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'block-sender' });
    desk.ctx.outbox.wake();
    await desk.settled();
    const modal = await formOf(desk, TECH, ts);
    const blocks = modal.content.blocks as { block_id?: string; element?: { initial_option?: { value: string } } }[];

    expect(blocks.find(({ block_id }) => block_id === 'lift')?.element?.initial_option?.value).toBe('leave');
    expect(JSON.stringify(modal.content)).toContain('stays, unless you lift it below');
  });

  it('lifts nothing for one who may not, and says so', async () => {
    const desk = await openDesk({ config: testConfig({ rights: { lift: 'lead' } }) });
    const { ts } = await openCompromise(desk, { key: KEY });
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'block-sender' });
    desk.ctx.outbox.wake();
    await desk.settled();
    const modal = await formOf(desk, TECH, ts);

    expect(JSON.stringify(modal.content)).toContain('lifting it takes another role');
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...NEWSLETTER, lift: 'lift' } });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'resolved');
    await desk.settled();

    expect(desk.relays.lifted).toEqual([]);
    expect(JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks)).toContain('1 block in force still');
  });

  it('counts for one of two people with the form open; the other is told who', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY });
    const forms = [await formOf(desk, TECH, ts), await formOf(desk, LEAD, ts)];

    await Promise.all(
      [TECH, LEAD].map((user, i) => desk.slack.submitView({ user, viewId: forms[i]?.id ?? '', values: NEWSLETTER })),
    );
    await desk.slack.until(() => /Already marked as noise by (Ann|Lena)/.test(told(desk, TECH) + told(desk, LEAD)));

    expect(teachingsInForce(desk.ctx.db, T0)).toHaveLength(1);
    const rows = [...auditRows(desk.ctx.db)].filter(({ verb }) => verb === 'mark-noise');
    expect(rows.map(({ outcome }) => outcome).sort()).toEqual(['done', 'lost-race']);
  });

  it('asks nothing on a stale card: it says who was faster', async () => {
    const desk = await openDesk();
    const { ts } = await openCompromise(desk, { key: KEY });
    decide(desk.ctx, { incidentId: 1, actor: ANN, ...MARKED });

    await desk.press({ user: LEAD, channel: ABUSE, ts, actionId: 'mark-noise', value: '1:1' });
    await desk.slack.until(() => told(desk, LEAD) !== '');

    expect(told(desk, LEAD)).toMatch(/Already marked as noise by Ann/);
    expect(desk.slack.modal(LEAD)).toBeUndefined();
  });

  it('says where the button was that the database was busy, and changes nothing', async () => {
    const dbPath = join(tempDir(), 'decisions.db');
    const desk = await openDesk({ dbPath });
    const { ts } = await openCompromise(desk, { key: KEY });
    const modal = await formOf(desk, TECH, ts);
    const other = new Database(dbPath);
    other.exec('begin immediate');

    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: NEWSLETTER });
    await desk.slack.until(() => told(desk, TECH) !== '');
    other.exec('rollback');
    other.close();

    expect(told(desk, TECH)).toContain('the database is busy. Nothing was changed; press again.');
    expect(findIncident(desk.ctx.db, 1)?.state).toBe('open');
  });

  it('takes the right mark-noise, and is not for outsiders', async () => {
    const desk = await openDesk({ config: testConfig({ rights: { 'mark-noise': 'lead' } }) });
    const { ts } = await openCompromise(desk, { key: KEY });

    for (const user of [TECH, OUTSIDER]) await desk.press({ user, channel: ABUSE, ts, actionId: 'mark-noise' });
    await desk.slack.until(() => told(desk, TECH) !== '' && told(desk, OUTSIDER) !== '');

    expect(told(desk, TECH)).toContain('that takes a lead');
    expect(desk.slack.modal(TECH)).toBeUndefined();
  });

  it('offers for many addresses the login first, and a form that hostile senders do not bend', async () => {
    const desk = await openDesk();
    const senders = ['<!channel>@evil.example', `${'x'.repeat(400)}@evil.example`];
    const { ts } = await openCompromise(desk, {
      key: 'acme|login:<@U1>&',
      kind: 'multiple',
      senders,
      senderCount: 60,
      logins: ['<@U1>&'],
    });

    const modal = await formOf(desk, TECH, ts);

    const form = JSON.stringify(modal.content);
    expect(form).not.toMatch(/One sender|This sender only/);
    expect(form).not.toContain('<!channel>');
    expect(form).toContain('Every sender behind login ‹@U1›&');
  });
});

describe('what was silenced', () => {
  it('stands in a further digest as what went on', async () => {
    const desk = await openDesk();
    await markNoise(desk);
    openFromFinding(desk.ctx, run(2));
    openFromFinding(desk.ctx, { ...run(3), since: T0 + 2 * HOUR_MS - 600_000, recipients: 90 });

    const digest = await digestOf(desk, T0 + 2.5 * HOUR_MS);
    expect(digest.text).toContain('· 1 silenced alarm still going on ·');
    expect(JSON.stringify(digest.blocks)).toContain('*1 from before went on, 90 recipients in all*');
  });

  it('stands in the digest with Undo, which one of two people carries out', async () => {
    const desk = await openDesk();
    await markNoise(desk);
    expect(openFromFinding(desk.ctx, run(2)).kind).toBe('held');
    expect(openFromFinding(desk.ctx, run(5)).kind).toBe('held');

    const digest = await digestOf(desk);
    expect(digest.text).toContain('2 alarms silenced as noise');
    expect(JSON.stringify(digest.blocks)).toMatch(
      /`kim@acme.example` · Acme Mills: \*2 alarms silenced, 120 recipients\*\\nNewsletter, marked by Ann, until <!date/,
    );
    const press = { channel: DELIVERABILITY, ts: digest.ts, ...undo };
    await Promise.all([TECH, LEAD].map((user) => desk.press({ user, ...press })));
    await desk.slack.until(() => /Already taken back by (Ann|Lena)/.test(told(desk, TECH) + told(desk, LEAD)));
    await desk.settled();

    expect(told(desk, TECH) + told(desk, LEAD)).toMatch(/Taken back\. .*Incident 1.* is open again\./);
    expect(
      [...auditRows(desk.ctx.db)].filter(({ verb, outcome }) => verb === 'undo-noise' && outcome === 'done'),
    ).toHaveLength(1);
    const card = JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks);
    expect(card).toContain('nothing holds the mail back');
    expect(card).toContain('"block-sender"');
    expect(card).not.toContain('"undo-noise"');
    expect(openFromFinding(desk.ctx, run(8)).kind).toBe('repeated');
  });

  it('is in the thread once a day', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk);
    for (const hours of [2, 5, 9]) openFromFinding(desk.ctx, run(hours));
    desk.ctx.outbox.wake();
    await desk.settled();

    const lines = (await desk.slack.thread(ABUSE, ts)).filter(({ text }) =>
      text.includes('No alarm, as it is marked noise'),
    );
    expect(lines.map(({ text }) => text)).toEqual([expect.stringContaining('20 messages to 60 recipients')]);
  });

  it('is listed by /relay noise a page at a time, and can be taken back there', async () => {
    const desk = await openDesk();
    for (let i = 0; i < 11; i++) {
      const sender = `s${i}@acme.example`;
      const { incident } = openFromFinding(
        desk.ctx,
        run(0, { key: `acme|login:${sender}`, senders: [sender], logins: [sender] }),
      );
      const said = { reason: 'invoices', scope: 'entry', kind: 'both', days: 7, lifts: false } as const;
      decide(desk.ctx, { incidentId: incident.id, actor: ANN, ...said });
    }
    const ask = (text: string) => desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text });

    await ask('noise');
    await ask('noise 2');
    await ask('noise 99');
    const [first, second, last] = desk.slack.ephemerals(TECH);
    expect(first?.text).toBe('11 marked as noise');
    expect(JSON.stringify(first?.blocks)).toContain('login `s10@acme.example`');
    expect(JSON.stringify(first?.blocks)).toContain('`/relay noise 2`');
    expect(JSON.stringify(second?.blocks).match(/"undo-noise"/g)).toHaveLength(3);
    expect(JSON.stringify(last?.blocks)).toContain('page 2 of 2');
    await desk.press({ user: TECH, channel: ABUSE, ts: first?.ts ?? '', ...undo, value: '11:0:11|1' });
    await desk.slack.until(() => findTeaching(desk.ctx.db, 11)?.undoneByName === 'Ann');
  });

  it('draws the list anew in which Undo was pressed, also an older one in which it was pressed too late', async () => {
    const desk = await openDesk();
    await markNoise(desk);
    const other = { key: 'acme|login:lee@acme.example', senders: ['lee@acme.example'], logins: ['lee@acme.example'] };
    const { incident } = openFromFinding(desk.ctx, run(1, other));
    decide(desk.ctx, { incidentId: incident.id, actor: BEN, ...MARKED });
    const before = desk.slack.ephemerals(TECH).length;
    const ask = () => desk.slack.command({ user: TECH, channel: ABUSE, command: '/relay', text: 'noise' });
    await ask();
    await ask();
    const [older, newer] = desk.slack.ephemerals(TECH).slice(before);
    const list = (which = older) => {
      const shown = desk.slack.ephemerals(TECH).find(({ ts }) => ts === which?.ts);
      return JSON.stringify(shown?.blocks);
    };

    await desk.press({ user: TECH, channel: ABUSE, ts: newer?.ts ?? '', ...undo, value: '1:0:1|1' });
    await desk.slack.until(() => list(newer).includes('Taken back'));
    expect(list(newer)).toContain('1 marked as noise');
    expect(list(newer)).not.toContain('"1:0:1|1"');
    expect(list(older)).toContain('"1:0:1|1"');

    await desk.press({ user: TECH, channel: ABUSE, ts: older?.ts ?? '', ...undo, value: '1:0:1|1' });
    await desk.slack.until(() => list(older).includes('Already taken back by Ann'));
    expect(list(older)).not.toContain('"1:0:1|1"');
    await desk.press({ user: TECH, channel: ABUSE, ts: older?.ts ?? '', ...undo, value: '2:0:2|1' });
    await desk.slack.until(() => list(older).includes('Nothing is marked as noise'));
    expect(desk.slack.ephemerals(TECH)).toHaveLength(before + 2);
  });

  it('does not call taken back what was marked again: the first card and its Undo say what holds now', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk);
    const more = { signs: [{ id: 'unknown-users', weight: 5 }], evidence: ['38 % unknown users'] };
    const { incident } = openFromFinding(desk.ctx, run(5, more));
    decide(desk.ctx, { incidentId: incident.id, actor: BEN, ...MARKED });
    desk.ctx.outbox.wake();
    await desk.settled();

    const card = JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks);
    expect(card).toMatch(/Alarms like it are silenced until <!date.* by what Ben marked on incident 2/);
    expect(card).not.toContain('"undo-noise"');
    expect(JSON.stringify(await desk.slack.thread(ABUSE, ts))).toContain('marked it as noise again, on incident 2');
    await desk.press({ user: TECH, channel: ABUSE, ts, ...undo, value: '1:0:1' });
    await desk.slack.until(() => /Already taken back by Ben/.test(told(desk, TECH)));
    expect(told(desk, TECH)).toMatch(/silenced until <!date.* by what Ben marked on incident 2/);
    expect(openFromFinding(desk.ctx, run(9, more)).kind).toBe('held');
  });

  it('is not who was faster where Undo, or another mark in its place, left the incident as it was', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk);
    const more = { signs: [{ id: 'unknown-users', weight: 5 }], evidence: ['38 % unknown users'] };
    const { incident } = openFromFinding(desk.ctx, run(5, more));
    decide(desk.ctx, { incidentId: incident.id, actor: BEN, ...MARKED });

    await desk.press({ user: LEAD, channel: ABUSE, ts, actionId: 'block-sender', value: '1:1' });
    await desk.slack.until(() => told(desk, LEAD) !== '');

    expect(told(desk, LEAD)).toContain('the incident has changed since (marked as noise by Ann');
  });

  it('says on Undo what else holds such alarms back', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk);
    const other = { key: 'acme|login:lee@acme.example', senders: ['lee@acme.example'], logins: ['lee@acme.example'] };
    const { incident } = openFromFinding(desk.ctx, run(1, other));
    decide(desk.ctx, { incidentId: incident.id, actor: BEN, ...MARKED, scope: 'customer', kind: 'both' });

    await desk.press({ user: TECH, channel: ABUSE, ts, ...undo });
    await desk.slack.until(() => /Taken back/.test(told(desk, TECH)));
    desk.ctx.outbox.wake();
    await desk.settled();

    expect(told(desk, TECH)).toMatch(/silenced until <!date.* by what Ben marked on incident 2/);
    expect(told(desk, TECH)).not.toContain('opens an incident');
    expect(JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks)).not.toContain('opens an incident');
    expect(JSON.stringify(await desk.slack.thread(ABUSE, ts))).toContain('incident 2 silences alarms like it');
    expect(openFromFinding(desk.ctx, run(9)).kind).toBe('held');
  });

  it('takes the judgement back without re-opening where the person may not re-open', async () => {
    const desk = await openDesk({ config: testConfig({ rights: { reopen: 'lead' } }) });
    const ts = await markNoise(desk);

    await desk.press({ user: TECH, channel: ABUSE, ts, ...undo });
    await desk.slack.until(() => /Taken back/.test(told(desk, TECH)));

    expect(findIncident(desk.ctx.db, 1)?.state).toBe('resolved');
    expect(teachingsInForce(desk.ctx.db, T0)).toEqual([]);
    expect(told(desk, TECH)).toMatch(/next alarm like it opens an incident\. Incident 1 stays closed\..*ask a lead/);
    expect(JSON.stringify(desk.slack.ephemerals(TECH).at(-1))).not.toContain('"reopen"');
    await desk.press({ user: LEAD, channel: ABUSE, ts, actionId: 'reopen', value: '1:2' });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'open');
  });

  it('takes garbage for a button value as what it is', async () => {
    const desk = await openDesk();
    const ts = await markNoise(desk);

    for (const value of ['1:0:99', '1:0:x', '1:0', '9:0:1', "1:0:1'--"])
      await desk.press({ user: TECH, channel: ABUSE, ts, ...undo, value });
    await desk.slack.until(() => desk.slack.ephemerals(TECH).length >= 6);

    expect(teachingsInForce(desk.ctx.db, T0)).toHaveLength(1);
    expect(told(desk, TECH)).not.toContain('Reference');
  });

  it('opens again with a word about the judgement when there is new evidence', async () => {
    const desk = await openDesk();
    await markNoise(desk);
    const signs = [{ id: 'unknown-users', weight: 5 }];
    openFromFinding(desk.ctx, run(5, { signs, evidence: ['38 % unknown users <!here>'] }));
    desk.ctx.outbox.wake();
    await desk.settled();

    expect(unresolvedIncidents(desk.ctx.db)).toHaveLength(1);
    const card = JSON.stringify((await cardOf(desk, ABUSE, 2)).blocks);
    expect(card).toMatch(
      /Was marked noise <!date.* by Ann \(newsletter; incident 1\). \*Now there is also\*: 38 % unknown users/,
    );
    expect(card).not.toContain('<!here>');
  });
});
