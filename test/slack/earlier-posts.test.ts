// Messages that came through unnoticed are found again by all who look, and Slack is asked for few pages, at its pace.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFromFinding } from '../../src/incidents/open.js';
import { unresolvedIncidents } from '../../src/incidents/store.js';
import { Poster } from '../../src/slack/poster.js';
import { createWebClient } from '../../src/slack/web-client.js';
import { eventually } from '../helpers/eventually.js';
import { stolenMailbox } from '../helpers/incidents.js';
import { ABUSE, BOT_TOKEN, DELIVERABILITY, openDesk, TECH, type TestDesk } from '../helpers/slack-desk.js';

const CARDS = 30;
const CARD = { text: 'a card', blocks: [] };
/** Messages that Slack gives at once, as asked. */
const PAGE = 200;
const MARKS = Array.from({ length: CARDS }, (_, i) => `card:${i}`);

/** A poster beside the bot, at a pace of so many messages a second. */
function posterTo({ slack, ctx }: TestDesk, { messagesPerSecond = 1000, callTimeoutMs = 60_000 } = {}): Poster {
  const client = createWebClient({ botToken: BOT_TOKEN, apiUrl: slack.apiUrl }, ctx.log, callTimeoutMs);
  return new Poster(client, messagesPerSecond);
}

/** Lets the clock that nobody sets go on by so many ms more at each call of what it returns. */
function leapingClock(): (ms: number) => void {
  const now = performance.now.bind(performance);
  let leaptMs = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + leaptMs);
  onTestFinished(() => spy.mockRestore());
  return (ms) => {
    leaptMs += ms;
  };
}

/** Somebody writes a lot. */
async function fill({ slack }: TestDesk, { posts, threadTs }: { posts: number; threadTs?: string }): Promise<void> {
  const thread = threadTs === undefined ? {} : { threadTs };
  for (let i = 0; i < posts; i++) await slack.say({ user: TECH, channel: ABUSE, text: `line ${i}`, ...thread });
}

const readsOf = ({ slack }: TestDesk, method = 'conversations.history') => slack.calls(method).length;

describe('after an outage', () => {
  it('all cards of a channel are found by a few pages, and none is posted twice', async () => {
    const desk = await openDesk();
    desk.slack.failNext('chat.postMessage', { status: 500, afterEffect: true, times: CARDS });

    for (let i = 0; i < CARDS; i++) openFromFinding(desk.ctx, stolenMailbox({ key: `compromise:acme:${i}` }));
    desk.ctx.outbox.wake();
    await eventually(() => {
      const placed = unresolvedIncidents(desk.ctx.db).filter(({ messageTs }) => messageTs !== null);
      expect(placed).toHaveLength(CARDS);
    });

    expect(await desk.slack.messages(ABUSE)).toHaveLength(CARDS);
    expect(readsOf(desk)).toBeLessThanOrEqual(4);
  });
});

describe('a page that was read', () => {
  it('serves all who look in that channel, and nobody who looks in another', async () => {
    const desk = await openDesk();
    const poster = posterTo(desk);
    for (const mark of MARKS) await poster.post(ABUSE, CARD, { mark });

    const later = posterTo(desk);
    const found = await Promise.all(MARKS.map((mark) => later.find(ABUSE, mark)));
    expect(new Set(found.map((each) => each?.ts)).size).toBe(CARDS);
    expect(readsOf(desk)).toBe(1);
    expect(await later.find(ABUSE, 'card:none')).toBeUndefined();
    expect(readsOf(desk)).toBe(1);
    expect(await later.find(DELIVERABILITY, 'card:1')).toBeUndefined();
    expect(readsOf(desk)).toBe(2);
  });

  it('does not tell of what was posted after it', async () => {
    const desk = await openDesk();
    const poster = posterTo(desk);
    expect(await poster.find(ABUSE, 'card:1')).toBeUndefined();

    desk.slack.failNext('chat.postMessage', { status: 500, afterEffect: true });
    await expect(poster.post(ABUSE, CARD, { mark: 'card:1' })).rejects.toThrow();
    const [posted] = await desk.slack.messages(ABUSE);
    expect(await poster.find(ABUSE, 'card:1')).toEqual({ channel: ABUSE, ts: posted?.ts });
  });

  it('tells nothing of a post that Slack may still have been storing then', async () => {
    const desk = await openDesk();
    const poster = posterTo(desk, { callTimeoutMs: 3_000 });
    desk.slack.failNext('chat.postMessage', { hang: true });
    const beganAt = Date.now();
    await expect(poster.post(ABUSE, CARD, { mark: 'card:1' })).rejects.toThrow();
    expect(await poster.find(ABUSE, 'card:2')).toBeUndefined();

    // Now it is stored.
    const { ts } = await posterTo(desk).post(ABUSE, CARD, { mark: 'card:1' });
    expect(await poster.find(ABUSE, 'card:1')).toEqual({ channel: ABUSE, ts });
    const [, second, ...more] = desk.slack.calls('conversations.history');
    // Three seconds until the try ended, and one after that; timers may be early by a little.
    expect((second?.atMs ?? 0) - beganAt).toBeGreaterThanOrEqual(3990);
    expect(more).toEqual([]);
  });

  it('counts for a minute', async () => {
    const leap = leapingClock();
    const desk = await openDesk();
    const poster = posterTo(desk);
    expect(await poster.find(ABUSE, 'card:1')).toBeUndefined();
    const { ts } = await posterTo(desk).post(ABUSE, CARD, { mark: 'card:1' });

    leap(50_000);
    expect(await poster.find(ABUSE, 'card:2')).toBeUndefined();
    expect(readsOf(desk)).toBe(1);
    leap(11_000);
    expect(await poster.find(ABUSE, 'card:1')).toEqual({ channel: ABUSE, ts });
    expect(readsOf(desk)).toBe(2);
  });

  it('stays known when the channel has filled up', async () => {
    const leap = leapingClock();
    const desk = await openDesk();
    const poster = posterTo(desk);
    const { ts } = await poster.post(ABUSE, CARD, { mark: 'card:1' });
    leap(61_000);
    expect(await poster.find(ABUSE, 'card:2')).toBeUndefined();

    await fill(desk, { posts: PAGE });
    leap(61_000);
    expect(await poster.find(ABUSE, 'card:3')).toBeUndefined();
    expect(await poster.find(ABUSE, 'card:1')).toEqual({ channel: ABUSE, ts });
    expect(readsOf(desk)).toBe(2);
    leap(61_000);
    expect(await poster.find(ABUSE, 'card:1')).toEqual({ channel: ABUSE, ts });
    expect(readsOf(desk)).toBe(2);
  });

  it('is asked for again when Slack did not give it, and only after the pause that it asks for', async () => {
    const desk = await openDesk();
    const poster = posterTo(desk);
    desk.slack.failNext('conversations.history', { retryAfter: 1 });

    const tries = await Promise.allSettled(MARKS.map((mark) => poster.find(ABUSE, mark)));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(await poster.find(ABUSE, 'card:1')).toBeUndefined();
    const [first, second, ...more] = desk.slack.calls('conversations.history');
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(950);
    expect(more).toEqual([]);
  });
});

describe('a long thread', () => {
  it('is read until all who look are answered, and to its end for what is not there', async () => {
    const desk = await openDesk();
    const writer = posterTo(desk);
    const { ts: threadTs } = await writer.post(ABUSE, CARD);
    const early = await writer.post(ABUSE, CARD, { threadTs, mark: 'line:early' });
    await fill(desk, { posts: PAGE, threadTs });
    const late = await writer.post(ABUSE, CARD, { threadTs, mark: 'line:late' });
    await fill(desk, { posts: PAGE, threadTs });
    const reads = () => readsOf(desk, 'conversations.replies');

    const poster = posterTo(desk);
    expect(await poster.find(ABUSE, 'line:early', threadTs)).toEqual(early);
    expect(reads()).toBe(1);
    // What was not read to its end says nothing of the rest.
    expect(await poster.find(ABUSE, 'line:late', threadTs)).toEqual(late);
    expect(reads()).toBe(3);
    expect(await poster.find(ABUSE, 'line:none', threadTs)).toBeUndefined();
    expect(reads()).toBe(6);

    const other = posterTo(desk);
    const both = ['line:early', 'line:late'].map((mark) => other.find(ABUSE, mark, threadTs));
    expect(await Promise.all(both)).toEqual([early, late]);
    expect(reads()).toBe(8);
  });
});

it('threads are read at the pace that Slack allows', async () => {
  const desk = await openDesk();
  const { ts: threadTs } = await posterTo(desk).post(ABUSE, CARD);
  const threads = [threadTs, ...Array.from({ length: 11 }, (_, i) => `17000000${10 + i}.000100`)];
  // Ten times as fast as Slack: seven readings a second, after five at once.
  const poster = posterTo(desk, { messagesPerSecond: 10 });
  // Not when the first arrived: where that was late, the others were not.
  const beganAt = Date.now();

  await Promise.allSettled(threads.map((thread) => poster.find(ABUSE, 'line:1', thread)));
  const calls = desk.slack.calls('conversations.replies');
  expect(calls).toHaveLength(12);
  expect((calls.at(-1)?.atMs ?? 0) - beganAt).toBeGreaterThanOrEqual(900);
});
