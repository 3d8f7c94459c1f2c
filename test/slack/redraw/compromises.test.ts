// The card of a compromise is drawn anew when its mail stops or begins again, and not else.
import { isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import type { HealthItem } from '../../../src/context.js';
import { outbox } from '../../../src/db/schema.js';
import { contain } from '../../../src/incidents/contain.js';
import { suspectsOf } from '../../../src/incidents/culprits/blame.js';
import { putLink } from '../../../src/incidents/culprits/links.js';
import { containmentEffects } from '../../../src/incidents/effects.js';
import { takeListed } from '../../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { putTimesRight } from '../../../src/incidents/set-back.js';
import { containmentsOf, findIncident, unresolvedIncidents } from '../../../src/incidents/store.js';
import { noCompromisesShown, redrawCompromises } from '../../../src/slack/redraw/compromises.js';
import { testContext } from '../../helpers/context.js';
import { ANN, microsoftBlock, stolenMailbox, T0 } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

const MIN = 60_000;

it('draws a card when its mail falls silent, when it begins again, and when the logs are late', () => {
  let now = T0;
  let isLate = false;
  let drawn = 0;
  const health = () => [{ name: 'logs', ok: true, text: '', ...(isLate ? { isLate: true as const } : {}) }];
  const ctx = testContext(freshDb(), () => now, { health });
  ctx.outbox.wake = () => void drawn++;
  const { incident } = openFromFinding(ctx, stolenMailbox({ at: T0 }));
  const shown = noCompromisesShown();
  const after = (minutes: number) => {
    now = T0 + minutes * MIN;
    redrawCompromises(ctx, shown);
    return [shown.compromises.get(incident.id), drawn];
  };

  expect(after(1)).toEqual(['on', 1]);
  expect(after(9)).toEqual(['on', 1]);
  expect(after(20)).toEqual(['silent', 2]);
  expect(after(300)).toEqual(['silent', 2]);
  isLate = true;
  expect(after(301)).toEqual(['unknown', 3]);
  isLate = false;
  openFromFinding(ctx, stolenMailbox({ at: T0 + 302 * MIN, messages: 90 }));
  expect(after(303)).toEqual(['on', 4]);
  resolveIncident(ctx, { incidentId: incident.id, actor: ANN, reason: 'done' });
  expect(after(400)).toEqual([undefined, 4]);
  expect(shown.compromises.size).toBe(0);
});

it('calls mail silent a quarter of an hour after a clock that was two hours ahead was set right', () => {
  let now = T0 + 120 * MIN;
  const ctx = testContext(freshDb(), () => now);
  const { incident } = openFromFinding(ctx, stolenMailbox({ at: now, since: now - 10 * MIN }));
  const shown = noCompromisesShown();
  const stateAt = (at: number) => {
    now = at;
    putTimesRight(ctx);
    redrawCompromises(ctx, shown);
    return shown.compromises.get(incident.id);
  };

  expect(stateAt(now)).toBe('on');
  expect(stateAt(T0)).toBe('on');
  expect(findIncident(ctx.db, incident.id)).toMatchObject({ since: T0 - 10 * MIN, lastSeenAt: T0 });
  expect(stateAt(T0 + 16 * MIN)).toBe('silent');
  expect(openFromFinding(ctx, stolenMailbox({ at: T0 + 120 * MIN, since: T0 + 110 * MIN })).kind).toBe('known');
});

it('leaves what is on record as it is when a clock goes back by minutes, as clocks do', () => {
  let now = T0;
  const ctx = testContext(freshDb(), () => now);
  const { incident } = openFromFinding(ctx, stolenMailbox());
  now = T0 - 4 * MIN;
  putTimesRight(ctx);
  redrawCompromises(ctx, noCompromisesShown());
  expect(findIncident(ctx.db, incident.id)).toEqual(incident);
});

it('calls mail held by a block of a clock that was ahead until some comes behind it', async () => {
  let now = T0 + 120 * MIN;
  const ctx = testContext(freshDb(), () => now);
  const { incident } = openFromFinding(ctx, stolenMailbox({ at: now, since: now - 10 * MIN }));
  contain(ctx, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  const [block] = containmentsOf(ctx.db, incident.id);
  const effects = containmentEffects(ctx, { apply: async () => {}, lift: async () => {} });
  await effects['containment.apply']({ payload: { containmentId: block?.id } });
  const shown = noCompromisesShown();
  const stateAt = (at: number) => {
    now = at;
    putTimesRight(ctx);
    redrawCompromises(ctx, shown);
    return shown.compromises.get(incident.id);
  };

  expect(stateAt(now)).toBe('held');
  expect(stateAt(T0)).toBe('held');
  expect(containmentsOf(ctx.db, incident.id)).toMatchObject([{ placedAt: T0, effectiveAt: T0 }]);
  now = T0 + 10 * MIN;
  openFromFinding(ctx, stolenMailbox({ at: now, since: now - 5 * MIN, messages: 90 }));
  expect(stateAt(now)).toBe('on');
  expect(stateAt(T0 + 26 * MIN)).toBe('silent');
});

describe('the card of a listing', () => {
  it('is drawn with the compromise behind it', () => {
    const { behind, drawnAfter } = desk();

    expect(behind).toBe(2);
    expect(drawnAfter(5)).toEqual([]);
    expect(drawnAfter(20)).toEqual(['incident:1', 'incident:2', 'incident:3']);
    expect(drawnAfter(40)).toEqual([]);
  });

  it('is drawn when a compromise that it says still sends is resolved, the last one, too', () => {
    const { ctx, behind, other, drawnAfter } = desk();
    resolveIncident(ctx, { incidentId: behind, actor: ANN, reason: 'done' });
    expect(drawnAfter(1)).toEqual(['incident:1']);
    expect(drawnAfter(2)).toEqual([]);
    resolveIncident(ctx, { incidentId: other, actor: ANN, reason: 'done' });
    expect(drawnAfter(3)).toEqual(['incident:1']);
    expect(drawnAfter(4)).toEqual([]);
  });

  it('is drawn two seconds after the one before it, so that an alert in between need not wait for all', () => {
    const { ctx, drawnAfter } = desk();
    ctx.listings = { groupMinutes: 60, stormAfter: 100 };
    for (let i = 0; i < 4; i++) openFromFinding(ctx, microsoftBlock({ key: `block:${i}`, ip: `198.51.100.${i + 1}` }));

    expect(drawnAfter(20)).toHaveLength(7);
    const cards = ctx.db.select().from(outbox).where(isNull(outbox.doneAt)).all();
    const due = cards.map(({ nextAt }) => nextAt).sort((a, b) => a - b);
    expect(due.slice(0, 3)).toEqual([0, 0, 0]);
    for (const [i, at] of due.slice(4).entries()) expect(at - (due[i + 3] as number)).toBeGreaterThan(1_900);
  });

  it('is not drawn again when it would say the same, and waits behind those that wait', () => {
    const { ctx, behind, other, drawnAfter, due } = desk();
    ctx.listings = { groupMinutes: 60, stormAfter: 100 };
    for (let i = 0; i < 3; i++) openFromFinding(ctx, microsoftBlock({ key: `block:${i}`, ip: `198.51.100.${i + 1}` }));
    drawnAfter(20);
    resolveIncident(ctx, { incidentId: other, actor: ANN, reason: 'silent for long' });
    expect(drawnAfter(60)).toEqual([]);

    // The first of four is drawn by now; what it has to say anew comes after the other three.
    openFromFinding(ctx, stolenMailbox({ at: T0 + 70 * MIN, messages: 90 }));
    expect(drawnAfter(70)).toHaveLength(5);
    resolveIncident(ctx, { incidentId: behind, actor: ANN, reason: 'done' });
    expect(drawnAfter(70 + 1 / 60)).toEqual(['incident:1']);
    expect(due()[0]).toBeGreaterThan(Date.now() + 5_000);
  });

  it('is not drawn for what it does not say: late logs, and mail of customers that have nothing to do with it', () => {
    const { ctx, health, drawnAfter } = desk();
    ctx.ownerOfDomain = (domain) => (domain === 'acme.example' ? 'acme' : undefined);
    const entry = { target: 'acme.example', list: 'dbl', codes: [], meanings: [], text: '', at: T0 };
    takeListed(ctx, [entry, { ...entry, target: 'else.example' }]);
    expect(drawnAfter(20)).toEqual(['incident:1', 'incident:2', 'incident:3', 'incident:4']);
    health.push({ name: 'logs', ok: true, text: '', isLate: true });
    expect(drawnAfter(21)).toEqual(['incident:2', 'incident:3']);
  });
});

/** A listing of an address, the compromise linked to it, and another one that sends as well. */
function desk() {
  let now = T0;
  const db = freshDb();
  const health: HealthItem[] = [];
  const ctx = testContext(db, () => now, {
    health: () => health,
    suspectsOf: (incident) => suspectsOf(db, incident),
    openOver: () => unresolvedIncidents(db).filter((each) => each.kind === 'compromise'),
  });
  const listing = openFromFinding(ctx, microsoftBlock()).incident.id;
  const behind = openFromFinding(ctx, stolenMailbox({ at: T0 })).incident.id;
  const other = openFromFinding(ctx, stolenMailbox({ at: T0, key: 'compromise:bolt', customer: 'bolt' })).incident.id;
  putLink(db, { listingIncident: listing, compromiseIncident: behind, linkedAt: T0, linkedBy: 'Ann' });
  const shown = noCompromisesShown();
  redrawCompromises(ctx, shown);
  const drawnAfter = (minutes: number) => {
    db.update(outbox).set({ doneAt: now }).run();
    now = T0 + minutes * MIN;
    redrawCompromises(ctx, shown);
    const lanes = db.select().from(outbox).where(isNull(outbox.doneAt)).all();
    return lanes.map(({ lane }) => lane).sort();
  };
  const due = () =>
    db
      .select()
      .from(outbox)
      .where(isNull(outbox.doneAt))
      .all()
      .map(({ nextAt }) => nextAt);
  return { ctx, health, behind, other, drawnAfter, due };
}
