// Who sent which message: what a report names by queue id or Message-ID, looked up for two weeks. A row for each message would cost
// more than all the rest of the log's work, so messages lie in chunks of many thousand (message-chunk.ts). Each commit writes a small
// chunk of what is new; when the small ones make up a full one, it takes their place. So a crash loses nothing that was committed, and
// no message is written more than twice.
import { and, desc, eq, gte, lt, lte } from 'drizzle-orm';
import type { TrafficDb } from '../../db/open-traffic.js';
import { messageChunks } from '../../db/traffic-schema.js';
import type { MessageHead } from '../../mail/event.js';
import { bareMessageId, messageIdKey } from '../../mail/message-id.js';
import { hashId, type IdHash, MessageColumns, PackedHashes, type Sent, sentIn } from './message-chunk.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * Complaints come when people read their mail: nearly all within three days, a few after a week's holiday. A relay gives mail up after
 * five days at the most (RFC 5321 section 4.5.4.1), and the servers behind it need their time.
 */
export const KEEP_MS = 14 * DAY_MS;
/** The more lie together, the less does each sender cost that wrote several of them; a chunk is looked through in a millisecond. */
const FULL = 32_768;
/** Small chunks are put together before they are so many that a start takes long. */
const MAX_SMALL = 1_000;
/**
 * Chunks looked through far from the times that reports give: so many at once, and then so many a second, a tenth of the thread's time.
 * A million messages a day make 430 chunks in two weeks, and reports come in batches of thousands, while the logs wait.
 */
const FAR_CHUNKS = { atOnce: 2_000, perSecond: 100 };
/** Around a time that a report gives: clocks go wrong, and traditional logs by a time zone. */
const NEAR_MS = 2 * HOUR_MS;

export interface SentMessage extends Sent {
  at: number;
  /** The queue id that matched; undefined when only the Message-ID did. */
  queueId?: string;
}

export interface MessageQuery {
  queueIds: readonly string[];
  /** The relay whose queue ids they are; without it any relay's. */
  queueRelay?: string | undefined;
  /** With brackets or without. */
  messageId?: string | undefined;
  /** When it may have passed a relay of ours, best guess first, ms. */
  times: readonly number[];
  /** Envelope senders or header senders it may have had, lower case: they decide between several. */
  senders: readonly string[];
}

type Key = { kind: 'queue' | 'id'; hash: IdHash; queueId?: string; relay?: string | undefined };

/** Holds what is not in a full chunk yet. */
export class MessageIndex {
  private open = new MessageColumns();
  /** How many of them are saved in small chunks. */
  private saved = 0;
  private smallChunks = 0;
  private prunedAt = 0;
  /** Chunks that may be looked through far from the times given, as of `at`, ms. */
  private readonly far: { left: number; at: number };

  constructor(
    private readonly db: TrafficDb,
    private readonly now: () => number = Date.now,
    private readonly farChunks = FAR_CHUNKS,
  ) {
    this.far = { left: farChunks.atOnce, at: now() };
    const rows = db.select().from(messageChunks).where(eq(messageChunks.isFull, false)).orderBy(messageChunks.id).all();
    for (const row of rows) this.open.unpack(row);
    this.saved = this.open.count;
    this.smallChunks = rows.length;
  }

  /** Remembers a message. One that is too old to be asked about is not worth it: a log of last year is read for other things. */
  note(
    { relay, queueId, acceptedAt, sender, login = '', clientIp = '', messageId = '' }: MessageHead,
    customer: string,
  ): void {
    if (acceptedAt < this.now() - KEEP_MS) return;
    this.open.add(queueId, messageIdKey(messageId), acceptedAt, { relay, customer, sender, login, clientIp });
  }

  /** Saves what is new. Belongs into the transaction that saves the log's position. */
  save(): void {
    let from = 0;
    for (; this.open.count - from >= FULL; from += FULL) this.insert(from, from + FULL, true);
    if (from > 0 || this.smallChunks >= MAX_SMALL) this.beginAgain(from);
    if (this.open.count > this.saved) {
      this.insert(this.saved, this.open.count, false);
      this.smallChunks++;
    }
    this.saved = this.open.count;
    this.prune();
  }

  /**
   * The message that fits best; undefined when none of ours does. Far from `times` the newest are looked through first, and older ones only
   * as far as there is time for it.
   */
  find({ queueIds, queueRelay, messageId, times, senders }: MessageQuery): SentMessage | undefined {
    const keys: Key[] = [...new Set(queueIds)]
      .slice(0, 50)
      .map((queueId) => ({ kind: 'queue', hash: hashId(queueId), queueId, relay: queueRelay }));
    if (messageId) for (const id of formsOf(messageId)) keys.push({ kind: 'id', hash: hashId(id) });
    if (keys.length === 0) return undefined;
    const near = this.search(
      keys,
      times.map((at) => [at - NEAR_MS, at + NEAR_MS]),
    );
    const found = near.length > 0 ? near : this.searchFar(keys);
    return best(found, times[0] ?? this.now(), senders);
  }

  private searchFar(keys: readonly Key[]): Match[] {
    const { far, farChunks } = this;
    const now = this.now();
    const regained = (Math.max(0, now - far.at) / 1_000) * farChunks.perSecond;
    far.left = Math.min(farChunks.atOnce, far.left + regained);
    far.at = now;
    return this.search(keys, [[now - KEEP_MS, now + DAY_MS]], far);
  }

  /** Looks through the newest chunks first, no more than are left in `budget`. */
  private search(
    keys: readonly Key[],
    spans: readonly (readonly [number, number])[],
    budget = { left: Number.POSITIVE_INFINITY },
  ): Match[] {
    const matches = new Map<string, Match>();
    for (const key of keys) {
      for (const place of this.open.search(key.kind, key.hash))
        addMatch(matches, `open ${place}`, this.open.sentAt(place), key);
    }
    const seen = new Set<number>();
    for (const [from, to] of spans) {
      const inTime = and(eq(messageChunks.isFull, true), gte(messageChunks.toAt, from), lte(messageChunks.fromAt, to));
      const { id, count, hashes } = messageChunks;
      // One after the other: two weeks of hashes are 140 MB.
      const newestFirst = desc(messageChunks.toAt);
      for (const { id: chunk } of this.db.select({ id }).from(messageChunks).where(inTime).orderBy(newestFirst).all()) {
        if (seen.has(chunk)) continue;
        if (budget.left < 1) break;
        budget.left--;
        seen.add(chunk);
        const row = this.db.select({ count, hashes }).from(messageChunks).where(eq(id, chunk)).get();
        if (row) this.searchChunk(chunk, new PackedHashes(row.hashes, row.count), keys, matches);
      }
    }
    return [...matches.values()];
  }

  private searchChunk(chunk: number, hashes: PackedHashes, keys: readonly Key[], matches: Map<string, Match>): void {
    for (const key of keys) {
      const places = hashes.search(key.kind, key.hash);
      if (places.length === 0) continue;
      const row = this.db
        .select({ body: messageChunks.body })
        .from(messageChunks)
        .where(eq(messageChunks.id, chunk))
        .get();
      if (!row) continue;
      for (const [i, sent] of sentIn(row.body, places).entries()) addMatch(matches, `${chunk} ${places[i]}`, sent, key);
    }
  }

  private insert(from: number, to: number, isFull: boolean): void {
    this.db
      .insert(messageChunks)
      .values({ ...this.open.pack(from, to), isFull })
      .run();
  }

  /** The small chunks go: what they held up to `from` is in full ones, and the rest is saved in one. */
  private beginAgain(from: number): void {
    this.db.delete(messageChunks).where(eq(messageChunks.isFull, false)).run();
    this.open = this.open.since(from, this.now() - KEEP_MS);
    this.saved = 0;
    this.smallChunks = 0;
  }

  /** Once an hour; a row is a few thousand messages, so that there are few. */
  private prune(): void {
    if (Math.abs(this.now() - this.prunedAt) < HOUR_MS) return;
    this.prunedAt = this.now();
    this.db
      .delete(messageChunks)
      .where(and(eq(messageChunks.isFull, true), lt(messageChunks.toAt, this.now() - KEEP_MS)))
      .run();
  }
}

/** As it is noted; and as earlier versions noted it from a log that has no brackets, until those rows are two weeks old. */
function formsOf(messageId: string): string[] {
  return [messageIdKey(messageId), bareMessageId(messageId)];
}

interface Match {
  at: number;
  sent: Sent;
  queueId?: string;
  hasMessageId: boolean;
}

function addMatch(
  matches: Map<string, Match>,
  place: string,
  { at, sent }: { at: number; sent: Sent },
  key: Key,
): void {
  if (key.relay !== undefined && key.relay !== sent.relay) return;
  const match = matches.get(place) ?? { at, sent, hasMessageId: false };
  if (key.kind === 'id') match.hasMessageId = true;
  else if (key.queueId !== undefined) match.queueId = key.queueId;
  matches.set(place, match);
}

/** Both ids, then the sender, then the time. A Message-ID is the sender's to choose, and spam runs choose one for all. */
function best(matches: readonly Match[], at: number, senders: readonly string[]): SentMessage | undefined {
  const rank = ({ queueId, hasMessageId, sent }: Match) =>
    (queueId !== undefined && hasMessageId ? 4 : 0) +
    (senders.includes(sent.sender) ? 2 : 0) +
    (queueId !== undefined ? 1 : 0);
  const [first] = [...matches].sort((a, b) => rank(b) - rank(a) || Math.abs(a.at - at) - Math.abs(b.at - at));
  if (!first) return undefined;
  return { ...first.sent, at: first.at, ...(first.queueId === undefined ? {} : { queueId: first.queueId }) };
}
