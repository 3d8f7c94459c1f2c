// The ledger on a real database: one request for a target and list, decided on the facts of its own transaction, its clock and its end.
import { describe, expect, it } from 'vitest';
import { auditRows, verifyAudit } from '../../src/audit/verify.js';
import { type Db, openDb } from '../../src/db/open.js';
import {
  closeCleared,
  type RequestSaid,
  recordAnswer,
  recordReply,
  recordRequest,
  stateNoCulprit,
} from '../../src/delisting/ledger.js';
import { type DelistingReaders, findOpenEntry, readPack } from '../../src/delisting/read.js';
import { type Recheck, type RecheckDeps, recheckDue, settle } from '../../src/delisting/recheck.js';
import { findDraft, findRequest, requestsOf } from '../../src/delisting/store.js';
import { contain } from '../../src/incidents/contain.js';
import { containmentFailed } from '../../src/incidents/effects.js';
import { takeCleared } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { containmentsOf, findIncident } from '../../src/incidents/store.js';
import { delistingReaders, HOUR_MS, IP, link, list } from '../helpers/delisting.js';
import { ANN, BEN, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';

const ZEN = 'spamhaus-zen';
/** Of Spamhaus ZEN: half an hour to 48 hours. */
const FULL_MS = 48 * HOUR_MS;

interface World {
  db: Db;
  deps: DelistingReaders;
  clock: { now: number };
  id: number;
}

/** A listing whose cause is contained and quiet: the gate is open. */
function world(change: Partial<DelistingReaders> = {}, db = freshDb()): World {
  const clock = { now: T0 };
  const deps = delistingReaders(db, () => clock.now, change);
  const id = list(db, { now: () => clock.now });
  const { incident } = openFromFinding({ ...deps, ...openDeps(deps) }, stolenMailbox());
  contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  link(db, id, incident.id);
  clock.now = T0 + 5 * HOUR_MS;
  return { db, deps, clock, id };
}

function openDeps(deps: DelistingReaders) {
  const facts = { inDns: false, impact: 'high', confidence: 'high', scope: 'address' } as const;
  return {
    channelFor: () => 'C1',
    describeList: (name: string) => ({ id: name, name, ...facts, inDns: name === ZEN }),
    poolOf: () => undefined,
    listings: { groupMinutes: 60, stormAfter: 5 },
    now: deps.now,
  };
}

const ask = ({ deps, id }: World, change: Partial<RequestSaid> = {}) =>
  recordRequest(deps, {
    incidentId: id,
    actor: ANN,
    target: IP,
    list: ZEN,
    claim: 'all mended',
    mayOverride: false,
    ...change,
  });

const verbs = (db: Db, outcome = 'done') =>
  [...auditRows(db)].filter((row) => row.outcome === outcome).map(({ verb }) => verb);

describe('a request', () => {
  it('is recorded with who, what was claimed, its number and its clock', () => {
    const w = world();

    expect(ask(w, { reference: 'T-1' })).toMatchObject({ kind: 'done' });

    const at = T0 + 5 * HOUR_MS;
    expect(requestsOf(w.db, w.id)).toMatchObject([
      {
        ...{ target: IP, list: ZEN, attempt: 1, requestedByName: 'Ann', reference: 'T-1', claim: 'all mended' },
        ...{ state: 'waiting', overrideReason: null, requestedAt: at, halfAt: at + FULL_MS / 2, fullAt: at + FULL_MS },
      },
    ]);
    expect(verbs(w.db)).toContain('request-delisting');
    expect(verifyAudit(w.db)).toMatchObject({ intact: true });
  });

  it('is refused while the gate is shut, whatever the form had said; the text is kept', () => {
    const w = world({ lastSpam: () => ({ at: T0 + 4.5 * HOUR_MS }) });

    expect(ask(w, { overrideReason: 'hurry' })).toMatchObject({
      kind: 'not-possible',
      why: expect.stringMatching(/^Only a lead may ask before the checklist is met: .*\. Your text is saved\.$/),
    });
    expect(ask(w)).toMatchObject({
      kind: 'not-possible',
      why: expect.stringMatching(/last spam of .* at 2026-\S+ \S+ UTC, not yet 4 h ago/),
    });

    expect(requestsOf(w.db, w.id)).toEqual([]);
    expect(findDraft(w.db, w.id, { target: IP, list: ZEN })).toMatchObject({ text: 'all mended', savedBy: 'Ann' });
    expect(verbs(w.db, 'refused')).toEqual(['request-delisting', 'request-delisting']);
  });

  it('claims no quiet, and needs a lead, while the logs are not read up to now', () => {
    const w = world({ health: () => [{}, { isLate: true }] });
    const incident = findIncident(w.db, w.id);
    const entry = incident && findOpenEntry(incident, { target: IP, list: ZEN });
    if (!incident || !entry) throw new Error('no entry');

    expect(ask(w)).toMatchObject({ kind: 'not-possible', why: expect.stringContaining('is not known: the logs are') });
    const read = readPack({ ...w.deps, health: () => [{}] }, w.db, incident, entry).text;
    expect(read).toContain('No further spam from these sources since');
    expect(readPack(w.deps, w.db, incident, entry).text).not.toContain('No further spam');
  });

  it('is recorded over a shut gate by who may, with the reason and what was shut', () => {
    const w = world({ lastSpam: () => ({ at: T0 + 4.5 * HOUR_MS }) });

    expect(ask(w, { overrideReason: 'the hospital waits', mayOverride: true })).toMatchObject({ kind: 'done' });

    expect(requestsOf(w.db, w.id)).toMatchObject([{ overrideReason: 'the hospital waits' }]);
    const row = [...auditRows(w.db)].findLast(({ verb }) => verb === 'request-delisting');
    expect(row).toMatchObject({
      reason: 'the hospital waits',
      details: { override: true, shut: [expect.stringContaining('last spam of')] },
    });
  });

  it('is no override when the gate has opened meanwhile', () => {
    const w = world();

    ask(w, { overrideReason: 'hurry', mayOverride: true });

    expect(requestsOf(w.db, w.id)).toMatchObject([{ overrideReason: null }]);
  });

  it('is one, although two people make it at once and both may override', () => {
    const w = world();

    expect(ask(w, { mayOverride: true, overrideReason: 'hurry' }).kind).toBe('done');
    const second = ask(w, { actor: BEN, mayOverride: true, overrideReason: 'hurry', claim: 'mine' });

    expect(second).toMatchObject({
      kind: 'not-possible',
      why: expect.stringMatching(/^Ann asked Spamhaus ZEN at 2026-\S+ \S+ UTC, and the answer is still out/),
    });
    expect(requestsOf(w.db, w.id)).toHaveLength(1);
    expect(findDraft(w.db, w.id, { target: IP, list: ZEN })?.text).toBe('mine');
  });

  it('cannot be doubled even past the code: the database takes one that runs', () => {
    const w = world();
    ask(w);
    const copy = w.db.$client.prepare(
      'insert into delisting_requests (incident_id, target, list, attempt, requested_at, requested_by, requested_by_name, claim, state, half_at, full_at) select incident_id, target, list, 2, 0, 0, 0, 0, state, 0, 0 from delisting_requests',
    );

    expect(() => copy.run()).toThrow(/UNIQUE/);
  });

  it('is turned down for what is gone or resolved', () => {
    const w = world();

    expect(ask(w, { target: '192.0.2.99' })).toMatchObject({ kind: 'not-possible' });
    takeCleared({ ...w.deps, ...openDeps(w.deps) }, [{ target: IP, list: ZEN }]);
    expect(ask(w)).toMatchObject({ kind: 'not-possible', why: 'It is not listed there any more.' });
  });

  it('opens without a culprit once a person has answered for it, until the next listing', () => {
    const db = freshDb();
    const clock = { now: T0 };
    const deps = delistingReaders(db, () => clock.now);
    const id = list(db, { now: deps.now });
    const w = { db, deps, clock, id };
    expect(ask(w)).toMatchObject({ kind: 'not-possible', why: expect.stringContaining('no cause is named') });

    clock.now += HOUR_MS;
    const rev = findIncident(db, id)?.rev ?? 0;
    expect(stateNoCulprit(deps, { incidentId: id, actor: ANN, rev, reason: 'the range was listed' }).kind).toBe('done');
    expect(stateNoCulprit(deps, { incidentId: id, actor: BEN, rev, reason: 'me too' }).kind).toBe('lost-race');

    expect(ask(w).kind).toBe('done');
  });
});

describe('the text to paste', () => {
  const textIn = (w: World) => {
    const incident = findIncident(w.db, w.id);
    const entry = incident && findOpenEntry(incident, { target: IP, list: ZEN });
    return entry ? readPack(w.deps, w.db, incident, entry).text : '';
  };

  it('tells of no block that the relays do not obey, and confirms no end then', () => {
    const w = world();
    const [block] = containmentsOf(w.db, 2);
    expect(textIn(w)).toContain('blocked this sender');

    containmentFailed(w.deps, block?.id ?? 0, 'no relay takes it', true);

    expect(textIn(w)).not.toContain('blocked this sender');
    expect(textIn(w)).toContain(`Please remove ${IP} from your list.`);
  });

  it('claims no end of the spam before the quiet time has passed, nor a moment after spam where none is asked for', () => {
    const silence = 'No further spam from these sources since';

    expect(textIn(world())).toContain(silence);
    expect(textIn(world({ lastSpam: () => ({ at: T0 + 4.5 * HOUR_MS }) }))).not.toContain(silence);
    expect(textIn(world({ lastSpam: () => ({ at: T0 + 4.9 * HOUR_MS }), quietMs: 0 }))).not.toContain(silence);
    expect(textIn(world({ lastSpam: () => ({ at: T0 + 4.5 * HOUR_MS }), quietMs: 0 }))).toContain(silence);
  });

  it('confirms no end while a block misses a sender that was seen since', () => {
    const w = world();
    const senders = ['kim@acme.example', 'ann@acme.example'];
    openFromFinding({ ...w.deps, ...openDeps(w.deps) }, stolenMailbox({ at: T0 + HOUR_MS, senders, senderCount: 2 }));

    expect(textIn(w)).toContain('blocked this sender');
    expect(textIn(w)).not.toContain('has been ended');
  });

  it('confirms no end while another customer sends spam over the same address', () => {
    expect(textIn(world())).toContain('We confirm that the cause has been ended');

    const others = world({
      openOver: (db) => [findIncident(db, 2)].flatMap((found) => (found ? [{ ...found, id: 99 }] : [])),
    });
    expect(textIn(others)).toContain(`Please remove ${IP} from your list.`);
    expect(textIn(others)).not.toContain('has been ended');
  });
});

describe('an answer', () => {
  const answered = (w: World, answer: 'none' | 'accepted' | 'refused', text = '', reference = '') =>
    recordAnswer(w.deps, {
      incidentId: w.id,
      actor: BEN,
      requestId: requestsOf(w.db, w.id).at(-1)?.id ?? 0,
      answer,
      text,
      reference,
    });

  it('that accepts starts the wait anew, once', () => {
    const w = world();
    ask(w);
    w.clock.now += 10 * HOUR_MS;

    expect(answered(w, 'accepted', 'mitigated', 'SRX1').kind).toBe('done');
    expect(answered(w, 'accepted', 'mitigated', 'SRX1').kind).toBe('not-possible');

    expect(requestsOf(w.db, w.id)).toMatchObject([
      { state: 'waiting', reference: 'SRX1', answer: 'accepted: mitigated', fullAt: T0 + 15 * HOUR_MS + FULL_MS },
    ]);
  });

  it('that refuses ends the request, and the next attempt waits for the retry rule', () => {
    const w = world();
    ask(w);
    answered(w, 'refused', 'no');

    expect(ask(w)).toMatchObject({
      kind: 'not-possible',
      why: expect.stringContaining('may be asked again after 48 h (2026-03-05 '),
    });
    w.clock.now += FULL_MS;
    expect(ask(w).kind).toBe('done');

    const [first, second] = requestsOf(w.db, w.id);
    expect(first).toMatchObject({ state: 'refused', answer: 'no', closedAt: T0 + 5 * HOUR_MS });
    expect(second).toMatchObject({ attempt: 2, earlierRequest: first?.id });
    expect(
      recordAnswer(w.deps, { incidentId: w.id, actor: BEN, requestId: first?.id ?? 0, answer: 'accepted' }).kind,
    ).toBe('not-possible');
  });

  it('that refuses is one that a person overrules only where it is known who reads the reply', () => {
    const noteOf = (list: string) => {
      const w = world();
      ask(w, { overrideReason: 'hurry', mayOverride: true });
      w.db.$client.exec(`update delisting_requests set list = '${list}'`);
      answered(w, 'refused', 'Your request does not qualify for mitigation.');
      return [...auditRows(w.db)].findLast(({ verb }) => verb === 'record-answer')?.details;
    };
    expect(noteOf('microsoft-consumer')).toMatchObject({ answer: 'refused', isUnqualified: true });
    expect(noteOf(ZEN)).not.toHaveProperty('isUnqualified');
  });

  it('that refuses by itself can be answered in the same ticket at once, but only with the cause ended', () => {
    let lastSpam: { at: number } | undefined = { at: T0 + 5 * HOUR_MS };
    const w = world({ lastSpam: () => lastSpam });
    ask(w, { overrideReason: 'hurry', mayOverride: true, reference: 'SRX1' });
    answered(w, 'refused', 'Your IP does not qualify for mitigation');
    const [refused] = requestsOf(w.db, w.id);
    const reply = () =>
      recordReply(w.deps, { incidentId: w.id, actor: ANN, requestId: refused?.id ?? 0, claim: 'please look' });

    expect(reply()).toMatchObject({ kind: 'not-possible', why: expect.stringContaining('last spam of') });
    lastSpam = undefined;
    w.db.$client.exec(`update incidents set state = 'resolved' where id = ${w.id}`);
    expect(reply()).toMatchObject({ kind: 'not-possible', why: expect.stringContaining('resolved') });
    w.db.$client.exec(`update incidents set state = 'open' where id = ${w.id}`);
    expect(reply().kind).toBe('done');
    expect(reply().kind).toBe('not-possible');

    expect(requestsOf(w.db, w.id).at(-1)).toMatchObject({
      attempt: 2,
      reference: 'SRX1',
      state: 'waiting',
      earlierRequest: refused?.id,
    });
  });
});

/** All that the clock does. */
async function tick(deps: RecheckDeps): Promise<void> {
  settle(deps);
  await recheckDue(deps);
}

/** The clock's part, with what the list says. */
function ticking(
  w: World,
  seen: () => Recheck | Promise<Recheck>,
): { run: () => Promise<void>; asked: number[]; deps: RecheckDeps } {
  const asked: number[] = [];
  const deps: RecheckDeps = {
    ...w.deps,
    recheck: async (request) => {
      asked.push(request.id);
      return seen();
    },
    onTrouble: (_, error) => {
      throw error;
    },
  };
  return { run: () => tick(deps), asked, deps };
}

const LISTED: Recheck = { verdict: 'listed', text: 'still listed (127.0.0.3)' };

describe('the clock', () => {
  it('looks again at half and at the full wait, once each, and then calls it overdue', async () => {
    const w = world();
    ask(w);
    const { run, asked } = ticking(w, () => LISTED);
    const seen: number[] = [];

    for (let hour = 0; hour <= 60; hour += 6) {
      w.clock.now = T0 + (5 + hour) * HOUR_MS;
      await run();
      await run();
      if (asked.length > seen.length) seen.push(hour);
    }

    expect(seen).toEqual([24, 48]);
    expect(requestsOf(w.db, w.id)).toMatchObject([{ state: 'overdue', closedAt: null }]);
    expect(verbs(w.db).filter((verb) => ['re-check', 'overdue'].includes(verb))).toEqual(['re-check', 'overdue']);
  });

  it('says what may hold an overdue one up: the guide’s three questions, and when to ask again', async () => {
    const w = world({ lastSpam: () => ({ at: T0 + 50 * HOUR_MS }) });
    ask(w, { overrideReason: 'x', mayOverride: true });
    const { run } = ticking(w, () => LISTED);
    w.clock.now = T0 + 53 * HOUR_MS;

    await run();

    const row = [...auditRows(w.db)].find(({ verb }) => verb === 'overdue');
    expect(row?.details.troubles).toEqual([
      { state: 'bad', text: 'Still spam? Yes: Acme Mills sent some at 2026-03-05 04:15 UTC, after the request' },
      { state: 'ok', text: 'PTR = host name? Yes: mail1.relay.example, and back' },
      { state: 'bad', text: expect.stringContaining('212 customers share 203.0.113.17') },
      { state: 'ok', text: 'Ask again? The list may be asked now' },
    ]);
  });

  it('does not say of an overdue one that no spam came since, while the logs are not read up to now', async () => {
    const w = world();
    ask(w);
    w.deps.health = () => [{ isLate: true, readTo: T0 + 52 * HOUR_MS }];
    const { run } = ticking(w, () => LISTED);
    w.clock.now = T0 + 53 * HOUR_MS;

    await run();

    const row = [...auditRows(w.db)].find(({ verb }) => verb === 'overdue');
    expect(row?.details.troubles).toMatchObject([
      {
        state: 'unknown',
        text: 'Still spam? Not known: the logs are read up to 2026-03-05 06:15 UTC and catch up by themselves',
      },
      {},
      {},
      {},
    ]);
  });

  it('does only the later look after a long sleep, and none twice over a restart', async () => {
    const path = `${tempDir()}/ledger.db`;
    const first = openDb(path);
    const w = world({}, first.db);
    ask(w);
    w.clock.now = T0 + 40 * HOUR_MS;
    const before = ticking(w, () => LISTED);
    await before.run();
    first.close();

    const again = openDb(path);
    const later = { ...w, db: again.db, deps: { ...w.deps, db: again.db } };
    const after = ticking(later, () => LISTED);
    await after.run();
    expect(after.asked).toEqual([]);
    later.clock.now = T0 + 100 * HOUR_MS;
    await after.run();
    await after.run();

    expect([before.asked.length, after.asked.length]).toEqual([1, 1]);
    expect(requestsOf(again.db, w.id)).toMatchObject([{ state: 'overdue' }]);
    again.close();
  });

  it('does the later look alone when it slept through both', async () => {
    const w = world();
    ask(w);
    w.clock.now = T0 + 100 * HOUR_MS;
    const { run, asked } = ticking(w, () => LISTED);

    await run();
    await run();

    expect(asked).toHaveLength(1);
    expect(verbs(w.db).filter((verb) => ['re-check', 'overdue'].includes(verb))).toEqual(['overdue']);
  });

  it('loses nothing when the process dies between the question and the record', async () => {
    const w = world();
    ask(w);
    w.clock.now = T0 + 30 * HOUR_MS;
    const dying = ticking(w, () => LISTED);
    // A disk that takes nothing stands for a process that is gone: the question was asked, nothing was written.
    w.db.$client.exec(
      'create temp trigger no_more before update on main.delisting_requests begin select raise(abort, "gone"); end',
    );
    await expect(dying.run()).rejects.toThrow();
    w.db.$client.exec('drop trigger no_more');
    expect(requestsOf(w.db, w.id)).toMatchObject([{ halfDoneAt: null }]);
    expect(verbs(w.db)).not.toContain('re-check');

    const next = ticking(w, () => LISTED);
    await next.run();
    await next.run();

    expect(verbs(w.db).filter((verb) => verb === 're-check')).toHaveLength(1);
    expect(next.asked).toHaveLength(1);
  });

  it('does not record a look at a request that was answered while the list was asked', async () => {
    const w = world();
    ask(w);
    w.clock.now = T0 + 60 * HOUR_MS;
    const { run } = ticking(w, () => {
      recordAnswer(w.deps, { incidentId: w.id, actor: BEN, requestId: 1, answer: 'refused', text: 'no' });
      return LISTED;
    });

    await run();

    expect(requestsOf(w.db, w.id)).toMatchObject([{ state: 'refused', fullDoneAt: null }]);
    expect(verbs(w.db)).not.toContain('overdue');
  });

  it('asks for an hour before it settles for "could not be told"', async () => {
    const w = world();
    ask(w);
    const { run, asked } = ticking(w, () => ({ verdict: 'unknown', text: 'no answer' }));

    for (const minutes of [0, 20, 40, 61, 80]) {
      w.clock.now = T0 + 29 * HOUR_MS + minutes * 60_000;
      await run();
    }

    expect(asked).toHaveLength(4);
    const row = [...auditRows(w.db)].find(({ verb }) => verb === 're-check');
    expect(row?.details).toMatchObject({ stage: 'half', verdict: 'unknown', result: 'no answer' });
  });

  it('keeps going when one request fails', async () => {
    const w = world();
    ask(w);
    list(w.db, { now: w.deps.now, target: '203.0.113.99' });
    w.clock.now = T0 + 30 * HOUR_MS;
    const failed: unknown[] = [];
    const deps = {
      ...ticking(w, () => LISTED).deps,
      recheck: async () => {
        throw new Error('resolver down');
      },
      onTrouble: (pair: unknown) => failed.push(pair),
    };

    await tick(deps);

    expect(failed).toHaveLength(1);
  });
});

describe('the end', () => {
  const clear = (w: World) => takeCleared({ ...w.deps, ...openDeps(w.deps) }, [{ target: IP, list: ZEN }]);

  it('closes the request that waits, says so once, and lets no re-check follow', async () => {
    const w = world();
    ask(w);
    w.clock.now += 3 * HOUR_MS;
    clear(w);

    expect(closeCleared(w.deps, [{ target: IP, list: ZEN }])).toHaveLength(1);
    expect(closeCleared(w.deps, [{ target: IP, list: ZEN }])).toHaveLength(0);
    w.clock.now += 100 * HOUR_MS;
    const { run, asked } = ticking(w, () => LISTED);
    await run();

    expect(asked).toEqual([]);
    expect(requestsOf(w.db, w.id)).toMatchObject([{ state: 'cleared', closedAt: T0 + 8 * HOUR_MS }]);
    const rows = [...auditRows(w.db)].filter(({ verb }) => verb === 'delisted');
    expect(rows).toMatchObject([{ details: { by: 'Ann', waitedMs: 3 * HOUR_MS } }]);
  });

  it('is noticed by the clock when nobody called', async () => {
    const w = world();
    ask(w);
    clear(w);
    const { run } = ticking(w, () => LISTED);

    await run();
    await run();

    expect(requestsOf(w.db, w.id)).toMatchObject([{ state: 'cleared' }]);
    expect(verbs(w.db).filter((verb) => verb === 'delisted')).toHaveLength(1);
  });

  it('of an overdue one counts as well', () => {
    const w = world();
    ask(w);
    w.db.$client.exec("update delisting_requests set state = 'overdue'");
    clear(w);

    expect(closeCleared(w.deps, [{ target: IP, list: ZEN }])).toHaveLength(1);
    expect(findRequest(w.db, 1)).toMatchObject({ state: 'cleared' });
  });

  it('is told again when the list has us back: who asked then, and what was claimed', async () => {
    const w = world();
    ask(w);
    w.clock.now += 3 * HOUR_MS;
    clear(w);
    const { run } = ticking(w, () => LISTED);
    await run();
    w.clock.now += 20 * HOUR_MS;
    const id = list(w.db, { now: w.deps.now });
    await run();
    await run();

    const rows = [...auditRows(w.db)].filter(({ verb }) => verb === 'relisted');
    expect(rows).toMatchObject([
      { subject: `incident:${id}`, details: { by: 'Ann', claim: 'all mended', request: 1 } },
    ]);
  });
});

describe('a receiver’s own block', () => {
  it('goes through the same ledger', () => {
    const db = freshDb();
    const deps = delistingReaders(db, () => T0 + 5 * HOUR_MS);
    const { incident } = openFromFinding({ ...deps, ...openDeps(deps) }, microsoftBlock());
    const compromise = openFromFinding({ ...deps, ...openDeps(deps) }, stolenMailbox()).incident;
    contain(deps, { incidentId: compromise.id, actor: ANN, action: 'block-sender' });
    link(db, incident.id, compromise.id);

    const outcome = recordRequest(deps, {
      incidentId: incident.id,
      actor: ANN,
      target: IP,
      list: 'microsoft-consumer',
      claim: 'x',
      mayOverride: false,
    });

    expect(outcome.kind).toBe('done');
  });
});
