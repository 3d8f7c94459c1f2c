// What the desk is told of why mail bounces, in the states that are easily told wrong.
import { describe, expect, it } from 'vitest';
import { markNoise } from '../../src/incidents/noise/mark-noise.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { takeCleared, takeListed } from '../../src/incidents/watch.js';
import { readStatus } from '../../src/slack/status.js';
import { link } from '../helpers/delisting.js';
import { ANN, incidentDeps, microsoftBlock, SERIOUS, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const HOUR = 3_600_000;

function setUp() {
  const db = freshDb();
  const minor = { ...SERIOUS, impact: 'low', scope: 'network' } as const;
  const deps = {
    ...incidentDeps(db),
    describeList: (id: string) => ({
      ...{ id, name: id, inDns: id !== 'microsoft-consumer' },
      ...(id === 'range' ? minor : SERIOUS),
    }),
  };
  const asked: string[][] = [];
  const status = (at = T0) =>
    readStatus({
      ...{ db, now: () => at, requestsOf: () => [], outboundAddresses: () => ['203.0.113.17'] },
      impactOf: (targets) => {
        asked.push([...targets]);
        return { share: 0.1, messages: 1, customers: 1, relays: 1, cleanRelays: 0 };
      },
    });
  const list = (id: string, target = '203.0.113.17') =>
    takeListed(deps, [{ target, list: id, codes: [], meanings: [], text: '', at: T0 }])[0]?.incident?.id ?? 0;
  return { db, deps, status, list, asked };
}

describe('what stands', () => {
  it('is what a list still says, whoever resolved the incident; of a receiver a person’s word counts', () => {
    const { deps, status, list } = setUp();
    const id = list('zen');
    const block = openFromFinding(deps, microsoftBlock({ ip: '203.0.113.18' })).incident.id;
    for (const incidentId of [id, block]) resolveIncident(deps, { incidentId, actor: ANN, reason: 'Done with it' });

    expect(status().entries.map((entry) => entry.list)).toEqual(['zen']);
    takeCleared(deps, [{ target: '203.0.113.17', list: 'zen' }]);
    expect(status().entries).toEqual([]);
  });

  it('is no mere note, and costs nothing of what is clear', () => {
    const { deps, status, list, asked } = setUp();
    list('zen');
    list('range');
    list('zen', '203.0.113.18');
    takeCleared(deps, [{ target: '203.0.113.17', list: 'zen' }]);

    expect(status().entries.map(({ target }) => target)).toEqual(['203.0.113.18']);
    expect(asked).toEqual([['203.0.113.18']]);
  });
});

describe('the cause', () => {
  it('is stopped only when it is known, and not by a cause of what is over', () => {
    const { db, deps, status, list } = setUp();
    const first = list('zen');
    expect(status().cause).toBe('unknown');

    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, first, incident.id);
    expect(status()).toMatchObject({ cause: 'open', notStopped: [{ id: incident.id }] });
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Mended' });
    expect(status().cause).toBe('open');
    expect(status(T0 + HOUR)).toMatchObject({ cause: { stoppedAt: T0 }, notStopped: [] });

    takeCleared(deps, [{ target: '203.0.113.17', list: 'zen' }]);
    list('zen', '203.0.113.18');
    expect(status().cause).toBe('unknown');
  });

  it('is none that was marked as noise: nothing was stopped by that', () => {
    const { db, deps, status, list } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, list('zen'), incident.id);
    const mark = { scope: 'sender', kind: 'both', reason: 'newsletter', days: 30, lifts: true } as const;
    const marked = markNoise(deps, { incidentId: incident.id, actor: ANN, ...mark, note: 'Their own news' });

    expect(marked.kind).toBe('done');
    expect(status(T0 + HOUR).cause).toBe('unknown');
  });
});
