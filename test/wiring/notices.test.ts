import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.js';
import type { Context } from '../../src/context.js';
import { openTrafficDb } from '../../src/db/open-traffic.js';
import { notices } from '../../src/db/schema.js';
import { SUMS, type Sums } from '../../src/detection/counters/counter-cells.js';
import { createCounterStore } from '../../src/detection/counters/counter-store.js';
import { contain } from '../../src/incidents/contain.js';
import { takeCleared, takeListed } from '../../src/incidents/listings/take-seen.js';
import { openFromFinding } from '../../src/incidents/open.js';
import { resolveIncident } from '../../src/incidents/resolve.js';
import { findIncident, incidentsSince, updateContainment } from '../../src/incidents/store.js';
import { noticesOf } from '../../src/notices/heard.js';
import { letterTime } from '../../src/notices/letter.js';
import { notifyPartners } from '../../src/notices/notify.js';
import { loadDirectory } from '../../src/partners/load.js';
import { readStatus } from '../../src/slack/status.js';
import { delistingReaders as delistingWiring } from '../../src/wiring/delisting.js';
import { noticeReaders, sendDueNotices } from '../../src/wiring/notices.js';
import { testContext } from '../helpers/context.js';
import { link } from '../helpers/delisting.js';
import { ANN, incidentDeps, microsoftBlock, SERIOUS, stolenMailbox, T0 } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';

const HOUR = 3_600_000;
const ZEN_PAIR = { target: '203.0.113.17', list: 'spamhaus-zen' };
const MAIL = { smtp: 'smtp://127.0.0.1:1', from: 'desk@relay.example' };

/** Two relays; Kvist of partner one sends over the listed one, Vestmar of partner two over the other, Solo has no partner. */
function setUp(change: Record<string, unknown> = {}) {
  const traffic = join(tempDir(), 'traffic.db');
  const config = parseConfig({
    channels: { compromise: 'a', listing: 'b' },
    people: [{ slack: 'U1', name: 'Ann', role: 'technician' }],
    database: { traffic },
    relays: [
      { host: 'relay1', outbound_ip: '203.0.113.17' },
      { host: 'relay2', outbound_ips: ['203.0.113.18', '2001:db8::2'] },
    ],
    partners: [
      { id: 'one', name: 'Example IT', contact: 'it@one.example' },
      { id: 'two', name: 'Vest Data', contact: 'desk@two.example' },
    ],
    customers: [
      { id: 'kvist', name: 'Kvist AS', partner: 'one' },
      { id: 'vestmar', name: 'Vestmar AS', partner: 'two' },
      { id: 'solo', name: 'Solo AS' },
    ],
    ...change,
  });
  const trafficDb = openTrafficDb(traffic);
  const sums = { ...(Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums), messages: 5 };
  const mail = (owner: string, name: string) => ({
    ...{ hour: Math.floor(T0 / HOUR) - 2, kind: 'relay' as const, owner, name, ...sums },
  });
  createCounterStore(trafficDb).add([mail('kvist', 'relay1'), mail('solo', 'relay1'), mail('vestmar', 'relay2')]);
  trafficDb.$client.close();

  const db = freshDb();
  const deps = incidentDeps(db);
  const ctx = testContext(db, () => T0, { config });
  const parts = { config, directory: loadDirectory(config) };
  const readers = noticeReaders(parts, () => ctx);
  const plan = readers.noticePlan;
  const listed = (target: string, at = T0) =>
    takeListed(deps, [{ target, list: 'zen', codes: ['127.0.0.3'], meanings: ['CSS'], text: '', at }]);
  return { db, deps, ctx, parts, plan, readers, listed };
}

describe('whom a listing concerns', () => {
  it('is the partner whose customers sent over the listed address, and nobody else', () => {
    const { plan, listed } = setUp();
    const [opened] = listed('203.0.113.17');

    expect(plan(opened?.incident as never)).toMatchObject({
      kind: 'listed',
      partners: [{ id: 'one', name: 'Example IT', contact: 'it@one.example', customers: ['Kvist AS'] }],
    });
  });

  it('is also a partner that was told of another address, where its customers send over the new one', () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    const storm = { ...w.deps, listings: { groupMinutes: 60, stormAfter: 0 } };
    const seen = (target: string) =>
      takeListed(storm, [{ target, list: 'zen', codes: [], meanings: [], text: '', at: T0 }]);
    seen('203.0.113.17');
    sendDueNotices(w.parts, w.ctx);
    seen('203.0.113.18');
    const notices = () => w.readers.noticesOf(1);
    const ofOne = () => w.plan(findIncident(w.db, 1) as never)?.partners.find(({ id }) => id === 'one');
    expect(findIncident(w.db, 1)?.subject).toMatchObject({ entries: { length: 2 } });

    expect(ofOne()).toBeUndefined();
    w.parts.directory.customers = w.parts.directory.customers.map((each) => ({ ...each, partner: 'one' }));
    expect(ofOne()).toMatchObject({ id: 'one', untold: ['203.0.113.18'] });
    expect(notices()).toEqual({
      ...{ sent: 0, drafted: 1 },
      more: { partners: 1, told: ['203.0.113.17'], untold: ['203.0.113.18'] },
    });

    sendDueNotices(w.parts, w.ctx);
    expect(noticesOf(w.db, 1)).toHaveLength(1);
    const plan = w.plan(findIncident(w.db, 1) as never);
    if (plan) notifyPartners(w.deps, { incidentId: 1, actor: ANN, ...plan });
    expect(notices()).toEqual({ sent: 0, drafted: 0 });
  });

  it('is reminded of what it was told before, and reads nothing of that where it was told nothing', () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    const storm = { ...w.deps, listings: { groupMinutes: 60, stormAfter: 0 } };
    const seen = (target: string) =>
      takeListed(storm, [{ target, list: 'zen', codes: [], meanings: [], text: '', at: T0 }]);
    seen('203.0.113.17');
    sendDueNotices(w.parts, w.ctx);
    seen('203.0.113.18');
    w.parts.directory.customers = w.parts.directory.customers.map((each) => ({
      ...each,
      partner: each.id === 'solo' ? 'two' : 'one',
    }));
    const wrote = () => w.plan(findIncident(w.db, 1) as never)?.partners.map(({ id, earlier }) => [id, earlier?.about]);
    const none = ['two', undefined];
    // The letter waits to be sent.
    expect(wrote()).toEqual([['one', undefined], none]);
    w.db.update(notices).set({ state: 'sent', sentAt: T0 }).run();
    expect(wrote()).toEqual([['one', ['203.0.113.17']], none]);
    const plan = w.plan(findIncident(w.db, 1) as never);
    if (plan) notifyPartners(w.deps, { incidentId: 1, actor: ANN, ...plan });
    const [first, second, other] = noticesOf(w.db, 1);

    expect(first?.body).not.toContain('We wrote on');
    expect(second?.body).toContain(
      `\n\nWe wrote on ${letterTime(T0)} about 203.0.113.17. New since then: 203.0.113.18.\n\nTwo of our`.replace(
        'Two',
        '2',
      ),
    );
    expect(other?.partner).toBe('two');
    expect(other?.body).toMatch(/^Hello Vest Data,\n\n2 of our/);
  });

  it('is also a partner whose customer’s mail went over the listed address by a re-route, and only if some did', () => {
    const routes = [{ name: 'clean', transport: 'smtp:[192.0.2.30]:25', outboundIp: '203.0.113.40' }];
    const w = setUp({ routes });
    const cause = openFromFinding(w.deps, stolenMailbox({ customer: 'vestmar' })).incident;
    contain(w.deps, { incidentId: cause.id, actor: ANN, action: 'reroute', route: 'clean' });
    const [opened] = w.listed('203.0.113.40');
    const partners = () => w.plan(opened?.incident as never)?.partners;
    const lastMailAt = (lastHitAt: number) => updateContainment(w.db, 1, { hits: 1, lastHitAt });

    expect(partners()).toEqual([]);
    lastMailAt(T0 - 25 * HOUR);
    expect(partners()).toEqual([]);
    lastMailAt(T0 - 23 * HOUR);
    expect(partners()).toMatchObject([{ id: 'two', customers: ['Vestmar AS'] }]);
  });

  it('knows which customers a text names, and whose they are', () => {
    const { plan, listed } = setUp({
      customers: [
        { id: 'kvist', name: 'Kvist AS', partner: 'one', domains: ['kvist.example'] },
        { id: 'kvist2', name: 'Kvist AS', partner: 'two' },
        { id: 'vestmar', name: 'Vestmar AS', partner: 'two', domains: ['vestmar.example'] },
        { id: 'solo', name: 'Solo AS' },
      ],
    });
    const [opened] = listed('203.0.113.17');
    const othersIn = plan(opened?.incident as never)?.othersIn;
    const text = 'Kvist AS, VESTMAR  as, Solo AS, mail of vestmar.example and kvist.example, vestmarken';

    expect(othersIn?.(text, 'one')).toEqual(['VESTMAR  as', 'Solo AS', 'vestmar.example']);
    expect(othersIn?.(text, 'two')).toEqual(['Solo AS', 'kvist.example']);
  });

  it('knows an IPv6 address however it is written', () => {
    const { plan, listed } = setUp();
    const [opened] = listed('2001:db8:0:0::2');

    expect(plan(opened?.incident as never)?.partners.map(({ id }) => id)).toEqual(['two']);
  });
});

describe('what the letter says of our work', () => {
  it('is what is so when it is written: looking, stopped, asked for, and when it should be over', () => {
    const w = setUp();
    const incident = w.listed('203.0.113.17')[0]?.incident;
    const readers = (at: number) => noticeReaders(w.parts, () => ({ ...w.ctx, now: () => at, requestsOf: asked }));
    const letter = (at: number) =>
      readers(at).noticePlan(findIncident(w.db, incident?.id ?? 0) as never)?.template.body;
    let requests: ReturnType<Context['requestsOf']> = [];
    const asked = () => requests;

    expect(letter(T0)).toMatch(
      /What we do \(as of .* UTC\): We are looking for the mail that caused it; once it is stopped/,
    );

    const cause = openFromFinding(w.deps, stolenMailbox()).incident;
    link(w.db, incident?.id ?? 0, cause.id);
    expect(letter(T0)).toContain('We have found the mail that caused it; once it is stopped we ask for removal');
    contain(w.deps, { incidentId: cause.id, actor: ANN, action: 'block-sender' });
    expect(letter(T0 + HOUR)).toContain(
      `The mail that caused it was stopped at ${letterTime(T0)}; next we ask for removal`,
    );

    const other = { target: '203.0.113.99', list: 'spamhaus-zen' };
    const request = { requestedAt: T0 + HOUR, fullAt: T0 + 25 * HOUR, closedAt: null, state: 'waiting' };
    requests = [{ ...request, ...other } as never];
    expect(letter(T0 + 2 * HOUR)).toContain('and removal was asked for in part, last at');
    requests = [{ ...request, ...ZEN_PAIR } as never];
    expect(letter(T0 + 2 * HOUR)).toContain(
      `(as of ${letterTime(T0 + 2 * HOUR)}): The mail that caused it was stopped at ${letterTime(T0)}, and removal was asked for at ${letterTime(T0 + HOUR)}: we expect it to be over by ${letterTime(T0 + 25 * HOUR)}. We write again`,
    );
  });

  it('promises no removal next while somebody else sends over what is listed, as the checklist does not', () => {
    const w = setUp();
    const incident = w.listed('203.0.113.17')[0]?.incident;
    const over = delistingWiring({ ...w.parts, db: w.db, now: w.deps.now, speed: 1 }, [], () => w.ctx);
    const { openOver, sentOver } = over;
    const ctx = { ...w.ctx, openOver, sentOver, now: () => T0 + HOUR };
    const letter = () =>
      noticeReaders(w.parts, () => ctx).noticePlan(findIncident(w.db, incident?.id ?? 0) as never)?.template.body;
    const cause = openFromFinding(w.deps, stolenMailbox()).incident;
    link(w.db, incident?.id ?? 0, cause.id);
    contain(w.deps, { incidentId: cause.id, actor: ANN, action: 'block-sender' });
    const stopped = `The mail that caused it was stopped at ${letterTime(T0)}`;
    expect(letter()).toContain(`${stopped}; next we ask for removal`);

    const later = { since: T0 + HOUR / 2, at: T0 + HOUR, customer: 'vestmar' };
    const finding = stolenMailbox({ key: 'sender:ida@vestmar.example', ...later });
    const other = openFromFinding({ ...w.deps, now: () => T0 + HOUR }, finding);
    expect(letter()).toContain(`${stopped}; once nothing else can bring it back we ask for removal`);
    expect(readStatus(ctx)).toMatchObject({
      ...{ cause: { stoppedAt: T0 }, isHeldUp: true, notStopped: [{ id: other.incident.id }] },
    });

    const before = openFromFinding(w.deps, stolenMailbox({ key: 'sender:bo@vestmar.example', customer: 'vestmar' }));
    expect(letter()).toContain(
      `One possible cause of it was stopped at ${letterTime(T0)}, another is not stopped yet; once`,
    );
    contain(w.deps, { incidentId: before.incident.id, actor: ANN, action: 'block-sender' });
    contain(w.deps, { incidentId: other.incident.id, actor: ANN, action: 'block-sender' });
    expect(letter()).toContain(`${stopped}; next we ask for removal`);
  });

  it('gives the time that the receiver itself takes, and none where nobody knows it', () => {
    const w = setUp();
    const bodyOf = (incident: unknown) => w.plan(incident as never)?.template.body;
    const block = openFromFinding(w.deps, microsoftBlock({ customers: ['kvist'] })).incident;
    expect(bodyOf(block)).toMatch(/^Hello .*\s+.* refuses mail from one of our IP addresses for outgoing mail\./);
    expect(bodyOf(block)).toContain('we ask for removal, which as a rule takes 4 to 72 hours.');
    const unknown = { target: '203.0.113.18', list: 'bl.unknown.example', codes: [], meanings: [], text: '', at: T0 };
    const describeList = (id: string) => ({ ...SERIOUS, id, name: id, inDns: true });
    const [opened] = takeListed({ ...w.deps, describeList }, [unknown]);
    expect(bodyOf(opened?.incident)).toMatch(/once it is stopped we ask for removal\. We write again/);
  });
});

describe('notices without a click', () => {
  it('are sent of the beginning and of the end, once each', () => {
    const { db, deps, ctx, parts, listed } = setUp({ mail: MAIL, notices: { automatic: true } });
    const [opened] = listed('203.0.113.17');
    const kinds = () => noticesOf(db, opened?.incident?.id ?? 0).map(({ partner, kind }) => `${partner} ${kind}`);

    sendDueNotices(parts, ctx);
    sendDueNotices(parts, ctx);
    expect(kinds()).toEqual(['one listed']);

    takeCleared(deps, [
      { target: '203.0.113.17', list: 'spamhaus-zen' },
      { target: '203.0.113.17', list: 'zen' },
    ]);
    sendDueNotices(parts, ctx);
    sendDueNotices(parts, ctx);
    expect(kinds()).toEqual(['one listed', 'one clear']);
  });

  it('are not sent again to an address that refuses them, but to another one; a person may press', async () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    w.listed('203.0.113.17');
    sendDueNotices(w.parts, w.ctx);
    w.db.update(notices).set({ state: 'failed', error: '550 no such user' }).run();

    sendDueNotices(w.parts, w.ctx);
    expect(noticesOf(w.db, 1)).toHaveLength(1);
    expect(w.readers.noticesOf(1)).toEqual({ sent: 0, drafted: 1 });

    const [one, ...others] = w.parts.directory.partners;
    if (one) w.parts.directory.partners = [{ ...one, contact: 'boss@one.example' }, ...others];
    sendDueNotices(w.parts, w.ctx);
    sendDueNotices(w.parts, w.ctx);
    expect(noticesOf(w.db, 1).map(({ sendTo }) => sendTo)).toEqual(['it@one.example', 'boss@one.example']);
  });

  it('tell of the end whoever heard of the beginning, though its customers went to another partner', () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    w.listed('203.0.113.17');
    sendDueNotices(w.parts, w.ctx);
    w.parts.directory.customers = w.parts.directory.customers.map((one) => ({ ...one, partner: 'two' }));
    takeCleared(w.deps, [ZEN_PAIR]);
    sendDueNotices(w.parts, w.ctx);
    sendDueNotices(w.parts, w.ctx);

    const told = noticesOf(w.db, 1).map(({ partner, kind }) => `${partner} ${kind}`);
    expect(told).toEqual(['one listed', 'one clear']);
    expect(noticesOf(w.db, 1)[1]?.body).toContain('Mail of your customers is sent as usual');
  });

  it('are sent anew of what comes back after its end was told', () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    const step = (change: () => void) => {
      change();
      sendDueNotices(w.parts, w.ctx);
    };
    step(() => w.listed('203.0.113.17'));
    step(() => takeCleared(w.deps, [ZEN_PAIR]));
    step(() => w.listed('203.0.113.17', T0 + HOUR));
    step(() => takeCleared(w.deps, [ZEN_PAIR]));

    expect(noticesOf(w.db, 1).map(({ kind }) => kind)).toEqual(['listed', 'clear', 'listed', 'clear']);
    expect(w.readers.noticesOf(1)).toEqual({ sent: 0, drafted: 0 });
  });

  it('say at the end what is held back still, to whom it concerns', () => {
    const clear = (customer: string) => {
      const w = setUp({ mail: MAIL, notices: { automatic: true } });
      const { incident } = openFromFinding(w.deps, stolenMailbox({ key: 'k', customer }));
      contain(w.deps, { incidentId: incident.id, actor: ANN, action: 'suspend-outbound' });
      const id = w.listed('203.0.113.17')[0]?.incident?.id ?? 0;
      sendDueNotices(w.parts, w.ctx);
      takeCleared(w.deps, [ZEN_PAIR]);
      sendDueNotices(w.parts, w.ctx);
      return noticesOf(w.db, id).at(-1)?.body;
    };

    expect(clear('kvist')).toContain('except what we still refuse');
    expect(clear('vestmar')).toContain('Messages that came back can be sent again. If one');
  });

  it('tell of the end of a listing that stood for weeks', () => {
    const { db, deps, ctx, parts, listed } = setUp({ mail: MAIL, notices: { automatic: true } });
    listed('203.0.113.17');
    sendDueNotices(parts, ctx);

    const later = { ...ctx, now: () => T0 + 10 * 24 * HOUR };
    takeCleared({ ...deps, now: later.now }, [ZEN_PAIR]);
    sendDueNotices(parts, later);

    expect(noticesOf(db, 1).map(({ kind }) => kind)).toEqual(['listed', 'clear']);
  });

  it('tell of the end of a receiver’s own block when somebody resolves it, and of none that stands', () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    const ofReceiver = openFromFinding(w.deps, microsoftBlock({ customers: ['kvist'] })).incident.id;
    sendDueNotices(w.parts, w.ctx);
    resolveIncident(w.deps, { incidentId: ofReceiver, actor: ANN, reason: 'Lifted, they say' });
    sendDueNotices(w.parts, w.ctx);
    expect(noticesOf(w.db, ofReceiver).map(({ kind }) => kind)).toEqual(['listed', 'clear']);

    const ofList = w.listed('203.0.113.18', T0 + HOUR)[0]?.incident?.id ?? 0;
    resolveIncident(w.deps, { incidentId: ofList, actor: ANN, reason: 'We live with it' });
    sendDueNotices(w.parts, w.ctx);
    expect(noticesOf(w.db, ofList)).toEqual([]);
  });

  it('are over although a mere note stays, and name neither notes nor what is gone', () => {
    const w = setUp({ mail: MAIL, notices: { automatic: true } });
    const minor = {
      id: 'minor',
      name: 'Minor',
      inDns: true,
      impact: 'low',
      confidence: 'low',
      scope: 'address',
    } as const;
    const serious = { ...minor, id: 'zen', name: 'Zen', impact: 'critical', confidence: 'high' } as const;
    const deps = { ...w.deps, describeList: (id: string) => (id === 'minor' ? minor : { ...serious, id, name: id }) };
    const seen = (list: string) => ({ target: '203.0.113.17', list, codes: [], meanings: [], text: '', at: T0 });
    takeListed(deps, [seen('zen'), seen('sbl'), seen('minor')]);
    takeCleared(deps, [{ target: '203.0.113.17', list: 'sbl' }]);
    sendDueNotices(w.parts, w.ctx);
    takeCleared(deps, [{ target: '203.0.113.17', list: 'zen' }]);
    sendDueNotices(w.parts, w.ctx);

    const rows = noticesOf(w.db, 1);
    expect(rows.map(({ kind }) => kind)).toEqual(['listed', 'clear']);
    expect(rows[0]?.body).toContain('203.0.113.17 on zen');
    expect(rows[0]?.body).not.toMatch(/sbl|Minor/);
  });

  it('name no customer’s domain that is listed along with our addresses', () => {
    const w = setUp();
    const storm = { ...w.deps, listings: { groupMinutes: 60, stormAfter: 0 } };
    const seen = (target: string) => ({ target, list: 'zen', codes: [], meanings: [], text: '', at: T0 });
    const [first] = takeListed(storm, [seen('203.0.113.17'), seen('acme.example')]);

    const body = w.plan(first?.incident as never)?.template.body;
    expect(body).toContain('203.0.113.17');
    expect(body).not.toContain('acme');
  });

  it('are not sent where the config does not say so, nor where no server is configured', () => {
    for (const change of [{ mail: MAIL }, { notices: { automatic: true } }]) {
      const { db, ctx, parts, listed } = setUp(change);
      listed('203.0.113.17');
      sendDueNotices(parts, ctx);
      const [incident] = incidentsSince(db, 0);
      expect(noticesOf(db, findIncident(db, incident?.id ?? 0)?.id ?? 0)).toEqual([]);
    }
  });
});
