import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.js';
import { outbox } from '../src/db/schema.js';
import { catchUpDigests, checkCron, digestJobs, previousSlot, type QueueDigest } from '../src/schedule.js';
import { queueDigest } from '../src/slack/digest.js';
import { freshDb } from './helpers/temp.js';

const NIGHTLY = { channel: '#abuse-desk', cron: '0 7 * * *', timezone: 'Europe/Oslo', whenQuiet: 'one-line' as const };

function setUp(now: () => number) {
  const config = parseConfig({
    channels: { compromise: '#a', listing: '#b' },
    people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
    digests: [NIGHTLY],
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

describe('checkCron', () => {
  it('names a bad expression or zone with an example', () => {
    expect(() => checkCron('seven o’clock', 'UTC', 'digest')).toThrow(/0 7 \* \* 1-5/);
    expect(() => checkCron('0 7 * * *', 'Mars/Olympus', 'digest')).toThrow(/Europe\/Oslo/);
  });
});
