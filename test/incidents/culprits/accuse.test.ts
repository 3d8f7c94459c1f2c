// A compromise that a person lays to a customer: what is known of its senders, and when a block holds all of it.
import { describe, expect, it } from 'vitest';
import { NO_SENDERS, type RecentSenders } from '../../../src/detection/traffic/recent-senders.js';
import { contain } from '../../../src/incidents/contain.js';
import { accuse } from '../../../src/incidents/culprits/accuse.js';
import { linkedCompromises } from '../../../src/incidents/culprits/links.js';
import { openFromFinding } from '../../../src/incidents/open.js';
import { ANN, incidentDeps, microsoftBlock } from '../../helpers/incidents.js';
import { freshDb } from '../../helpers/temp.js';

/** The compromise that is opened, after its senders were blocked. */
function blocked(senders: Partial<RecentSenders>) {
  const db = freshDb();
  const deps = incidentDeps(db);
  const listing = openFromFinding(deps, microsoftBlock()).incident;
  const known = { ...NO_SENDERS, isSuspected: true, messages: 9, ...senders };
  accuse(deps, { incidentId: listing.id, rev: listing.rev, actor: ANN, customer: 'acme', senders: known });
  const opened = linkedCompromises(db, listing.id)[0]?.id ?? 0;
  contain(deps, { incidentId: opened, actor: ANN, action: 'block-sender' });
  return linkedCompromises(db, listing.id)[0];
}

describe('a compromise that a person lays to a customer', () => {
  const senders = ['kim@acme.example', 'x@bolt.example'];
  const logins = ['kim@acme.example'];

  it('is contained by a block of the login by which all of its senders come', () => {
    expect(blocked({ senders, senderCount: 2, logins })).toMatchObject({ state: 'contained' });
  });

  it('is open while one of them comes without a login and cannot be blocked', () => {
    const incident = blocked({ senders, senderCount: 2, logins, isPartlyWithoutLogin: true });

    expect(incident).toMatchObject({ state: 'open', subject: { isPartlyWithoutLogin: true } });
  });
});
