// When more identities are awake than fit in memory, some are put to sleep, in the middle of what they do too. What is found must be the
// same as if nobody ever slept: here everybody is put to sleep again and again, and the findings are compared one by one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrafficDb, type TrafficDb } from '../../../src/db/open-traffic.js';
import { Detector } from '../../../src/detection/detector.js';
import type { CompromiseFinding, Finding } from '../../../src/detection/finding.js';
import { createTrafficStore, type TrafficStore } from '../../../src/detection/live/traffic-store.js';
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
let store: TrafficStore;

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

/** Commits until all are asleep. */
function sleep(detector: Detector): void {
  do store.commit({ positions: [], messages: new Map(), state: detector.takeChanges(), counters: [], findings: [] });
  while (detector.identities.size > 0);
}

/** What is found when nobody sleeps, and when everybody does after every `nth` event. */
function bothWays(events: MailEvent[], nth: number, of = directory): { awake: Finding[]; asleep: Finding[] } {
  const waking = new Detector({ directory: of });
  const awake = events.flatMap((event) => waking.see(event));
  const sleeping = forgetful(of);
  const asleep = events.flatMap((event, i) => {
    if (i % nth === 0) sleep(sleeping);
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
function letters(login: string, since: number, count: number, nthBad: number): MailEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const head = message({ sender: login, login, acceptedAt: since + i * 180_000 });
    const to = `stranger${i}.${login.slice(0, 3)}@far${i}.${login.slice(0, 3)}.test`;
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

  it('are found the same at a made-up provider with all attacks in one day', () => {
    const world = new World(random(7), 3, 12);
    const scenarios = Object.values(attacks);
    for (const [i, scenario] of scenarios.entries())
      scenario(world, world.customers[i] as (typeof world.customers)[0], 2);
    world.liveOrdinaryDays();
    const { awake, asleep } = bothWays(world.events(), 40, world.directory());

    expect(new Set(compromises(awake).map(({ customer }) => customer)).size).toBeGreaterThanOrEqual(
      scenarios.length - 1,
    );
    expect(asleep).toEqual(awake);
  }, 60_000);

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
