// What the detection answers to "why?" and "why not?": about whom, from memory and from what was saved, and without changing anything.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../src/db/open-traffic.js';
import { Detector } from '../../src/detection/detector.js';
import type { Explanation } from '../../src/detection/explanation.js';
import { type Activity, newActivity } from '../../src/detection/identities/activity.js';
import type { Identity } from '../../src/detection/identities/identity.js';
import { createTrafficStore } from '../../src/detection/live/traffic-store.js';
import { DEFAULT_THRESHOLDS } from '../../src/detection/thresholds.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, spam, T0, UNKNOWN_USER } from '../tools/mail-events.js';

const directory = Directory.parse({
  relays: [{ host: 'relay1', outbound_ip: '203.0.113.9' }],
  customers: [
    { id: 'Office-1', name: 'Office', domains: ['office.example'], sasl_domains: ['office.example'] },
    { id: 'mill', name: 'Mill', domains: ['mill.example'], ips: ['192.0.2.0/24'] },
  ],
});
const KIM = 'kim@office.example';
const BEN = 'ben@office.example';

/** Five weeks of two mailboxes, four messages a day. */
const past = Array.from({ length: 140 }, (_, i) => T0 - (36 - Math.floor(i / 4)) * DAY + (i % 4) * 2 * HOUR).flatMap(
  (at) => [KIM, BEN].flatMap((login) => ordinary(login, at, { login, clientIp: '198.51.100.7' })),
);
const stolen = spam(() => KIM, T0, 30, { login: KIM, clientIp: '203.0.113.77' });
const NOW = T0 + 30 * 60_000;

function seen(events: MailEvent[], options: Partial<ConstructorParameters<typeof Detector>[0]> = {}): Detector {
  const detector = new Detector({ directory, ...options });
  for (const event of events.toSorted((a, b) => a.at - b.at)) detector.see(event);
  return detector;
}
const names = (explanations: Explanation[]) => explanations.map(({ scope, name }) => `${scope} ${name}`);

describe('explain', () => {
  const detector = seen([...past, ...stolen]);

  it('says of a stolen mailbox that it is in alarm, why, and what is usual for it', () => {
    const [first] = detector.explain(KIM, NOW);

    expect(first).toMatchObject({
      ...{ customer: 'Office-1', entry: { kind: 'login', name: KIM }, scope: 'entry', name: KIM },
      ...{ isAlarm: true, isDeclaredBulk: false },
      activity: { since: T0, messages: 30, recipients: 90, senders: 1 },
    });
    expect(first?.evidence).toBeGreaterThan(first?.needed ?? 0);
    expect(first?.needed).toBeCloseTo(Math.log(DEFAULT_THRESHOLDS.honestPerSpam) - Math.log(90 / 140), 1);
    expect(first?.confidence).toBeGreaterThan(0.5);
    expect(first?.signs.map(({ weight }) => weight)).toEqual(
      first?.signs.map(({ weight }) => weight).sort((a, b) => Math.abs(b) - Math.abs(a)),
    );
    expect(first?.signs).toContainEqual(expect.objectContaining({ group: 'reception', weight: expect.any(Number) }));
    expect(first?.habit.messagesADay).toBeGreaterThan(3);
    expect(first?.habit.messagesADay).toBeLessThan(5);
    expect(first?.habit).toMatchObject({ recipientsAnHour: 1, unknownUserShare: 0 });
    expect(first?.knownSince).toBe(T0 - 36 * DAY);
  });

  it('says of an honest mailbox what speaks against spam', () => {
    const busy = seen([...past, ...ordinaries(BEN, 20)]);
    const [first] = busy.explain(BEN, T0 + HOUR);

    expect(first).toMatchObject({ isAlarm: false, activity: { messages: 20 } });
    expect(first?.evidence).toBeLessThan(0);
    expect(first?.signs.filter(({ weight }) => weight < 0).length).toBeGreaterThan(1);
  });

  it.each([
    ['a login, in whatever case', ' Kim@Office.EXAMPLE ', [`entry ${KIM}`]],
    ['a customer, in whatever case', 'OFFICE-1', [`entry ${KIM}`, `entry ${BEN}`]],
    ['a client address it is used from', '203.0.113.77', [`entry ${KIM}`]],
    ['a client address it was used from', '198.51.100.7', [`entry ${KIM}`, `entry ${BEN}`]],
    ['a network', '203.0.113.0/24', [`entry ${KIM}`]],
    ['a network of a habit', '198.51.100.0/24', [`entry ${KIM}`, `entry ${BEN}`]],
    ['nobody that is known', 'kim@elsewhere.example', []],
    ['nothing', '  ', []],
    ['something that is no name', '%_|*\u0000', []],
  ])('finds %s', (_, query, found) => {
    expect(names(detector.explain(query, NOW))).toEqual(found);
  });

  it('finds a sender behind an address, and the address', () => {
    const mill = seen(ordinaries('ann@mill.example', 12, { clientIp: '192.0.2.8' }));

    expect(names(mill.explain('Ann@mill.example'))).toEqual(['sender ann@mill.example']);
    expect(names(mill.explain('192.0.2.8')).sort()).toEqual(['entry 192.0.2.8', 'sender ann@mill.example']);
    expect(names(mill.explain('192.0.2.0/28')).sort()).toEqual(['entry 192.0.2.8', 'sender ann@mill.example']);
  });

  it('names the most interesting twenty first: the alarm, then the evidence', () => {
    const many = Array.from({ length: 60 }, (_, i) => `m${i}@office.example`).flatMap((login, i) =>
      ordinary(login, T0 + i * 1_000, { login }),
    );
    const explanations = seen([...past, ...stolen, ...many]).explain('office-1', NOW);

    expect(explanations).toHaveLength(20);
    expect(explanations.map(({ isAlarm }) => isAlarm)).toEqual([true, ...Array(19).fill(false)]);
    const evidence = explanations.slice(1).map((each) => each.evidence);
    expect(evidence).toEqual(evidence.toSorted((a, b) => b - a));
  });

  it('takes an alarm for over when the mail is, and says what was learned', () => {
    const [kim] = detector.explain(KIM, T0 + 10 * HOUR);

    expect(kim).toMatchObject({ isAlarm: false, evidence: 0, signs: [], habit: { recipientsAnHour: 1 } });
    expect(kim).not.toHaveProperty('activity');
  });

  it('looks at the whole spell where that says more than the last run of it', () => {
    const suspected = seen([...past, ...stolen]);
    const identity = suspected.identities.get(`Office-1|login:${KIM}`) as Identity;
    const { activity, alarm: _, past: __, ...rest } = identity;
    const run = { ...newActivity(NOW), messages: 9, recipients: 9, tried: 9 };
    const spell = { ...rest, past: activity as Activity, activity: run };
    const detector = new Detector({ directory });
    detector.restore([[identity.key, spell]], []);
    const [kim] = detector.explain(KIM, NOW);

    expect(kim?.activity).toMatchObject({ since: T0, messages: 39, recipients: 99 });
    expect(kim?.signs.map(({ sentence }) => sentence).join()).toMatch(/unknown users \(\d\d of/);
    expect(kim?.evidence).toBeGreaterThan(3);
  });

  it('says when several mailboxes of the customer are suspicious together', () => {
    const phished = ['a', 'b', 'c'].map((name) => `${name}@office.example`);
    const few = phished.flatMap((login, i) => spam(() => login, T0 + i * 1_000, 3, { login }));
    const explanations = seen([...past, ...few]).explain('office-1', T0 + 3 * 60_000);

    expect(explanations[0]).toMatchObject({ isAlarm: true, together: { mailboxes: 3, isAlarm: true } });
    expect(explanations.find(({ name }) => name === BEN)).not.toHaveProperty('together');
  });
});

/** Customers that write to many strangers, of whom most exist: near an alarm, and none. */
const mailers = Directory.parse({
  customers: Array.from({ length: 40 }, (_, i) => ({ id: `c${i}`, name: `C${i}`, domains: [`c${i}.example`] })),
});
const mailings = mailers.customers.flatMap((_, i) =>
  Array.from({ length: 60 }, (_, j) => {
    const head = message({ sender: `news@c${i}.example`, clientIp: `198.51.100.${i}`, acceptedAt: T0 + j * 60_000 });
    return [accepted(head), delivery(head, `stranger${i}-${j}@site${j % 31}.test`, j % 8 === 5 ? UNKNOWN_USER : {})];
  }).flat(),
);
const USUALLY_NEEDED = Math.log(DEFAULT_THRESHOLDS.honestPerSpam);

describe('where honest mail often comes near an alarm', () => {
  const neededBy = (whom: Detector) => whom.explain('c0', T0 + HOUR)[0]?.needed ?? 0;
  const detector = new Detector({ directory: mailers });
  const findings = mailings.flatMap((event) => detector.see(event));

  it('an alarm needs more, also after a restart', () => {
    const changes = detector.takeChanges();
    const rows = new Map([...changes.rows].map(([key, row]) => [key, JSON.parse(JSON.stringify(row)) as object]));
    const restarted = new Detector({ directory: mailers, load: (key) => rows.get(key) });
    const restored = new Detector({ directory: mailers });
    restored.restore(rows, []);

    expect(findings).toEqual([]);
    expect(neededBy(detector)).toBeGreaterThan(USUALLY_NEEDED + 0.5);
    expect(neededBy(restored)).toBe(neededBy(detector));
    expect(restarted.explain('c0', T0 + HOUR)).toEqual([]);
    restarted.see(mailings[0] as MailEvent);
    expect(neededBy(restarted)).toBe(neededBy(detector));
  });

  it('customers in alarm do not make it need more', () => {
    const attacked = seen([...past, ...stolen]);
    const { needed = 99, stake = 0 } = attacked.explain(KIM, NOW)[0] ?? {};
    expect(needed).toBeLessThanOrEqual(USUALLY_NEEDED - stake);
  });
});

describe('explain, of what was saved', () => {
  let dir: string;
  let db: TrafficDb;
  let store: ReturnType<typeof createTrafficStore>;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'explain-'));
    db = openTrafficDb(join(dir, 'traffic.db'));
    store = createTrafficStore(db);
  });
  afterEach(() => {
    db.$client.close();
    rmSync(dir, { recursive: true });
  });

  /** A detector that has just been started with what another has saved. */
  function restarted(events: MailEvent[]): Detector {
    const state = seen(events).takeChanges();
    store.commit({ positions: [], messages: new Map(), state, counters: [], findings: [] });
    return new Detector({ directory, load: store.loadState, loadMatching: store.loadMatching });
  }

  it.each([
    ['a login', KIM, [`entry ${KIM}`]],
    ['a customer', 'office-1', [`entry ${KIM}`, `entry ${BEN}`]],
    ['a sender behind an address', 'ann@mill.example', ['sender ann@mill.example']],
    ['an address', '192.0.2.8', ['entry 192.0.2.8', 'sender ann@mill.example']],
    ['a network', '192.0.2.0/24', ['entry 192.0.2.8', 'sender ann@mill.example']],
    ['nobody', 'eve@mill.example', []],
  ])('finds %s as it does in memory', (_, query, found) => {
    const events = [...past, ...stolen, ...ordinaries('ann@mill.example', 12, { clientIp: '192.0.2.8' })];
    const detector = restarted(events);

    expect(names(detector.explain(query, NOW)).sort()).toEqual(found.toSorted());
    expect(detector.explain(query, NOW)).toEqual(seen(events).explain(query, NOW));
    expect(detector.identities.size).toBe(0);
  });

  it('searches a customer whose id is a word of ours', () => {
    const odd = Directory.parse({ customers: [{ id: 'customer', name: 'C', domains: ['c.example'] }] });
    const state = seen([...past, ...ordinaries('x@c.example', 9)], { directory: odd }).takeChanges();
    store.commit({ positions: [], messages: new Map(), state, counters: [], findings: [] });
    const detector = new Detector({ directory: odd, load: store.loadState, loadMatching: store.loadMatching });

    expect(names(detector.explain('customer', NOW)).sort()).toEqual(['entry c.example', 'sender x@c.example']);
  });

  it('bounds what is read', () => {
    const many = Array.from({ length: 30 }, (_, i) => `m${i}@office.example`).flatMap((login) =>
      ordinary(login, T0, { login }),
    );
    restarted(many);

    expect(store.loadMatching('Office-1|', '', 7)).toHaveLength(7);
    expect(store.loadMatching('Office-1|', 'm2', 100)).toHaveLength(11);
    expect(store.loadMatching('Office-1|', '%', 100)).toEqual([]);
    expect(store.loadMatching('Office|', '', 100)).toEqual([]);
  });
});

describe('explain, at any time', () => {
  it('changes nothing, whatever is asked and whenever', () => {
    const sender = fc.constantFrom(KIM, BEN, 'ann@mill.example', '', 'x@stranger.example');
    const run = fc.record({
      sender,
      login: fc.constantFrom(undefined, KIM, BEN),
      clientIp: fc.constantFrom('192.0.2.8', '203.0.113.77', '2001:db8::7'),
      afterMs: fc.integer({ min: 0, max: 3 * HOUR }),
      recipients: fc.integer({ min: 1, max: 20 }),
      query: fc.constantFrom(KIM, 'OFFICE-1', 'mill', '192.0.2.8', '192.0.2.0/24', 'unattributed', '<>', 'nobody', ''),
      at: fc.option(fc.integer({ min: T0 - DAY, max: T0 + DAY }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), (runs) => {
        const [asked, left] = [new Detector({ directory }), new Detector({ directory })];
        let at = T0;
        for (const { sender, login, clientIp, afterMs, recipients, query, at: when } of runs) {
          at += afterMs;
          const head = message({ sender, acceptedAt: at, clientIp, recipientCount: recipients });
          if (login !== undefined) head.login = login;
          const attempts = Array.from({ length: recipients }, (_, n) =>
            delivery(head, `r${n}@far${n}.test`, { at: at + n, ...(n % 3 ? {} : UNKNOWN_USER) }),
          );
          for (const event of [accepted(head), ...attempts]) {
            expect(asked.see(event)).toEqual(left.see(event));
            asked.explain(query, when);
          }
          const size = asked.identities.size;
          asked.explain(query, when);
          expect(asked.identities.size).toBe(size);
        }
        expect(JSON.stringify([...asked.takeChanges().rows])).toEqual(JSON.stringify([...left.takeChanges().rows]));
        for (const { query, at: when } of runs) asked.explain(query, when);
        expect(asked.takeChanges().rows.size).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

/** Messages to one acquaintance, two minutes apart. */
function ordinaries(sender: string, count: number, change: { clientIp?: string } = {}): MailEvent[] {
  const login = sender.endsWith('@office.example') ? { login: sender, clientIp: '198.51.100.7' } : {};
  return Array.from({ length: count }, (_, i) => ordinary(sender, T0 + i * 120_000, { ...login, ...change })).flat();
}
