// Mark resolved while something is in force: it is named, and stays or is lifted with it, as the person says.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { contain } from '../../../src/incidents/contain.js';
import { containmentsOf, findIncident } from '../../../src/incidents/store.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { ANN } from '../../helpers/incidents.js';
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

const SAID = { found: 'Password was phished', done: 'Password changed' };

async function blockedDesk(change: Record<string, unknown> = {}) {
  const desk = await openDesk({ config: testConfig(change) });
  const { ts } = await openCompromise(desk);
  contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'block-sender' });
  desk.ctx.outbox.wake();
  await desk.settled();
  return { desk, ts };
}

async function formOf(desk: TestDesk, channel: string, ts: string, user = TECH) {
  await desk.press({ user, channel, ts, actionId: 'resolve' });
  return desk.slack.until(() => desk.slack.modal(user));
}

/** What is chosen already of what becomes of the block. */
function chosenIn({ content }: { content: { blocks?: unknown } }): string | undefined {
  const blocks = content.blocks as { block_id?: string; element?: { initial_option?: { value: string } } }[];
  return blocks.find(({ block_id }) => block_id === 'lift')?.element?.initial_option?.value;
}

async function stepsOn(desk: TestDesk, channel: string): Promise<string[]> {
  const { blocks } = await cardOf(desk, channel, 1);
  const rows = blocks as { type: string; elements?: { action_id?: string }[] }[];
  return rows.findLast(({ type }) => type === 'actions')?.elements?.map(({ action_id = '' }) => action_id) ?? [];
}

describe('Mark resolved', () => {
  it('lifts what is in force on a choice, each on record with the person’s words', async () => {
    const { desk, ts } = await blockedDesk();
    const modal = await formOf(desk, ABUSE, ts);
    expect(viewFaults(modal.content)).toEqual([]);
    expect(JSON.stringify(modal.content)).toMatch(/In force now.*Sender blocked.*Lift it now.*Leave it in force/s);
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...SAID, lift: 'lift' } });
    await desk.slack.until(() => desk.relays.lifted.length === 1);
    await desk.settled();

    const reason = 'Found: Password was phished · Done: Password changed';
    expect(findIncident(desk.ctx.db, 1)).toMatchObject({ state: 'resolved', resolution: reason });
    expect(containmentsOf(desk.ctx.db, 1)).toMatchObject([{ liftedBy: 'Ann', liftReason: reason }]);
    const rows = [...auditRows(desk.ctx.db)].filter(({ verb }) => verb === 'lift' || verb === 'resolve');
    expect(rows).toMatchObject([
      { verb: 'lift', actorName: 'Ann', reason, details: { containment: 1, action: 'block-sender' } },
      { verb: 'resolve', details: { lifted: [1], liftedActions: ['block-sender'], stillInForce: 0 } },
    ]);
    const lines = (await desk.slack.thread(ABUSE, ts)).map(({ text }) => text).join('\n');
    expect(lines).toContain('Ann marked it resolved; lifted 1 block');
    expect(await stepsOn(desk, ABUSE)).not.toContain('lift');
  });

  it('leaves it in force unless that is chosen, and then has Lift as a button', async () => {
    const { desk, ts } = await blockedDesk();
    const modal = await formOf(desk, ABUSE, ts);
    expect(chosenIn(modal)).toBe('leave');
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: SAID });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'resolved');
    await desk.settled();

    expect(desk.relays.lifted).toEqual([]);
    expect(JSON.stringify((await cardOf(desk, ABUSE, 1)).blocks)).toContain('1 block in force still');
    expect(await stepsOn(desk, ABUSE)).toEqual(['lift', 'reopen', 'incident-menu']);
    await desk.press({ user: TECH, channel: ABUSE, ts, actionId: 'lift' });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    await desk.slack.submitView({ user: TECH, viewId: form.id, values: { reason: 'Signed out everywhere' } });
    await desk.slack.until(() => desk.relays.lifted.length === 1);
    await desk.settled();

    expect(await stepsOn(desk, ABUSE)).toEqual(['reopen', 'incident-menu']);
  });

  it('lifts nothing for one who may not, and says so', async () => {
    const { desk, ts } = await blockedDesk({ rights: { lift: 'lead' } });
    const modal = await formOf(desk, ABUSE, ts);
    expect(JSON.stringify(modal.content)).toContain('lifting it takes another role');
    expect(chosenIn(modal)).toBeUndefined();
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...SAID, lift: 'lift' } });
    await desk.slack.until(() => findIncident(desk.ctx.db, 1)?.state === 'resolved');
    await desk.settled();

    expect(containmentsOf(desk.ctx.db, 1)).toMatchObject([{ liftedAt: null }]);
    expect(desk.relays.lifted).toEqual([]);
  });

  it('counts for one of two people with the form open: what is blocked since then stays blocked', async () => {
    const { desk, ts } = await blockedDesk();
    const modal = await formOf(desk, ABUSE, ts);
    contain(desk.ctx, { incidentId: 1, actor: { id: LEAD, name: 'Lena' }, action: 'suspend-outbound' });
    await desk.slack.submitView({ user: TECH, viewId: modal.id, values: { ...SAID, lift: 'lift' } });
    await desk.slack.until(() => /was not done: the incident has changed since/.test(told(desk, TECH)));

    expect(findIncident(desk.ctx.db, 1)?.state).not.toBe('resolved');
    expect(containmentsOf(desk.ctx.db, 1)).toMatchObject([{ liftedAt: null }, { liftedAt: null }]);
  });

  it('of a listing offers the same for its re-route, in words that are true of one', async () => {
    const desk = await openDesk();
    const { ts } = await openListing(desk);
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'reroute', route: 'second', customers: ['acme'] });
    desk.ctx.outbox.wake();
    await desk.settled();
    const modal = await formOf(desk, DELIVERABILITY, ts);

    const text = JSON.stringify(modal.content);
    expect(text).toMatch(/Not seen over.*the mail goes its usual way again.*the mail is re-routed until/s);
    expect(text).not.toContain('the mail is refused until');
  });
});
