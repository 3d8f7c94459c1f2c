// Blocks that the relays obey, or do not, and a disk that takes no note of it.
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { audit } from '../../src/db/schema.js';
import { createDatabaseTrouble } from '../../src/db/trouble.js';
import { contain, lift } from '../../src/incidents/contain.js';
import { containmentEffects, NotOnRecord } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { containmentsOf, findContainment } from '../../src/incidents/store.js';
import type { OutboxRow } from '../../src/outbox/run.js';
import type { Parts } from '../../src/wiring/context.js';
import { onEffectTrouble, reviewInForce } from '../../src/wiring/reactions.js';
import { testContext } from '../helpers/context.js';
import { ANN, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const parts = { trouble: createDatabaseTrouble(), log: pino({ level: 'silent' }) };
const ofOthers = () => [];

describe('a block in force that is not on record', () => {
  /** Blocks of the same login in two incidents, told to the relays; the disk takes no note that the first is in force. */
  async function twoBlocks() {
    const clock = { at: T0 };
    const db = freshDb();
    const deps = testContext(db, () => clock.at);
    const { 'containment.apply': apply, 'containment.lift': obeyLift } = containmentEffects(deps, {
      apply: async () => {},
      lift: async () => {},
    });
    const blockOf = (key: string) => {
      const incidentId = openFromFinding(deps, stolenMailbox({ key })).incident.id;
      contain(deps, { incidentId, actor: ANN, action: 'block-sender' });
      const [row] = containmentsOf(db, incidentId);
      if (!row) throw new Error('nothing was placed');
      return row;
    };
    const first = blockOf('compromise:acme:one');
    const second = blockOf('compromise:acme:two');
    await apply({ payload: { containmentId: second.id } });
    const trouble = (error: Error) => {
      const row = { kind: 'containment.apply', payload: { containmentId: first.id }, failedAt: null, nextAt: 0 };
      onEffectTrouble(parts as unknown as Parts, deps, row as OutboxRow, error);
    };
    return { db, deps, clock, obeyLift, trouble, first, second, row: () => findContainment(db, first.id) };
  }
  const full = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });

  it('has held since the relays obeyed, also when it is put on record after a restart', async () => {
    const { deps, clock, trouble, row } = await twoBlocks();
    trouble(new NotOnRecord(full));
    clock.at += 3_600_000;

    reviewInForce(parts, deps, { whyNot: () => undefined, ofOthers });
    expect(row()).toMatchObject({ effectiveAt: T0, failure: null });
  });

  it('is named when another one on the same mail is lifted', async () => {
    const { db, deps, trouble, obeyLift, first, second } = await twoBlocks();
    trouble(new NotOnRecord(full));
    expect(lift(deps, { containmentId: second.id, actor: ANN, incidentId: second.incidentId }).kind).toBe('done');
    await obeyLift({ payload: { containmentId: second.id } });

    const [told] = db.select().from(audit).where(eq(audit.verb, 'out-of-force')).all();
    expect(told?.details).toMatchObject({ stillBy: [first.incidentId] });
  });

  it('is not called refused by the relays for what the disk did not take', async () => {
    const { trouble, row } = await twoBlocks();
    trouble(full);
    expect(row()).toMatchObject({ effectiveAt: null, failure: null });
    trouble(new Error('the policy server does not run now'));
    expect(row()?.failure).toBe('the policy server does not run now');
  });
});
