// The cards of open listings, drawn anew as time goes by.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/context.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { type GatesShown, refreshGates } from '../../src/wiring/gates.js';
import { ANN, incidentDeps, microsoftBlock } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

/** Five listings, and the ids of those whose gate was read. */
function setUp() {
  const db = freshDb();
  const read: number[] = [];
  const ctx = {
    ...incidentDeps(db),
    outbox: { wake() {} },
    gateOf: ({ id }: { id: number }) => {
      read.push(id);
      return { isOpen: false, points: [] };
    },
  } as unknown as Context;
  for (let i = 1; i <= 5; i++) openFromFinding(ctx, microsoftBlock({ ip: `203.0.113.${i}` }));
  return { ctx, read };
}

describe('the cards of listings', () => {
  it('are looked at one by one, while others have their turn', async () => {
    const { ctx, read } = setUp();
    const all = refreshGates(ctx, new Map());
    expect(read).toEqual([1]);
    await all;
    expect(read).toEqual([1, 2, 3, 4, 5]);
  });

  it('are left alone once a person has resolved them, also in the middle of it', async () => {
    const { ctx, read } = setUp();
    const shown: GatesShown = new Map();
    const all = refreshGates(ctx, shown);
    resolveIncident(ctx, { incidentId: 5, actor: ANN, reason: 'gone' });
    await all;
    await othersTurn();
    expect(read).toEqual([1, 2, 3, 4]);
    resolveIncident(ctx, { incidentId: 1, actor: ANN, reason: 'gone' });
    await refreshGates(ctx, shown);
    expect([...shown.keys()]).toEqual([2, 3, 4]);
  });
});
