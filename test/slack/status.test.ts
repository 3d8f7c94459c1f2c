// What the desk is told of why mail bounces, in the states that are easily told wrong.
import { describe, expect, it } from 'vitest';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { receivers } from '../../src/blocklists/receivers.js';
import type { HealthItem } from '../../src/context.js';
import { removalOf } from '../../src/delisting/removal.js';
import { contain } from '../../src/incidents/contain.js';
import { containmentFailed } from '../../src/incidents/effects.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { markNoise } from '../../src/incidents/noise/mark-noise.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { statusSentences } from '../../src/slack/messages/status.js';
import { readStatus } from '../../src/slack/status.js';
import { testContext } from '../helpers/context.js';
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
  const status = (at = T0, health = (): HealthItem[] => []) =>
    readStatus({
      ...testContext(db, () => at, deps),
      ...{ now: () => at, outboundAddresses: () => ['203.0.113.17'], health },
      impactOf: (targets) => {
        asked.push([...targets]);
        return { share: 0.1, messages: 1, customers: 1, addresses: 1, cleanAddresses: 0, cleanRelays: 0 };
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

  it('is silent when its mail ended though nothing holds it back, as far as the logs are read', () => {
    const { db, deps, status, list } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, list('zen'), incident.id);
    const isLate = (): HealthItem[] => [{ name: 'logs', ok: false, text: 'reading is late', isLate: true }];

    const silent = { cause: { silentSince: T0 }, notStopped: [{ id: incident.id }] };
    expect(status(T0 + 3 * HOUR)).toMatchObject(silent);
    expect(status(T0 + 3 * HOUR, isLate).cause).toBe('open');
  });

  it('is not stopped by a block that leaves senders out, and the desk is told how much that takes', () => {
    const { db, deps, status, list } = setUp();
    const senders = Array.from({ length: 200 }, (_, i) => `s${i}@acme.example`);
    const machine = stolenMailbox({ kind: 'multiple', senders, senderCount: 283, logins: [] });
    const { incident } = openFromFinding(deps, machine);
    link(db, list('zen'), incident.id);
    contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });

    const part = { blocked: 200, of: 283 };
    expect(status()).toMatchObject({ cause: 'open', notStopped: [{ id: incident.id, part }] });
  });

  it('is not known to have ended by a person’s word while nobody has read what the relays did since', () => {
    const { db, deps, status, list } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, list('zen'), incident.id);
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Mended' });
    const isLate = (): HealthItem[] => [{ name: 'logs', ok: false, text: 'reading is late', isLate: true }];

    expect(status(T0, isLate)).toMatchObject({ cause: 'open', notStopped: [{ id: incident.id }] });
    expect(status(T0 + HOUR, isLate)).toMatchObject({ cause: 'unsure', notStopped: [] });
    expect(statusSentences(status(T0 + HOUR, isLate))[2]).toMatch(
      /^We have found the mail that caused it, and are checking that it has ended; once it has we ask for removal/,
    );
    expect(status(T0 + HOUR).cause).toEqual({ stoppedAt: T0 });
  });

  it('is not stopped by a block that the relays did not obey', () => {
    const { db, deps, status, list } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, list('zen'), incident.id);
    contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
    expect(status().cause).toEqual({ stoppedAt: T0 });

    containmentFailed(deps, 1, 'the policy server is down');
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Mended' });
    expect(status().cause).toBe('open');
  });

  it('was stopped by the first block that nothing came after, whatever is pressed hours later', () => {
    const { db, deps, status, list } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, list('zen'), incident.id);
    const press = (action: 'block-sender' | 'suspend-outbound', at: number) =>
      contain({ ...deps, now: () => at }, { incidentId: incident.id, actor: ANN, action });
    press('block-sender', T0 + 60_000);
    press('suspend-outbound', T0 + 5 * HOUR);
    expect(status(T0 + 6 * HOUR).cause).toEqual({ stoppedAt: T0 + 60_000 });

    // What was under way when the block was placed still left; it was over long before the second press.
    openFromFinding({ ...deps, now: () => T0 + 90_000 }, stolenMailbox({ at: T0 + 90_000 }));
    expect(status(T0 + 6 * HOUR).cause).toEqual({ stoppedAt: T0 + 90_000 });
  });

  it('was stopped by the second block where mail went on under the first', () => {
    const { db, deps, status, list } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    link(db, list('zen'), incident.id);
    const press = (action: 'block-sender' | 'suspend-outbound', at: number) =>
      contain({ ...deps, now: () => at }, { incidentId: incident.id, actor: ANN, action });
    press('block-sender', T0 + 60_000);
    openFromFinding({ ...deps, now: () => T0 + 2 * HOUR }, stolenMailbox({ at: T0 + 2 * HOUR }));
    expect(status(T0 + 2 * HOUR + 60_000)).toMatchObject({ cause: 'open', notStopped: [] });

    press('suspend-outbound', T0 + 2 * HOUR + 120_000);
    expect(status(T0 + 3 * HOUR).cause).toEqual({ stoppedAt: T0 + 2 * HOUR + 120_000 });
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

describe('the wait', () => {
  it('is the widest span of what the lists and receivers take themselves, and none where one is not known', () => {
    const { deps, status, list } = setUp();
    openFromFinding(deps, microsoftBlock({ ip: '203.0.113.18' }));
    expect(status().wait).toEqual({ hours: [4, 72], isExpiring: false });
    list('spamcop');
    const [least, most] = removalOf('spamcop', { lists: blocklists, receivers }).expectedHours;
    expect(status().wait).toEqual({ hours: [Math.min(4, least), Math.max(72, most)], isExpiring: false });
    list('bl.unknown.example', '203.0.113.19');
    expect(status().wait.hours).toBeUndefined();
  });

  it('is one for the list to forget where nothing can be asked', () => {
    const { status, list } = setUp();
    list('spamcop');
    expect(status().wait.isExpiring).toBe(true);
  });
});
