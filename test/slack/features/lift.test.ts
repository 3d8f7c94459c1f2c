// Lifting what one press placed on many, through the real app and signed requests.
import { describe, expect, it } from 'vitest';
import { contain } from '../../../src/incidents/contain.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { containmentsOf, findIncident } from '../../../src/incidents/store.js';
import { viewFaults } from '../../helpers/block-kit.js';
import { ANN, stolenMailbox } from '../../helpers/incidents.js';
import { cardOf, DELIVERABILITY, openDesk, openListing, TECH } from '../../helpers/slack-desk.js';

const CUSTOMERS = Array.from({ length: 30 }, (_, i) => `cust-${i}`);

describe('Lift', () => {
  it('ends by one press what one press placed on thirty customers, with a line for each press', async () => {
    const desk = await openDesk();
    const { ts } = await openListing(desk);
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'reroute', route: 'second', customers: CUSTOMERS });
    await desk.settled();
    expect(JSON.stringify((await cardOf(desk, DELIVERABILITY, 1)).blocks)).toContain('30 customers via second by Ann');

    await desk.press({ user: TECH, channel: DELIVERABILITY, ts, actionId: 'lift' });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    expect(viewFaults(form.content)).toEqual([]);
    expect(JSON.stringify(form.content)).toContain('Hotmail re-routed: all 30');
    const values = { containment: 'all:reroute', reason: 'clear since noon' };
    await desk.slack.submitView({ user: TECH, viewId: form.id, values });
    await desk.slack.until(() => desk.relays.lifted.length === CUSTOMERS.length);
    await desk.settled();

    expect(containmentsOf(desk.ctx.db, 1).every(({ outOfForceAt }) => outOfForceAt !== null)).toBe(true);
    expect(findIncident(desk.ctx.db, 1)?.state).toBe('open');
    const lines = (await desk.slack.thread(DELIVERABILITY, ts)).slice(1).map(({ text }) => text);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('Ann lifted the Hotmail re-route, 30 in all of cust-0');
  });

  it('opens on the card of the address that the mail leaves from, although it was re-routed on another', async () => {
    const customers = ['acme'];
    const around = { addresses: 2, cleanAddresses: 1, cleanRelays: 1, share: undefined, messages: 0, customers: 1 };
    const impactOf = () => ({ ...around, rerouted: [{ incidentId: 1, customers: 1 }] });
    const desk = await openDesk({ context: { impactOf } });
    const { incident } = openFromFinding(desk.ctx, stolenMailbox());
    const { ts } = await openListing(desk);
    contain(desk.ctx, { incidentId: incident.id, actor: ANN, action: 'reroute', route: 'second', customers });
    await desk.settled();

    await desk.press({ user: TECH, channel: DELIVERABILITY, ts, actionId: 'lift' });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    expect(viewFaults(form.content)).toEqual([]);
    const [row] = containmentsOf(desk.ctx.db, incident.id);
    const values = { containment: String(row?.id), reason: 'listed by now' };
    await desk.slack.submitView({ user: TECH, viewId: form.id, values });
    await desk.slack.until(() => desk.relays.lifted.length === 1);
    expect(containmentsOf(desk.ctx.db, 2)).toEqual([]);
  });

  it('offers no such choice for a single one', async () => {
    const desk = await openDesk();
    const { ts } = await openListing(desk);
    contain(desk.ctx, { incidentId: 1, actor: ANN, action: 'reroute', route: 'second', customers: ['acme'] });
    await desk.settled();

    await desk.press({ user: TECH, channel: DELIVERABILITY, ts, actionId: 'lift' });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    expect(JSON.stringify(form.content)).not.toContain('all:');
  });
});
