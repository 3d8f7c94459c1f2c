import { WebAPIPlatformError } from '@slack/web-api';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Context } from '../../src/context.js';
import type { Db } from '../../src/db/open.js';
import { audit, containments, outbox } from '../../src/db/schema.js';
import { createDatabaseTrouble } from '../../src/db/trouble.js';
import { contain } from '../../src/incidents/contain.js';
import { CONTAINMENT_EFFECTS, containmentEffects } from '../../src/incidents/effects.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { containmentsOf, findContainment, findIncident, toContainment } from '../../src/incidents/store.js';
import { EffectImpossible, type OutboxRow, startOutbox } from '../../src/outbox/run.js';
import { Directory } from '../../src/partners/directory.js';
import { incidentCard } from '../../src/slack/messages/card.js';
import { timelineReply } from '../../src/slack/messages/timeline.js';
import { readCard } from '../../src/slack/read-card.js';
import type { Parts } from '../../src/wiring/context.js';
import { completeBlocks, onEffectTrouble, reviewInForce } from '../../src/wiring/reactions.js';
import { testContext } from '../helpers/context.js';
import { eventually } from '../helpers/eventually.js';
import { ANN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const parts = { trouble: createDatabaseTrouble(), log: pino({ level: 'silent' }) };
const ofOthers = () => [];

function alertsIn(db: Db): string[] {
  const rows = db.select().from(outbox).where(eq(outbox.kind, 'health.alert')).all();
  return rows.map(({ payload }) => (payload as { text: string }).text);
}

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
    const whyNot = ({ action }: { action: string }) => (action === 'reroute' ? NO_ROUTE : 'it is nobody’s');

    reviewInForce(parts, deps, { whyNot, ofOthers });

    expect(alertsIn(db)).toEqual([
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
    const review = (isGone: (customer: string) => boolean) => {
      const whyNot = ({ customer }: { customer: string }) =>
        isGone(customer) ? `the customer file names no "${customer}"` : undefined;
      reviewInForce(parts, deps, { whyNot, ofOthers });
    };

    for (let start = 0; start < 3; start++) review((customer) => customer !== 'customer-0');
    expect(alertsIn(db)).toHaveLength(1);
    const lines = alertsIn(db)[0]?.split('\n');
    expect(lines).toHaveLength(20);
    expect(lines?.[0]).toBe('19 suspensions are NOT in force any more:');
    expect(lines?.[1]).toBe(`incident ${incidents[1]}: its suspension, as the customer file names no "customer-1"`);

    review(() => true);
    expect(alertsIn(db).slice(1)).toEqual([
      `incident ${incidents[0]}: its suspension is NOT in force any more, as the customer file names no "customer-0"`,
    ]);
  });

  it('tells it at the next start when the process died before the alert was on its way', async () => {
    const { db, deps } = await desk();
    const whyNot = ({ action }: { action: string }) => (action === 'reroute' ? NO_ROUTE : undefined);
    // As a kill between the two: what was written down, and the alert of it.
    db.$client.exec(
      "create trigger died before insert on outbox when new.kind = 'health.alert' begin select raise(abort, 'killed'); end",
    );
    reviewInForce(parts, deps, { whyNot, ofOthers });
    db.$client.exec('drop trigger died');
    expect(alertsIn(db)).toEqual([]);

    reviewInForce(parts, deps, { whyNot, ofOthers });
    reviewInForce(parts, deps, { whyNot, ofOthers });

    expect(alertsIn(db)).toEqual([expect.stringContaining(NO_ROUTE)]);
  });

  it('says once, on record and in the thread, which blocked sender is another customer’s by now', () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    const senders = ['kim@acme.example', 'boss@newco.example'];
    const { id } = openFromFinding(deps, stolenMailbox({ kind: 'multiple', senders, senderCount: 2 })).incident;
    contain(deps, { incidentId: id, actor: ANN, action: 'block-sender' });
    const [row] = containmentsOf(db, id);
    expect(row && toContainment(row).ownSenders).toEqual(['kim@acme.example']);
    const said = () => db.select().from(audit).where(eq(audit.verb, 'not-followed')).all();
    const review = (others: { sender: string; owner: string }[]) =>
      reviewInForce(parts, deps, { whyNot: () => undefined, ofOthers: () => others });
    const boss = { sender: 'boss@newco.example', owner: 'newco' };

    review([]);
    expect(said()).toEqual([]);
    for (let start = 0; start < 3; start++) review([boss]);
    review([boss, { sender: 'later@newco.example', owner: 'newco' }]);

    expect(said().map(({ details }) => details.senders)).toEqual([['boss@newco.example'], ['later@newco.example']]);
    const queued = db.select().from(outbox).where(eq(outbox.kind, 'incident.timeline')).all();
    expect(queued.map(({ payload }) => (payload as { seq: number }).seq)).toEqual(
      expect.arrayContaining(said().map(({ seq }) => seq)),
    );
    const [first] = said();
    expect(first && timelineReply(first, (name) => name).text).toMatch(
      /does not hold mail of newco, .* domain of boss@newco\.example\. It goes on for mail of acme/,
    );
    expect(findContainment(db, row?.id ?? 0)?.toldOthers).toHaveLength(2);
  });
});

describe('a start with blocks of an earlier version', () => {
  /** A block as an earlier version left it, of a customer's own sender and of a forged one. */
  function oldBlock(customer: string) {
    const db = freshDb();
    const deps = incidentDeps(db);
    const senders = [`kim@${customer}.example`, 'boss@newco.example'];
    const finding = stolenMailbox({ customer, kind: 'multiple', senders, senderCount: 2 });
    const { id } = openFromFinding(deps, finding).incident;
    contain(deps, { incidentId: id, actor: ANN, action: 'block-sender' });
    db.update(containments).set({ ownSenders: null }).run();
    return { db, row: () => containmentsOf(db, id)[0] };
  }
  const file = (...customers: { id: string; domains: string[] }[]) =>
    Directory.parse({ relays: [], customers: customers.map((each) => ({ ...each, name: each.id })) });
  const start = (db: Db, directory: Directory) => completeBlocks({ db, directory, log: parts.log });

  it('keeps which senders are the customer’s own, before the file names another customer for them', () => {
    const { db, row } = oldBlock('acme');

    start(db, file({ id: 'acme', domains: ['Acme.example'] }, { id: 'twin', domains: ['acme.example'] }));
    expect(row()?.ownSenders).toEqual(['kim@acme.example']);

    start(db, file({ id: 'acme', domains: ['acme.example', 'newco.example'] }));
    expect(row()?.ownSenders).toEqual(['kim@acme.example']);
  });

  it('leaves it open while the file does not name the customer', () => {
    const { db, row } = oldBlock('acme');

    start(db, file({ id: 'acme-2', domains: ['acme.example'] }));
    expect(row()?.ownSenders).toBeNull();
  });

  it('starts although the disk takes no note of it', () => {
    const { db, row } = oldBlock('acme');
    db.$client.exec("create trigger full before update on containments begin select raise(abort, 'full'); end");

    start(db, file({ id: 'acme', domains: ['acme.example'] }));
    expect(row()?.ownSenders).toBeNull();
  });
});

describe('a block that the disk takes no note of', () => {
  /** A block that was pressed; the disk takes nothing from the moment `isFull` is said until the outbox has told of it, once. */
  function pressed(apply: (isFull: () => void) => Promise<void>) {
    const db = freshDb();
    const deps = testContext(db);
    const { incident } = openFromFinding(deps, stolenMailbox());
    contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
    const runner = startOutbox({
      db,
      handlers: {
        ...containmentEffects(deps, {
          apply: () => apply(() => db.$client.pragma('query_only = ON')),
          lift: async () => {},
        }),
        'incident.card': async () => {},
        'incident.timeline': async () => {},
      },
      inProcess: CONTAINMENT_EFFECTS,
      onTrouble: (row, error) => {
        db.$client.pragma('query_only = OFF');
        onEffectTrouble(parts as unknown as Parts, deps, row, error);
      },
    });
    onTestFinished(() => runner.stop());
    const card = () => {
      const view = readCard(deps, incident.id);
      return JSON.stringify(view && incidentCard(view));
    };
    return { card, state: () => findIncident(db, incident.id)?.state, row: () => containmentsOf(db, incident.id)[0] };
  }

  it('is in force, and its card says what failed and that it is tried again, until it is on record', async () => {
    let tries = 0;
    const { card, state, row } = pressed(async (isFull) => {
      if (tries++ === 0) isFull();
    });

    await eventually(() => expect(card()).toContain('In force, but not on record yet: '));
    expect(card()).toMatch(/Sender blocked\*.*attempt to write a readonly database\. It is tried again/);
    expect(card()).not.toContain('FAILED');
    expect(state()).toBe('contained');
    await eventually(() => expect(row()).toMatchObject({ failure: null, effectiveAt: T0 }));
    expect(card()).not.toContain('tried again');
    expect(tries).toBe(2);
  });

  it('is not called in force where the relays did not answer', async () => {
    const { card, state } = pressed(async () => {
      throw new Error('the policy server does not run now');
    });

    await eventually(() => expect(card()).toMatch(/Block FAILED.*the policy server does not run now/));
    expect(state()).toBe('open');
  });
});

describe('an effect that did not happen', () => {
  function logOf(level: string, row: Partial<OutboxRow>, error: Error): Record<string, unknown>[] {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { level, base: null, timestamp: false },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
    const whole = { key: 'card:12', kind: 'incident.card', attempts: 3, nextAt: 0, failedAt: null, ...row };
    onEffectTrouble({ ...parts, log } as unknown as Parts, {} as Context, whole as OutboxRow, error);
    return lines;
  }
  const refused = new WebAPIPlatformError({ ok: false, error: 'channel_not_found' });
  const nextAt = Date.UTC(2026, 2, 3, 10);

  it('is one line of the log: what failed, Slack’s code, and when it is tried again', () => {
    expect(logOf('info', { nextAt }, refused)).toEqual([
      {
        level: pino.levels.values.warn,
        effect: 'card:12',
        attempts: 3,
        nextTry: '2026-03-03T10:00:00.000Z',
        error: 'An API error occurred: channel_not_found',
        code: 'channel_not_found',
        msg: 'an effect did not happen yet',
      },
    ]);
    expect(logOf('info', { failedAt: 1 }, new EffectImpossible('no channel takes it'))).toEqual([
      expect.objectContaining({ error: 'no channel takes it', msg: 'an effect was given up' }),
    ]);
  });

  it('has its stack at every level when nobody refused it and a handler is broken', () => {
    const broken = new TypeError("Cannot read properties of undefined (reading 'id')");
    expect(logOf('info', { nextAt }, broken)).toEqual([
      expect.objectContaining({ err: expect.objectContaining({ stack: expect.stringContaining('at ') }) }),
    ]);
    const away = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:25'), { code: 'ECONNREFUSED' });
    for (const each of [away, new EffectImpossible('no'), new TypeError('fetch failed', { cause: away })])
      expect(JSON.stringify(logOf('info', { nextAt }, each))).not.toContain('stack');
  });

  it('has its stack at level debug alone', () => {
    expect(JSON.stringify(logOf('info', { nextAt }, refused))).not.toContain('stack');
    expect(logOf('debug', { nextAt }, refused)[1]).toMatchObject({ err: { stack: expect.stringContaining('at ') } });
  });
});
