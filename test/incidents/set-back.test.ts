// The clock was an hour ahead for a while, and is right again.
import { describe, expect, it } from 'vitest';
import { auditOf } from '../../src/audit/verify.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { markNoise } from '../../src/incidents/noise/mark-noise.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { ANN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const HOUR = 3_600_000;
const ZEN = { target: '203.0.113.17', list: 'zen', codes: ['127.0.0.2'], meanings: ['SBL'], text: '' };

function setUp() {
  const clock = { at: T0 + HOUR };
  const deps = incidentDeps(freshDb(), () => clock.at);
  const setBack = () => {
    clock.at = T0 + 60_000;
  };
  const resolve = (incidentId: number) => resolveIncident(deps, { incidentId, actor: ANN, reason: 'over' });
  return { deps, clock, setBack, resolve };
}

describe('after a clock was set back', () => {
  it('a run that begins anew after its incident was resolved opens another, though that was in an hour', () => {
    const { deps, clock, setBack, resolve } = setUp();
    resolve(openFromFinding(deps, stolenMailbox({ at: clock.at })).incident.id);
    setBack();

    expect(openFromFinding(deps, stolenMailbox({ at: clock.at })).kind).toBe('opened');
  });

  it('a run goes on', () => {
    const { deps, clock, setBack } = setUp();
    openFromFinding(deps, stolenMailbox({ at: clock.at, messages: 20 }));
    setBack();

    const { kind, incident } = openFromFinding(deps, stolenMailbox({ at: clock.at, messages: 90 }));
    expect([kind, incident.occurrences, incident.lastSeenAt]).toEqual(['repeated', 2, clock.at]);
  });

  it('what is silenced as noise is counted on, and put on record', () => {
    const { deps, clock, setBack } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox({ at: clock.at, since: clock.at }));
    const mark = { reason: 'tickets', scope: 'sender', kind: 'single', days: 30, lifts: false } as const;
    markNoise(deps, { incidentId: incident.id, actor: ANN, ...mark });
    clock.at += HOUR;
    const found = () => openFromFinding(deps, stolenMailbox({ at: clock.at, since: clock.at })).kind;
    const onRecord = () => auditOf(deps.db, `incident:${incident.id}`).filter(({ verb }) => verb === 'held-back');
    expect([found(), onRecord().length]).toEqual(['held', 1]);
    setBack();

    expect([found(), onRecord().length]).toEqual(['held', 2]);
    expect(found()).toBe('known');
  });

  it('a list that has us again is heard, and so is a receiver', () => {
    const { deps, clock, setBack, resolve } = setUp();
    const { incident } = openFromFinding(deps, microsoftBlock({ ip: '203.0.113.99', at: clock.at, since: clock.at }));
    resolve(incident.id);
    takeListed(deps, [{ ...ZEN, at: clock.at }]);
    takeCleared(deps, [{ target: ZEN.target, list: 'spamhaus-zen' }]);
    setBack();

    expect(takeListed(deps, [{ ...ZEN, at: clock.at }]).map(({ kind }) => kind)).toEqual(['joined']);
    const again = microsoftBlock({ ip: '203.0.113.99', at: clock.at, since: clock.at });
    expect(openFromFinding(deps, again).kind).toBe('opened');
  });

  it('what was found shortly before somebody resolved it is no news, though clocks differ by a minute', () => {
    const { deps, clock, resolve } = setUp();
    resolve(openFromFinding(deps, stolenMailbox({ at: clock.at })).incident.id);
    clock.at -= 60_000;

    expect(openFromFinding(deps, stolenMailbox({ at: clock.at })).kind).toBe('known');
  });
});
