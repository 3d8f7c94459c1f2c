// One incident per cause: whatever order signs come in, whoever presses meanwhile, and however many there are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditOf, verifyAudit } from '../../../src/audit/verify.js';
import type { SeenListing } from '../../../src/blocklists/check.js';
import { incidents, outbox } from '../../../src/db/schema.js';
import { isListing, type ListingSubject, seenClearAt, targetsOf } from '../../../src/incidents/incident.js';
import { entryFromDns } from '../../../src/incidents/listings/entries.js';
import { causeOf, STORM_KEY } from '../../../src/incidents/listings/group.js';
import { takeCleared, takeListed } from '../../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { reopenIncident, resolveIncident } from '../../../src/incidents/resolve.js';
import { findIncident, openListings, unresolvedIncidents } from '../../../src/incidents/store.js';
import { ANN, BEN, incidentDeps, microsoftBlock, SERIOUS, T0 } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

const MINUTE = 60_000;

/** Addresses 203.0.113.* are pool a, 198.51.100.* pool b, 192.0.2.* nobody's. */
const POOLS: Record<string, string> = { '203.0.113': 'a', '198.51.100': 'b' };

const LISTS: Record<string, object> = {
  few: { confidence: 'low', impact: 'medium' },
  uce3: { scope: 'network', impact: 'low' },
  'microsoft-consumer': { inDns: false },
};

function setUp(rules = { groupMinutes: 60, stormAfter: 100 }) {
  const db = freshDb();
  let now = T0;
  const deps = {
    ...incidentDeps(db, () => now),
    poolOf: (ip: string) => POOLS[ip.slice(0, ip.lastIndexOf('.'))],
    describeList: (id: string) => ({ id, name: id.toUpperCase(), inDns: true, ...SERIOUS, ...LISTS[id] }),
    listings: rules,
  };
  const listings = () => unresolvedIncidents(db).filter(isListing);
  return {
    ...{ db, deps, listings },
    at: (ms: number) => {
      now = T0 + ms;
    },
    notes: () =>
      db
        .select()
        .from(outbox)
        .all()
        .filter(({ kind }) => kind === 'listing.note'),
    lines: () =>
      db
        .select()
        .from(outbox)
        .all()
        .filter(({ kind }) => kind === 'incident.timeline'),
  };
}

function seen(target: string, list: string, at = T0, change: Partial<SeenListing> = {}): SeenListing {
  return { target, list, codes: ['127.0.0.2'], meanings: [], text: '', at, ...change };
}

const subjectOf = (incident: { subject: unknown } | undefined) => incident?.subject as ListingSubject;

const sign = fc.record({
  target: fc.constantFrom(
    ...['203.0.113.1', '203.0.113.2', '198.51.100.1', '198.51.100.2', '192.0.2.1', '192.0.2.2', '2001:db8::1'],
    ...['mail.acme.example', 'acme.example', 'bolt.co.uk', 'mx.bolt.co.uk', 'other.co.uk'],
  ),
  list: fc.constantFrom('zen', 'barracuda', 'few', 'uce3'),
  at: fc.integer({ min: T0, max: T0 + 59 * MINUTE }),
});
const signs = fc.uniqueArray(sign, { maxLength: 25, selector: ({ target, list }) => `${target} ${list}` });

/** The groups as sets of `list target`, in an order of their own. */
function groupsOf(all: readonly SeenListing[], batch: number): string[] {
  const { deps, listings, at } = setUp();
  at(60 * MINUTE);
  for (let i = 0; i < all.length; i += batch) takeListed(deps, all.slice(i, i + batch));
  return listings()
    .map(({ subject }) =>
      subject.entries
        .map(({ target, list }) => `${list} ${target}`)
        .sort()
        .join(', '),
    )
    .sort();
}

describe('grouping', () => {
  it('is the same whatever order the signs of an hour come in, one by one or together', () => {
    fc.assert(
      fc.property(
        signs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        fc.integer({ min: 1, max: 25 }),
        ([inOrder, shuffled], batch) => {
          const one = inOrder.map(({ target, list, at }) => seen(target, list, at));
          const other = shuffled.map(({ target, list, at }) => seen(target, list, at));
          expect(groupsOf(other, batch)).toEqual(groupsOf(one, 1));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never has two unresolved incidents about one target, nor a domain beside an address, whatever people do meanwhile', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: sign.map((one) => ({ kind: 'listed' as const, one })) },
      { weight: 1, arbitrary: sign.map((one) => ({ kind: 'cleared' as const, one })) },
      { weight: 1, arbitrary: fc.nat({ max: 8 }).map((id) => ({ kind: 'resolve' as const, id })) },
      { weight: 1, arbitrary: fc.nat({ max: 8 }).map((id) => ({ kind: 'reopen' as const, id })) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { db, deps, listings, at } = setUp();
        steps.forEach((each, i) => {
          const now = i * 20 * MINUTE;
          at(now);
          if (each.kind === 'listed') takeListed(deps, [seen(each.one.target, each.one.list, T0 + now)]);
          else if (each.kind === 'cleared') takeCleared(deps, [each.one]);
          else if (each.kind === 'resolve') resolveIncident(deps, { incidentId: each.id, actor: ANN, reason: 'x' });
          else reopenIncident(deps, { incidentId: each.id, actor: BEN });
          const causes = listings().flatMap(({ subject }) => [...new Set(targetsOf(subject).map(causeOf))]);
          expect(causes.length).toBe(new Set(causes).size);
          for (const { subject } of listings()) {
            const kinds = new Set(targetsOf(subject).map((target) => /[a-z]/.test(target) && !target.includes(':')));
            expect(kinds.size).toBe(1);
          }
        });
        const open = openListings(db).map(({ target, list }) => `${list} ${target}`);
        expect(open.length).toBe(new Set(open).size);
        expect(verifyAudit(db).intact).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('puts several lists of one address into one incident, with one line in the thread for each further one', () => {
    const { db, deps, listings, lines } = setUp();
    takeListed(deps, [seen('192.0.2.1', 'zen')]);
    const taken = takeListed(deps, [seen('192.0.2.1', 'barracuda', T0 + 1), seen('192.0.2.1', 'zen', T0 + 1)]);

    expect(taken.map(({ kind }) => kind)).toEqual(['joined', 'repeated']);
    const [incident, ...others] = listings();
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ key: 'listing:192.0.2.1', rev: 1, occurrences: 3 });
    expect(auditOf(db, `incident:${incident?.id}`).map(({ verb }) => verb)).toEqual(['join', 'open']);
    expect(lines().length).toBe(2);
  });

  it('puts the addresses of one pool together while the incident grows, and not after', () => {
    const { deps, listings, at } = setUp();
    takeListed(deps, [seen('203.0.113.1', 'zen'), seen('198.51.100.1', 'zen')]);
    at(50 * MINUTE);
    takeListed(deps, [seen('203.0.113.2', 'zen', T0 + 50 * MINUTE)]);
    at(100 * MINUTE);
    takeListed(deps, [seen('203.0.113.3', 'zen', T0 + 100 * MINUTE)]);
    at(200 * MINUTE);
    takeListed(deps, [seen('203.0.113.4', 'zen', T0 + 200 * MINUTE)]);
    takeListed(deps, [seen('203.0.113.1', 'barracuda', T0 + 200 * MINUTE)]);

    expect(listings().map(({ subject }) => targetsOf(subject))).toEqual([
      ['203.0.113.1', '203.0.113.2', '203.0.113.3'],
      ['198.51.100.1'],
      ['203.0.113.4'],
    ]);
  });

  it('looks to both sides: what was listed long before an incident began is no part of it', () => {
    const { deps, listings, at } = setUp();
    at(100 * MINUTE);
    takeListed(deps, [seen('203.0.113.1', 'zen', T0 + 100 * MINUTE)]);
    takeListed(deps, [seen('203.0.113.2', 'zen', T0)]);
    expect(listings().length).toBe(2);
  });

  it('does not let a note keep an incident growing', () => {
    const { deps, listings, at } = setUp();
    takeListed(deps, [seen('203.0.113.1', 'zen')]);
    at(50 * MINUTE);
    takeListed(deps, [seen('203.0.113.1', 'few', T0 + 50 * MINUTE)]);
    at(90 * MINUTE);
    takeListed(deps, [seen('203.0.113.2', 'zen', T0 + 90 * MINUTE)]);
    expect(listings().length).toBe(2);
  });

  it('takes a receiver’s own block as one entry more, with whom it hit', () => {
    const { deps, listings } = setUp();
    takeListed(deps, [seen('203.0.113.17', 'zen')]);
    const { kind } = openFromFinding(deps, microsoftBlock({ at: T0 + MINUTE }));

    expect(kind).toBe('joined');
    expect(subjectOf(listings()[0]).entries).toMatchObject([
      { list: 'zen', refusals: 0 },
      { list: 'microsoft-consumer', refusals: 3, customers: ['acme'], codes: ['S3140'] },
    ]);
  });

  it('says that a first look is one, until something is found that is new', () => {
    const { deps, listings } = setUp();
    takeListed(deps, [seen('203.0.113.1', 'zen', T0, { isFirstLook: true })]);
    expect(subjectOf(listings()[0]).isFirstLook).toBe(true);

    takeListed(deps, [seen('203.0.113.1', 'barracuda', T0 + 1)]);
    expect(subjectOf(listings()[0])).toMatchObject({ isFirstLook: false, entries: [{ isFirstLook: true }, {}] });
  });
});

describe('a list that raises no alarm', () => {
  it('is one line, once, and opens nothing', () => {
    const { db, deps, notes } = setUp();
    for (const at of [T0, T0 + 1, T0 + 2])
      takeListed(deps, [
        seen('203.0.113.1', 'few', at),
        seen('203.0.113.2', 'few', at),
        seen('203.0.113.1', 'uce3', at),
      ]);

    expect(db.select().from(incidents).all()).toEqual([]);
    expect(notes().map(({ payload }) => payload)).toEqual([
      { list: 'few', targets: ['203.0.113.1', '203.0.113.2'] },
      { list: 'uce3', targets: ['203.0.113.1'] },
    ]);
    expect(openListings(db)).toMatchObject([{ incidentId: null }, { incidentId: null }, { incidentId: null }]);
  });

  it('joins the incident of its target, before and after, and does not keep it from being seen clear', () => {
    const { db, deps, listings } = setUp();
    takeListed(deps, [seen('192.0.2.1', 'few')]);
    takeListed(deps, [seen('192.0.2.1', 'zen', T0 + 1)]);
    takeListed(deps, [seen('192.0.2.1', 'uce3', T0 + 2)]);
    takeCleared(deps, [{ target: '192.0.2.1', list: 'zen' }]);

    const [incident] = listings();
    expect(subjectOf(incident).entries.map(({ list }) => list)).toEqual(['zen', 'few', 'uce3']);
    expect(openListings(db).map(({ incidentId }) => incidentId)).toEqual([incident?.id, incident?.id]);
    expect(seenClearAt(subjectOf(incident))).toBe(T0);
  });

  it('is real once a receiver refused because of it', () => {
    const { deps, listings } = setUp();
    openFromFinding(deps, microsoftBlock({ provider: 'few' }));
    expect(listings().length).toBe(1);
  });
});

describe('a listing that comes back', () => {
  it('begins anew in its incident while that is open, and says so in the thread', () => {
    const { db, deps, listings, at } = setUp();
    takeListed(deps, [seen('192.0.2.1', 'zen')]);
    at(MINUTE);
    takeCleared(deps, [{ target: '192.0.2.1', list: 'zen' }]);
    expect(takeListed(deps, [seen('192.0.2.1', 'zen', T0 + MINUTE / 2)])[0]?.kind).toBe('known');
    at(2 * MINUTE);
    takeListed(deps, [seen('192.0.2.1', 'zen', T0 + 2 * MINUTE)]);

    const [incident] = listings();
    expect(subjectOf(incident).entries).toMatchObject([{ firstSeenAt: T0 + 2 * MINUTE }]);
    expect(seenClearAt(subjectOf(incident))).toBeUndefined();
    expect(auditOf(db, `incident:${incident?.id}`)[0]?.verb).toBe('listed-again');
    expect(openListings(db).length).toBe(1);
  });

  it('is a new incident that names the earlier one, once that is resolved', () => {
    const { db, deps, listings, at } = setUp();
    const [first] = takeListed(deps, [seen('192.0.2.1', 'zen')]);
    takeCleared(deps, [{ target: '192.0.2.1', list: 'zen' }]);
    resolveIncident(deps, { incidentId: first?.incident?.id ?? 0, actor: ANN, reason: 'x' });
    at(MINUTE);
    takeListed(deps, [seen('192.0.2.1', 'barracuda', T0 + MINUTE)]);

    const [next] = listings();
    expect(subjectOf(next).earlierIncident).toBe(first?.incident?.id);
    expect(auditOf(db, `incident:${next?.id}`)[0]?.details).toMatchObject({ earlierIncident: first?.incident?.id });
  });

  it('is not opened again beside the new incident', () => {
    const { deps, at } = setUp();
    const [first] = takeListed(deps, [seen('192.0.2.1', 'zen')]);
    const incidentId = first?.incident?.id ?? 0;
    takeCleared(deps, [{ target: '192.0.2.1', list: 'zen' }]);
    resolveIncident(deps, { incidentId, actor: ANN, reason: 'x' });
    at(MINUTE);
    takeListed(deps, [seen('192.0.2.1', 'barracuda', T0 + MINUTE)]);

    expect(reopenIncident(deps, { incidentId, actor: BEN })).toMatchObject({ kind: 'not-possible' });
  });
});

describe('re-opening', () => {
  it('is refused while another incident is about one of its targets', () => {
    const { deps, at } = setUp();
    const [first] = takeListed(deps, [seen('203.0.113.1', 'zen'), seen('203.0.113.2', 'zen')]);
    const incidentId = first?.incident?.id ?? 0;
    resolveIncident(deps, { incidentId, actor: ANN, reason: 'x' });
    at(MINUTE);
    const [next] = takeListed(deps, [seen('203.0.113.2', 'barracuda', T0 + MINUTE)]);

    expect(next).toMatchObject({ kind: 'opened', incident: { key: 'listing:203.0.113.2' } });
    expect(reopenIncident(deps, { incidentId, actor: BEN })).toMatchObject({ kind: 'not-possible' });
  });
});

describe('two people, or a person and a sign', () => {
  it('resolve once', () => {
    const { deps } = setUp();
    const [taken] = takeListed(deps, [seen('192.0.2.1', 'zen')]);
    const press = (actor: typeof ANN) =>
      resolveIncident(deps, { incidentId: taken?.incident?.id ?? 0, rev: 1, actor, reason: 'x', openSeen: 1 }).kind;

    expect([press(ANN), press(BEN)]).toEqual(['done', 'lost-race']);
  });

  it('do not close a listing that the person has not seen; other buttons stay good', () => {
    const { db, deps } = setUp();
    const [taken] = takeListed(deps, [seen('192.0.2.1', 'zen')]);
    const id = taken?.incident?.id ?? 0;
    takeListed(deps, [seen('192.0.2.1', 'barracuda', T0 + 1)]);

    const said = { incidentId: id, rev: 1, actor: ANN, reason: 'x' };
    expect(resolveIncident(deps, { ...said, openSeen: 1 })).toMatchObject({ kind: 'not-possible', why: /joined/ });
    expect(findIncident(db, id)).toMatchObject({ state: 'open', rev: 1 });
    expect(resolveIncident(deps, { ...said, openSeen: 2 }).kind).toBe('done');
  });
});

describe('a storm', () => {
  const storm = (count: number, at = T0) =>
    Array.from({ length: count }, (_, i) => seen(`10.${i >> 8}.${i & 255}.1`, i % 3 === 0 ? 'zen' : 'barracuda', at));

  it('is a few incidents and one summary that grows in place', () => {
    const { db, deps, listings, lines } = setUp({ groupMinutes: 60, stormAfter: 5 });
    for (const one of storm(40)) takeListed(deps, [one]);

    expect(listings().map(({ key }) => key)).toEqual([...storm(5).map(({ target }) => `listing:${target}`), STORM_KEY]);
    expect(subjectOf(listings().at(-1)).entries.length).toBe(35);
    // One for each that was opened; what joins in the same minute is on record alone.
    expect(lines().length).toBe(6);
    expect(auditOf(db, `incident:${listings().at(-1)?.id}`, 100).filter(({ verb }) => verb === 'join').length).toBe(34);
  });

  it('says one line a minute', () => {
    const { deps, lines, at } = setUp({ groupMinutes: 60, stormAfter: 0 });
    storm(60).forEach((one, i) => {
      at(i * 10_000);
      takeListed(deps, [{ ...one, at: T0 + i * 10_000 }]);
    });
    expect(lines().length).toBe(10);
  });

  it('is not silent for an hour when the clock was set back by one', () => {
    const { deps, lines, at } = setUp({ groupMinutes: 60, stormAfter: 0 });
    takeListed(deps, [seen('192.0.2.1', 'zen')]);
    at(-60 * MINUTE);
    takeListed(deps, [seen('192.0.2.2', 'zen', T0 - 60 * MINUTE)]);

    expect(lines().length).toBe(2);
  });

  it('is over when nothing came for a quarter of an hour; what comes then stands by itself', () => {
    const { deps, listings, at } = setUp({ groupMinutes: 60, stormAfter: 2 });
    takeListed(deps, storm(6));
    at(20 * MINUTE);
    takeListed(deps, [seen('192.0.2.1', 'zen', T0 + 20 * MINUTE)]);

    expect(listings().at(-1)?.key).toBe('listing:192.0.2.1');
    expect(listings().filter(({ key }) => key === STORM_KEY).length).toBe(1);
  });

  it('is whole or not there at all when the disk is full half-way', () => {
    const { db, deps } = setUp({ groupMinutes: 60, stormAfter: 5 });
    db.$client.exec(
      "CREATE TRIGGER full BEFORE INSERT ON listings WHEN NEW.target = '10.0.30.1' BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    expect(() => takeListed(deps, storm(40))).toThrow();

    expect(db.select().from(incidents).all()).toEqual([]);
    expect(db.select().from(outbox).all()).toEqual([]);
    expect(openListings(db)).toEqual([]);
  });
});

describe('clearings that come together', () => {
  it('are a line each, and the incident and its card are written once', () => {
    const { db, deps, listings, lines } = setUp();
    const targets = Array.from({ length: 12 }, (_, i) => `203.0.113.${i}`);
    takeListed(
      deps,
      targets.map((target) => seen(target, 'zen')),
    );
    const before = lines().length;
    db.$client.exec(
      'CREATE TABLE writes (id); CREATE TRIGGER w AFTER UPDATE ON incidents BEGIN INSERT INTO writes VALUES (NEW.id); END',
    );

    const cleared = takeCleared(deps, [
      ...targets.map((target) => ({ target, list: 'zen' })),
      { target: '192.0.2.9', list: 'zen' },
    ]);

    expect(cleared.map(({ target }) => target)).toEqual(targets);
    expect(lines().length - before).toBe(12);
    expect(seenClearAt(subjectOf(listings()[0]))).toBe(T0);
    const left = auditOf(db, `incident:${listings()[0]?.id}`, 12).map(({ details }) => details.left);
    expect(left).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(db.$client.prepare('SELECT count(*) AS n FROM writes').get()).toEqual({ n: 1 });
  });

  it('are all written, or none', () => {
    const { db, deps } = setUp();
    takeListed(deps, [seen('203.0.113.1', 'zen'), seen('198.51.100.1', 'zen')]);
    db.$client.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON listings WHEN NEW.target = '198.51.100.1' BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    const pairs = ['203.0.113.1', '198.51.100.1'].map((target) => ({ target, list: 'zen' }));
    expect(() => takeCleared(deps, pairs)).toThrow();
    expect(openListings(db).length).toBe(2);
  });
});

describe('what a sign becomes', () => {
  it('is known by the facts of the list, not by what was asked', () => {
    const facts = { id: 'zen', name: 'ZEN', inDns: true, ...SERIOUS };
    expect(entryFromDns(seen('192.0.2.1', 'zen.spamhaus.org'), facts)).toMatchObject({ list: 'zen', listName: 'ZEN' });
  });
});
