// A relay's clock is two hours ahead of the bot's, and is put right.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import { markNoise } from '../../src/incidents/noise/mark-noise.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { runOf } from '../../src/incidents/running.js';
import { findIncident } from '../../src/incidents/store.js';
import { ANN, incidentDeps, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const MIN = 60_000;
const AHEAD = 120 * MIN;

/** The bot, and what it is told at minutes of its own clock. */
function setUp() {
  const clock = { at: T0 };
  const db = freshDb();
  const deps = incidentDeps(db, () => clock.at);
  const told = (minute: number, change: Partial<CompromiseFinding>) => {
    clock.at = T0 + minute * MIN;
    return openFromFinding(deps, stolenMailbox(change));
  };
  /** A finding of mail between two minutes of the bot's clock. */
  const spam = (from: number, to: number, messages: number, ahead = AHEAD) =>
    told(to, { at: T0 + to * MIN + ahead, since: T0 + from * MIN + ahead, messages });
  const incident = () => {
    const found = findIncident(db, 1);
    if (found?.subject.kind !== 'compromise') throw new Error('nothing was opened');
    return found;
  };
  const stateAt = (minute: number) => runOf(incident(), [], T0 + minute * MIN)?.state;
  return {
    deps,
    clock,
    told,
    spam,
    incident,
    stateAt,
    messages: () => (incident().subject as { messages: number }).messages,
  };
}

describe('an incident of a relay that is ahead', () => {
  it('was seen by now, for as long as it went on, and falls silent a quarter of an hour after its last message', () => {
    const { spam, incident, stateAt } = setUp();
    spam(-10, 0, 20);
    expect(incident()).toMatchObject({ since: T0 - 10 * MIN, lastSeenAt: T0 });
    expect([stateAt(0), stateAt(16)]).toEqual(['on', 'silent']);

    spam(-10, 20, 60);
    expect(incident()).toMatchObject({ since: T0 - 10 * MIN, lastSeenAt: T0 + 20 * MIN });
    expect([stateAt(34), stateAt(36)]).toEqual(['on', 'silent']);
  });

  it('takes the same finding once, also when it comes again later and after it was resolved', () => {
    const { deps, clock, told, incident } = setUp();
    const same = { at: T0 + AHEAD, since: T0 + AHEAD - 10 * MIN };
    expect([told(0, same).kind, told(0, same).kind, told(7, same).kind]).toEqual(['opened', 'known', 'known']);
    expect(incident()).toMatchObject({ occurrences: 1, lastSeenAt: T0 });

    resolveIncident(deps, { incidentId: 1, actor: ANN, reason: 'over' });
    expect([told(8, same).kind, clock.at]).toEqual(['known', T0 + 8 * MIN]);
  });

  it('counts a run of mail once, and tells of all of a backlog that is read in one moment', () => {
    const { told, incident, messages } = setUp();
    const kinds = [20, 35, 50, 90].map((count, i) => {
      const at = T0 + AHEAD - (60 - 5 * i) * MIN;
      return told(0, { at, since: T0 + AHEAD - 70 * MIN, messages: count }).kind;
    });
    expect(kinds).toEqual(['opened', 'repeated', 'repeated', 'repeated']);
    expect([incident().occurrences, messages(), incident().lastSeenAt]).toEqual([4, 90, T0]);
  });

  it('adds what comes after a pause, on that clock and on the right one', () => {
    const { spam, messages, incident, stateAt } = setUp();
    spam(-10, 0, 20);
    spam(-10, 5, 30);
    spam(40, 50, 15);
    spam(40, 55, 25);
    expect(messages()).toBe(55);

    spam(80, 90, 10, 0);
    spam(80, 95, 18, 0);
    expect(messages()).toBe(73);
    expect(incident()).toMatchObject({ lastSeenAt: T0 + 95 * MIN, occurrences: 6 });
    expect(incident().subject).not.toHaveProperty('logTimes');
    expect([stateAt(96), stateAt(111)]).toEqual(['on', 'silent']);
  });

  it('counts what is silenced as noise by the same clocks', () => {
    const { deps, spam, incident, messages } = setUp();
    spam(-10, 0, 20);
    const mark = { reason: 'tickets', scope: 'sender', kind: 'single', days: 30, lifts: false } as const;
    markNoise(deps, { incidentId: 1, actor: ANN, ...mark });

    expect([spam(-10, 5, 30).kind, spam(-10, 10, 40).kind]).toEqual(['held', 'held']);
    expect([messages(), incident().lastSeenAt]).toEqual([40, T0 + 10 * MIN]);
  });

  it('is never seen later than now, and its figures never become fewer, whatever the clocks do', () => {
    const finding = fc.record({
      wait: fc.integer({ min: 0, max: 60 }),
      ahead: fc.integer({ min: -200, max: 200 }),
      long: fc.integer({ min: 0, max: 90 }),
      messages: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1, maxLength: 8 }), (findings) => {
        const { clock, told, incident, messages } = setUp();
        let minute = 0;
        let most = 0;
        for (const { wait, ahead, long, messages: count } of findings) {
          minute += wait;
          const at = T0 + (minute + ahead) * MIN;
          told(minute, { at, since: at - long * MIN, messages: count });
          const { since, lastSeenAt } = incident();
          expect(lastSeenAt).toBeLessThanOrEqual(clock.at);
          expect(since).toBeLessThanOrEqual(lastSeenAt);
          expect(messages()).toBeGreaterThanOrEqual(most);
          most = messages();
        }
      }),
      { numRuns: 60 },
    );
  });
});
