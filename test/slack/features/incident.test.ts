// The other buttons, forms and menu entries of a card, through the real app and signed requests.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { contain } from '../../../src/incidents/contain.js';
import { containmentFailed } from '../../../src/incidents/effects.js';
import { takeListed } from '../../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { addNote } from '../../../src/incidents/resolve.js';
import { containmentsOf, findIncident, openListings } from '../../../src/incidents/store.js';
import type { View } from '../../../src/practice/slack/index.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { ANN, stolenMailbox, T0 } from '../../helpers/incidents.js';
import {
  ABUSE,
  cardOf,
  DELIVERABILITY,
  LEAD,
  openCompromise,
  openDesk,
  openListing,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

async function pressAndWait(
  desk: TestDesk,
  channel: string,
  ts: string,
  actionId: string,
  selectedOption?: string,
): Promise<View> {
  await desk.press({ user: TECH, channel, ts, actionId, ...(selectedOption ? { selectedOption } : {}) });
  const modal = await desk.slack.until(() => desk.slack.modal(TECH));
  expect(viewFaults(modal.content)).toEqual([]);
  return modal;
}

function menuValue(card: { blocks: unknown[] }, entry: string): string {
  const value = new RegExp(`"(${entry}:\\d+:\\d+)"`).exec(JSON.stringify(card.blocks))?.[1];
  if (!value) throw new Error(`no menu entry ${entry}`);
  return value;
}

/** Every button that a message has, beside a line too; what only opens a page is none. */
function buttonsOf({ blocks }: { blocks: unknown[] }) {
  const all = (blocks as { elements?: Shown[]; accessory?: Shown }[]).flatMap(({ elements = [], accessory }) => [
    ...elements,
    ...(accessory ? [accessory] : []),
  ]);
  return all.filter(({ type, url }) => type === 'button' && url === undefined);
}

const LATE_LOGS = { name: 'logs', ok: false, text: 'reading is late', isLate: true } as const;

interface Shown {
  type: string;
  action_id?: string;
  value?: string;
  url?: string;
  confirm?: unknown;
}

const isHistory = ({ text }: { text: string }) => text.startsWith('History');

describe('the menu', () => {
  it('asks before it blocks, where the button of one address does not', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk, { kind: 'multiple', senderCount: 60 });
    const form = await pressAndWait(desk, channel, ts, 'suspend-outbound');
    expect(JSON.stringify(form.content)).toContain('*Acme Mills* (1,240 messages in the last 24 h) stops');
    await desk.slack.submitView({ user: TECH, viewId: form.id, values: { reason: 'a machine' } });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    await desk.settled();

    const ask = await pressAndWait(desk, channel, ts, 'block-sender');
    expect(JSON.stringify(ask.content)).toContain('is refused until');
    expect(desk.relays.applied).toHaveLength(1);
    await desk.slack.submitView({ user: TECH, viewId: ask.id, values: {} });
    await desk.slack.until(() => desk.relays.applied.length === 2);

    expect(desk.relays.applied[1]).toMatchObject({ action: 'block-sender', customer: 'acme' });
  });

  it('tells who was faster without asking first', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk, { kind: 'multiple', senderCount: 60 });
    const form = await pressAndWait(desk, channel, ts, 'suspend-outbound');
    await desk.slack.submitView({ user: TECH, viewId: form.id, values: { reason: 'a machine' } });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    await desk.settled();
    const card = await cardOf(desk, channel, 1);
    const seen = ['block-sender', 'reroute'].map((entry) => menuValue(card, entry));
    const ask = await pressAndWait(desk, channel, ts, 'block-sender');
    await desk.slack.submitView({ user: TECH, viewId: ask.id, values: {} });
    await desk.slack.until(() => desk.relays.applied.length === 2);
    await desk.settled();

    for (const selectedOption of seen)
      await desk.slack.press({ user: LEAD, channel, ts, actionId: 'incident-menu', selectedOption });
    await desk.slack.until(() => desk.slack.modal(LEAD) ?? desk.slack.ephemerals(LEAD).length === 2);

    expect(desk.slack.modal(LEAD)).toBeUndefined();
    expect(told(desk, LEAD)).toMatch(/Already blocked by Ann.*Your Re-route Hotmail was not done/s);
  });

  it('is for those who have the right, entry by entry, and makes one of two answers', async () => {
    const config = testConfig({ rights: { 'suspend-outbound': 'lead', reroute: 'lead' } });
    const desk = await openDesk({ config });
    const { channel, ts } = await openCompromise(desk);

    for (const actionId of ['suspend-outbound', 'reroute']) await desk.press({ user: TECH, channel, ts, actionId });
    await desk.slack.until(() => desk.slack.ephemerals(TECH).length === 2);
    expect(told(desk, TECH)).toMatch(
      /Suspend outbound was not done: that takes a lead.*Re-route Hotmail was not done/s,
    );
    expect(desk.slack.modal(TECH)).toBeUndefined();

    await desk.press({ user: LEAD, channel, ts, actionId: 'reroute' });
    const modal = await desk.slack.until(() => desk.slack.modal(LEAD));
    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    await desk.slack.submitView({ user: LEAD, viewId: modal.id, values: {} });
    await desk.slack.until(() => told(desk, LEAD) !== '');

    expect(told(desk, LEAD)).toMatch(
      /Your Re-route Hotmail was not done: the incident has changed since \(blocked by Ann, /,
    );
    expect(desk.relays.applied).toHaveLength(1);
  });
});

describe('a button', () => {
  it('asks once: what opens a form has no question before it, and what stops mail at once has one', async () => {
    const ofMachine: Parameters<typeof openCompromise>[1] = {
      kind: 'multiple',
      senders: ['a@acme.example', 'b@acme.example'],
      senderCount: 2,
    };
    for (const open of [openCompromise, (desk: TestDesk) => openCompromise(desk, ofMachine), openListing]) {
      const { length } = buttonsOf(await open(await openDesk()));
      for (let i = 0; i < length; i++) {
        const desk = await openDesk();
        const card = await open(desk);
        const { action_id: actionId = '', value = '', confirm } = buttonsOf(card)[i] ?? {};
        await desk.slack.press({ user: TECH, channel: card.channel, ts: card.ts, actionId, value });
        const forms = () => desk.slack.calls('views.open').length;
        await desk.slack.until(() => forms() + desk.relays.applied.length + desk.slack.ephemerals(TECH).length > 0);
        const stopsMore = desk.relays.applied.some(
          ({ action, senders }) => action !== 'block-sender' || senders.length > 1,
        );

        expect([actionId, confirm !== undefined]).toEqual([actionId, forms() === 0 && stopsMore]);
      }
    }
  });
});

describe('a form', () => {
  it('takes no blanks for a reason: nothing happens and the field says so', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);

    const modal = await pressAndWait(desk, channel, ts, 'suspend-outbound');
    const outcome = await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { reason: '     ' } });

    expect(outcome).toMatchObject({ result: 'errors', errors: { reason: expect.stringContaining('in words') } });
    expect(desk.relays.applied).toEqual([]);
  });
});

describe('Suspend outbound', () => {
  it('asks for a reason that begins with the evidence, and keeps it on record', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk, { kind: 'multiple', senderCount: 60 });

    const modal = await pressAndWait(desk, channel, ts, 'suspend-outbound');
    expect(JSON.stringify(modal.content)).toContain('60 recipients in 10 min');
    const values = { reason: 'Forged senders from one machine' };
    expect(await desk.slack.submitView({ user: TECH, viewId: modal.id, values })).toEqual({ result: 'closed' });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    await desk.settled();

    expect(desk.relays.applied).toMatchObject([{ action: 'suspend-outbound', customer: 'acme' }]);
    const done = [...auditRows(desk.ctx.db)].find(({ verb }) => verb === 'suspend-outbound');
    expect(done).toMatchObject({
      actor: TECH,
      actorName: 'Ann',
      outcome: 'done',
      reason: 'Forged senders from one machine',
    });
    expect(JSON.stringify((await cardOf(desk, channel, 1)).blocks)).toContain('*Outbound suspended* by Ann');
  });

  it('is first and primary for a machine, and asks once: its form names customer and consequence', async () => {
    const desk = await openDesk();
    const card = await openCompromise(desk, { kind: 'multiple', senderCount: 60 });

    const [first] = buttonsOf(card);
    expect(first).toMatchObject({ action_id: 'suspend-outbound', style: 'primary' });
    expect(first?.confirm).toBeUndefined();
    const form = await pressAndWait(desk, card.channel, card.ts, 'suspend-outbound');
    expect(JSON.stringify(form.content)).toContain(
      '*All* outbound mail of *Acme Mills* (1,240 messages in the last 24 h) stops until somebody lifts it.',
    );
  });

  it('tells who was faster before anybody gives a reason', async () => {
    const desk = await openDesk();
    const card = await openCompromise(desk, { kind: 'multiple', senderCount: 60 });
    const { channel, ts } = card;
    const value = buttonsOf(card)[0]?.value ?? '';
    const form = await pressAndWait(desk, channel, ts, 'suspend-outbound');
    await desk.slack.submitView({ user: TECH, viewId: form.id, values: { reason: 'a machine' } });
    await desk.slack.until(() => desk.relays.applied.length === 1);

    await desk.slack.press({ user: LEAD, channel, ts, actionId: 'suspend-outbound', value });
    await desk.slack.until(() => desk.slack.modal(LEAD) ?? desk.slack.ephemerals(LEAD)[0]);

    expect(desk.slack.modal(LEAD)).toBeUndefined();
    expect(told(desk, LEAD)).toContain('Already suspended by Ann');
  });

  it('begins its reason with what came up to now, and says when the evidence is of', async () => {
    const desk = await openDesk();
    const signs = [{ id: 'volume', weight: 6 }];
    const evidenceOf = { from: T0 - 600_000, to: T0 };
    const { channel, ts } = await openCompromise(desk, { signs, evidenceOf });
    const [at, weaker] = [T0 + 3 * 3_600_000, [{ id: 'volume', weight: 2 }]];
    const later = { at, messages: 4100, recipients: 4100, signs: weaker, evidence: ['x'] };
    openFromFinding({ ...desk.ctx, now: () => at }, stolenMailbox(later));

    const form = await pressAndWait(desk, channel, ts, 'suspend-outbound');

    expect(JSON.stringify(form.content)).toContain(
      '"initial_value":"4,100 messages to 4,100 recipients, 2026-03-03 02:05 to 05:15 UTC. 60 recipients in 10 min, usual 4 an hour, 2026-03-03 02:05 to 02:15 UTC"',
    );
  });

  it.each([
    ['reject', 'refuse each message, and its sender is told at once'],
    ['defer', 'keeps it to try again'],
  ])('says what the customer sees of it (%s)', async (suspendWith, words) => {
    const desk = await openDesk({ config: testConfig({ policy: { suspendWith } }) });
    const { channel, ts } = await openCompromise(desk);

    const form = await pressAndWait(desk, channel, ts, 'suspend-outbound');

    expect(JSON.stringify(form.content)).toContain(words);
  });

  it('takes the role that the config says', async () => {
    const desk = await openDesk({ config: testConfig({ rights: { 'suspend-outbound': 'lead' } }) });
    const { channel, ts } = await openCompromise(desk);

    await desk.press({ user: TECH, channel, ts, actionId: 'suspend-outbound' });
    await desk.slack.until(() => told(desk, TECH) !== '');
    await desk.press({ user: LEAD, channel, ts, actionId: 'suspend-outbound' });
    await desk.slack.until(() => desk.slack.modal(LEAD));

    expect(told(desk, TECH)).toContain('that takes a lead, you are a technician');
    const refused = [...auditRows(desk.ctx.db)].find(({ outcome }) => outcome === 'refused');
    expect(refused?.details.why).toBe('that takes a lead, not a technician');
    expect(desk.slack.modal(TECH)).toBeUndefined();
  });

  it('tells who was faster when the form was filled in too late', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);
    const modal = await pressAndWait(desk, channel, ts, 'suspend-outbound');
    await desk.press({ user: LEAD, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);

    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { reason: 'late' } });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toMatch(
      /Your Suspend outbound was not done: the incident has changed since \(blocked by Lena, /,
    );
    expect(desk.relays.applied).toHaveLength(1);
  });
});

describe('Re-route Hotmail', () => {
  it('re-routes the customer of a compromise over the first clean route', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openCompromise(desk);

    const modal = await pressAndWait(desk, channel, ts, 'reroute');
    expect(JSON.stringify(modal.content)).toContain(
      'Mail of Acme Mills to Hotmail, Outlook.com, Live and MSN leaves over',
    );
    expect(desk.relays.applied).toEqual([]);
    expect(await desk.slack.submitView({ user: TECH, viewId: modal.id, values: {} })).toEqual({ result: 'closed' });
    await desk.slack.until(() => desk.relays.applied.length === 1);

    expect(desk.relays.applied).toMatchObject([{ action: 'reroute', customer: 'acme', route: 'reserve' }]);
  });

  it.each([
    ['sends spam now: block it first, or the clean address is listed next', T0, false],
    ['open, nothing holds it back; silent since 2026-03-03 01:15 UTC', T0 - 3_600_000, false],
    ['open, nothing holds it back; whether it sends now is not known', T0 - 3_600_000, true],
  ])('does not choose a customer whose spam nothing holds back, and says: %s', async (remark, lastSeenAt, isLate) => {
    const desk = await openDesk(isLate ? { context: { health: () => [LATE_LOGS] } } : {});
    await openCompromise(desk, { at: lastSeenAt, since: lastSeenAt - 600_000 });
    const { channel, ts } = await openListing(desk);

    const modal = await pressAndWait(desk, channel, ts, 'reroute');
    const input = (
      modal.content.blocks as Array<{ element?: { options?: unknown[]; initial_options?: unknown[] } }>
    ).find(({ element }) => element?.options);

    expect(JSON.stringify(input?.element?.options)).toContain(`"${remark}"`);
    expect(JSON.stringify(input?.element?.initial_options ?? [])).not.toContain('"acme"');
  });

  it('does not choose a customer that is suspended', async () => {
    const desk = await openDesk();
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    contain(desk.ctx, { incidentId: incident.id, actor: ANN, action: 'suspend-outbound', reason: 'a machine' });
    const { channel, ts } = await openListing(desk);

    const modal = await pressAndWait(desk, channel, ts, 'reroute');

    const form = JSON.stringify(modal.content);
    expect(form).toContain('"suspended: none of its mail leaves"');
    expect(form).not.toContain('"initial_options"');
  });

  it('chooses one whose suspension the relays do not obey, while a block holds its spam', async () => {
    const desk = await openDesk();
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    for (const action of ['block-sender', 'suspend-outbound'] as const)
      contain(desk.ctx, { incidentId: incident.id, actor: ANN, action, reason: 'a machine' });
    const suspension = () => containmentsOf(desk.ctx.db, incident.id).at(-1);
    await desk.slack.until(() => suspension()?.effectiveAt);
    containmentFailed(desk.ctx, suspension()?.id ?? 0, 'no answer');
    const { channel, ts } = await openListing(desk);

    const modal = await pressAndWait(desk, channel, ts, 'reroute');

    const form = JSON.stringify(modal.content);
    expect(form).not.toContain('none of its mail leaves');
    expect(form).toContain('"initial_options"');
  });

  it('asks which customers of a listing, those it hit chosen already, and over which route', async () => {
    const desk = await openDesk({
      context: {
        volumesInTurns: async () =>
          ['acme', 'boreal', 'unattributed'].map((customer) => ({
            customer,
            messages: 1,
            recipients: 1,
            sent: 1,
            deferred: 0,
            bounced: 0,
            refused: 0,
          })),
      },
    });
    const { channel, ts } = await openListing(desk);

    const modal = await pressAndWait(desk, channel, ts, 'reroute');
    const form = JSON.stringify(modal.content);
    expect(form).toContain('Acme Mills');
    expect(form).toContain('Boreal Foods');
    expect(form).not.toContain('unattributed');
    await desk.slack.submitView({
      user: TECH,
      viewId: modal.id,
      values: { customers: ['acme', 'boreal'], route: 'second' },
    });
    await desk.slack.until(() => desk.relays.applied.length === 2);
    await desk.settled();

    expect(desk.relays.applied).toMatchObject([
      { action: 'reroute', customer: 'acme', route: 'second' },
      { action: 'reroute', customer: 'boreal', route: 'second' },
    ]);
    expect(JSON.stringify((await cardOf(desk, DELIVERABILITY, 1)).blocks)).toMatch(
      /\*Hotmail re-routed\* · 2 customers via second by Ann.*> Acme Mills, Boreal Foods/,
    );
  });

  it('refuses loudly when no clean route is left', async () => {
    const desk = await openDesk({ context: { cleanRoutes: () => [] } });
    const { channel, ts } = await openCompromise(desk);

    await desk.press({ user: TECH, channel, ts, actionId: 'reroute' });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toContain(
      'No clean route is left: each of the 2 sends from an address that is listed now (reserve, second)',
    );
    expect([...auditRows(desk.ctx.db)].at(-1)).toMatchObject({ verb: 'reroute', outcome: 'refused', actor: TECH });
    expect(desk.relays.applied).toEqual([]);
  });
});

describe('Mark resolved, Re-open, Lift, Add note, History', () => {
  it('says before an incident is closed that its mail goes on, or that it is still listed', async () => {
    const desk = await openDesk();
    const stolen = await openCompromise(desk);
    const ofMail = await pressAndWait(desk, stolen.channel, stolen.ts, 'resolve');
    expect(JSON.stringify(ofMail.content)).toContain('*Nothing holds this mail back*; last seen');

    const other = await openDesk();
    const listed = await openListing(other);
    const ofListing = await pressAndWait(other, listed.channel, listed.ts, 'resolve');
    expect(JSON.stringify(ofListing.content)).toContain(
      '*Not seen over*: 203.0.113.17 refused by Microsoft. This lifts no block, and from then on it counts as over.',
    );
  });

  it('goes through the whole life of an incident, each step on record', async () => {
    const desk = await openDesk();
    const first = await openCompromise(desk);
    const { channel, ts } = first;
    await desk.press({ user: TECH, channel, ts, actionId: 'block-sender' });
    await desk.slack.until(() => desk.relays.applied.length === 1);
    await desk.settled();

    await desk.press({ user: TECH, channel, ts, actionId: 'history' });
    const before = await desk.slack.until(() => desk.slack.ephemerals(TECH).find(isHistory));
    const noteForm = await pressAndWait(desk, channel, before.ts, 'note');
    await desk.slack.submitView({ user: TECH, viewId: noteForm.id, values: { note: 'Called them <!channel>' } });
    const resolveForm = await pressAndWait(desk, channel, ts, 'resolve');
    expect(JSON.stringify(resolveForm.content)).toContain('Leave it in force');
    await desk.slack.submitView({
      user: TECH,
      viewId: resolveForm.id,
      values: { found: 'Phished', done: 'Password changed' },
    });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'resolved');
    await desk.settled();

    const resolved = await cardOf(desk, channel, 1);
    const shown = JSON.stringify(resolved.blocks);
    expect(shown).toContain('*Resolved* by Ann');
    expect(shown).toContain('Found: Phished · Done: Password changed');
    expect(shown).toContain('"reopen"');
    expect(shown).not.toContain('"suspend-outbound"');

    const liftForm = await pressAndWait(desk, channel, ts, 'lift');
    await desk.slack.submitView({ user: TECH, viewId: liftForm.id, values: { reason: 'Safe again' } });
    await desk.slack.until(() => desk.relays.lifted.length === 1);
    await desk.settled();
    expect(() => menuValue({ blocks: [] }, 'lift')).toThrow();
    await desk.press({ user: TECH, channel, ts, actionId: 'reopen' });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'open');
    await desk.settled();

    const reopened = await cardOf(desk, channel, 1);
    expect(JSON.stringify(reopened.blocks)).not.toMatch(/"lift:/);
    await desk.press({
      user: TECH,
      channel,
      ts,
      actionId: 'incident-menu',
      selectedOption: menuValue(reopened, 'history'),
    });
    const history = await desk.slack.until(() =>
      desk.slack.ephemerals(TECH).find((message) => isHistory(message) && message.ts !== before.ts),
    );
    const lines = JSON.stringify(history.blocks);
    for (const step of [
      're-opened it',
      'lifted the block of the sender',
      'marked it resolved',
      'Note by Ann',
      'blocked the sender',
      'Opened by relaywarden',
    ])
      expect(lines).toContain(step);
    expect(lines).toContain('“Safe again”');

    const thread = (await desk.slack.thread(channel, ts)).map(({ text }) => text).join('\n');
    expect(thread).toContain('Called them &lt;!channel&gt;');
    expect(thread).not.toContain('<!channel>');
    expect((await desk.slack.messages(ABUSE)).filter(({ ts: each }) => each === ts)).toHaveLength(1);
  });
});

describe('History and notes', () => {
  it('counts the lines that it shows, and says how many there are when that is not all', async () => {
    const desk = await openDesk();
    await openCompromise(desk, { key: 'compromise:acme:al@acme.example', senders: ['al@acme.example'] });
    const { channel, ts } = await openCompromise(desk);
    const ofHistory = async () => {
      const before = desk.slack.ephemerals(TECH).length;
      await desk.press({ user: TECH, channel, ts, actionId: 'history' });
      await desk.slack.until(() => desk.slack.ephemerals(TECH).length > before);
      const { blocks } = desk.slack.ephemerals(TECH).at(-1) ?? { blocks: [] };
      const [, section, foot] = blocks as { text?: { text: string }; elements?: { text: string }[] }[];
      return { lines: section?.text?.text.split('\n').length, foot: foot?.elements?.[0]?.text };
    };
    const add = (reason: string) => addNote(desk.ctx, { incidentId: 2, actor: ANN, reason });

    add('Called them');
    expect(await ofHistory()).toEqual({ lines: 2, foot: '2 entries, newest first. Only you see this.' });

    for (let i = 0; i < 38; i++) add('long '.repeat(40));
    const { lines, foot } = await ofHistory();
    expect(lines).toBeGreaterThan(5);
    expect(foot).toBe(
      `The latest ${lines} of 40 entries, newest first; \`relaywarden audit export\` prints all. Only you see this.`,
    );
  });
});

describe('Add note', () => {
  it.each([
    [true, 'in the history, and in the thread'],
    [false, 'it is in the history.'],
  ])('says where it was pressed that it is saved, and where it can be read (thread: %s)', async (timeline, where) => {
    const desk = await openDesk({ config: testConfig({ slack: { mode: 'http', port: 0, timeline } }) });
    const { channel, ts } = await openCompromise(desk);
    await desk.press({ user: TECH, channel, ts, actionId: 'history' });
    const history = await desk.slack.until(() => desk.slack.ephemerals(TECH).find(isHistory));
    const form = await pressAndWait(desk, channel, history.ts, 'note');

    await desk.slack.submitView({ user: TECH, viewId: form.id, values: { note: 'Called <!channel>' } });
    const saved = await desk.slack.until(() => desk.slack.ephemerals(TECH, channel).find((one) => !isHistory(one)));

    expect(saved.text).toContain('Your note on incident 1 is saved');
    expect(saved.text).toContain(where);
    expect(saved.text).toContain('Called &lt;!channel&gt;');
    expect(desk.slack.ephemerals(LEAD)).toEqual([]);
  });
});

describe('Check again', () => {
  it('says plainly that a receiver’s own list cannot be asked, and shows its last refusal', async () => {
    const desk = await openDesk();
    const { channel, ts } = await openListing(desk);

    await desk.press({ user: TECH, channel, ts, actionId: 'check-again' });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toContain('is not in the DNS, so it cannot be asked');
    expect(told(desk, TECH)).toContain('S3140');
  });

  it('asks the list, writes a clearing down and recommends to resolve; refused is not clear', async () => {
    const results = [
      {
        target: '203.0.113.17',
        list: 'zen',
        zone: 'zen.example',
        verdict: 'refused' as const,
        codes: [],
        meanings: ['query refused'],
        text: '',
        ms: 1,
      },
    ];
    const desk = await openDesk({ results });
    const { channel, ts } = await openListing(desk, { provider: 'zen', key: 'listing:zen:203.0.113.17', code: '' });

    await desk.press({ user: TECH, channel, ts, actionId: 'check-again' });
    await desk.slack.until(() => told(desk, TECH).includes('could not tell, refused (query refused)'));
    expect(openListings(desk.ctx.db)).toHaveLength(1);

    results[0] = { ...results[0], verdict: 'clear' } as never;
    await desk.press({ user: TECH, channel, ts, actionId: 'check-again' });
    await desk.slack.until(() => told(desk, TECH).includes('clear now'));
    await desk.settled();

    expect(openListings(desk.ctx.db)).toHaveLength(0);
    const card = await cardOf(desk, channel, 1);
    expect(JSON.stringify(card.blocks)).toContain('*Seen clear*');
    const [first] = (card.blocks.find(({ type }) => type === 'actions')?.elements ?? []) as unknown[];
    expect(first).toMatchObject({ action_id: 'resolve', style: 'primary' });
  });

  it('says which of what is open nobody could ask', async () => {
    const [target, list] = ['203.0.113.17', 'zen'];
    const said = { target, list, zone: 'zen.example', codes: ['127.0.0.3'], meanings: [], text: '', ms: 1 };
    const desk = await openDesk({ results: [{ ...said, verdict: 'listed' }] });
    const { channel, ts } = await openListing(desk);
    takeListed(desk.ctx, [{ ...said, at: T0 + 1 }]);
    await desk.settled();

    await desk.press({ user: TECH, channel, ts, actionId: 'check-again' });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toContain('203.0.113.17 on Spamhaus ZEN: still listed (127.0.0.3).');
    expect(told(desk, TECH)).toContain(
      '203.0.113.17 at Microsoft: cannot be asked, it is not in the DNS. Last refusal seen ',
    );
  });

  it('does not believe a clearing that a second question contradicts', async () => {
    let asked = 0;
    const check = async () => [
      {
        target: '203.0.113.17',
        list: 'zen',
        zone: 'zen.example',
        verdict: asked++ === 0 ? ('clear' as const) : ('listed' as const),
        codes: ['127.0.0.3'],
        meanings: [],
        text: '',
        ms: 1,
      },
    ];
    const desk = await openDesk({ context: { check } });
    const { channel, ts } = await openListing(desk, { provider: 'zen', key: 'listing:zen:203.0.113.17', code: '' });

    await desk.press({ user: TECH, channel, ts, actionId: 'check-again' });
    await desk.slack.until(() => told(desk, TECH).includes('203.0.113.17 on Spamhaus ZEN: still listed'));

    expect(asked).toBe(2);
    expect(openListings(desk.ctx.db)).toHaveLength(1);
  });
});
