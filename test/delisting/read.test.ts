// What gate and text read of the causes of a listing, on a real database: what a person has called noise is none of them.
import { describe, expect, it } from 'vitest';
import { openPoints } from '../../src/delisting/gate.js';
import { type DelistingReaders, findOpenEntry, readGate, readPack } from '../../src/delisting/read.js';
import { sentOver } from '../../src/delisting/senders-over.js';
import { contain } from '../../src/incidents/contain.js';
import { unlink } from '../../src/incidents/culprits/accuse.js';
import { markNoise, undoNoise } from '../../src/incidents/noise/mark-noise.js';
import { teachingsOfIncident } from '../../src/incidents/noise/teachings.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { lastSpam } from '../../src/incidents/quiet.js';
import { reopenIncident, resolveIncident } from '../../src/incidents/resolve.js';
import { containmentsOf, findIncident, updateContainment } from '../../src/incidents/store.js';
import { delistingReaders, HOUR_MS, IP, link, list } from '../helpers/delisting.js';
import { ANN, BEN, incidentDeps, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb } from '../helpers/temp.js';

const NEWSLETTER = { scope: 'sender', kind: 'both', reason: 'newsletter', days: 30, lifts: true } as const;

/** A listing with a blocked mailbox linked to it, quiet for five hours. */
function setUp() {
  const db = freshDb();
  const clock = { now: T0 };
  const deps = incidentDeps(db, () => clock.now);
  const readers = delistingReaders(db, () => clock.now);
  const listing = list(db);
  const found = openFromFinding(deps, stolenMailbox()).incident.id;
  contain(deps, { incidentId: found, actor: ANN, action: 'block-sender' });
  link(db, listing, found);
  clock.now = T0 + 5 * HOUR_MS;
  const mark = (incidentId = found) => markNoise(deps, { incidentId, actor: BEN, ...NEWSLETTER });
  const read = () => {
    const incident = findIncident(db, listing);
    const entry = incident && findOpenEntry(incident, { target: IP, list: 'spamhaus-zen' });
    if (!incident || !entry) throw new Error('not listed');
    const shut = openPoints(readGate(readers, db, incident, entry)).map(({ text }) => text);
    return { shut, text: readPack(readers, db, incident, entry).text ?? '' };
  };
  return { db, clock, deps, readers, found, mark, read };
}

function anotherOfAcme(at: number) {
  const whose = { key: 'acme|login:lee@acme.example', senders: ['lee@acme.example'], logins: ['lee@acme.example'] };
  return stolenMailbox({ ...whose, at, since: at - 600_000 });
}

function stolenElsewhere(at: number) {
  const whose = {
    key: 'other|login:b@b.example',
    customer: 'other',
    senders: ['b@b.example'],
    logins: ['b@b.example'],
  };
  return stolenMailbox({ ...whose, at, since: at - 600_000 });
}

/** Has the last spam told by what is on record; nothing is counted. */
function byBlocksAndFindings(readers: DelistingReaders): void {
  const deps = { ...readers, hours: () => undefined };
  readers.lastSpam = (customer, since) => lastSpam(deps, customer, since);
}

describe('the last spam of a source', () => {
  it('is a try that was refused where a block tells, and not where mail came after that', () => {
    const { db, clock, found, readers, read } = setUp();
    const triedAt = clock.now - HOUR_MS;
    for (const { id } of containmentsOf(db, found)) updateContainment(db, id, { lastHitAt: triedAt });
    byBlocksAndFindings(readers);
    expect(read().shut).toEqual([expect.stringMatching(/^last try of Acme Mills at 2026-03-03 06:15 UTC, refused/)]);

    readers.lastSpam = () => ({ at: triedAt + 60_000 });
    expect(read().shut).toEqual([expect.stringMatching(/^last spam of Acme Mills at 2026-03-03 06:16 UTC/)]);
  });

  it('is a try also where the block is of another incident of the customer, which nobody linked', () => {
    const { db, clock, deps, readers, read } = setUp();
    const second = openFromFinding(deps, anotherOfAcme(T0)).incident.id;
    contain(deps, { incidentId: second, actor: ANN, action: 'block-sender' });
    const triedAt = clock.now - HOUR_MS;
    for (const { id } of containmentsOf(db, second)) updateContainment(db, id, { lastHitAt: triedAt });
    byBlocksAndFindings(readers);

    expect(read().shut).toEqual([expect.stringMatching(/^last try of Acme Mills at 2026-03-03 06:15 UTC, refused/)]);
  });
});

describe('the quiet', () => {
  it('waits for another that sends over the same address, also when that is stopped and nobody linked it', () => {
    const { clock, deps, readers, read } = setUp();
    readers.sentOver = (tx, incident, from) => sentOver(tx, incident, from, deps);
    expect(read().shut).toEqual([]);
    const other = openFromFinding(deps, stolenElsewhere(clock.now)).incident.id;
    contain(deps, { incidentId: other, actor: ANN, action: 'block-sender' });

    expect(read().shut).toEqual([expect.stringMatching(/^last spam of other at .*, not yet 4 h ago/)]);

    clock.now += 5 * HOUR_MS;
    expect(read().shut).toEqual([]);
  });

  it('waits for none of which a block refuses the tries, once what passed is long ago', () => {
    const { db, clock, deps, readers, read } = setUp();
    readers.sentOver = (tx, incident, from) => sentOver(tx, incident, from, deps);
    const other = openFromFinding(deps, stolenElsewhere(clock.now - 3 * HOUR_MS)).incident.id;
    contain(deps, { incidentId: other, actor: ANN, action: 'block-sender' });
    const tries = (at: number) => {
      for (const { id } of containmentsOf(db, other)) updateContainment(db, id, { lastHitAt: at });
      byBlocksAndFindings(readers);
    };

    tries(clock.now - 60_000);
    expect(read().shut).toEqual([
      expect.stringMatching(/^last spam of other at 2026-03-03 04:15 UTC, not yet 4 h ago/),
    ]);

    clock.now += 2 * HOUR_MS;
    tries(clock.now - 60_000);
    expect(read().shut).toEqual([]);
  });

  it('waits for none whose tries a block of another of its incidents refuses, which a person unlinked', () => {
    const { db, clock, deps, readers, read } = setUp();
    readers.sentOver = (tx, incident, from) => sentOver(tx, incident, from, deps);
    openFromFinding(deps, stolenElsewhere(T0));
    contain(deps, { incidentId: 3, actor: ANN, action: 'block-sender' });
    openFromFinding(deps, { ...stolenElsewhere(T0), key: 'other|login:c@b.example', senders: ['c@b.example'] });
    contain(deps, { incidentId: 4, actor: ANN, action: 'block-sender' });
    link(db, 1, 4);
    unlink(deps, { incidentId: 1, compromise: 4, actor: ANN, reason: 'not theirs' });
    const triedAt = clock.now - 60_000;
    for (const { id } of containmentsOf(db, 4)) updateContainment(db, id, { lastHitAt: triedAt });
    byBlocksAndFindings(readers);

    expect(read().shut).toEqual([]);
  });

  it('does not wait for what a person has unlinked', () => {
    const { db, clock, deps, readers, read } = setUp();
    readers.sentOver = (tx, incident, from) => sentOver(tx, incident, from, deps);
    const other = openFromFinding(deps, stolenElsewhere(clock.now)).incident.id;
    contain(deps, { incidentId: other, actor: ANN, action: 'block-sender' });
    link(db, 1, other);
    unlink(deps, { incidentId: 1, compromise: other, actor: ANN, reason: 'not theirs' });

    expect(read().shut).toEqual([]);
  });
});

describe('a cause that a person has called noise', () => {
  it('names none, and no word of it goes to the operator', () => {
    const { mark, read } = setUp();
    expect(read().shut).toEqual([]);
    expect(read().text).toContain("one customer's mailbox was used by an outsider");

    mark();

    expect(read().shut).toEqual(['no cause is named', 'whether the spam has stopped is not known: no source is named']);
    expect(read().text).not.toMatch(/outsider|noise|newsletter|resolved|No further spam|has been ended/i);
  });

  it('is one again when the judgement is taken back', () => {
    const { db, deps, found, mark, read } = setUp();
    mark();
    const [teaching] = teachingsOfIncident(db, found);
    undoNoise(deps, { incidentId: found, teachingId: teaching?.id ?? 0, actor: ANN, mayReopen: true });

    expect(read().shut).toContain('incident 2 (Acme Mills) is open: nothing holds it back');
  });

  it('stays none when the next alarm of the same mail is called noise in its place', () => {
    const { clock, deps, mark, read } = setUp();
    mark();
    clock.now += HOUR_MS;
    const again = openFromFinding(
      deps,
      stolenMailbox({ at: clock.now, since: clock.now - 600_000, recipients: 9_000 }),
    );
    expect(mark(again.incident.id)).toMatchObject({ kind: 'done', audit: { details: { replaced: [1] } } });

    expect(read().shut).toContain('no cause is named');
  });

  it('is one when it was opened again after its time and resolved as real', () => {
    const { clock, deps, found, mark, read } = setUp();
    mark();
    clock.now += 31 * 24 * HOUR_MS;
    reopenIncident(deps, { incidentId: found, actor: ANN });
    resolveIncident(deps, { incidentId: found, actor: ANN, reason: 'Password changed' });

    expect(read().shut).not.toContain('no cause is named');
    expect(read().text).toContain('Password changed');
  });
});
