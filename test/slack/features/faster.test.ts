// Forms that somebody else, or the watch, was faster than: said before they are filled in where that is known, and in words that are true.
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../../src/audit/verify.js';
import { contain, lift } from '../../../src/incidents/contain.js';
import { markNoise, undoNoise } from '../../../src/incidents/noise/mark-noise.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { containmentsInForce } from '../../../src/incidents/store.js';
import {
  cardOf,
  LEAD,
  menuEntry,
  openCompromise,
  openDesk,
  openListing,
  TECH,
  type TestDesk,
  testConfig,
  told,
} from '../../helpers/slack-desk.js';

const LENA = { id: LEAD, name: 'Lena' };

type Element = { action_id?: string; value?: string };
type Row = { elements?: Element[]; accessory?: Element };

/** The technician takes a step of the card as it stood before `meanwhile`; what they are told instead of a form. */
async function pressLate(desk: TestDesk, channel: string, step: string, meanwhile: () => void): Promise<string> {
  await desk.settled();
  const card = await cardOf(desk, channel, 1);
  const elements = (card.blocks as Row[]).flatMap(({ elements = [], accessory }) => [
    ...elements,
    ...(accessory ? [accessory] : []),
  ]);
  const { value = '' } = elements.find((element) => element.action_id === step) ?? {};
  const selectedOption = menuEntry(card, step);
  meanwhile();
  await desk.settled();

  const press = { user: TECH, channel, ts: card.ts };
  if (selectedOption) await desk.slack.press({ ...press, actionId: 'incident-menu', selectedOption });
  else await desk.slack.press({ ...press, actionId: step, value });
  await desk.slack.until(() => desk.slack.modal(TECH) ?? desk.slack.ephemerals(TECH)[0]);

  expect(desk.slack.modal(TECH)).toBeUndefined();
  return told(desk, TECH);
}

describe('a step that somebody was faster than', () => {
  it('asks nobody why a block is to be lifted, and does not say that it is lifted when another was', async () => {
    const desk = await openDesk();
    const { channel } = await openCompromise(desk);
    contain(desk.ctx, { incidentId: 1, actor: LENA, action: 'block-sender' });
    contain(desk.ctx, { incidentId: 1, actor: LENA, action: 'suspend-outbound' });

    const said = await pressLate(
      desk,
      channel,
      'lift',
      () => void lift(desk.ctx, { incidentId: 1, actor: LENA, containmentId: 1 }),
    );

    expect(said).toMatch(/Your Lift … was not done: the incident has changed since \(lifted by Lena, /);
    expect(containmentsInForce(desk.ctx.db).map(({ id }) => id)).toEqual([2]);
  });

  it('says who lifted the one block there was, not only that nothing is in force', async () => {
    const desk = await openDesk();
    const { channel } = await openCompromise(desk);
    contain(desk.ctx, { incidentId: 1, actor: LENA, action: 'block-sender' });

    const said = await pressLate(
      desk,
      channel,
      'lift',
      () => void lift(desk.ctx, { incidentId: 1, actor: LENA, containmentId: 1 }),
    );

    expect(said).toMatch(/Your Lift … was not done: the incident has changed since \(lifted by Lena, /);
  });

  it('asks nobody what mail it is that somebody blocked meanwhile', async () => {
    const desk = await openDesk();
    const { channel } = await openCompromise(desk);

    const said = await pressLate(
      desk,
      channel,
      'mark-noise',
      () => void contain(desk.ctx, { incidentId: 1, actor: LENA, action: 'block-sender' }),
    );

    expect(said).toMatch(/Your Mark noise was not done: the incident has changed since \(blocked by Lena, /);
  });

  it('is told of a judgement that was taken back by its own word', async () => {
    const desk = await openDesk();
    const { channel } = await openCompromise(desk);
    const mark = { reason: 'newsletter', scope: 'sender', kind: 'single', days: 30, lifts: false } as const;

    const said = await pressLate(desk, channel, 'block-sender', () => {
      markNoise(desk.ctx, { incidentId: 1, actor: LENA, ...mark });
      undoNoise(desk.ctx, { incidentId: 1, teachingId: 1, actor: LENA, mayReopen: true });
    });

    expect(said).toMatch(
      /Your Block sender was not done: the incident has changed since \(unmarked as noise by Lena, /,
    );
    expect(desk.relays.applied).toEqual([]);
  });

  it('asks nobody whose mail of a listing is to be re-routed, nor says that it is when other mail was', async () => {
    const desk = await openDesk();
    const { channel } = await openListing(desk);

    const said = await pressLate(
      desk,
      channel,
      'reroute',
      () =>
        void contain(desk.ctx, {
          ...{ incidentId: 1, actor: LENA, action: 'reroute', route: 'second', customers: ['boreal'] },
        }),
    );

    expect(said).toMatch(/Your Re-route Hotmail was not done: the incident has changed since \(re-routed by Lena, /);
  });

  it('asks nobody what was found in an incident that is resolved', async () => {
    const desk = await openDesk();
    const { channel } = await openCompromise(desk);

    const said = await pressLate(
      desk,
      channel,
      'resolve',
      () => void resolveIncident(desk.ctx, { incidentId: 1, actor: LENA, reason: 'a test of theirs' }),
    );

    expect(said).toMatch(/Already marked resolved by Lena, .*Nothing was done twice/);
  });

  it('tells who chose to lift the block with it that it stays', async () => {
    const desk = await openDesk();
    const { channel } = await openCompromise(desk);
    contain(desk.ctx, { incidentId: 1, actor: LENA, action: 'block-sender' });
    await desk.settled();
    const { ts } = await cardOf(desk, channel, 1);
    await desk.press({ user: TECH, channel, ts, actionId: 'resolve' });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    resolveIncident(desk.ctx, { incidentId: 1, actor: LENA, reason: 'password changed' });

    const values = { found: 'phished', done: 'password changed', lift: 'lift' };
    await desk.slack.submitView({ user: TECH, viewId: form.id, values });
    await desk.slack.until(() => desk.slack.ephemerals(TECH)[1]);

    expect(told(desk, TECH)).toMatch(/Already marked resolved by Lena, .*Nothing was done twice/);
    expect(told(desk, TECH)).toMatch(/1 block in force still: it was not lifted as you chose/);
    expect(containmentsInForce(desk.ctx.db)).toHaveLength(1);
  });

  it('asks nobody why no customer is behind a listing that is resolved', async () => {
    const desk = await openDesk({ delisting: {} });
    const { channel } = await openListing(desk);

    const said = await pressLate(
      desk,
      channel,
      'no-culprit',
      () => void resolveIncident(desk.ctx, { incidentId: 1, actor: LENA, reason: 'the neighbour mended it' }),
    );

    expect(said).toMatch(
      /Your No culprit of ours was not done: the incident has changed since \(marked resolved by Lena, /,
    );
  });
});

describe('a route that is listed while the form is open', () => {
  it('is refused by its name, with a word about the others', async () => {
    let routes = testConfig().routes;
    const desk = await openDesk({ context: { cleanRoutes: () => routes } });
    const { channel, ts } = await openListing(desk);
    await desk.press({ user: TECH, channel, ts, actionId: 'reroute' });
    const form = await desk.slack.until(() => desk.slack.modal(TECH));
    routes = routes.slice(1);

    const values = { customers: ['acme'], route: 'reserve' };
    await desk.slack.submitView({ user: TECH, viewId: form.id, values });
    await desk.slack.until(() => told(desk, TECH) !== '');

    expect(told(desk, TECH)).toContain('reserve is no clean route any more');
    expect(told(desk, TECH)).toContain('Nothing was re-routed. Press Re-route Hotmail again, and choose another.');
    expect(desk.relays.applied).toEqual([]);
    expect([...auditRows(desk.ctx.db)].at(-1)).toMatchObject({ verb: 'reroute', outcome: 'refused', actor: TECH });
  });
});
