// How much may be on its way, told by a clock of the test's own and a server that is a rate, a distance and a buffer.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Flow } from '../../src/dns/flow.js';

const WINDOW = 100;
/** What a receive buffer on a stock Linux holds of such packets, and a little more. */
const BUFFER = 150;

interface World {
  roundTripMs: number;
  /** What the server answers. */
  perMs: number;
  loss?: number;
}

interface Outcome {
  answered: number;
  lost: number;
  mostStanding: number;
  mostInFlight: number;
  tookMs: number;
}

/** Sends `total` questions as fast as the flow lets them go, in steps of a quarter of a millisecond. */
function run(total: number, { roundTripMs, perMs, loss = 0 }: World): Outcome {
  const flow = new Flow(WINDOW, 2_000);
  const outcome: Outcome = { answered: 0, lost: 0, mostStanding: 0, mostInFlight: 0, tookMs: 0 };
  const onTheRoad: { sentMs: number; atMs: number }[] = [];
  const standing: number[] = [];
  const back: { sentMs: number; atMs: number }[] = [];
  let sent = 0;
  let served = 0;
  for (let nowMs = 1; outcome.answered + outcome.lost < total && nowMs < 100_000; nowMs += 0.25) {
    while (back[0] && back[0].atMs <= nowMs) {
      const { sentMs } = back.shift() as { sentMs: number };
      flow.answered(nowMs - sentMs, nowMs - sentMs, nowMs, true);
      outcome.answered++;
    }
    while (sent < total && flow.hasRoom(nowMs)) {
      flow.sent(nowMs);
      const isLost = (sent * 7_919) % 1_000 < loss * 1_000;
      if (isLost) {
        flow.lost();
        outcome.lost++;
      } else onTheRoad.push({ sentMs: nowMs, atMs: nowMs + roundTripMs / 2 });
      sent++;
    }
    outcome.mostInFlight = Math.max(outcome.mostInFlight, flow.inFlight);
    while (onTheRoad[0] && onTheRoad[0].atMs <= nowMs) standing.push((onTheRoad.shift() as { sentMs: number }).sentMs);
    outcome.mostStanding = Math.max(outcome.mostStanding, standing.length);
    for (served += perMs / 4; served >= 1 && standing.length > 0; served--)
      back.push({ sentMs: standing.shift() as number, atMs: nowMs + roundTripMs / 2 });
    served = Math.min(served, 1);
    outcome.tookMs = nowMs;
  }
  return outcome;
}

test('a server near by never has more than the window before it', () => {
  for (const perMs of [2, 20, 200]) {
    const { answered, mostInFlight } = run(5_000, { roundTripMs: 0.2, perMs });
    expect(answered).toBe(5_000);
    expect(mostInFlight).toBe(WINDOW);
  }
});

test('a server far away gets more questions on their way, and no burst that its buffer cannot hold', () => {
  const outcome = run(15_360, { roundTripMs: 20, perMs: 40 });
  expect(outcome.mostInFlight).toBeGreaterThan(300);
  expect(outcome.mostStanding).toBeLessThanOrEqual(BUFFER);
  // 15,360 in windows of 100 would take 154 round trips.
  expect(outcome.tookMs).toBeLessThan(1_300);
});

test('a far server slower than we are does not get a queue that its buffer cannot hold', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 6, max: 80, noNaN: true }),
      fc.double({ min: 1, max: 60, noNaN: true }),
      (roundTripMs, perMs) => {
        const { answered, mostStanding } = run(4_000, { roundTripMs, perMs });
        expect(answered).toBe(4_000);
        expect(mostStanding).toBeLessThanOrEqual(BUFFER);
      },
    ),
    { numRuns: 40 },
  );
});

test('one lost packet in a hundred takes nothing from the pace, one in three does', () => {
  const world = { roundTripMs: 20, perMs: 40 };
  expect(run(10_000, { ...world, loss: 0.01 }).mostInFlight).toBeGreaterThan(300);
  expect(run(10_000, { ...world, loss: 0.34 }).mostInFlight).toBeLessThanOrEqual(WINDOW);
});

test('a question is sent again soon after its answer is overdue, and ever later', () => {
  const flow = new Flow(WINDOW, 2_000);
  expect(flow.resendAfterMs(1)).toBe(400);
  for (let i = 1; i <= 50; i++) {
    flow.sent(i);
    flow.answered(20, 20, i + 20, true);
  }
  expect([1, 2, 3, 4, 5, 6].map((sends) => flow.resendAfterMs(sends))).toEqual([100, 200, 400, 800, 1_600, 2_000]);
});

test('where answers take long, a question is given long', () => {
  const flow = new Flow(WINDOW, 2_000);
  for (let i = 1; i <= 50; i++) {
    flow.sent(i);
    flow.answered(i % 2 ? 20 : 600, i % 2 ? 20 : 600, i, true);
  }
  expect(flow.resendAfterMs(1)).toBeGreaterThan(600);
});

test('an answer after a second sending says nothing about the time, unless it came too soon for that', () => {
  const flow = new Flow(WINDOW, 2_000);
  flow.sent(1);
  flow.answered(200, 200, 201, true);
  const before = flow.resendAfterMs(1);
  flow.sent(300);
  flow.answered(1_500, 900, 1_800, false);
  expect(flow.resendAfterMs(1)).toBe(before);
  flow.sent(2_000);
  flow.answered(850, 1, 2_850, false);
  expect(flow.resendAfterMs(1)).toBeGreaterThan(before);
});
