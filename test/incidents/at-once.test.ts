// Two people at once, and a process that dies or a disk that fills in the middle: the relays, the record and the cards say the same afterwards.
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditOf, verifyAudit } from '../../src/audit/verify.js';
import { createBook } from '../../src/containment/book.js';
import { type Db, openDb } from '../../src/db/open.js';
import { outbox } from '../../src/db/schema.js';
import { contain, lift } from '../../src/incidents/contain.js';
import { CONTAINMENT_EFFECTS, containmentEffects, containmentFailed } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsInForce, containmentsOf, findIncident, toContainment } from '../../src/incidents/store.js';
import { startOutbox } from '../../src/outbox/run.js';
import { eventually } from '../helpers/eventually.js';
import { ANN, BEN, incidentDeps, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';

const KIM = 'kim@acme.example';

/** Incidents, the outbox and the book that answers come from; the relays take their time, the later the sooner they were told. */
function setUp(db: Db = freshDb()) {
  const deps = incidentDeps(db);
  const book = createBook();
  book.replaceAll(containmentsInForce(db).map(toContainment));
  const cards: number[] = [];
  const waitsMs = [30, 20, 10];
  const slowly = () => new Promise((done) => setTimeout(done, waitsMs.shift() ?? 0));
  const effects = containmentEffects(deps, {
    apply: (containment) => slowly().then(() => book.put(containment)),
    lift: ({ id }) => slowly().then(() => book.remove(id)),
  });
  const runner = () => {
    const handlers = {
      ...effects,
      'incident.card': async ({ payload }: { payload: unknown }) => {
        cards.push((payload as { incidentId: number }).incidentId);
      },
      'incident.timeline': async () => {},
    };
    const started = startOutbox({ db, handlers, inProcess: CONTAINMENT_EFFECTS });
    onTestFinished(() => started.stop());
    return started;
  };
  const inBook = () => book.list().map(({ id }) => id);
  return { db, deps, cards, runner, inBook };
}

function blocked(deps: ReturnType<typeof incidentDeps>, finding = stolenMailbox()) {
  const { incident } = openFromFinding(deps, finding);
  const outcome = contain(deps, { incidentId: incident.id, rev: 1, actor: ANN, action: 'block-sender' });
  if (outcome.kind !== 'done') throw new Error(outcome.kind);
  return { id: incident.id, containmentId: containmentsOf(deps.db, incident.id)[0]?.id ?? 0 };
}

describe('two leads, of whom one lifts a block while the other blocks', () => {
  it.each(['lifts', 'suspends'])(
    'do one thing, which the other is told of, when the one who %s is first',
    async (first) => {
      const { db, deps, runner, inBook } = setUp();
      const { id, containmentId } = blocked(deps);
      const { settled } = runner();
      await settled();
      const lifts = () => lift(deps, { incidentId: id, rev: 2, actor: ANN, containmentId });
      const suspends = () => contain(deps, { incidentId: id, rev: 2, actor: BEN, action: 'suspend-outbound' });

      const outcomes = (first === 'lifts' ? [lifts, suspends] : [suspends, lifts]).map((press) => press());
      await settled();

      expect(outcomes).toMatchObject([{ kind: 'done' }, { kind: 'lost-race', incident: { rev: 3 } }]);
      expect(inBook()).toEqual(containmentsInForce(db).map((row) => row.id));
      expect(inBook()).toEqual(first === 'lifts' ? [] : [1, 2]);
      expect(findIncident(db, id)?.state).toBe(first === 'lifts' ? 'open' : 'contained');
      expect(auditOf(db, `incident:${id}`).filter(({ outcome }) => outcome === 'lost-race')).toHaveLength(1);
      expect(verifyAudit(db).intact).toBe(true);
    },
  );

  it('block the sender again at once, and it is in force, in whatever order the relays are done', async () => {
    const { db, deps, runner, inBook } = setUp();
    const { id, containmentId } = blocked(deps);
    const { settled } = runner();
    await settled();

    lift(deps, { incidentId: id, rev: 2, actor: ANN, containmentId });
    contain(deps, { incidentId: id, rev: 3, actor: BEN, action: 'block-sender' });
    await settled();

    expect(inBook()).toEqual([2]);
    expect(containmentsOf(db, id)).toMatchObject([
      { id: 1, liftedBy: 'Ann', outOfForceAt: T0 },
      { id: 2, senders: [KIM], liftedAt: null, effectiveAt: T0 },
    ]);
  });

  it('take nothing from a block of the same sender on another incident', async () => {
    const { deps, runner, inBook } = setUp();
    const one = blocked(deps);
    resolveIncident(deps, { incidentId: one.id, actor: ANN, reason: 'password changed' });
    const other = blocked(deps, stolenMailbox({ at: T0 + 3_600_000 }));

    lift(deps, { incidentId: one.id, actor: BEN, containmentId: one.containmentId });
    await runner().settled();

    expect(inBook()).toEqual([other.containmentId]);
  });

  it('lift it before the relays were told of it: it is never in force', async () => {
    const { db, deps, runner, inBook } = setUp();
    const { id, containmentId } = blocked(deps);
    lift(deps, { incidentId: id, rev: 2, actor: BEN, containmentId });
    await runner().settled();

    expect(inBook()).toEqual([]);
    expect(containmentsOf(db, id)).toMatchObject([{ effectiveAt: null, outOfForceAt: T0 }]);
  });
});

describe('a block that is lifted while the relays are told of it', () => {
  it('is not said to be in force afterwards', async () => {
    const { db, deps } = setUp();
    const { id, containmentId } = blocked(deps);
    const effects = containmentEffects(deps, {
      apply: async () => void lift(deps, { incidentId: id, rev: 2, actor: BEN, containmentId }),
      lift: async () => {},
    });
    const payload = { containmentId };

    await effects['containment.apply']({ payload });
    await effects['containment.lift']({ payload });

    expect(containmentsOf(db, id)).toMatchObject([{ liftedBy: 'Ben', effectiveAt: null, outOfForceAt: T0 }]);
    expect(auditOf(db, `incident:${id}`).map(({ verb }) => verb)).toEqual([
      'out-of-force',
      'lift',
      'block-sender',
      'open',
    ]);
  });

  it('is out of force at once, also when they did not answer and were to be told again in a while', async () => {
    const { db, deps } = setUp();
    const { id, containmentId } = blocked(deps);
    const told: string[] = [];
    const apply = async () => {
      told.push('apply');
      throw new Error('the policy server does not run now');
    };
    const handlers = {
      ...containmentEffects(deps, { apply, lift: async () => void told.push('lift') }),
      ...{ 'incident.card': async () => {}, 'incident.timeline': async () => {} },
    };
    const { settled, stop } = startOutbox({ db, handlers, inProcess: CONTAINMENT_EFFECTS });
    onTestFinished(stop);
    await settled();
    expect(told).toEqual(['apply']);

    lift(deps, { incidentId: id, rev: 2, actor: BEN, containmentId });
    await settled();

    expect(told).toEqual(['apply', 'lift']);
    expect(containmentsOf(db, id)).toMatchObject([{ outOfForceAt: T0 }]);
  });

  it('is out of force at once, also when they were being told of it just then and did not answer', async () => {
    const { db, deps } = setUp();
    const { id, containmentId } = blocked(deps);
    db.update(outbox).set({ attempts: 6 }).where(eq(outbox.kind, 'containment.apply')).run();
    const told: string[] = [];
    const apply = async () => {
      told.push('apply');
      lift(deps, { incidentId: id, rev: 2, actor: BEN, containmentId });
      throw new Error('the policy server does not run now');
    };
    const handlers = {
      ...containmentEffects(deps, { apply, lift: async () => void told.push('lift') }),
      ...{ 'incident.card': async () => {}, 'incident.timeline': async () => {} },
    };
    const { settled, stop } = startOutbox({ db, handlers, inProcess: CONTAINMENT_EFFECTS });
    onTestFinished(stop);
    await settled();

    expect(told).toEqual(['apply', 'lift']);
    expect(containmentsOf(db, id)).toMatchObject([{ effectiveAt: null, failure: null, outOfForceAt: T0 }]);
  });

  it('is not said to have failed when they do not answer', () => {
    const { db, deps } = setUp();
    const { id, containmentId } = blocked(deps);
    lift(deps, { incidentId: id, rev: 2, actor: BEN, containmentId });

    expect(containmentFailed(deps, containmentId, 'the policy server does not run now', true)).toBe(false);
    expect(containmentsOf(db, id)).toMatchObject([{ failure: null }]);
    expect(auditOf(db, `incident:${id}`)[0]).toMatchObject({ verb: 'lift', outcome: 'done' });
  });
});

describe('a process that dies', () => {
  it('between a decision and the relays and the card: the next one does both, once', async () => {
    const path = join(tempDir(), 'desk.db');
    const dead = openDb(path);
    const { id } = blocked(incidentDeps(dead.db));
    dead.close();

    const { db, cards, runner, inBook } = setUp(freshDb(path));
    // Loaded at the start, before the effect says so.
    expect(inBook()).toEqual([1]);
    const { settled } = runner();
    await settled();

    expect(inBook()).toEqual([1]);
    expect(containmentsOf(db, id)).toMatchObject([{ effectiveAt: T0 }]);
    expect(new Set(cards)).toEqual(new Set([id]));
    expect(auditOf(db, `incident:${id}`).filter(({ verb }) => verb === 'in-force')).toHaveLength(1);
  });

  it('is no reason to let mail flow that was to be blocked: a disk that fills after the decision keeps only the note of it', async () => {
    const { db, deps, runner, inBook, cards } = setUp();
    const { id, containmentId } = blocked(deps);
    cards.length = 0;
    db.$client.exec("create trigger full before update on outbox begin select raise(abort, 'disk is full'); end");
    const { settled, wake } = runner();
    wake();
    await eventually(() => expect(inBook()).toEqual([containmentId]));
    expect(cards).toEqual([]);

    db.$client.exec('drop trigger full');
    await settled();

    expect(containmentsOf(db, id)).toMatchObject([{ effectiveAt: T0, failure: null }]);
    expect(new Set(cards)).toEqual(new Set([id]));
    expect(auditOf(db, `incident:${id}`).filter(({ verb }) => verb === 'in-force')).toHaveLength(1);
  });

  it('after the relays obeyed and before that was written: it is told again, and on record once', async () => {
    const { db, deps, runner, inBook } = setUp();
    const { id } = blocked(deps);
    db.update(outbox).set({ attempts: 1 }).run();
    await runner().settled();

    expect(inBook()).toEqual([1]);
    expect(auditOf(db, `incident:${id}`).filter(({ verb }) => verb === 'in-force')).toHaveLength(1);
  });
});

describe('a disk that is full', () => {
  it.each(['audit', 'outbox', 'containments'])(
    'in the middle of a decision, at %s: nothing of it was done',
    (table) => {
      const { db, deps } = setUp();
      const { incident } = openFromFinding(deps, stolenMailbox());
      const before = db.select().from(outbox).all();
      db.$client.exec(`CREATE TRIGGER full BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'disk full'); END`);

      const press = () => contain(deps, { incidentId: incident.id, rev: 1, actor: ANN, action: 'block-sender' });
      expect(press).toThrow();

      expect(containmentsOf(db, incident.id)).toEqual([]);
      expect(findIncident(db, incident.id)).toMatchObject({ state: 'open', rev: 1 });
      expect(db.select().from(outbox).all()).toEqual(before);
      db.$client.exec('DROP TRIGGER full');
      expect(press().kind).toBe('done');
      expect(verifyAudit(db).intact).toBe(true);
    },
  );
});

describe('a backup that runs', () => {
  it('keeps no decision waiting, and holds it wholly or not at all', async () => {
    const { db, deps } = setUp();
    const { incident } = openFromFinding(deps, stolenMailbox());
    const copy = join(tempDir(), 'copy.db');
    const backup = db.$client.backup(copy, { progress: () => 1 });

    expect(contain(deps, { incidentId: incident.id, rev: 1, actor: ANN, action: 'block-sender' }).kind).toBe('done');
    await backup;

    const { db: copied, close } = openDb(copy);
    onTestFinished(close);
    const isIn = findIncident(copied, incident.id)?.state === 'contained';
    expect(containmentsInForce(copied)).toHaveLength(isIn ? 1 : 0);
    expect(verifyAudit(copied).intact).toBe(true);
  });
});
