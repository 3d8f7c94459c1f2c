// The ledger's clock over everything that is real but the DNS answers: what a re-check believes, and what it cannot tell.

import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { auditRows } from '../../src/audit/verify.js';
import { blocklists } from '../../src/blocklists/operators/index.js';
import { saveListState } from '../../src/blocklists/watch/store.js';
import { parseConfig } from '../../src/config.js';
import type { HealthItem } from '../../src/context.js';
import { recordRequest } from '../../src/delisting/ledger.js';
import { readPack } from '../../src/delisting/read.js';
import { requestsOf } from '../../src/delisting/store.js';
import { SUMS, type Sums } from '../../src/detection/counters/counter-cells.js';
import { UserError } from '../../src/errors.js';
import { saveLook } from '../../src/hygiene/store.js';
import { contain } from '../../src/incidents/contain.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { findIncident } from '../../src/incidents/store.js';
import { loadDirectory } from '../../src/partners/load.js';
import { delistingReaders, recheckDelisting, settleDelisting } from '../../src/wiring/delisting.js';
import { testContext } from '../helpers/context.js';
import { HOUR_MS, IP, link, list } from '../helpers/delisting.js';
import { ACME, ANN, incidentDeps, microsoftBlock, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';
import { writeCounters } from '../tools/counted-world.js';

type Verdict = 'listed' | 'clear' | 'refused' | 'unknown';

/** A listing whose cause is contained and quiet, asked about; `says` is what the list answers, one after the other. */
function setUp(kind: 'dns' | 'receiver' = 'dns', { linked = true } = {}) {
  const db = freshDb();
  const clock = { now: T0 };
  const traffic = join(tempDir(), 'traffic.db');
  const config = parseConfig({
    channels: { compromise: 'a', listing: 'b' },
    people: [{ slack: 'U1', name: 'Ann', role: 'technician' }],
    database: { traffic },
    customers: [
      { id: 'acme', name: 'Acme Mills', partner: 'one', domains: ['acme.example'], sasl_users: ['info', 'acme01'] },
    ],
    partners: [{ id: 'one', name: 'Northwind' }],
  });
  const says: (Verdict | Error)[] = [];
  let asked = 0;
  const logged: unknown[] = [];
  const health: HealthItem[] = [{ name: 'logs', ok: true, text: '3 lines read, 0 not understood' }];
  const deps = incidentDeps(db, () => clock.now);
  const ctx = testContext(db, () => clock.now, {
    config,
    customerName: (id: string) => (id === 'acme' ? ACME.name : id),
    health: () => health,
    log: pino({ level: 'error' }, { write: (line) => void logged.push(JSON.parse(line)) }),
    check: async (target, { lists = [] } = {}) => {
      asked++;
      const verdict = says.shift() ?? 'listed';
      if (verdict instanceof Error) throw verdict;
      return lists.map((id) => ({
        target,
        list: id,
        zone: id,
        verdict,
        codes: ['127.0.0.3'],
        meanings: ['why'],
        text: '',
        ms: 1,
      }));
    },
  });
  Object.assign(
    ctx,
    delistingReaders(
      { config, directory: loadDirectory(config), db, now: () => clock.now, speed: 1 },
      blocklists,
      () => ctx,
    ),
  );
  const id = kind === 'dns' ? list(db, { now: () => clock.now }) : openFromFinding(deps, microsoftBlock()).incident.id;
  const { incident } = openFromFinding(deps, stolenMailbox());
  contain(deps, { incidentId: incident.id, actor: ANN, action: 'block-sender' });
  if (linked) link(db, id, incident.id);
  clock.now = T0 + 5 * HOUR_MS;
  const ok = (text: string) => ({ state: 'ok' as const, text });
  const helo = { state: 'ok' as 'ok' | 'bad', text: 'mail1.relay.example' };
  const look = () =>
    saveLook(db, {
      kind: 'address',
      ip: IP,
      lookedAt: clock.now,
      ptr: ok('mail1.relay.example, and back'),
      helo,
      spf: ok('passes'),
    });
  look();
  const name = kind === 'dns' ? 'spamhaus-zen' : 'microsoft-consumer';
  const ask = () =>
    recordRequest(ctx.delisting, {
      incidentId: id,
      actor: ANN,
      target: IP,
      list: name,
      claim: 'x',
      mayOverride: false,
    });
  /** Mail from the address that the receiver took, or refused because of it, in the hour that began so many hours after T0. */
  const counted = (hoursAfter: number, sent: number, ipBlocks = 0) => {
    const none = Object.fromEntries(SUMS.map((sum) => [sum, 0])) as Sums;
    const hour = Math.ceil(T0 / HOUR_MS) + hoursAfter;
    writeCounters(traffic, [{ ...none, hour, kind: 'receiver', owner: IP, name, sent, ipBlocks }]);
  };
  return { ctx, db, clock, id, says, ask, logged, health, helo, look, asked: () => asked, deps, counted };
}

const last = (db: ReturnType<typeof setUp>['db'], verb: string) =>
  [...auditRows(db)].findLast((row) => row.verb === verb);

describe('a re-check', () => {
  it('believes a clearing that a second question confirms, and ends request and listing', async () => {
    const w = setUp();
    expect(w.ask().kind).toBe('done');
    w.clock.now += 25 * HOUR_MS;
    w.says.push('clear', 'clear');

    await recheckDelisting(w.ctx);
    settleDelisting(w.ctx);

    expect(w.asked()).toBe(2);
    expect(requestsOf(w.db, w.id)).toMatchObject([{ state: 'cleared' }]);
    expect(last(w.db, 'delisted')).toMatchObject({ outcome: 'done' });
  });

  it('believes no clearing that the second question takes back', async () => {
    const w = setUp();
    w.ask();
    w.clock.now += 25 * HOUR_MS;
    w.says.push('clear', 'listed');

    await recheckDelisting(w.ctx);
    settleDelisting(w.ctx);

    expect(requestsOf(w.db, w.id)).toMatchObject([{ state: 'waiting' }]);
    expect(last(w.db, 're-check')?.details).toMatchObject({ stage: 'half', verdict: 'listed' });
  });

  it.each<[string, (w: ReturnType<typeof setUp>) => void, RegExp]>([
    ['refuses', (w) => w.says.push('refused'), /could not tell, refused \(why\)/],
    ['is configured away', (w) => w.says.push(new UserError('none of these lists')), /not asked by this configuration/],
    ['is broken', (w) => saveListState(w.db, 'spamhaus-zen', { health: 'broken' }), /fails its own test entries/],
  ])('of a list that %s is neither listed nor clear', async (_, arrange, expected) => {
    const w = setUp();
    w.ask();
    // Past the hour in which it would ask again.
    w.clock.now += 26 * HOUR_MS;
    arrange(w);

    await recheckDelisting(w.ctx);

    expect(last(w.db, 're-check')?.details).toMatchObject({
      verdict: 'unknown',
      result: expect.stringMatching(expected),
    });
    expect(w.logged).toEqual([]);
  });

  it('that breaks down is logged, and comes again', async () => {
    const w = setUp();
    w.ask();
    w.clock.now += 25 * HOUR_MS;
    w.says.push(new Error('socket'), 'listed');

    await recheckDelisting(w.ctx);
    expect(w.logged).toHaveLength(1);
    await recheckDelisting(w.ctx);

    expect(requestsOf(w.db, w.id)).toMatchObject([{ halfDoneAt: w.clock.now }]);
  });

  it('of a receiver’s own block sees refusals, and takes silence for no proof', async () => {
    const w = setUp('receiver');
    w.ask();
    w.clock.now += 40 * HOUR_MS;
    await recheckDelisting(w.ctx);
    expect(last(w.db, 're-check')?.details).toMatchObject({
      verdict: 'unknown',
      result: expect.stringContaining('does not say'),
    });

    openFromFinding(w.deps, microsoftBlock({ at: w.clock.now, refusals: 9 }));
    w.clock.now += 60 * HOUR_MS;
    await recheckDelisting(w.ctx);

    expect(w.asked()).toBe(0);
    expect(last(w.db, 'overdue')?.details).toMatchObject({
      verdict: 'listed',
      result: 'refused again since the request',
    });
  });
});

describe('a re-check of a receiver’s own block', () => {
  /** Asked five hours after T0; looked at again much later. */
  async function checked(arrange: (w: ReturnType<typeof setUp>) => void) {
    const w = setUp('receiver');
    w.ask();
    arrange(w);
    w.clock.now += 40 * HOUR_MS;
    await recheckDelisting(w.ctx);
    settleDelisting(w.ctx);
    return { ...w, details: last(w.db, 're-check')?.details };
  }

  it('is clear once mail is taken again and none refused, and ends request and listing', async () => {
    const { details, db, id } = await checked((w) => {
      w.counted(2, 400);
      w.counted(6, 2);
      w.counted(9, 6);
    });

    expect(details).toMatchObject({ verdict: 'clear', result: expect.stringContaining('mail for 8 recipients taken') });
    expect(requestsOf(db, id)).toMatchObject([{ state: 'cleared' }]);
    expect(last(db, 'delisted')).toMatchObject({ outcome: 'done' });
  });

  it.each<[string, (w: ReturnType<typeof setUp>) => void, string]>([
    ['hardly any mail was taken', (w) => w.counted(9, 2), 'unknown'],
    [
      'it was taken before the request alone, or in the hour of it',
      (w) => [1, 4].map((h) => w.counted(h, 90)),
      'unknown',
    ],
    ['some was refused in between', (w) => [w.counted(9, 90), w.counted(10, 0, 4)], 'listed'],
  ])('is not when %s', async (_, arrange, verdict) => {
    expect((await checked(arrange)).details).toMatchObject({ verdict });
  });

  it('is clear when it went on refusing for a while and then took everything', async () => {
    const { details } = await checked((w) => {
      openFromFinding(w.deps, microsoftBlock({ at: T0 + 8 * HOUR_MS, refusals: 9 }));
      w.counted(7, 0, 5);
      w.counted(10, 50);
    });

    expect(details).toMatchObject({ verdict: 'clear', result: expect.stringContaining('since it last refused') });
  });
});

describe('what the gate reads', () => {
  it('is the name the relay greets with, too: the reverse name has to be that', () => {
    const w = setUp();
    w.helo.state = 'bad';
    w.helo.text = 'greets as localhost';
    w.look();

    const incident = findIncident(w.db, w.id);
    const ptr = incident && w.ctx.gateOf(incident).points.find(({ id }) => id === 'ptr');

    expect(ptr).toMatchObject({ isMet: false, text: expect.stringContaining('greets as localhost') });
  });

  it('asks the health report whether the logs are read up to now, before it calls a source quiet', () => {
    const w = setUp();
    const incident = findIncident(w.db, w.id);
    const quiet = () => incident && w.ctx.gateOf(incident).points.find(({ id }) => id === 'quiet');
    expect(quiet()).toMatchObject({ isMet: true });

    w.health[0] = { name: 'logs', ok: false, text: '/var/log/mail.log: no such file', isLate: true };
    expect(quiet()).toMatchObject({ isMet: false, isUnknown: true });
    expect(w.ask()).toMatchObject({ kind: 'not-possible', why: expect.stringContaining('is not known') });
  });

  it('names the likeliest customer while no cause is linked', () => {
    const w = setUp('dns', { linked: false });
    w.ctx.suspectsOf = () => [{ customer: 'acme', likelihood: 0.8, evidence: [], isLinked: false }];

    const incident = findIncident(w.db, w.id);
    const [suspect] = (incident && w.ctx.gateOf(incident).points) ?? [];

    expect(suspect).toMatchObject({
      isMet: false,
      mend: { action: 'open-compromise', arg: 'acme' },
      otherwise: { action: 'no-culprit' },
    });
  });
});

describe('the text of a request', () => {
  it('leaves customers, partners and telling logins out, and lets common words stand', () => {
    const w = setUp('receiver');
    const incident = findIncident(w.db, w.id);
    const [entry] = incident?.subject.kind === 'listing' ? incident.subject.entries : [];
    if (!incident || !entry) throw new Error('no listing');
    const text =
      'Acme Mills of Northwind, kim@acme.example, login acme01: see info page at https://info.microsoft.example';

    const pack = readPack(w.ctx.delisting, w.db, incident, { ...entry, text });

    expect(pack.text).toContain(
      '[customer] of [customer], [address], login [customer]: see info page at https://info.microsoft.example',
    );
  });
});
