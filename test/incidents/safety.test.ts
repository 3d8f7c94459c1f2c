// A button must take the people it names, all of them and nobody else.
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { auditOf } from '../../src/audit/verify.js';
import { outbox } from '../../src/db/schema.js';
import { contain, lift } from '../../src/incidents/contain.js';
import { containmentEffects, containmentFailed } from '../../src/incidents/effects.js';
import { type Incident, isBackscatter, offeredActions } from '../../src/incidents/incident.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { reopenIncident, resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsOf, findIncident, openListings, unresolvedIncidents } from '../../src/incidents/store.js';
import { blockTargets } from '../../src/incidents/targets.js';
import { Customer } from '../../src/partners/directory.js';
import { ANN, BEN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

function setUp(finding = stolenMailbox()) {
  const db = freshDb();
  const deps = incidentDeps(db);
  const { incident } = openFromFinding(deps, finding);
  const mta = { apply: async () => {}, lift: async () => {} };
  return { db, deps, incident, id: incident.id, effects: containmentEffects(deps, mta) };
}

const MINUTE = 60_000;
const isBounces = ({ subject }: Incident) => isBackscatter(subject);

describe('whom a block takes', () => {
  const targetsOf = (finding: ReturnType<typeof stolenMailbox>, customer?: Customer) => {
    const { incident, deps } = setUp(finding);
    return blockTargets(incident, customer ? { ...deps, customer: () => customer } : deps);
  };

  it('is the mailbox: its address and its login', () => {
    expect(targetsOf(stolenMailbox())).toEqual({ senders: ['kim@acme.example'], logins: ['kim@acme.example'] });
  });

  it('is never an address of another customer that a thief has forged; then the login alone', () => {
    expect(targetsOf(stolenMailbox({ senders: ['boss@bolt.example'] }))).toEqual({
      senders: [],
      logins: ['kim@acme.example'],
    });
  });

  it('is never a login that other people of the company send with', () => {
    const shared = stolenMailbox({ logins: ['smtp@acme.example'], sharedLogins: ['smtp@acme.example'] });
    expect(targetsOf(shared)).toEqual({ senders: ['kim@acme.example'], logins: [] });

    const declared = Customer.parse({
      id: 'acme',
      name: 'Acme',
      domains: ['acme.example'],
      sasl_users: ['SMTP@acme.example'],
    });
    expect(targetsOf(stolenMailbox({ logins: ['smtp@acme.example'] }), declared).logins).toEqual([]);
  });

  it('is never a declared login, in whichever script the file and the log have its domain', () => {
    const forms = ['relay@bücher.example', 'relay@xn--bcher-kva.example'];
    for (const sasl_users of forms.map((form) => [form])) {
      const declared = Customer.parse({ id: 'acme', name: 'Acme', domains: ['acme.example'], sasl_users });
      for (const login of forms) expect(targetsOf(stolenMailbox({ logins: [login] }), declared).logins).toEqual([]);
    }
  });

  it('is never a whole domain or the null sender', () => {
    expect(targetsOf(stolenMailbox({ senders: ['acme.example', '@acme.example', ''], logins: [] }))).toEqual({
      senders: [],
      logins: [],
    });
  });
});

describe('mail without a sender', () => {
  const bounces = stolenMailbox({ key: 'acme|login:smtp@acme.example|<>', senders: ['<>'] });

  it('has nobody to block, not even the login it came in by: everybody’s bounces would stop', () => {
    const { deps, id, incident } = setUp(bounces);

    expect(blockTargets(incident, deps)).toEqual({ senders: [], logins: [] });
    expect(offeredActions(incident, [], false)).not.toContain('block-sender');
    expect(contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' })).toMatchObject({
      kind: 'not-possible',
    });
  });

  it('can be stopped with everything else of the customer', () => {
    const { db, deps, id, incident } = setUp(bounces);

    expect(offeredActions(incident, [], false)).toContain('suspend-outbound');
    expect(contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'suspend-outbound' }).kind).toBe('done');
    expect(containmentsOf(db, id)).toMatchObject([{ action: 'suspend-outbound', customer: 'acme', senders: [] }]);
  });

  it('is another incident than a stolen mailbox of the same login', () => {
    const { db, deps } = setUp(bounces);
    openFromFinding(deps, stolenMailbox({ key: 'acme|login:smtp@acme.example' }));

    expect(unresolvedIncidents(db).map(isBounces)).toEqual([true, false]);
  });
});

describe('a second stolen mailbox behind the same entry', () => {
  const bob = stolenMailbox({ at: T0 + MINUTE, senders: ['bob@acme.example'], logins: [] });

  it('opens the incident again, outdates the button that named the first, and can be blocked too', () => {
    const { db, deps, id } = setUp(stolenMailbox({ logins: [] }));
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' });
    expect(findIncident(db, id)).toMatchObject({ state: 'contained', rev: 2 });

    openFromFinding(deps, bob);

    expect(findIncident(db, id)).toMatchObject({ state: 'open', rev: 3 });
    expect(contain(deps, { incidentId: id, rev: 2, actor: BEN, action: 'block-sender' }).kind).toBe('lost-race');
    expect(contain(deps, { incidentId: id, rev: 3, actor: BEN, action: 'block-sender' }).kind).toBe('done');
    expect(containmentsOf(db, id).map(({ senders }) => senders)).toEqual([['kim@acme.example'], ['bob@acme.example']]);
    expect(findIncident(db, id)?.state).toBe('contained');
  });

  it('is told, once, in the thread and on record: whoever blocked the first looks elsewhere by now', () => {
    const { db, deps, id } = setUp(stolenMailbox({ logins: [] }));
    contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'block-sender' });
    const said = () => auditOf(db, `incident:${id}`).filter(({ verb }) => verb === 'not-contained');
    openFromFinding(deps, stolenMailbox({ logins: [], at: T0 + 1 }));
    expect(said()).toEqual([]);

    openFromFinding(deps, bob);
    openFromFinding(deps, { ...bob, at: T0 + 2 * MINUTE, senders: ['bob@acme.example', 'cat@acme.example'] });

    expect(said()).toMatchObject([{ details: { unblocked: ['bob@acme.example'] } }]);
    const lines = db.select().from(outbox).where(eq(outbox.kind, 'incident.timeline')).all();
    expect(lines.map(({ payload }) => payload)).toContainEqual({ incidentId: id, seq: said()[0]?.seq });
  });

  it('does not outdate the button of a machine that invents senders', () => {
    const machine = { kind: 'multiple' as const, logins: [], clientIps: ['192.0.2.9'] };
    const { deps, id } = setUp(stolenMailbox({ ...machine, senders: ['a@acme.example', 'b@acme.example'] }));
    openFromFinding(
      deps,
      stolenMailbox({ ...machine, at: T0 + MINUTE, senders: ['a@acme.example', 'c@acme.example'] }),
    );

    expect(contain(deps, { incidentId: id, rev: 1, actor: ANN, action: 'suspend-outbound' }).kind).toBe('done');
  });
});

describe('lifting', () => {
  it('says when another incident still holds the mail back', async () => {
    const { db, deps, id, effects } = setUp();
    contain(deps, { incidentId: id, actor: ANN, action: 'block-sender' });
    resolveIncident(deps, { incidentId: id, actor: ANN, reason: 'password changed' });
    const next = openFromFinding(deps, stolenMailbox({ at: T0 + 60 * MINUTE })).incident;
    contain(deps, { incidentId: next.id, actor: ANN, action: 'block-sender' });
    const containmentId = containmentsOf(db, next.id)[0]?.id ?? 0;
    lift(deps, { incidentId: next.id, actor: ANN, containmentId });

    await effects['containment.lift']({ payload: { containmentId } });
    await effects['containment.lift']({ payload: { containmentId } });

    const told = auditOf(db, `incident:${next.id}`).filter(({ verb }) => verb === 'out-of-force');
    expect(told.map(({ details }) => details.stillBy)).toEqual([[id]]);
  });
});

describe('lifting a block', () => {
  /** Lifts the block of one incident, and answers by which others it is said that the mail is held still. */
  async function liftedBeside(
    hold: (deps: ReturnType<typeof setUp>['deps']) => number,
  ): Promise<[said: unknown, other: number]> {
    const { db, deps, id, effects } = setUp();
    contain(deps, { incidentId: id, actor: ANN, action: 'block-sender' });
    const other = hold(deps);
    const containmentId = containmentsOf(db, id)[0]?.id ?? 0;
    lift(deps, { incidentId: id, actor: ANN, containmentId });
    await effects['containment.lift']({ payload: { containmentId } });
    const row = auditOf(db, `incident:${id}`).find(({ verb }) => verb === 'out-of-force');
    return [row?.details.stillBy, other];
  }

  it('says that its login is refused still, whosever mail the other block was laid to', async () => {
    const [said, other] = await liftedBeside((deps) => {
      const nobodys = { key: 'unattributed|login:kim@acme.example', customer: 'unattributed' };
      const { id } = openFromFinding(deps, stolenMailbox(nobodys)).incident;
      contain(deps, { incidentId: id, actor: BEN, action: 'block-sender' });
      return id;
    });

    expect(said).toEqual([other]);
  });

  it('says that its customer is suspended', async () => {
    const [said, other] = await liftedBeside((deps) => {
      const { id } = openFromFinding(deps, stolenMailbox({ key: 'acme|address:192.0.2.9', logins: [] })).incident;
      contain(deps, { incidentId: id, actor: BEN, action: 'suspend-outbound' });
      return id;
    });

    expect(said).toEqual([other]);
  });

  it('says nothing of a suspension of another customer, nor of one that the relays do not obey', async () => {
    const [said] = await liftedBeside((deps) => {
      const suspend = (change: Parameters<typeof stolenMailbox>[0]) => {
        const { id } = openFromFinding(deps, stolenMailbox({ logins: [], ...change })).incident;
        contain(deps, { incidentId: id, actor: BEN, action: 'suspend-outbound' });
        return id;
      };
      suspend({ key: 'bolt|address:192.0.2.9', customer: 'bolt' });
      const id = suspend({ key: 'acme|address:192.0.2.9' });
      containmentFailed(deps, containmentsOf(deps.db, id)[0]?.id ?? 0, 'no route');
      return id;
    });

    expect(said).toBeUndefined();
  });
});

describe('a listing', () => {
  const pair = { target: '203.0.113.17', list: 'spamhaus-zen' };
  const seenAt = (at: number) => ({ ...pair, codes: ['127.0.0.3'], meanings: [], text: '', at });

  it('is one incident whether the DNS or a refusal showed it first, and keeps what both know', () => {
    const { db, deps } = setUp(stolenMailbox());
    openFromFinding(deps, microsoftBlock({ provider: 'zen.spamhaus.org', code: '', key: 'blocklist|x' }));
    takeListed(deps, [seenAt(T0 + MINUTE)]);

    const listings = unresolvedIncidents(db).filter(({ kind }) => kind === 'listing');
    expect(listings).toMatchObject([
      {
        occurrences: 2,
        subject: {
          entries: [{ list: 'spamhaus-zen', codes: ['127.0.0.3'], refusals: 3, customers: ['acme'] }],
        },
      },
    ]);
  });

  it('that a person resolved while the list still has us is not news again until it was gone', () => {
    const db = freshDb();
    let now = T0;
    const deps = incidentDeps(db, () => now);
    const [first] = takeListed(deps, [seenAt(now)]);
    resolveIncident(deps, { incidentId: first?.incident?.id ?? 0, actor: ANN, reason: 'a list nobody asks' });

    now += 15 * MINUTE;
    expect(takeListed(deps, [seenAt(now)])[0]?.kind).toBe('known');
    takeCleared(deps, [pair]);
    now += 15 * MINUTE;
    expect(takeListed(deps, [seenAt(now)])[0]?.kind).toBe('opened');
  });

  it('counts as gone by a person’s word only for a receiver’s own block, and comes back when re-opened', () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    const { incident } = openFromFinding(deps, microsoftBlock());
    resolveIncident(deps, { incidentId: incident.id, actor: ANN, reason: 'Microsoft mitigated' });
    expect(openListings(db)).toEqual([]);

    reopenIncident(deps, { incidentId: incident.id, actor: ANN });

    expect(openListings(db)).toMatchObject([{ target: '203.0.113.17', clearedAt: null, clearedBy: null }]);
  });

  it('counts as gone by a person’s word for what nobody asks about any more, and is news when it is asked again', () => {
    const db = freshDb();
    let now = T0;
    const deps = { ...incidentDeps(db, () => now), isAsked: (target: string) => target !== '203.0.113.17' };
    const seen = (target: string) => ({ target, list: 'zen', codes: ['127.0.0.2'], meanings: [], text: '', at: now });
    const [taken] = takeListed({ ...deps, poolOf: () => 'a' }, [seen('203.0.113.17'), seen('203.0.113.18')]);
    now += MINUTE;
    resolveIncident(deps, { incidentId: taken?.incident?.id ?? 0, actor: ANN, reason: 'given back' });
    expect(openListings(db).map(({ target }) => target)).toEqual(['203.0.113.18']);

    now += MINUTE;
    expect(takeListed(deps, [seen('203.0.113.17')])).toMatchObject([{ kind: 'opened' }]);
  });

  it('is written clear and on record, or neither', () => {
    const db = freshDb();
    const deps = incidentDeps(db);
    takeListed(deps, [seenAt(T0)]);
    db.$client.exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END");

    expect(() => takeCleared(deps, [pair])).toThrow();

    expect(openListings(db).length).toBe(1);
  });
});
