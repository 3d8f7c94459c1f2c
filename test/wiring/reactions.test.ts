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
      [
        '41 suspensions and re-routes are NOT in force any more:',
        `incident ${listing}: its re-route of 40 customers, as ${NO_ROUTE}`,
        `incident ${mailbox}: its suspension, as it is nobody’s`,
      ].join('\n'),
    ]);
    expect(lines() - before).toBe(2);
    expect(new Set(containmentsOf(db, listing).map(({ failure }) => failure))).toEqual(new Set([NO_ROUTE]));
  });

  it('tells once of all customers that have left the file, and not again', async () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    const names = Array.from({ length: 20 }, (_, i) => `customer-${i}`);
    const incidents = names.map((customer) => {
      const finding = stolenMailbox({ key: `compromise:${customer}`, customer, senders: [`kim@${customer}.example`] });
      const { id } = openFromFinding(deps, finding).incident;
      contain(deps, { incidentId: id, actor: ANN, action: 'suspend-outbound' });
      return id;
    });
    const alerts: string[] = [];
    const review = (isGone: (customer: string) => boolean) => {
      const whyNot = ({ customer }: { customer: string }) =>
        isGone(customer) ? `the customer file names no "${customer}"` : undefined;
      reviewInForce(parts, deps, { whyNot }, (text) => alerts.push(text));
    };

    for (let start = 0; start < 3; start++) review((customer) => customer !== 'customer-0');
    expect(alerts).toHaveLength(1);
    const lines = alerts[0]?.split('\n');
    expect(lines).toHaveLength(20);
    expect(lines?.[0]).toBe('19 suspensions are NOT in force any more:');
    expect(lines?.[1]).toBe(`incident ${incidents[1]}: its suspension, as the customer file names no "customer-1"`);

    review(() => true);
    expect(alerts.slice(1)).toEqual([
      `incident ${incidents[0]}: its suspension is NOT in force any more, as the customer file names no "customer-0"`,
    ]);
  });
});
