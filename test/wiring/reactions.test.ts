import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { outbox } from '../../src/db/schema.js';
import { createDatabaseTrouble } from '../../src/db/trouble.js';
import { contain } from '../../src/incidents/contain.js';
import { containmentEffects } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { containmentsOf } from '../../src/incidents/store.js';
import { reviewInForce } from '../../src/wiring/reactions.js';
import { ANN, incidentDeps, microsoftBlock, stolenMailbox } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const parts = { trouble: createDatabaseTrouble(), log: pino({ level: 'silent' }) };
const NO_ROUTE = 'route "clean" is not in the configuration';

/** A block's way round for many customers, and a suspension, all obeyed. */
async function desk() {
  const db = freshDb();
  const deps = incidentDeps(db);
  const { incident: listing } = openFromFinding(deps, microsoftBlock());
  const { incident: mailbox } = openFromFinding(deps, stolenMailbox());
  const customers = Array.from({ length: 40 }, (_, i) => `customer-${i}`);
  const done = [
    contain(deps, { incidentId: listing.id, actor: ANN, action: 'reroute', route: 'clean', customers }),
    contain(deps, { incidentId: mailbox.id, actor: ANN, action: 'suspend-outbound' }),
  ];
  expect(done.map(({ kind }) => kind)).toEqual(['done', 'done']);
  const effects = containmentEffects(deps, { apply: async () => {}, lift: async () => {} });
  for (const { id } of [listing, mailbox].flatMap((incident) => containmentsOf(db, incident.id)))
    await effects['containment.apply']({ payload: { containmentId: id } });
  const lines = () => db.select().from(outbox).where(eq(outbox.kind, 'incident.timeline')).all().length;
  return { db, deps, lines, listing: listing.id, mailbox: mailbox.id };
}

describe('a start with another configuration', () => {
  it('tells once of all that an incident has lost for one reason, however many customers it was for', async () => {
    const { db, deps, lines, listing, mailbox } = await desk();
    const before = lines();
    const alerts: string[] = [];
    const whyNot = ({ action }: { action: string }) => (action === 'reroute' ? NO_ROUTE : 'it is nobody’s');

    reviewInForce(parts, deps, { whyNot }, (text) => alerts.push(text));

    expect(alerts).toEqual([
      `incident ${listing}: its re-route of 40 customers is NOT in force any more, as ${NO_ROUTE}`,
      `incident ${mailbox}: its suspension is NOT in force any more, as it is nobody’s`,
    ]);
    expect(lines() - before).toBe(2);
    expect(new Set(containmentsOf(db, listing).map(({ failure }) => failure))).toEqual(new Set([NO_ROUTE]));
  });
});
