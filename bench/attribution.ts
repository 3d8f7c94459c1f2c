// What a listing hits and who is behind it, at the size of 1,000 customers on four relays for 54 hours: how long the thread that answers
// Slack and Postfix is held up by it, beside one query that sums up the same day. `npm run bench:attribution`

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openTrafficDb } from '../src/db/open-traffic.js';
import { type CounterRow, SUMS, type Sums } from '../src/detection/counters/counter-cells.js';
import { createTrafficStore } from '../src/detection/live/traffic-store.js';
import { createDayPictures } from '../src/detection/traffic/day-picture.js';
import { addHour, HOUR_MS, hoursOf, openTrafficHours } from '../src/detection/traffic/traffic-hours.js';
import { volumes } from '../src/detection/traffic/traffic-report.js';
import { rankingSteps } from '../src/incidents/culprits/suspects.js';
import { impactFrom } from '../src/incidents/listings/impact.js';
import { Directory } from '../src/partners/directory.js';

const ROUNDS = 5;
const CUSTOMERS = 1_000;
const RELAYS = 4;
const HOURS = 54;
const NOW = Date.UTC(2026, 2, 3, 10, 30);
const NOBODYS = () => undefined;

const { relays } = Directory.parse({
  relays: Array.from({ length: RELAYS }, (_, i) => ({ host: `relay${i}`, outbound_ip: `203.0.113.${i + 1}` })),
});
const dir = mkdtempSync(join(tmpdir(), 'bench-attribution-'));
const path = join(dir, 'traffic.db');
try {
  fill();
  await report();
} finally {
  rmSync(dir, { recursive: true });
}

function fill(): void {
  const db = openTrafficDb(path);
  const store = createTrafficStore(db);
  for (let back = HOURS; back >= 0; back--) {
    const counters = rowsOf(Math.floor(NOW / HOUR_MS) - back);
    store.commit({
      positions: [],
      messages: new Map(),
      state: { rows: new Map(), familiar: { generation: 0, begunAt: 0, hashes: new Uint32Array() } },
      counters,
      findings: [],
    });
  }
  db.$client.close();
}

function rowsOf(hour: number): CounterRow[] {
  const sums = {
    ...(Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums),
    messages: 20,
    sent: 20,
    newRecipients: 3,
  };
  return Array.from({ length: CUSTOMERS * RELAYS }, (_, i) => ({
    hour,
    kind: 'relay' as const,
    owner: `customer-${i % CUSTOMERS}`,
    name: `relay${Math.floor(i / CUSTOMERS)}`,
    ...sums,
  }));
}

async function report(): Promise<void> {
  const clock = { now: NOW };
  const pictures = createDayPictures({ path, now: () => clock.now });
  const held = await longestHold(async () => {
    clock.now += 60_000;
    await pictures.refresh();
  });
  const facts = {
    relays,
    outbound: relays.flatMap(({ outbound_ips: all }) => all),
    targets: ['203.0.113.1'],
    alsoListed: [],
    ownerOfDomain: NOBODYS,
  };
  const read = await median(() => void impactFrom({ picture: pictures.current(), ...facts }));
  const ranked = await longestHold(rankOnce);
  const day = { from: NOW - 24 * HOUR_MS, to: NOW };
  const peer = await median(() => void volumes(path, day));
  print('a day summed up in one query', peer);
  print('the impact, read for a card', read, peer);
  print('longest hold while the picture is drawn anew', held, peer);
  print('longest hold while suspects are ranked', ranked, peer);
}

/** The sums over 54 hours and one relay, and the odds. */
async function rankOnce(): Promise<void> {
  const hours = openTrafficHours(path);
  if (!hours) throw new Error('no counters');
  const sums: Parameters<typeof addHour>[0] = new Map();
  for (const { hour, part } of hoursOf({ from: NOW - HOURS * HOUR_MS, to: NOW }, NOW)) {
    addHour(sums, hours.read(hour, ['relay0']), part, () => 1);
    await nextTurn();
  }
  hours.close();
  const candidates = [...sums].map(([customer, mail]) => ({ customer, near: mail, before: mail }));
  const steps = rankingSteps({
    candidates,
    nearHours: 6,
    beforeHours: 48,
    scope: 'address',
    isFirstLook: false,
    what: 'the mail',
  });
  for (let n = 1; !steps.next().done; n++) if (n % 25 === 0) await nextTurn();
}

/** The longest time in ms that others had to wait for their turn; median of several runs. */
async function longestHold(run: () => Promise<void>): Promise<number> {
  return median(async () => {
    let isOver = false;
    let longest = 0;
    const done = run().finally(() => {
      isOver = true;
    });
    let last = performance.now();
    while (!isOver) {
      await nextTurn();
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
    await done;
    return longest;
  });
}

/** Median of what the rounds answer, or of how long they took; ms. */
async function median(run: () => unknown): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startedAt = performance.now();
    const answered = await run();
    values.push(typeof answered === 'number' ? answered : performance.now() - startedAt);
  }
  return values.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function print(what: string, ms: number, beside?: number): void {
  const ratio = beside === undefined ? '' : `, ${(ms / beside).toFixed(3)} of the query`;
  console.log(`${what.padEnd(46)} ${ms.toFixed(2)} ms${ratio}`);
}
