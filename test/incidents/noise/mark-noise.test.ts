// Mark noise in the database: what is decided, what is held back and counted, what opens again, and who takes it back.
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditOf, verifyAudit } from '../../../src/audit/verify.js';
import { openDb } from '../../../src/db/open.js';
import { outbox } from '../../../src/db/schema.js';
import type { CompromiseFinding } from '../../../src/detection/finding.js';
import { contain } from '../../../src/incidents/contain.js';
import { accuse } from '../../../src/incidents/culprits/accuse.js';
import { compromisesAfter } from '../../../src/incidents/culprits/links.js';
import { markNoise, type NoiseMark, noiseScopes, undoNoise } from '../../../src/incidents/noise/mark-noise.js';
import { findTeaching, heldBetween, teachingsInForce } from '../../../src/incidents/noise/teachings.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { reopenIncident, resolveIncident } from '../../../src/incidents/resolve.js';
import { containmentsOf, findIncident, unresolvedIncidents } from '../../../src/incidents/store.js';
import { pruneJob } from '../../../src/schedule.js';
import { ANN, BEN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../../helpers/incidents.js';
import { freshDb, tempDir } from '../../helpers/temp.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KEY = 'acme|login:kim@acme.example';
const MARK: Omit<NoiseMark, 'incidentId'> = {
  actor: ANN,
  reason: 'newsletter',
  note: 'Asked Kim',
  scope: 'sender',
  kind: 'single',
  days: 30,
  lifts: false,
};

let now = T0;
let deps: ReturnType<typeof incidentDeps>;

beforeEach(() => {
  now = T0;
  deps = incidentDeps(freshDb(), () => now);
});

const run = (change: Partial<CompromiseFinding> = {}) => stolenMailbox({ key: KEY, ...change });

/** An hour later than the run before, by default. */
function later(hours: number, change: Partial<CompromiseFinding> = {}): CompromiseFinding {
  now = T0 + hours * HOUR_MS;
  return run({ at: now, since: now - 600_000, ...change });
}

function mark(change: Partial<NoiseMark> = {}) {
  const { incident } = openFromFinding(deps, run());
  const outcome = markNoise(deps, { incidentId: incident.id, rev: incident.rev, ...MARK, ...change });
  return { incident, outcome };
}

describe('Mark noise', () => {
  it('resolves the incident, remembers what was judged, and is on record with card and thread', () => {
    const { incident, outcome } = mark();

    expect(outcome).toMatchObject({
      kind: 'done',
      incident: { state: 'resolved', resolution: 'Noise: newsletter. Asked Kim' },
    });
    expect(teachingsInForce(deps.db, now)).toMatchObject([
      {
        ...{ incidentId: incident.id, customer: 'acme', key: KEY, sender: 'kim@acme.example', kind: 'single' },
        ...{ reason: 'newsletter', note: 'Asked Kim', by: ANN.id, byName: 'Ann', until: T0 + 30 * DAY_MS },
        marked: { recipients: 60, senderCount: 1, hasForeignSenders: false, lastedMs: 600_000 },
      },
    ]);
    const [row] = auditOf(deps.db, `incident:${incident.id}`);
    expect(row).toMatchObject({ verb: 'mark-noise', actorName: 'Ann', reason: 'Asked Kim', outcome: 'done' });
    expect(row?.details).toMatchObject({ teaching: 1, noise: 'newsletter', scope: 'sender', stillInForce: 0 });
    const kinds = deps.db
      .select()
      .from(outbox)
      .all()
      .map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'incident.timeline')).toHaveLength(2);
  });

  it('lifts what is in force when that was chosen, each on record, and leaves it otherwise', () => {
    const { incident } = openFromFinding(deps, run());
    contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
    markNoise(deps, { incidentId: incident.id, ...MARK, lifts: true });

    expect(containmentsOf(deps.db, incident.id)).toMatchObject([{ liftedBy: 'Ann', liftReason: 'Marked as noise' }]);
    expect(
      deps.db
        .select()
        .from(outbox)
        .all()
        .map(({ key }) => key),
    ).toContain('lift:1');
    expect(auditOf(deps.db, 'incident:1').map(({ verb }) => verb)).toEqual([
      'mark-noise',
      'lift',
      'block-sender',
      'open',
    ]);

    const other = openFromFinding(deps, run({ key: 'acme|login:b@acme.example', senders: ['b@acme.example'] }));
    contain(deps, { incidentId: other.incident.id, actor: ANN, action: 'suspend-outbound' });
    const left = markNoise(deps, { incidentId: other.incident.id, ...MARK });
    expect(left.kind === 'done' && left.audit.details).toMatchObject({ lifted: [], stillInForce: 1 });
    expect(containmentsOf(deps.db, other.incident.id)[0]?.liftedAt).toBeNull();
  });

  it('counts for one of two people, and the loser changes nothing', () => {
    const { incident } = openFromFinding(deps, run());
    const two = [ANN, BEN].map((actor) =>
      markNoise(deps, { incidentId: incident.id, rev: incident.rev, ...MARK, actor }),
    );

    expect(two.map(({ kind }) => kind)).toEqual(['done', 'lost-race']);
    expect(teachingsInForce(deps.db, now)).toHaveLength(1);
  });

  it('refuses a listing, a resolved incident, an "other" without words, and more than a year', () => {
    const listing = openFromFinding(deps, microsoftBlock()).incident;
    const { incident } = openFromFinding(deps, run());
    const whyNot = (change: Partial<NoiseMark>) => markNoise(deps, { incidentId: incident.id, ...MARK, ...change });

    expect(whyNot({ incidentId: listing.id })).toMatchObject({ why: 'Only a compromise can be noise.' });
    expect(whyNot({ reason: 'other', note: undefined })).toMatchObject({ why: 'Say in words what it is.' });
    expect(whyNot({ days: 366 })).toMatchObject({ why: 'Noise is taught for a year at most.' });
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'x' });
    expect(whyNot({})).toMatchObject({ why: 'It is resolved already.' });
    expect(teachingsInForce(deps.db, now)).toEqual([]);
  });

  it('teaches of what is nobody’s no more than a sender or an entry, and of what a person accused no entry', () => {
    const scopes = (change: Partial<CompromiseFinding>) => noiseScopes(openFromFinding(deps, run(change)).incident);

    expect(scopes({})).toEqual(['sender', 'entry', 'customer']);
    expect(scopes({ key: 'k2', kind: 'multiple' })).toEqual(['entry', 'customer']);
    expect(scopes({ key: 'k3', customer: 'unattributed' })).toEqual(['sender', 'entry']);
    const listing = openFromFinding(deps, microsoftBlock()).incident;
    accuse(deps, { incidentId: listing.id, actor: ANN, customer: 'bolt' });
    const accused = unresolvedIncidents(deps.db).find(({ customer }) => customer === 'bolt');
    expect(accused && noiseScopes(accused)).toEqual(['customer']);
  });
});

describe('what was marked as noise', () => {
  it('is no sign of spam any more for the listings of our addresses, until that is taken back', () => {
    const spam = () => compromisesAfter(deps.db, T0 - DAY_MS, ['acme']).map(({ id }) => id);
    mark();
    expect(spam()).toEqual([]);
    openFromFinding(deps, later(1));
    expect(spam()).toEqual([]);
    undoNoise(deps, { incidentId: 1, teachingId: 1, actor: BEN, mayReopen: true });
    expect(spam()).toEqual([1]);
  });
});

describe('what is more of the same', () => {
  it('opens nothing, is counted once a run, and is put on record once a day', () => {
    mark();
    const first = later(2);

    expect(openFromFinding(deps, first)).toMatchObject({ kind: 'held', incident: { id: 1 } });
    expect(openFromFinding(deps, first).kind).toBe('known');
    openFromFinding(deps, run({ ...first, at: first.at + 300_000, recipients: 90 }));
    openFromFinding(deps, later(6));
    openFromFinding(deps, later(30));

    expect(unresolvedIncidents(deps.db)).toEqual([]);
    expect(findTeaching(deps.db, 1)).toMatchObject({ matched: 3, lastMatchedAt: now });
    expect(heldBetween(deps.db, 0, now + 1)).toMatchObject([{ teachingId: 1, runs: 3, recipients: 90 + 60 + 60 }]);
    expect(heldBetween(deps.db, T0 + 20 * HOUR_MS, now + 1)).toMatchObject([{ runs: 1 }]);
    const rows = auditOf(deps.db, 'incident:1').filter(({ verb }) => verb === 'held-back');
    expect(rows.map(({ at }) => at)).toEqual([T0 + 30 * HOUR_MS, T0 + 2 * HOUR_MS]);
    expect(verifyAudit(deps.db).intact).toBe(true);
  });

  it('is counted in one period, and said to go on in the next', () => {
    mark();
    const first = later(2);
    openFromFinding(deps, first);
    const boundary = now + 60_000;
    openFromFinding(deps, run({ ...first, at: now + 300_000, messages: 50, recipients: 150 }));
    openFromFinding(deps, later(6));

    expect(heldBetween(deps.db, 0, boundary)).toMatchObject([{ runs: 1, ongoing: { runs: 0, recipients: 0 } }]);
    expect(heldBetween(deps.db, boundary, now + 1)).toMatchObject([
      { runs: 1, messages: 20, recipients: 60, ongoing: { runs: 1, recipients: 150 } },
    ]);
    expect(heldBetween(deps.db, T0 + 3 * HOUR_MS, now + 1)).toMatchObject([{ runs: 1, ongoing: { runs: 0 } }]);
  });

  it('goes on in an incident that is open already', () => {
    const other = openFromFinding(deps, run({ key: 'acme|login:b@acme.example', senders: ['b@acme.example'] }));
    mark({ scope: 'customer' });

    const again = openFromFinding(deps, later(1, { key: 'acme|login:b@acme.example', senders: ['b@acme.example'] }));

    expect(again).toMatchObject({ kind: 'repeated', incident: { id: other.incident.id, occurrences: 2 } });
    expect(
      openFromFinding(deps, later(1, { key: 'acme|login:c@acme.example', senders: ['c@acme.example'] })).kind,
    ).toBe('held');
  });

  it('is forgotten a month after it was last found, once its judgement is over', () => {
    mark({ days: 7 });
    openFromFinding(deps, later(2));
    openFromFinding(deps, later(100));
    const held = () => heldBetween(deps.db, 0, Number.MAX_SAFE_INTEGER).map(({ runs }) => runs);
    const pruneAt = (at: number) => {
      now = at;
      return pruneJob({ db: deps.db, now: deps.now }).run();
    };

    pruneAt(T0 + 6 * DAY_MS);
    expect(held()).toEqual([2]);
    pruneAt(T0 + 32 * DAY_MS);
    expect(held()).toEqual([1]);
    pruneAt(T0 + 36 * DAY_MS);
    expect(held()).toEqual([]);
  });

  it('is kept while its judgement is in force', () => {
    mark({ days: 365 });
    openFromFinding(deps, later(2));
    now = T0 + 300 * DAY_MS;
    pruneJob({ db: deps.db, now: deps.now }).run();

    expect(heldBetween(deps.db, 0, now)).toMatchObject([{ runs: 1 }]);
  });

  it('is still held back after a restart', () => {
    const path = join(tempDir(), 'restart.db');
    const before = openDb(path);
    deps = incidentDeps(before.db, () => now);
    mark();
    before.close();
    const after = openDb(path);
    deps = incidentDeps(after.db, () => now);

    expect(openFromFinding(deps, later(5)).kind).toBe('held');
    after.close();
  });
});

describe('what is something else', () => {
  it('opens, says who judged what and what is different, and keeps saying so', () => {
    mark();
    const signs = [{ id: 'unknown-users', weight: 5 }];
    const opened = openFromFinding(deps, later(5, { signs, evidence: ['38 % unknown users (57 of 150)'] }));

    expect(opened.kind).toBe('opened');
    expect(opened.incident.subject).toMatchObject({
      wasNoise: { teaching: 1, incidentId: 1, byName: 'Ann', now: ['38 % unknown users (57 of 150)'] },
    });
    const again = openFromFinding(deps, later(6, { signs }));
    expect(again).toMatchObject({ kind: 'repeated', incident: { subject: { wasNoise: { teaching: 1 } } } });
    expect(auditOf(deps.db, 'incident:2').at(-1)?.details).toMatchObject({ wasNoise: 1, earlierIncident: 1 });
  });

  it('opens when the time is over, and not before', () => {
    mark({ days: 1 });

    expect(openFromFinding(deps, later(23.9)).kind).toBe('held');
    expect(openFromFinding(deps, later(24)).incident.subject).toMatchObject({
      wasNoise: { now: ['the time it was marked for is over'] },
    });
  });

  it('is judged anew: the new judgement replaces the old one', () => {
    mark();
    const grown = openFromFinding(deps, later(5, { recipients: 10_000 })).incident;
    markNoise(deps, { incidentId: grown.id, rev: grown.rev, ...MARK });

    expect(teachingsInForce(deps.db, now).map(({ id }) => id)).toEqual([2]);
    expect(openFromFinding(deps, later(9, { recipients: 10_000 })).kind).toBe('held');
  });
});

describe('Undo', () => {
  const undo = (actor = BEN) => undoNoise(deps, { incidentId: 1, teachingId: 1, actor, mayReopen: true });

  it('opens the incident again as it was, and further mail counts in it', () => {
    mark();
    expect(openFromFinding(deps, later(1)).kind).toBe('held');
    const { rev = 0 } = findIncident(deps.db, 1) ?? {};

    expect(undo()).toMatchObject({ kind: 'done', putBack: { incident: { id: 1, state: 'open' }, lifted: [] } });

    expect(findIncident(deps.db, 1)).toMatchObject({
      ...{ state: 'open', rev: rev + 1, resolvedAt: null, resolvedBy: null, resolution: null },
    });
    const again = openFromFinding(deps, later(4));
    expect(again).toMatchObject({ kind: 'repeated', incident: { id: 1 } });
    expect(again.incident.subject).not.toHaveProperty('wasNoise');
    expect(auditOf(deps.db, 'incident:1')[0]).toMatchObject({
      ...{ verb: 'undo-noise', actorName: 'Ben', outcome: 'done' },
      details: { teaching: 1, before: 'resolved', after: 'open' },
    });
  });

  it('is contained again where something is still in force, and counts what was lifted', () => {
    const { incident } = openFromFinding(deps, run());
    contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
    mark();
    expect(undo()).toMatchObject({ putBack: { incident: { state: 'contained' }, lifted: [] } });

    markNoise(deps, { incidentId: 1, ...MARK, lifts: true });
    expect(undoNoise(deps, { incidentId: 1, teachingId: 2, actor: BEN, mayReopen: true })).toMatchObject({
      putBack: { incident: { state: 'open' }, lifted: [{ action: 'block-sender' }] },
    });
    expect(containmentsOf(deps.db, 1)).toHaveLength(1);
  });

  it('leaves the incident closed while a newer one of its cause is open, and names that', () => {
    mark();
    const { incident } = openFromFinding(deps, later(5, { recipients: 10_000 }));

    expect(undo()).toMatchObject({ putBack: { incident: { id: 1, state: 'resolved' }, newer: incident.id } });
    expect(unresolvedIncidents(deps.db).map(({ id }) => id)).toEqual([incident.id]);
  });

  it('leaves it closed while another judgement silences such alarms, and when nothing like it came for a week', () => {
    mark();
    const other = openFromFinding(deps, run({ key: 'acme|login:b@acme.example', senders: ['b@acme.example'] }));
    markNoise(deps, { incidentId: other.incident.id, ...MARK, scope: 'customer' });
    expect(undo()).toMatchObject({ stillBy: { id: 2 }, putBack: { incident: { state: 'resolved' } } });

    openFromFinding(deps, later(2));
    now = T0 + 2 * HOUR_MS + 7 * DAY_MS;
    const old = undoNoise(deps, { incidentId: other.incident.id, teachingId: 2, actor: BEN, mayReopen: true });
    expect(old).toMatchObject({ kind: 'done', stillBy: undefined, putBack: { incident: { state: 'resolved' } } });
    expect(openFromFinding(deps, later(8 * 24)).kind).toBe('opened');
  });

  it('is done by one of two people; the other learns who', () => {
    mark();
    const two = [ANN, BEN].map((actor) => undoNoise(deps, { incidentId: 1, teachingId: 1, actor, mayReopen: true }));

    expect(two).toMatchObject([{ kind: 'done' }, { kind: 'lost-race', teaching: { undoneByName: 'Ann' } }]);
    const outcomes = auditOf(deps.db, 'incident:1').filter(({ verb }) => verb === 'undo-noise');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['lost-race', 'done']);
    expect(findIncident(deps.db, 1)).toMatchObject({ state: 'open', rev: 3 });
  });

  it('is done once whether one person presses Undo or the other Re-open', () => {
    mark();
    const rev = findIncident(deps.db, 1)?.rev ?? 0;
    undo(ANN);
    expect(reopenIncident(deps, { incidentId: 1, rev, actor: BEN }).kind).toBe('lost-race');

    markNoise(deps, { incidentId: 1, ...MARK });
    reopenIncident(deps, { incidentId: 1, actor: ANN });
    const late = undoNoise(deps, { incidentId: 1, teachingId: 2, actor: BEN, mayReopen: true });
    expect(late).toMatchObject({ kind: 'lost-race', teaching: { undoneByName: 'Ann' } });
  });

  it('finds nothing to do when it ended, or is of another incident', () => {
    mark({ days: 1 });
    openFromFinding(deps, run({ key: 'k2' }));
    now = T0 + DAY_MS;

    expect(undoNoise(deps, { incidentId: 1, teachingId: 1, actor: ANN, mayReopen: true }).kind).toBe('ended');
    expect(undoNoise(deps, { incidentId: 2, teachingId: 1, actor: ANN, mayReopen: true }).kind).toBe('not-found');
    expect(undoNoise(deps, { incidentId: 1, teachingId: Number.NaN, actor: ANN, mayReopen: true }).kind).toBe(
      'not-found',
    );
  });

  it('comes with re-opening: whoever does that does not hold it for noise', () => {
    mark();
    reopenIncident(deps, { incidentId: 1, actor: BEN });

    expect(teachingsInForce(deps.db, now)).toEqual([]);
    expect(findIncident(deps.db, 1)?.state).toBe('open');
    expect(auditOf(deps.db, 'incident:1')[0]?.details).toMatchObject({ undone: [1] });
  });
});
