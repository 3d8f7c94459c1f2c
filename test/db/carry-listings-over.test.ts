// An upgrade keeps the listing incidents that an earlier version opened.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/db/open.js';
import { incidents, listings } from '../../src/db/schema.js';
import { takeListed } from '../../src/incidents/listings/take-seen.js';
import { findIncident } from '../../src/incidents/store.js';
import { incidentDeps, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const CARRY_OVER = readFileSync(join(MIGRATIONS, '0006_carry_listings_over.sql'), 'utf8');

function upgraded(clearedAt: number | null) {
  const db = freshDb();
  const before = {
    ...{ kind: 'listing' as const, target: '203.0.113.17', list: 'spamhaus-zen', listName: 'Spamhaus ZEN' },
    ...{ inDns: true, codes: ['127.0.0.3'], text: 'a "quoted" reason', customers: ['acme'], refusals: 3 },
    removalUrl: 'https://removal.example/',
  };
  const row = {
    ...{ kind: 'listing' as const, state: 'open' as const, rev: 1, key: 'listing:spamhaus-zen:203.0.113.17' },
    ...{ subject: before, evidence: [], occurrences: 2, since: T0 - 5, openedAt: T0 - 5, openedBy: 'relaywarden' },
    ...{ lastSeenAt: T0 - 1, channel: '#deliverability' },
  };
  const { id } = db.insert(incidents).values(row).returning().get();
  const { target, list, codes } = before;
  db.insert(listings)
    .values({ target, list, codes, incidentId: id, firstSeenAt: T0 - 5, lastSeenAt: T0 - 1, clearedAt })
    .run();
  db.$client.exec(CARRY_OVER);
  db.$client.exec(CARRY_OVER);
  return { db, id, before };
}

describe('a listing incident of an earlier version', () => {
  it('is one with one entry, and takes further signs', () => {
    const { db, id, before } = upgraded(null);
    const { kind: _, ...entry } = before;
    const facts = { impact: 'high', confidence: 'high', scope: 'address', meanings: [] };

    expect(findIncident(db, id)?.subject).toEqual({
      kind: 'listing',
      isFirstLook: false,
      entries: [{ ...entry, ...facts, firstSeenAt: T0 - 5, lastSeenAt: T0 - 1 }],
    });
    const seen = { target: '203.0.113.17', list: 'spamhaus-zen', codes: ['127.0.0.3'], meanings: [], text: '', at: T0 };
    expect(takeListed(incidentDeps(db), [seen])).toMatchObject([{ kind: 'repeated', incident: { id } }]);
  });

  it('stays seen clear', () => {
    const { db, id } = upgraded(T0);
    expect(findIncident(db, id)?.subject).toMatchObject({ entries: [{ clearedAt: T0 }] });
  });
});
