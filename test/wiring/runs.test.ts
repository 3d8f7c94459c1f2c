// The card of a compromise is drawn anew when its mail stops or begins again, and not else.
import { expect, it } from 'vitest';
import type { Context } from '../../src/context.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { type RunsShown, refreshRuns } from '../../src/wiring/runs.js';
import { ANN, incidentDeps, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const MIN = 60_000;

it('draws a card when its mail falls silent, when it begins again, and when the logs are late', () => {
  let now = T0;
  let isLate = false;
  let drawn = 0;
  const ctx = {
    ...incidentDeps(freshDb(), () => now),
    health: () => [{ name: 'logs', ok: true, text: '', ...(isLate ? { isLate } : {}) }],
    outbox: { wake: () => void drawn++ },
  } as unknown as Context;
  const { incident } = openFromFinding(ctx, stolenMailbox({ at: T0 }));
  const shown: RunsShown = new Map();
  const after = (minutes: number) => {
    now = T0 + minutes * MIN;
    refreshRuns(ctx, shown);
    return [shown.get(incident.id), drawn];
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
  expect(shown.size).toBe(0);
});
