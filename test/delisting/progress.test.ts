// Since when the cause of a listing is held back: of which listing it can be the cause, and what is on record of a clock that was ahead.
import { describe, expect, it } from 'vitest';
import { RELAYWARDEN, recordAudit } from '../../src/audit/record.js';
import { progressWords, readProgress } from '../../src/delisting/progress.js';
import { contain } from '../../src/incidents/contain.js';
import { compromisesAfter, endLink, putLink } from '../../src/incidents/culprits/links.js';
import { openEntries } from '../../src/incidents/incident.js';
import { takeListed } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsOf, findIncident, unresolvedIncidents, updateContainment } from '../../src/incidents/store.js';
import { testContext } from '../helpers/context.js';
import { ANN, incidentDeps, microsoftBlock, SERIOUS, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const MIN = 60_000;
const HOUR = 60 * MIN;

/** A listing and the mailbox behind it, seen last ten minutes ago, with a block of these times. */
function causeWith(times: { placedAt: number; effectiveAt: number }) {
  const db = freshDb();
  const deps = incidentDeps(db, () => T0);
  const { incident: listing } = openFromFinding(deps, microsoftBlock());
  const { incident: mailbox } = openFromFinding(deps, stolenMailbox({ at: T0 - 10 * MIN, since: T0 - 20 * MIN }));
  putLink(db, { listingIncident: listing.id, compromiseIncident: mailbox.id, linkedAt: T0, linkedBy: 'Ann' });
  contain(deps, { incidentId: mailbox.id, actor: ANN, action: 'block-sender' });
  for (const { id } of containmentsOf(db, mailbox.id)) updateContainment(db, id, times);
  return readProgress(testContext(db), [listing], []).cause;
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

/** A desk whose clock the test moves: mailboxes, blocks and listings at hours after T0, and what is said of the way off at the last of them. */
function desk() {
  const db = freshDb();
  let now = T0;
  const facts = { ...SERIOUS, inDns: true };
  const deps = { ...incidentDeps(db, () => now), describeList: (id: string) => ({ id, name: id, ...facts }) };
  const at = (hour: number) => {
    now = T0 + hour * HOUR;
    return now;
  };
  const mailbox = (hour: number, name: string, customer = 'acme') => {
    const seen = { at: at(hour), since: at(hour) - 10 * MIN };
    const who = { customer, key: `${customer}|login:${name}`, senders: [name], logins: [name] };
    return openFromFinding(deps, stolenMailbox({ ...seen, ...who })).incident.id;
  };
  const block = (hour: number, incidentId: number) => {
    at(hour);
    contain(deps, { incidentId, actor: ANN, action: 'block-sender' });
  };
  const listed = (hour: number, list: string, target = '203.0.113.17') => {
    const seen = { target, list, codes: [], meanings: [], text: '', at: at(hour) };
    return takeListed(deps, [seen])[0]?.incident?.id ?? 0;
  };
  const link = (hour: number, listingIncident: number, compromiseIncident: number, linkedBy = RELAYWARDEN.name) =>
    putLink(db, { listingIncident, compromiseIncident, linkedAt: at(hour), linkedBy });
  const resolve = (hour: number, incidentId: number) => {
    at(hour);
    resolveIncident(deps, { incidentId, actor: ANN, reason: 'password changed' });
  };
  const read = (isLate = false) => {
    const listings = unresolvedIncidents(db).filter(({ kind }) => kind === 'listing');
    const entries = listings.flatMap(({ subject }) => (subject.kind === 'listing' ? openEntries(subject) : []));
    const openOver = () =>
      unresolvedIncidents(db).filter(({ kind, state }) => kind === 'compromise' && state === 'open');
    const sentOver = (_: unknown, from: number) => compromisesAfter(db, from);
    const health = () => (isLate ? [{ isLate } as const] : []);
    return readProgress({ ...testContext(db, () => now), openOver, sentOver, health }, listings, entries);
  };
  const said = (isLate = false) => progressWords(read(isLate), now, String);
  return { db, deps, at, mailbox, block, resolve, listed, link, read, said };
}

/** A mailbox that was blocked at once, behind a listing an hour later. */
function blockedAtOnce() {
  const d = desk();
  const first = d.mailbox(0, 'kim@acme.example');
  d.block(0.1, first);
  const listing = d.listed(1, 'zen');
  d.link(1, listing, first);
  return { ...d, first, listing, stoppedAt: T0 + 0.1 * HOUR };
}

describe('a cause that was stopped', () => {
  it('is the cause of what was listed within hours', () => {
    const d = blockedAtOnce();
    expect(d.read().cause).toEqual({ stoppedAt: d.stoppedAt });
    expect(d.said()).toBe(`The mail that caused it was stopped at ${d.stoppedAt}; next we ask for removal.`);
  });

  it('is not the cause of what the same incident has listed long after', () => {
    const d = blockedAtOnce();
    const again = d.listed(12, 'thistle');
    expect(again).toBe(d.listing);

    expect(d.read().cause).toEqual({ stoppedAt: d.stoppedAt, rest: 'unknown' });
    expect(d.said()).toBe(
      `Part of the mail that caused it was stopped at ${d.stoppedAt}, and we are looking for the rest; once it is stopped we ask for removal.`,
    );
    d.link(12.5, d.listing, d.first, 'Ann');
    expect(d.read().cause).toEqual({ stoppedAt: d.stoppedAt });
  });

  it('is no cause at all where everything was listed long after', () => {
    const d = desk();
    const first = d.mailbox(0, 'kim@acme.example');
    d.block(0.1, first);
    d.link(12, d.listed(12, 'zen'), first);
    d.at(30);

    expect(d.read().cause).toBe('unknown');
    expect(d.said()).toMatch(/^We are looking for the mail that caused it; once it is stopped/);
  });

  it('is one of those possible while another that sent before the listing goes on', () => {
    const d = desk();
    const first = d.mailbox(0, 'kim@acme.example');
    d.block(0.1, first);
    const other = d.mailbox(2, 'pat@vestmar.example', 'vestmar');
    const listing = d.listed(3, 'zen');
    d.link(3, listing, first);

    expect(d.read()).toMatchObject({ cause: { stoppedAt: T0 + 0.1 * HOUR, rest: 'open' }, isHeldUp: true });
    expect(d.said()).toBe(
      `One possible cause of it was stopped at ${T0 + 0.1 * HOUR}, another is not stopped yet; once it is stopped we ask for removal.`,
    );
    d.block(4, other);
    expect(d.read().cause).toEqual({ stoppedAt: T0 + 4 * HOUR });
  });

  it('is told with no word that another goes on which a person has resolved, though the logs are read late', () => {
    const d = desk();
    const first = d.mailbox(0, 'kim@acme.example');
    d.block(0.1, first);
    const other = d.mailbox(0.5, 'pat@vestmar.example', 'vestmar');
    const listing = d.listed(1, 'zen');
    d.link(1, listing, first);
    expect(d.read(true).cause).toMatchObject({ rest: 'open' });

    d.resolve(1.5, other);
    expect(d.read().cause).toEqual({ stoppedAt: T0 + 0.5 * HOUR });
    expect(d.read(true).cause).toEqual({ stoppedAt: T0 + 0.1 * HOUR, rest: 'unknown' });
    expect(d.said(true)).toMatch(/^Part of the mail that caused it was stopped at /);
  });

  it('is told beside another that a person has resolved, of which late logs do not tell whether it has ended', () => {
    const d = blockedAtOnce();
    const other = d.mailbox(0.5, 'pat@vestmar.example', 'vestmar');
    d.link(1, d.listing, other);
    expect(d.read(true)).toMatchObject({ cause: 'open', notStopped: [{ id: other }] });

    d.resolve(1.5, other);
    expect(d.read(true)).toMatchObject({ cause: { stoppedAt: d.stoppedAt, rest: 'unknown' }, notStopped: [] });
    expect(d.read().cause).toEqual({ stoppedAt: T0 + 0.5 * HOUR });
  });

  it('is not made up of one that is not known to have ended, though mail that nobody linked was stopped', () => {
    const d = desk();
    const linked = d.mailbox(0, 'kim@acme.example');
    d.block(0.1, d.mailbox(0, 'pat@vestmar.example', 'vestmar'));
    d.link(1, d.listed(1, 'zen'), linked);
    d.resolve(1.5, linked);

    expect(d.read(true).cause).toBe('unsure');
    d.listed(9, 'zen', '203.0.113.99');
    expect(d.read(true).cause).toBe('part');
  });

  it('is the one alone where the other began after the listing, or is about something else as a person says', () => {
    const d = blockedAtOnce();
    const other = d.mailbox(2, 'pat@vestmar.example', 'vestmar');
    expect(d.read()).toMatchObject({ cause: { stoppedAt: d.stoppedAt }, isHeldUp: true });
    expect(d.said()).toContain('; once nothing else can bring it back we ask for removal');

    const e = desk();
    const first = e.mailbox(0, 'kim@acme.example');
    e.block(0.1, first);
    const unlike = e.mailbox(0.5, 'pat@vestmar.example', 'vestmar');
    const listing = e.listed(1, 'zen');
    e.link(1, listing, first);
    expect(e.read().cause).toMatchObject({ rest: 'open' });
    e.link(1, listing, unlike);
    endLink(e.db, { listingIncident: listing, compromiseIncident: unlike }, T0 + HOUR, 'Ann');
    expect(e.read().cause).toEqual({ stoppedAt: T0 + 0.1 * HOUR });
    expect(findIncident(d.db, other)?.state).toBe('open');
  });
});

describe('of several listings', () => {
  it('one without a cause is looked for, though that of another was stopped or is silent', () => {
    const d = blockedAtOnce();
    const apart = d.listed(20, 'zen', '203.0.113.40');
    expect(apart).not.toBe(d.listing);
    expect(d.read().cause).toEqual({ stoppedAt: d.stoppedAt, rest: 'unknown' });

    const silent = desk();
    silent.link(1, silent.listed(1, 'zen'), silent.mailbox(0.5, 'kim@acme.example'));
    silent.at(3);
    expect(silent.read().cause).toEqual({ silentSince: T0 + 0.5 * HOUR });
    silent.listed(20, 'zen', '203.0.113.40');
    expect(silent.said()).toMatch(/^We have found part of the mail that caused it, and are looking for the rest; once/);
  });

  it('the word that no customer is behind one says nothing of another, nor of what is listed later', () => {
    const d = desk();
    const first = d.listed(0, 'zen');
    const said = { actor: ANN, verb: 'no-culprit', subject: `incident:${first}`, reason: 'looked', details: {} };
    recordAudit(d.db, { at: T0 + HOUR, ...said });
    expect(d.read().cause).toBe('none');

    d.listed(20, 'zen', '203.0.113.40');
    expect(d.read().cause).toBe('unknown');
    const e = desk();
    const listing = e.listed(0, 'zen');
    recordAudit(e.db, { at: T0 + HOUR, ...said, subject: `incident:${listing}` });
    expect(e.listed(2, 'thistle')).toBe(listing);
    expect(e.read().cause).toBe('unknown');
  });
});
