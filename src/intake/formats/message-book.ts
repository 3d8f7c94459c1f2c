// Messages between their first and their last line, for the formats whose lines name a message by one id. Memory is bounded: what no
// line has touched for a day (log time) is forgotten, and there is a cap. A message has gone when all its recipients had their last
// attempt, where their number is known, and when its log says so.
import type { Delivery, MessageHead } from '../../mail/event.js';
import type { IntakeStats } from './format.js';

/** Longer than any retry interval, so only a message that nobody tries to deliver is forgotten. */
const IDLE_MS = 24 * 3_600_000;
const SWEEP_EVERY = 20_000;
const SHARE_TO_FORGET = 0.01;
const MAX_DEFERRED = 10_000;

export interface BookMessage {
  readonly key: string;
  head: MessageHead;
  lastAt: number;
  /** Recipients whose last attempt is to come; undefined where the log did not say how many there are. */
  left?: number | undefined;
  /** Recipients with a first attempt behind them. */
  tried: number;
  /** Recipients with a deferred attempt behind them. */
  deferred: Set<string>;
  /** Lines that came before the one they belong behind; the format's own. JSON-safe. */
  early?: object[] | undefined;
}

/** What is saved of a message. */
export type BookRow = Omit<BookMessage, 'key' | 'deferred'> & { deferred: string[] };

/** Holds the open messages of any number of logs; keys are the format's. */
export class MessageBook {
  private readonly open = new Map<string, BookMessage>();
  private readonly dirty = new Set<string>();
  private readonly counts = { headless: 0, forgotten: 0 };
  private sinceSweep = 0;
  private lastAt = Number.POSITIVE_INFINITY;

  constructor(private readonly maxOpen = 200_000) {}

  /** The message under a key; a line at `at` is about it. */
  find(key: string, at: number): BookMessage | undefined {
    this.tick(at);
    const message = this.open.get(key);
    if (!message) return undefined;
    message.lastAt = at;
    this.dirty.add(key);
    return message;
  }

  /**
   * Opens a message; one that was open under its key is another, and gone. `recipients` is undefined where nobody knows. What stays is to
   * hold on to no line: see `own`.
   */
  add(key: string, head: MessageHead, at: number, recipients: number | undefined): BookMessage {
    this.open.delete(key);
    if (this.open.size >= this.maxOpen) this.forgetOldest();
    const message: BookMessage = {
      key,
      head,
      lastAt: at,
      tried: 0,
      deferred: new Set(),
      ...(recipients === undefined ? {} : { left: recipients }),
    };
    this.open.set(key, message);
    this.dirty.add(key);
    return message;
  }

  /** A message of which only deliveries were seen. Its recipients are counted as they come. */
  addHeadless(key: string, head: MessageHead, at: number): BookMessage {
    this.counts.headless++;
    return this.add(key, head, at, undefined);
  }

  /**
   * Notes an attempt; reports whether it is the recipient's first. `isFirst` is what the log says of that, if it does. A head whose
   * number of recipients was not known is replaced by one that counts those seen so far.
   */
  noteAttempt(
    message: BookMessage,
    recipient: string,
    status: Delivery['status'],
    isFirst: boolean | undefined,
  ): boolean {
    const isFirstAttempt = isFirst ?? !message.deferred.has(recipient);
    if (isFirstAttempt) message.tried++;
    if (message.left === undefined && message.tried > message.head.recipientCount) {
      message.head = { ...message.head, recipientCount: message.tried };
    }
    if (status === 'deferred') {
      if (message.deferred.size < MAX_DEFERRED) message.deferred.add(own(recipient));
    } else {
      message.deferred.delete(recipient);
      if (message.left !== undefined && --message.left <= 0) this.close(message.key);
    }
    return isFirstAttempt;
  }

  close(key: string): void {
    if (this.open.delete(key)) this.dirty.add(key);
  }

  stats(): IntakeStats {
    return { open: this.open.size, ...this.counts };
  }

  /** Rows to save by key since the last call, undefined for those to delete. */
  takeChanges(): Map<string, BookRow | undefined> {
    const changes = new Map([...this.dirty].map((key) => [key, rowOf(this.open.get(key))]));
    this.dirty.clear();
    return changes;
  }

  /** Puts saved rows back, before the first line. */
  restore(rows: Iterable<[string, BookRow]>): void {
    for (const [key, row] of rows) this.open.set(key, { ...row, key, deferred: new Set(row.deferred) });
  }

  /** A single line with a time far ahead of the others must not make all the rest look old. */
  private tick(at: number): void {
    const now = Math.min(at, this.lastAt);
    this.lastAt = at;
    if (++this.sinceSweep < SWEEP_EVERY) return;
    this.sinceSweep = 0;
    for (const [key, message] of this.open) if (now - message.lastAt > IDLE_MS) this.forget(key);
  }

  private forgetOldest(): void {
    // Some at once: to look for the oldest each time would walk over the gaps the last ones left.
    let left = Math.ceil(this.maxOpen * SHARE_TO_FORGET);
    for (const key of this.open.keys()) {
      if (left-- === 0) return;
      this.forget(key);
    }
  }

  private forget(key: string): void {
    this.counts.forgotten++;
    this.close(key);
  }
}

function rowOf(message: BookMessage | undefined): BookRow | undefined {
  if (!message) return undefined;
  const { key: _, deferred, ...row } = message;
  return { ...row, deferred: [...deferred] };
}

/** A copy that does not hold on to the line it was cut from (V8 keeps the parent of a slice alive). */
export function own(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
