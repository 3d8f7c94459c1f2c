// Since when the cause of a listing is held back, by what is on record of a clock that was ahead.
import { describe, expect, it } from 'vitest';
import { readProgress } from '../../src/delisting/progress.js';
import { contain } from '../../src/incidents/contain.js';
import { putLink } from '../../src/incidents/culprits/links.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { containmentsOf, updateContainment } from '../../src/incidents/store.js';
import { ANN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const MIN = 60_000;

/** A listing and the mailbox behind it, seen last ten minutes ago, with a block of these times. */
function causeWith(times: { placedAt: number; effectiveAt: number }) {
  const db = freshDb();
  const deps = incidentDeps(db, () => T0);
  const { incident: listing } = openFromFinding(deps, microsoftBlock());
  const { incident: mailbox } = openFromFinding(deps, stolenMailbox({ at: T0 - 10 * MIN, since: T0 - 20 * MIN }));
  putLink(db, { listingIncident: listing.id, compromiseIncident: mailbox.id, linkedAt: T0, linkedBy: 'Ann' });
  contain(deps, { incidentId: mailbox.id, actor: ANN, action: 'block-sender' });
  for (const { id } of containmentsOf(db, mailbox.id)) updateContainment(db, id, times);
  return readProgress({ db, now: () => T0 }, [listing], []).cause;
}

describe('the cause of a listing', () => {
  it('was stopped when the relays obeyed, where no mail came behind that', () => {
    const cause = causeWith({ placedAt: T0 - 12 * MIN, effectiveAt: T0 - 5 * MIN });
    expect(cause).toEqual({ stoppedAt: T0 - 5 * MIN });
    expect(causeWith({ placedAt: T0 - 12 * MIN, effectiveAt: T0 - 11 * MIN })).toBe('open');
  });

  it('was not stopped at a time that has not come', () => {
    const later = T0 + 120 * MIN;
    expect(causeWith({ placedAt: later, effectiveAt: later })).toBe('open');
    expect(causeWith({ placedAt: T0 - 12 * MIN, effectiveAt: later })).toBe('open');
    expect(causeWith({ placedAt: later, effectiveAt: T0 - 5 * MIN })).toEqual({ stoppedAt: T0 - 5 * MIN });
  });
});
