// The cards of open listings, drawn anew as time goes by.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { recordAudit } from '../../../src/audit/record.js';
import { auditOf } from '../../../src/audit/verify.js';
import { outbox } from '../../../src/db/schema.js';
import type { Gate } from '../../../src/delisting/gate.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { resolveIncident } from '../../../src/incidents/resolve.js';
import { findIncident } from '../../../src/incidents/store.js';
import { auditLine } from '../../../src/slack/messages/timeline.js';
import { type ListingsShown, redrawListings } from '../../../src/slack/redraw/listings.js';
import { testContext } from '../../helpers/context.js';
import { ANN, microsoftBlock, T0 } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

/** Five listings, and the ids of those whose gate was read. */
function setUp() {
  const db = freshDb();
  const read: number[] = [];
  const gateOf = ({ id }: { id: number }) => {
    read.push(id);
    return { isOpen: false, points: [] };
  };
  const ctx = testContext(db, () => T0, { gateOf });
  for (let i = 1; i <= 5; i++) openFromFinding(ctx, microsoftBlock({ ip: `203.0.113.${i}` }));
  return { ctx, read };
}

describe('the cards of listings', () => {
  it('are looked at one by one, while others have their turn', async () => {
    const { ctx, read } = setUp();
    const all = redrawListings(ctx, new Map());
    expect(read).toEqual([1]);
    await all;
    expect(read).toEqual([1, 2, 3, 4, 5]);
  });

  it('are left alone once a person has resolved them, also in the middle of it', async () => {
    const { ctx, read } = setUp();
    const shown: ListingsShown = new Map();
    const all = redrawListings(ctx, shown);
    resolveIncident(ctx, { incidentId: 5, actor: ANN, reason: 'gone' });
    await all;
    await othersTurn();
    expect(read).toEqual([1, 2, 3, 4]);
    resolveIncident(ctx, { incidentId: 1, actor: ANN, reason: 'gone' });
    await redrawListings(ctx, shown);
    expect([...shown.keys()]).toEqual([2, 3, 4]);
  });
});

describe('the hour at which a point is met', () => {
  it('draws the card once more when it has passed, for spam that went on has moved it', async () => {
    const db = freshDb();
    let [now, lastSpamAt] = [T0, T0];
    const quietMs = 4 * 3_600_000;
    const gateOf = (): Gate => ({
      isOpen: false,
      points: [{ id: 'quiet', isMet: false, text: 'last spam', opensAt: lastSpamAt + quietMs }],
    });
    const ctx = testContext(db, () => now, { gateOf });
    openFromFinding(ctx, microsoftBlock());
    const shown: ListingsShown = new Map();
    const cardsAfter = async (at: number, spamAt: number) => {
      db.delete(outbox).run();
      [now, lastSpamAt] = [at, spamAt];
      await redrawListings(ctx, shown);
      return db.select().from(outbox).where(eq(outbox.kind, 'incident.card')).all().length;
    };

    expect(await cardsAfter(T0, T0)).toBe(1);
    expect(await cardsAfter(T0 + quietMs - 1, T0 + quietMs / 2)).toBe(0);
    expect(await cardsAfter(T0 + quietMs, T0 + quietMs / 2)).toBe(1);
    expect(await cardsAfter(T0 + quietMs + 5_000, T0 + quietMs)).toBe(0);
    expect(await cardsAfter(T0 + 1.5 * quietMs, T0 + quietMs)).toBe(1);
  });
});

describe('the thread of a listing', () => {
  it('takes back that removal may be asked for, and says it again when it may', async () => {
    const db = freshDb();
    const cause = { id: 'compromise', text: 'incident 4 (Acme Mills) is open: nothing holds it back' } as const;
    let isOpen = true;
    const gateOf = () => ({ isOpen, points: [{ ...cause, isMet: isOpen }] });
    const ctx = testContext(db, () => T0, { gateOf });
    openFromFinding(ctx, microsoftBlock());
    const shown: ListingsShown = new Map();
    const lookAt = async (open: boolean) => {
      isOpen = open;
      await redrawListings(ctx, shown);
    };

    await lookAt(false);
    for (const open of [true, true, false, false, true]) await lookAt(open);

    const said = auditOf(db, 'incident:1')
      .filter(({ verb }) => verb.startsWith('gate'))
      .toReversed();
    expect(said.map((row) => auditLine(row, String))).toEqual([
      ':unlock: Every point of the checklist is met: *removal may be asked for now*',
      ':lock: *Removal has to wait again*: incident 4 (Acme Mills) is open: nothing holds it back',
      ':unlock: Every point of the checklist is met: *removal may be asked for now*',
    ]);
    expect(findIncident(db, 1)?.rev).toBe(1);
  });

  it('is told nothing again when one of several was asked for, and that the others have to wait', async () => {
    const db = freshDb();
    const cause = { id: 'compromise', text: 'incident 4 (Acme Mills) is open: nothing holds it back' } as const;
    const about = [{ target: '203.0.113.21', list: 'spamhaus-zen' }];
    let isOpen = true;
    const gateOf = (): Gate => ({ isOpen, points: [{ ...cause, isMet: isOpen }], about });
    const ctx = testContext(db, () => T0, { gateOf });
    openFromFinding(ctx, microsoftBlock());
    const shown: ListingsShown = new Map();
    const said = () => auditOf(db, 'incident:1').filter(({ verb }) => verb.startsWith('gate'));

    await redrawListings(ctx, shown);
    expect(said()).toHaveLength(1);
    db.transaction((tx) =>
      recordAudit(tx, { at: T0, actor: ANN, verb: 'request-delisting', subject: 'incident:1', outcome: 'done' }),
    );
    shown.clear();
    await redrawListings(ctx, shown);
    expect(said()).toHaveLength(1);
    isOpen = false;
    await redrawListings(ctx, shown);
    expect(said()[0]?.verb).toBe('gate-locked');
  });

  it('is told nothing while only the reading of the logs is late, and the card is drawn anew', async () => {
    const db = freshDb();
    const quiet = { id: 'quiet', text: 'x' } as const;
    const gateAs = (isLate: boolean): Gate => ({
      isOpen: !isLate,
      points: [{ ...quiet, isMet: !isLate, ...(isLate ? { isUnknown: true } : {}) }],
    });
    let isLate = false;
    const ctx = testContext(db, () => T0, { gateOf: () => gateAs(isLate) });
    openFromFinding(ctx, microsoftBlock());
    const shown: ListingsShown = new Map();
    const cards = () => db.select().from(outbox).where(eq(outbox.kind, 'incident.card')).all();
    const lookAt = async (late: boolean) => {
      db.delete(outbox).run();
      isLate = late;
      await redrawListings(ctx, shown);
      return cards().length;
    };

    expect(await lookAt(false)).toBe(1);
    expect(await lookAt(true)).toBe(1);
    expect(await lookAt(true)).toBe(0);
    expect(await lookAt(false)).toBe(1);
    const told = auditOf(db, 'incident:1').filter(({ verb }) => verb.startsWith('gate'));
    expect(told.map(({ verb }) => verb)).toEqual(['gate-open']);
  });

  it('is not told that a removal that was asked for has to wait, nor anew after a restart', async () => {
    const db = freshDb();
    let isOpen = true;
    const gateOf = () => ({ isOpen, points: [] });
    const ctx = testContext(db, () => T0, { gateOf });
    openFromFinding(ctx, microsoftBlock());
    await redrawListings(ctx, new Map());
    await redrawListings(ctx, new Map());
    recordAudit(db, { at: T0, actor: ANN, verb: 'request-delisting', subject: 'incident:1', details: {} });
    isOpen = false;
    await redrawListings(ctx, new Map());
    await redrawListings(ctx, new Map());

    const verbs = auditOf(db, 'incident:1').map(({ verb }) => verb);
    expect(verbs.filter((verb) => verb.startsWith('gate'))).toEqual(['gate-open']);
  });
});
