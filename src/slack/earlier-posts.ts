// Finds messages that were posted although nobody noted it: Slack's answer got lost, or the process died before it was saved. After an
// outage hundreds look at once, so each page of Slack's is read once for all of them, and at Slack's pace for reading.
import type { WebClient } from '@slack/web-api';
import { Pace, pause } from './pace.js';

/** Slack's Tier 3 (its rate limit page) is 50 calls a minute of each of the two methods that read. */
const READS_PER_SECOND = 0.7;
const BURST = 5;
/** Of a channel: more than are posted in the minute between two tries. Of a thread: Slack's advice for one page. */
const PAGE = 200;
/** A month of an incident that never rests. */
const MOST_PAGES = 10;
/** What is read counts for so long: the longest time between two tries, so that no card waits for more than one reading. */
const GOOD_FOR_MS = 60_000;
/** Slack may go on storing a post whose answer we gave up waiting for: only what is read so long after the try can tell. */
const STORED_AFTER_MS = 1_000;
/** Places, and messages of each, that are remembered: as many as one reading may find. */
const MOST_PLACES = 200;
const MOST_MARKS = MOST_PAGES * PAGE;

/** A channel, or a thread in it. */
export interface Place {
  channel: string;
  threadTs?: string | undefined;
}

interface Reading {
  /** By a clock that nobody sets; undefined while it waits for its turn. */
  begunAt?: number;
  /** The marks that somebody waits for. */
  wanted: Set<string>;
  done: Promise<void>;
}

/** What is known of one place: the messages with their marks, and the latest reading. */
interface Known {
  marks: Map<string, string>;
  reading?: Reading | undefined;
}

export class EarlierPosts {
  readonly #client: WebClient;
  readonly #closing: AbortSignal;
  readonly #pace: Pace;
  readonly #places = new Map<string, Known>();
  /** When the last try to post each mark to its place ended. */
  readonly #triedAt = new Map<string, number>();

  /** `speed` is how much faster than Slack a stand-in may be asked. */
  constructor(client: WebClient, closing: AbortSignal, speed = 1) {
    this.#client = client;
    this.#closing = closing;
    this.#pace = new Pace({ perSecond: READS_PER_SECOND * speed, burst: BURST }, closing);
  }

  /** To be told when a try to post has ended, whether it went well or not. */
  tried(place: Place, mark: string): void {
    const now = performance.now();
    const key = `${keyOf(place)} ${mark}`;
    this.#triedAt.delete(key);
    this.#triedAt.set(key, now);
    for (const [old, at] of this.#triedAt) {
      if (now - at <= STORED_AFTER_MS + GOOD_FOR_MS) break;
      this.#triedAt.delete(old);
    }
  }

  /** Slack's `ts` of the message with the mark; undefined where there is none. Throws the client's error. */
  async find(place: Place, mark: string): Promise<string | undefined> {
    const known = this.#knownOf(place);
    const triedAt = this.#triedAt.get(`${keyOf(place)} ${mark}`);
    const storedAt = triedAt === undefined ? 0 : triedAt + STORED_AFTER_MS;
    if (!known.marks.has(mark)) await pause(storedAt - performance.now(), this.#closing);
    if (!known.marks.has(mark)) await this.#readingFor(known, place, { mark, storedAt }).done;
    return known.marks.get(mark);
  }

  #knownOf(place: Place): Known {
    const key = keyOf(place);
    const known = this.#places.get(key) ?? { marks: new Map() };
    this.#places.delete(key);
    this.#places.set(key, known);
    dropOldest(this.#places, MOST_PLACES);
    return known;
  }

  #readingFor(known: Known, place: Place, { mark, storedAt }: { mark: string; storedAt: number }): Reading {
    const { reading } = known;
    const leastAt = Math.max(storedAt, performance.now() - GOOD_FOR_MS);
    if (reading && (reading.begunAt === undefined || reading.begunAt >= leastAt)) {
      reading.wanted.add(mark);
      return reading;
    }
    const next: Reading = { wanted: new Set([mark]), done: Promise.resolve() };
    known.reading = next;
    next.done = this.#read(known, place, next).catch((error) => {
      forget(known, next);
      throw error;
    });
    return next;
  }

  async #read(known: Known, { channel, threadTs }: Place, reading: Reading): Promise<void> {
    const begin = <T>(call: () => Promise<T>) =>
      this.#pace.run(() => {
        reading.begunAt ??= performance.now();
        return call();
      });
    const asked = { channel, limit: PAGE, include_all_metadata: true };
    if (threadTs === undefined) {
      const { messages } = await begin(() => this.#client.conversations.history(asked));
      // The newest come first, and are forgotten last.
      remember(known.marks, (messages ?? []).toReversed());
      return;
    }
    // Slack reads a thread from its beginning, and what is looked for mostly stands at its end.
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const at = { ...asked, ts: threadTs, ...(cursor ? { cursor } : {}) };
      const { messages, response_metadata: more } = await begin(() => this.#client.conversations.replies(at));
      remember(known.marks, messages ?? []);
      cursor = more?.next_cursor;
      if (!cursor) return;
      // What was not read to its end tells nothing of other marks.
      if ([...reading.wanted].every((mark) => known.marks.has(mark))) return forget(known, reading);
    }
  }
}

function keyOf({ channel, threadTs = '' }: Place): string {
  return `${channel} ${threadTs}`;
}

function forget(known: Known, reading: Reading): void {
  if (known.reading === reading) known.reading = undefined;
}

function remember(marks: Map<string, string>, messages: readonly { ts?: string; metadata?: unknown }[]): void {
  for (const { ts, metadata } of messages) {
    const mark = (metadata as { event_payload?: { outbox_id?: unknown } } | undefined)?.event_payload?.outbox_id;
    if (typeof mark !== 'string' || !ts) continue;
    marks.delete(mark);
    marks.set(mark, ts);
  }
  dropOldest(marks, MOST_MARKS);
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
