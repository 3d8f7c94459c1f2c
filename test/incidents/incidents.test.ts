import { eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { auditOf, verifyAudit } from '../../src/audit/verify.js';
import { incidents, outbox } from '../../src/db/schema.js';
import { contain, lift, liftAll } from '../../src/incidents/contain.js';
import type { DecideDeps, Outcome } from '../../src/incidents/decide.js';
import { containmentEffects, containmentFailed, reviewContainments } from '../../src/incidents/effects.js';
import { offeredActions, targetsOf } from '../../src/incidents/incident.js';
import { isMoreOfOpen, openFromFinding } from '../../src/incidents/open.js';
import { cleanRoutes } from '../../src/incidents/relays.js';
import { addNote, reopenIncident, resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsOf, findIncident, openListings } from '../../src/incidents/store.js';
import { ANN, BEN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

function setUp(now?: () => number) {
  const db = freshDb();
  const deps = incidentDeps(db, now);
  const { incident } = openFromFinding(deps, stolenMailbox());
  return { db, deps, incident, id: incident.id };
}

describe('opening', () => {
  it('raises the counter of the open incident instead of opening another', () => {
    const { deps, db } = setUp();

    const again = openFromFinding(deps, stolenMailbox({ at: T0 + 60_000, recipients: 90 }));

    expect(again).toMatchObject({
      kind: 'repeated',
      incident: { occurrences: 2, rev: 1, subject: { recipients: 90 } },
    });
    expect(db.select().from(incidents).all().length).toBe(1);
  });

  it('knows what only adds to an open incident: not the first of it, nor what comes when it is resolved, nor a block', () => {
    const { deps, incident } = setUp();
    const later = stolenMailbox({ at: T0 + 60_000 });

    expect(isMoreOfOpen(deps, later)).toBe(true);
    expect(isMoreOfOpen(deps, stolenMailbox({ key: 'acme|login:lee@acme.example' }))).toBe(false);
    expect(isMoreOfOpen(deps, microsoftBlock())).toBe(false);
    resolveIncident(deps, { incidentId: incident.id, rev: incident.rev, actor: ANN, reason: 'done' });
    expect(isMoreOfOpen(deps, later)).toBe(false);
  });

  it.each([
    { speed: 1, mostMs: 10_000 },
    { speed: 60, mostMs: 167 },
  ])('shows the first sign at once, and what adds to it within ten seconds of a clock $speed times ours', (one) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const db = freshDb();
    const deps = { ...incidentDeps(db), speed: one.speed };
    const waitMs = () => {
      const card = db.select().from(outbox).where(eq(outbox.kind, 'incident.card')).all().at(-1);
      db.update(outbox).set({ doneAt: T0 }).run();
      return Math.max(0, (card?.nextAt ?? 0) - Date.now());
    };
    openFromFinding(deps, stolenMailbox());
    expect(waitMs()).toBe(0);

    openFromFinding(deps, stolenMailbox({ at: T0 + 60_000, recipients: 90 }));
    const waited = waitMs();
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThanOrEqual(one.mostMs);
  });

  it('takes the same finding twice without counting it twice', () => {
    const { deps } = setUp();

    expect(openFromFinding(deps, stolenMailbox())).toMatchObject({ kind: 'known', incident: { occurrences: 1 } });
  });

  it('never counts down: a spell after a pause, which the detection counts anew, comes on top', () => {
    const { deps } = setUp();
    const tell = (minutes: number, sinceMinutes: number, messages: number, recipients: number) => {
      const times = { at: T0 + minutes * 60_000, since: T0 + sinceMinutes * 60_000 };
      const { incident } = openFromFinding(deps, stolenMailbox({ ...times, messages, recipients }));
      const { subject } = incident;
      return subject.kind === 'compromise' && [subject.messages, subject.recipients];
    };

    expect(tell(30, -10, 50, 150)).toEqual([50, 150]);
    expect(tell(600, 580, 3, 9)).toEqual([53, 159]);
    expect(tell(610, 580, 4, 12)).toEqual([54, 162]);
    // A mailbox and everything behind its entry, by turns.
    expect(tell(620, 605, 2, 5)).toEqual([54, 162]);
    expect(tell(630, 580, 70, 200)).toEqual([120, 350]);
    expect(tell(640, 605, 30, 90)).toEqual([120, 350]);
    expect(tell(650, 580, 71, 203)).toEqual([121, 353]);
  });

  it('keeps the reasons of the hour that said most, while the run goes on and is judged by the hour', () => {
    const { deps } = setUp();
    const tell = (minutes: number, weight: number, evidence: string, confidence: number) =>
      openFromFinding(
        deps,
        stolenMailbox({
          ...{ at: T0 + minutes * 60_000, messages: 60 + minutes, confidence },
          ...{ evidence: [evidence], signs: [{ id: 'unknown-users', weight }] },
          evidenceOf: { from: T0, to: T0 + minutes * 60_000 },
        }),
      ).incident;

    expect(tell(1, 5, '32 % unknown users (92 of 290)', 0.99).evidence).toEqual(['32 % unknown users (92 of 290)']);
    const next = tell(61, 3, '25 % unknown users (33 of 133)', 0.9);
    expect(next).toMatchObject({ evidence: ['32 % unknown users (92 of 290)'], subject: { confidence: 0.99 } });
    expect(next.subject).toMatchObject({ messages: 121, signs: [{ weight: 5 }], evidenceOf: { to: T0 + 60_000 } });
    expect(tell(90, 6, '30 % unknown users (300 of 990)', 0.9).evidence).toEqual(['30 % unknown users (300 of 990)']);
  });

  describe('of a spell after a pause', () => {
    const HOUR = 3_600_000;
    const later = (change: Parameters<typeof stolenMailbox>[0], hours = 5) =>
      stolenMailbox({ at: T0 + hours * HOUR, since: T0 + 4 * HOUR, ...change });
    const lee = { senders: ['lee@acme.example'], logins: ['lee@acme.example'], clientIps: ['192.0.2.10'] };

    it('keeps who was named before, for the block, too', () => {
      const { deps, db, id } = setUp();
      openFromFinding(deps, later(lee));
      const { incident } = openFromFinding(deps, later({ ...lee, messages: 30 }, 6));

      expect(incident.subject).toMatchObject({
        shape: 'multiple',
        senders: ['kim@acme.example', 'lee@acme.example'],
        senderCount: 2,
        clientIps: ['192.0.2.9', '192.0.2.10'],
        messages: 50,
      });
      expect(contain(deps, { incidentId: id, rev: incident.rev, actor: ANN, action: 'block-sender' }).kind).toBe(
        'done',
      );
      expect(containmentsOf(db, id)).toMatchObject([{ senders: ['kim@acme.example', 'lee@acme.example'] }]);
    });

    it('is about one mailbox while it is the same', () => {
      const { deps } = setUp();

      expect(openFromFinding(deps, later({})).incident).toMatchObject({ rev: 1, subject: { shape: 'single' } });
    });

    it('is as sure as ever, with the evidence for it', () => {
      const { deps } = setUp();
      const weak = openFromFinding(deps, later({ confidence: 0.7, evidence: ['weak'], isCold: true })).incident;
      expect(weak.evidence).toEqual(['60 recipients in 10 min, usual 4 an hour']);
      expect(weak.subject).toMatchObject({ confidence: 0.98 });
      expect(weak.subject).not.toHaveProperty('isCold');

      const sure = openFromFinding(deps, later({ confidence: 0.99, evidence: ['strong'] }, 6)).incident;
      expect(sure).toMatchObject({ evidence: ['strong'], subject: { confidence: 0.99 } });
    });

    it('lets a finding of the same spell correct the one before it', () => {
      const { deps } = setUp();
      openFromFinding(deps, later({ ...lee, kind: 'multiple', senders: ['lee@acme.example', 'honest@acme.example'] }));
      const { incident } = openFromFinding(deps, later(lee, 6));

      expect(incident.subject).toMatchObject({ senders: ['kim@acme.example', 'lee@acme.example'], senderCount: 2 });
    });
  });

  it('opens a new one after the old one was resolved, and names the old one on record', () => {
    const { deps, db, id } = setUp();
    resolveIncident(deps, { incidentId: id, actor: ANN, reason: 'password changed' });

    expect(openFromFinding(deps, stolenMailbox({ at: T0 - 1 })).kind).toBe('known');
    const next = openFromFinding(deps, stolenMailbox({ at: T0 + 3_600_000 }));

    expect(next.kind).toBe('opened');
    expect(auditOf(db, `incident:${next.incident.id}`)[0]?.details).toMatchObject({ earlierIncident: id });
    const again = openFromFinding(deps, stolenMailbox({ at: next.incident.lastSeenAt + 60_000 }));
    expect(again).toMatchObject({ kind: 'repeated', incident: { subject: { earlierIncident: id } } });
  });

  it('keeps a list of what is listed, cleared when the incident is resolved', () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    const { incident } = openFromFinding(deps, microsoftBlock());

    expect(openListings(db)).toMatchObject([{ target: '203.0.113.17', list: 'microsoft-consumer', codes: ['S3140'] }]);
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Microsoft mitigated' });
    expect(openListings(db)).toEqual([]);
  });
});

describe('a refusal of one of several addresses', () => {
  const oneOf = ['203.0.113.17', '203.0.113.18'];
  const unnamed = () =>
    microsoftBlock({ ip: '', oneOf, key: 'blocklist|203.0.113.17 / 203.0.113.18|microsoft-consumer' });

  it('is an incident about them all, which says that it is one, and no question for the DNS', () => {
    const deps = incidentDeps(freshDb());
    const { subject } = openFromFinding(deps, unnamed()).incident;

    if (subject.kind !== 'listing') throw new Error('no listing');
    expect(targetsOf(subject)).toEqual(oneOf);
    expect(subject.entries).toMatchObject([{ inDns: false, target: '203.0.113.17 / 203.0.113.18' }]);
    expect(subject.entries[0]?.meanings.join()).toContain('one of these addresses');
  });

  it('is joined by the reply that names the address', () => {
    const deps = incidentDeps(freshDb());
    const { incident } = openFromFinding(deps, unnamed());
    const named = openFromFinding(deps, microsoftBlock({ ip: '203.0.113.18', at: T0 + 60_000 }));

    expect(named).toMatchObject({ kind: 'joined', incident: { id: incident.id } });
  });

  it('carries no mail over a route that may be the one', () => {
    const routes = [
      { name: 'clean', outboundIp: '203.0.113.30' },
      { name: 'doubtful', outboundIp: '203.0.113.18' },
    ];

    expect(cleanRoutes(routes, [{ target: oneOf.join(' / '), incidentId: 1 }]).map(({ name }) => name)).toEqual([
      'clean',
    ]);
  });
});

describe('containing', () => {
  it('blocks the sender and its mailbox login, once, with one audit row for fifty presses', () => {
    const { db, deps, id } = setUp();

    const outcomes = Array.from(
      { length: 50 },
      () => contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' }).kind,
    );

    expect(outcomes.filter((kind) => kind === 'done').length).toBe(1);
    expect(outcomes.filter((kind) => kind === 'lost-race').length).toBe(49);
    expect(containmentsOf(db, id)).toMatchObject([
      { senders: ['kim@acme.example'], logins: ['kim@acme.example'], placedBy: 'Ann' },
    ]);
    expect(
      auditOf(db, `incident:${id}`, 100).filter((row) => row.verb === 'block-sender' && row.outcome === 'done').length,
    ).toBe(1);
    expect(
      db
        .select()
        .from(outbox)
        .all()
        .filter((row) => row.kind === 'containment.apply').length,
    ).toBe(1);
    expect(verifyAudit(db).intact).toBe(true);
  });

  it('does not outdate a button by a counter or a note', () => {
    const { deps, id } = setUp();
    openFromFinding(deps, stolenMailbox({ at: T0 + 60_000 }));
    addNote(deps, { incidentId: id, rev: 1, actor: BEN, reason: 'called them' });

    expect(contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' }).kind).toBe('done');
  });

  it('is shown as contained when the relays obey, and as failed with the reason while they do not', async () => {
    const { db, deps, id } = setUp();
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' });
    const containmentId = containmentsOf(db, id)[0]?.id ?? 0;
    const payload = { containmentId };
    let calls = 0;
    const effects = containmentEffects(deps, { apply: async () => void calls++, lift: async () => void calls++ });

    containmentFailed(deps, containmentId, 'no route');
    expect(containmentsOf(db, id)[0]).toMatchObject({ failure: 'no route', effectiveAt: null });
    expect(findIncident(db, id)?.state).toBe('open');

    await effects['containment.apply']({ payload });
    await effects['containment.apply']({ payload });
    expect(calls).toBe(1);
    expect(containmentsOf(db, id)[0]).toMatchObject({ failure: null, effectiveAt: T0 });
    expect(findIncident(db, id)?.state).toBe('contained');
  });

  it('is not in force any more when a start finds that it cannot be, and is again when it can', async () => {
    const { db, deps, id } = setUp();
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'suspend-outbound' });
    const [row] = containmentsOf(db, id);
    const effects = containmentEffects(deps, { apply: async () => {}, lift: async () => {} });
    await effects['containment.apply']({ payload: { containmentId: row?.id } });
    const whyNot = () => 'the customer file names no "acme"';

    expect(reviewContainments(deps, whyNot).map(({ row: { incidentId } }) => incidentId)).toEqual([id]);
    expect(reviewContainments(deps, whyNot)).toEqual([]);
    expect(containmentsOf(db, id)[0]).toMatchObject({ failure: whyNot(), effectiveAt: null });
    expect(findIncident(db, id)?.state).toBe('open');

    expect(reviewContainments(deps, () => undefined)).toEqual([]);
    expect(containmentsOf(db, id)[0]).toMatchObject({ failure: null, effectiveAt: T0 });
    expect(findIncident(db, id)?.state).toBe('contained');
    const verbs = auditOf(db, `incident:${id}`).map(({ verb, outcome }) => `${verb} ${outcome}`);
    expect(verbs.slice(0, 3)).toEqual(['in-force done', 'suspend-outbound failed', 'in-force done']);
  });

  it('can be lifted once, and the incident is open again', () => {
    const { db, deps, id } = setUp();
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'suspend-outbound' });
    expect(findIncident(db, id)?.state).toBe('contained');
    const containmentId = containmentsOf(db, id)[0]?.id ?? 0;

    expect(lift(deps, { incidentId: id, rev: 2, actor: BEN, containmentId, reason: 'ticket 7' }).kind).toBe('done');
    expect(lift(deps, { incidentId: id, actor: BEN, containmentId }).kind).toBe('not-possible');
    expect(findIncident(db, id)?.state).toBe('open');
  });

  it.each<[string, (deps: DecideDeps, incidentId: number) => Outcome]>([
    ['one', (deps, incidentId) => lift(deps, { incidentId, actor: BEN, containmentId: 1 })],
    ['all', (deps, incidentId) => liftAll(deps, { incidentId, actor: BEN, action: 'suspend-outbound' })],
  ])('is lifted, %s, with all that it did up to then, not only what was saved of it', (_, end) => {
    const { db, deps, id } = setUp();
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'suspend-outbound' });
    const live = { ...deps, hits: () => ({ hits: 41, lastHitAt: T0 + 1 }) };

    expect(end(live, id)).toMatchObject({ kind: 'done', audit: { details: { hits: 41 } } });
    expect(containmentsOf(db, id)).toMatchObject([{ hits: 41, lastHitAt: T0 + 1 }]);
  });

  it('refuses a re-route without a route, and leaves nothing behind', () => {
    const { db, deps, id } = setUp();

    expect(contain(deps, { incidentId: id, actor: ANN, action: 'reroute' })).toMatchObject({
      kind: 'not-possible',
      why: /No route/,
    });
    expect(containmentsOf(db, id)).toEqual([]);
  });

  it('is not contained by a re-route alone, which holds no spam back', () => {
    const { db, deps, id } = setUp();
    contain(deps, { incidentId: id, actor: ANN, action: 'reroute', route: 'clean' });
    expect(findIncident(db, id)?.state).toBe('open');
    contain(deps, { incidentId: id, actor: ANN, action: 'block-sender' });
    expect(findIncident(db, id)?.state).toBe('contained');
    const [block] = containmentsOf(db, id).filter(({ action }) => action === 'block-sender');
    lift(deps, { incidentId: id, actor: BEN, containmentId: block?.id ?? 0 });
    expect(findIncident(db, id)?.state).toBe('open');
  });

  it('re-routes several customers of a listing in one decision', () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    const { incident } = openFromFinding(deps, microsoftBlock());

    contain(deps, {
      incidentId: incident.id,
      rev: 1,
      actor: ANN,
      action: 'reroute',
      route: 'clean',
      customers: ['acme', 'bolt'],
    });

    expect(containmentsOf(db, incident.id).map((row) => row.customer)).toEqual(['acme', 'bolt']);
  });
});

describe('resolving', () => {
  it('refuses containment afterwards, and can be re-opened', () => {
    const { db, deps, id } = setUp();
    resolveIncident(deps, { incidentId: id, rev: 1, actor: ANN, reason: 'password changed' });

    expect(contain(deps, { incidentId: id, actor: ANN, action: 'block-sender' }).kind).toBe('not-possible');
    expect(reopenIncident(deps, { incidentId: id, rev: 2, actor: BEN }).kind).toBe('done');
    expect(findIncident(db, id)).toMatchObject({ state: 'open', resolvedBy: null });
  });

  it('does not re-open while a newer incident runs for the same cause', () => {
    const { deps, id } = setUp();
    resolveIncident(deps, { incidentId: id, actor: ANN, reason: 'x' });
    openFromFinding(deps, stolenMailbox({ at: T0 + 3_600_000 }));

    expect(reopenIncident(deps, { incidentId: id, actor: ANN })).toMatchObject({ kind: 'not-possible' });
  });

  it('recommends blocking one address, and suspending when addresses are many', () => {
    const subject = (shape: 'single' | 'multiple') => ({ ...stolenMailbox(), kind: 'compromise' as const, shape });

    expect(offeredActions({ state: 'open', subject: subject('single') }, [])[0]).toBe('block-sender');
    expect(offeredActions({ state: 'open', subject: subject('multiple') }, [])[0]).toBe('suspend-outbound');
    expect(offeredActions({ state: 'contained', subject: subject('single') }, ['block-sender'])[0]).toBe('reroute');
    expect(offeredActions({ state: 'resolved', subject: subject('single') }, [])).toEqual(['reopen']);
    // Of a receiver's own block partners hear the end when somebody has said that it is over.
    const listing = { kind: 'listing' as const, entries: [], isFirstLook: false };
    expect(offeredActions({ state: 'resolved', subject: listing }, [])).toEqual(['reopen', 'notify-partners']);
  });
});
