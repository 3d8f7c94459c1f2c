// When more identities are awake than fit in memory, some are put to sleep, in the middle of what they do too. What is found must be the
// same as if nobody ever slept: here everybody is put to sleep again and again, and the findings are compared one by one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../../src/db/open-traffic.js';
import { Detector } from '../../../src/detection/detector.js';
import type { CompromiseFinding, Finding } from '../../../src/detection/finding.js';
import { createTrafficStore } from '../../../src/detection/live/traffic-store.js';
import { Pipeline, timeOptionsOf } from '../../../src/detection/pipeline.js';
import type { Complaint, MailEvent } from '../../../src/mail/event.js';
import { Directory } from '../../../src/partners/directory.js';
import { readDirectory } from '../../../src/partners/load.js';
import { accepted, DAY, delivery, HOUR, message, ordinary, spam, T0, UNKNOWN_USER } from '../../tools/mail-events.js';
import { attacks } from '../../tools/scenarios.js';
import { random, World } from '../../tools/traffic.js';
import { seeLines } from '../see-lines.js';

let dir: string;
let db: TrafficDb;
let store: ReturnType<typeof createTrafficStore>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asleep-'));
  db = openTrafficDb(join(dir, 'traffic.db'));
  store = createTrafficStore(db);
});
afterEach(() => {
  db.$client.close();
  rmSync(dir, { recursive: true });
});

const directory = Directory.parse({
  customers: [{ id: 'office', name: 'Office', domains: ['office.example'], sasl_domains: ['office.example'] }],
});

/** A detector that keeps nobody in memory over a commit. */
function forgetful(of: Directory): Detector {
  return new Detector({ directory: of, load: store.loadState, maxIdentities: 0 });
}

/** Commits; half of all are asleep then. */
function sleepHalf(detector: Detector): void {
  store.commit({ positions: [], messages: new Map(), state: detector.takeChanges(), counters: [], findings: [] });
}

/** Commits until all are asleep. */
function sleep(detector: Detector): void {
  do sleepHalf(detector);
  while (detector.identities.size > 0);
}

/** What is found when nobody sleeps, and when everybody does (or whom `putToSleep` chooses) after every `nth` event. */
function bothWays(events: MailEvent[], nth: number, of = directory, putToSleep = sleep) {
  const waking = new Detector({ directory: of });
  const awake: Finding[] = events.flatMap((event) => waking.see(event));
  const sleeping = forgetful(of);
  const asleep: Finding[] = events.flatMap((event, i) => {
    if (i % nth === 0) putToSleep(sleeping);
    return sleeping.see(event);
  });
  return { awake, asleep };
}

const inOrder = (events: MailEvent[]) => events.toSorted((a, b) => a.at - b.at);
const staff = Array.from({ length: 20 }, (_, i) => `p${String(i).padStart(2, '0')}@office.example`);
const [lost, begun, late, scanner] = staff as [string, string, string, string];
const past = staff.flatMap((login, n) =>
  Array.from({ length: 30 }, (_, i) => T0 - (1 + Math.floor(i / 4)) * DAY + (i % 4) * 2 * HOUR + n * 1_000).flatMap(
    (at) => ordinary(login, at, { login }),
  ),
);

/** So many letters to strangers, three minutes apart, every `nthBad` of them to nobody. */
function letters(sender: string, since: number, count: number, nthBad: number, login = sender): MailEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const head = message({ sender, login, acceptedAt: since + i * 180_000 });
    const to = `stranger${i}.${sender.slice(0, 3)}@far${i}.${sender.slice(0, 3)}.test`;
    return [accepted(head), delivery(head, to, i % nthBad === 0 ? UNKNOWN_USER : {})];
  }).flat();
}

const compromises = (findings: Finding[]) =>
  findings.filter((finding): finding is CompromiseFinding => finding.kind !== 'blocklist');

describe('identities put to sleep in the middle of a spell', () => {
  it('are found as if they had been awake: an alarm that runs for hours, and the honest mail after it', () => {
    const events = inOrder([
      ...past,
      ...letters(lost, T0, 60, 2),
      ...Array.from({ length: 20 }, (_, i) => ordinary(lost, T0 + 4 * HOUR + i * 240_000, { login: lost })).flat(),
      ...letters(lost, T0 + 7 * HOUR, 30, 2),
    ]);
    const { awake, asleep } = bothWays(events, 1);

    expect(awake.length).toBeGreaterThan(10);
    expect(asleep).toEqual(awake);
  });

  it('are named all together when none of them is an alarm alone', () => {
    const { awake, asleep } = bothWays(
      inOrder([...past, ...[lost, begun, late].flatMap((login, i) => letters(login, T0 + i * 60_000, 12, 4))]),
      1,
    );

    expect(compromises(awake).at(-1)?.logins).toHaveLength(3);
    expect(asleep).toEqual(awake);
  });

  it('are named with the first alarm of a colleague when they had just begun', () => {
    const few = [...letters(late, T0 - 1_000, 4, 2), ...letters(begun, T0 + 1_000, 5, 2)];
    const { awake, asleep } = bothWays(inOrder([...past, ...letters(lost, T0, 30, 2), ...few]), 1);

    expect(compromises(awake)[0]?.senders).toEqual([lost, late, begun]);
    expect(asleep).toEqual(awake);
  });

  it('are strangers together, behind a login that its regular senders are known of', () => {
    const shared = (i: number) => `clerk${i % 9}@office.example`;
    const login = scanner;
    const usual = Array.from({ length: 90 }, (_, i) =>
      ordinary(shared(i), T0 - (10 - Math.floor(i / 9)) * DAY, { login }),
    );
    const invented = spam((i) => `any${i}.body@elsewhere${i % 5}.test`, T0, 40, { login });
    const { awake, asleep } = bothWays(inOrder([...usual.flat(), ...invented]), 1);

    expect(compromises(awake).at(-1)).toMatchObject({ kind: 'multiple', sharedLogins: [login] });
    expect(asleep).toEqual(awake);
  });

  it('are accused by complaints about their mail', () => {
    const heads = Array.from({ length: 60 }, (_, i) =>
      message({ sender: lost, login: lost, acceptedAt: T0 + i * 30_000 }),
    );
    const mail = heads.flatMap((head, i) => [
      accepted(head),
      delivery(head, `reader${i}@far${i}.test`, i % 8 === 0 ? UNKNOWN_USER : {}),
    ]);
    const complaints = heads.slice(0, 20).map(
      (about, i): Complaint => ({
        ...{ kind: 'complaint', at: T0 + 40 * 60_000 + i * 10_000, message: about },
        ...{ feedbackType: 'abuse', reporter: 'giant.test' },
      }),
    );
    const { awake, asleep } = bothWays(inOrder([...past, ...mail, ...complaints]), 1);

    expect(compromises(awake).length).toBeGreaterThan(0);
    expect(asleep).toEqual(awake);
  });

  it('are found at once among 1,000 that began to send, and read from the database for none of them', () => {
    const crowd = Array.from({ length: 1_000 }, (_, i) => {
      const sender = `any${i}.body@office.example`;
      const head = message({ sender, login: scanner, acceptedAt: T0 + i * 1_000, recipientCount: 3 });
      return [accepted(head), ...[0, 1, 2].map((n) => delivery(head, `friend${n}@of-${sender}`))];
    }).flat();
    const begin = [...past, ...letters(late, T0 - 2_000, 4, 2), ...letters(begun, T0 - 1_000, 5, 2), ...crowd];
    const spamming = letters(lost, T0 + 20 * 60_000, 30, 2);
    const waking = new Detector({ directory });
    const awake = [...inOrder(begin), ...spamming].flatMap((event) => waking.see(event));

    let loads = 0;
    const load = (key: string) => {
      loads++;
      return store.loadState(key);
    };
    const sleeping = new Detector({ directory, load, maxIdentities: 0 });
    const before = inOrder(begin).flatMap((event) => sleeping.see(event));
    sleep(sleeping);
    const kept = [...sleeping.identities.ofCustomer('office')].length;
    loads = 0;
    const asleep = [...before, ...spamming.flatMap((event) => sleeping.see(event))];

    expect(compromises(asleep)[0]?.senders).toEqual([lost, late, begun]);
    expect(asleep).toEqual(awake);
    expect(loads).toBeLessThan(50);
    expect(kept).toBe(200);
  });

  it('are named with a colleague below the number of recipients that is configured', () => {
    const options = { directory, thresholds: { leastRecipients: 14 } };
    const waking = new Detector(options);
    const sleeping = new Detector({ ...options, load: store.loadState, maxIdentities: 0 });
    const events = inOrder([...past, ...letters(begun, T0, 10, 2), ...letters(lost, T0 + 30_000, 30, 2)]);
    const awake = events.flatMap((event) => waking.see(event));
    const asleep = events.flatMap((event) => {
      sleep(sleeping);
      return sleeping.see(event);
    });

    expect(compromises(awake)[0]?.senders).toEqual([lost, begun]);
    expect(asleep).toEqual(awake);
  });

  it('are found by halves: a sender awake while its login is asleep, and the other way round', () => {
    const six = staff.slice(4, 10);
    const ordinaryDays = six.flatMap((sender, n) =>
      Array.from({ length: 30 }, (_, i) => T0 - (9 - Math.floor(i / 4)) * DAY + (i % 4) * HOUR + n * 1_000).flatMap(
        (at) => ordinary(sender, at, { login: scanner }),
      ),
    );
    // Too few of each to be judged: it is the login that is in alarm.
    const spamming = six.flatMap((sender, n) =>
      [0, 1, 2].flatMap((i) => {
        const acceptedAt = T0 + i * 180_000 + n * 30_000;
        const head = message({ sender, login: scanner, acceptedAt, recipientCount: 2 });
        const to = `stranger${i}@far${i}.${sender.slice(0, 3)}.test`;
        return [accepted(head), delivery(head, to, UNKNOWN_USER), delivery(head, `second.${to}`)];
      }),
    );
    const events = inOrder([...ordinaryDays, ...spamming]);
    const waking = new Detector({ directory });
    const awake = events.flatMap((event) => waking.see(event));
    const sleeping = forgetful(directory);
    const halves = new Set<string>();
    const asleep = events.flatMap((event) => {
      sleepHalf(sleeping);
      const keys = new Set(Array.from(sleeping.identities.values(), ({ key }) => key));
      const login = `office|login:${scanner}`;
      const sender = 'message' in event ? `${login}|${event.message.sender}` : '';
      halves.add(`${keys.has(sender) ? 'sender' : ''} ${keys.has(login) ? 'login' : ''}`);
      return sleeping.see(event);
    });

    expect([...halves]).toEqual(expect.arrayContaining(['sender ', ' login', 'sender login', ' ']));
    expect(compromises(awake).at(-1)?.senders.toSorted()).toEqual(six);
    expect(asleep).toEqual(awake);
  });

  it.each([
    ['all of them', sleep, 40],
    ['half of them', sleepHalf, 20],
  ])(
    'are found the same at a made-up provider with all attacks in one day, %s asleep',
    (_, putToSleep, nth) => {
      const world = new World(random(7), 3, 12);
      const scenarios = Object.values(attacks);
      for (const [i, scenario] of scenarios.entries())
        scenario(world, world.customers[i] as (typeof world.customers)[0], 2);
      world.liveOrdinaryDays();
      const { awake, asleep } = bothWays(world.events(), nth, world.directory(), putToSleep);

      expect(new Set(compromises(awake).map(({ customer }) => customer)).size).toBeGreaterThanOrEqual(
        scenarios.length - 1,
      );
      expect(asleep).toEqual(awake);
    },
    60_000,
  );

  it('are found the same in the sample log', () => {
    const customers = readDirectory('test/fixtures/customers.json');
    const sleeping = forgetful(customers);
    const asleep: Finding[] = [];
    const pipeline = new Pipeline({
      directory: customers,
      time: timeOptionsOf(customers),
      onEvent(event) {
        asleep.push(...sleeping.see(event));
        sleep(sleeping);
      },
    });
    const awake = seeLines(pipeline, readFileSync('test/fixtures/mail.log', 'utf8').trimEnd().split('\n'));

    expect(awake.length).toBeGreaterThan(10);
    expect(asleep).toEqual(awake);
  });
});
