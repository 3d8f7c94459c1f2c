import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { type Digest, parseConfig } from '../src/config.js';
import { outbox } from '../src/db/schema.js';
import {
  catchUpDigests,
  checkCron,
  digestJobs,
  previousSlot,
  type QueueDigest,
  startSchedule,
} from '../src/schedule.js';
import { queueDigest } from '../src/slack/digest.js';
import { eventually } from './helpers/eventually.js';
import { freshDb } from './helpers/temp.js';

const NIGHTLY = { channel: '#abuse-desk', cron: '0 7 * * *', timezone: 'Europe/Oslo', whenQuiet: 'one-line' as const };
const HOUR = 3_600_000;

function setUp(now: () => number, digest: Digest = NIGHTLY) {
  const config = parseConfig({
    channels: { compromise: '#a', listing: '#b' },
    people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
    digests: [digest],
  });
  const ctx = { config, db: freshDb(), now };
  const queue: QueueDigest = (digest, slot) => queueDigest(ctx, digest, slot);
  const posted = () => ctx.db.select().from(outbox).all().length;
  return { ctx, queue, posted };
}

const at = (text: string) => Date.parse(text);

describe('the slots of a digest', () => {
  it('are in the digest’s own zone, on both sides of a clock change', () => {
    expect(previousSlot(NIGHTLY, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-28T06:00:00Z'));
    expect(previousSlot(NIGHTLY, at('2026-03-29T12:00:00Z'))).toBe(at('2026-03-29T05:00:00Z'));
    expect(previousSlot(NIGHTLY, at('2026-10-25T12:00:00Z'))).toBe(at('2026-10-25T06:00:00Z'));
  });

  it('include the one that falls on this very moment', () => {
    expect(previousSlot(NIGHTLY, at('2026-03-28T06:00:00Z'))).toBe(at('2026-03-28T06:00:00Z'));
  });
});

describe('a digest at a time of day that a clock change passes over or shows twice', () => {
  /** All that are found between two moments. */
  function slotsOn(from: string, to: string, cron: string): string[] {
    const slots = new Set<number>();
    for (let now = at(from); now < at(to); now += 10 * 60_000) slots.add(previousSlot({ cron, timezone: VIENNA }, now));
    return [...slots].map((slot) => new Date(slot).toISOString().slice(5, 16));
  }
  const VIENNA = 'Europe/Vienna';
  const inSpring = (cron: string) => slotsOn('2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z', cron);
  const inAutumn = (cron: string) => slotsOn('2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z', cron);

  it.each([
    { cron: '30 2 * * *', spring: ['03-28T01:30', '03-29T01:30', '03-30T00:30'] },
    { cron: '0 2 * * *', spring: ['03-28T01:00', '03-29T01:00', '03-30T00:00'] },
    { cron: '30 2 * * 0', spring: ['03-22T01:30', '03-29T01:30'] },
    { cron: '0 3 * * *', spring: ['03-28T02:00', '03-29T01:00', '03-30T01:00'] },
  ])('comes on each day ($cron in spring)', ({ cron, spring }) => {
    expect(inSpring(cron)).toEqual(spring);
  });

  it.each([
    { cron: '30 2 * * *', autumn: ['10-24T00:30', '10-25T00:30', '10-26T01:30'] },
    { cron: '0 2 * * *', autumn: ['10-24T00:00', '10-25T00:00', '10-26T01:00'] },
    { cron: '30 2 * * 0', autumn: ['10-18T00:30', '10-25T00:30'] },
    { cron: '0 3 * * *', autumn: ['10-24T01:00', '10-25T02:00', '10-26T02:00'] },
  ])('comes once a day ($cron in autumn)', ({ cron, autumn }) => {
    expect(inAutumn(cron)).toEqual(autumn);
  });

  it('is posted once on each of the two days, with the bot asking all day long', () => {
    let now = at('2026-03-28T12:00:00Z');
    const { ctx, queue, posted } = setUp(() => now, { ...NIGHTLY, cron: '30 2 * * *', timezone: VIENNA });
    const days = ['2026-03-29', '2026-10-24', '2026-10-25'].map((day) => {
      const before = posted();
      for (now = at(`${day}T00:00:00Z`) - 3 * HOUR; now < at(`${day}T12:00:00Z`); now += 10 * 60_000)
        catchUpDigests(ctx, queue, now);
      return posted() - before;
    });

    expect(days).toEqual([1, 1, 1]);
  });
});

describe('catching up', () => {
  it('says nothing about the time before the digest was set up', () => {
    const { ctx, queue, posted } = setUp(() => at('2026-03-28T12:00:00Z'));

    catchUpDigests(ctx, queue, ctx.now());

    expect(posted()).toBe(0);
  });

  it('posts a slot that passed while the bot was down, once however often it restarts', () => {
    let now = at('2026-03-28T12:00:00Z');
    const { ctx, queue, posted } = setUp(() => now);
    catchUpDigests(ctx, queue, now);

    now = at('2026-03-29T05:30:00Z');
    for (let restart = 0; restart < 3; restart++) catchUpDigests(ctx, queue, now);

    expect(posted()).toBe(1);
  });

  it('does not repeat a slot that the clock job posted', async () => {
    let now = Date.now() - 3 * 86_400_000;
    const { ctx, queue, posted } = setUp(() => now);
    catchUpDigests(ctx, queue, now);

    now = Date.now();
    await digestJobs(ctx, queue)[0]?.run();
    catchUpDigests(ctx, queue);

    expect(posted()).toBe(1);
  });

  it('tells of the time since the last digest, not since one of a day when the clock was ahead', () => {
    let now = at('2026-03-28T12:00:00Z');
    const { ctx, queue } = setUp(() => now);
    for (const time of [
      '2026-03-28T12:00:00Z',
      '2026-03-29T05:30:00Z',
      '2026-09-01T06:00:00Z',
      '2026-03-30T05:30:00Z',
    ]) {
      now = at(time);
      // A clock that is months ahead skips the slots between.
      if (now === at('2026-09-01T06:00:00Z')) queue(NIGHTLY, { slotAt: at('2026-09-01T05:00:00Z'), from: 0, to: now });
      else catchUpDigests(ctx, queue, now);
    }

    const last = ctx.db.select().from(outbox).all().at(-1);
    expect(last?.payload).toMatchObject({ from: at('2026-03-29T05:30:00Z'), to: at('2026-03-30T05:30:00Z') });
  });

  it('lets go of a slot that is long past', () => {
    let now = at('2026-03-28T12:00:00Z');
    const { ctx, queue, posted } = setUp(() => now);
    catchUpDigests(ctx, queue, now);

    now = at('2026-04-02T22:00:00Z');
    catchUpDigests(ctx, queue, now);

    expect(posted()).toBe(0);
  });
});

describe('a job that takes longer than the time to its next run', () => {
  it('is not started again, and only the log tells of it, where somebody looks for it', async () => {
    const printed = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const logged: Array<{ level: number; job: string; msg: string }> = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
    let started = 0;
    let finish = () => {};
    const run = () => {
      started++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    };
    const schedule = startSchedule({ log }, [{ name: 'slow', cron: '* * * * * *', run }]);

    // On a busy machine it also tells of a time that it let go.
    const told = () => logged.find(({ msg }) => msg.includes('overlap'));
    await eventually(() => expect(told()).toMatchObject({ level: pino.levels.values.debug, job: 'slow' }));
    expect(started).toBe(1);
    finish();
    await schedule.stop();

    expect(new Set(logged.map(({ level }) => level))).toEqual(new Set([pino.levels.values.debug]));
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });
});

describe('checkCron', () => {
  it('names a bad expression or zone with an example', () => {
    expect(() => checkCron('seven o’clock', 'UTC', 'digest')).toThrow(/0 7 \* \* 1-5/);
    // node-cron takes these, and cron-parser, which tells the digest's last time, does not.
    expect(() => checkCron('0 7 * * monday', 'UTC', 'digest')).toThrow(/0 7 \* \* 1-5/);
    expect(() => checkCron('0 7 5-1 * *', 'UTC', 'digest')).toThrow(/0 7 \* \* 1-5/);
    expect(() => checkCron('0 7 * * *', 'Mars/Olympus', 'digest')).toThrow(/Europe\/Oslo/);
  });
});
