// The messages between their first and their last line, found by relay, syslog name and queue id as they stand in the log's bytes:
// no string is made to look one up. Bounded by age and number; the oldest are at the front, in the order they came.
import type { Accepted, MessageHead } from '../mail/event.js';
import type { Page } from './formats/page.js';

/**
 * A relay and a syslog name on it, which is a Postfix instance or a service of one that was given a name of its own (`-o syslog_name=`).
 * Queue ids are unique within an instance, and there only while in the queue.
 */
export interface QueueScope {
  relay: string;
  instance: string;
  /** A queue manager writes under that name: it is an instance. */
  hasQueue: boolean;
}

export class QueueScopes {
  private readonly known = new Map<string, QueueScope>();

  /** Always the same object for the same names. */
  of(relay: string, instance: string): QueueScope {
    const key = `${relay}/${instance}`;
    const scope = this.known.get(key) ?? { relay, instance, hasQueue: false };
    this.known.set(key, scope);
    return scope;
  }

  /** Reports whether a line of a queue manager on the relay was read. */
  isRead(relay: string): boolean {
    for (const scope of this.known.values()) if (scope.hasQueue && scope.relay === relay) return true;
    return false;
  }
}

/** Where a queue id stands; one is used again for every look-up. Ids have 6 to 40 letters, checked before. */
export class QueueId {
  scope: QueueScope = { relay: '', instance: '', hasQueue: false };
  length = 0;
  first = 0;
  second = 0;
  third = 0;
  last = 0;
  hash = 0;
  /** The open message of that id, once it was looked for and found. */
  message: OpenMessage | undefined;
  private page: Page | undefined;
  private from = 0;

  load(scope: QueueScope, page: Page, from: number, to: number): this {
    const { view } = page;
    const tail = to - 4;
    this.scope = scope;
    this.message = undefined;
    this.page = page;
    this.from = from;
    this.length = to - from;
    this.first = view.getInt32(from, true);
    this.second = view.getInt32(Math.min(from + 4, tail), true);
    this.third = view.getInt32(Math.min(from + 8, tail), true);
    this.last = view.getInt32(tail, true);
    let hash = Math.imul(this.first ^ Math.imul(this.second, 0x85ebca6b), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ this.third, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13) ^ this.last, 0x9e3779b1);
    this.hash = hash ^ (hash >>> 15);
    return this;
  }

  text(): string {
    return this.page?.text(this.from, this.from + this.length) ?? '';
  }

  /** The four words cover ids of up to 16 letters, which are nearly all. */
  get isCovered(): boolean {
    return this.length <= 16;
  }
}

/**
 * One message. What is saved of it is its row. Its numbers are declared and not begun as undefined, or V8 keeps each of them as whatever it
 * may be: read with a check, and `lastAt` made an object of its own with every line.
 */
export class OpenMessage {
  declare lastAt: number;
  declare readonly hash: number;
  declare readonly length: number;
  declare readonly first: number;
  declare readonly second: number;
  declare readonly third: number;
  declare readonly last: number;
  hasArrival = false;
  isAccepted = false;
  /** From a local program, or over loopback without a login: a content filter may have handed it back. */
  isFromWithin = false;
  /** The other relay of ours that it came from, while it may be a message that this one took. */
  fromRelay: string | undefined;
  /** A content filter took it, and handed it back under this key: what the log says about it there is about the same message. */
  continuedAs: string | undefined;
  continues: string | undefined;
  /** What took it is on the relay itself: what is sent elsewhere is sent, whatever was handed back. */
  handedNear = false;
  /** Recipients with a deferred attempt behind them, and no final one. */
  deferred: Set<string> | undefined;
  /** Where it is among those that changed since they were last saved; -1 for a message that did not. */
  placeInChanges = -1;
  isSaved = false;
  next: OpenMessage | undefined;
  older: OpenMessage | undefined;
  newer: OpenMessage | undefined;

  constructor(
    readonly scope: QueueScope,
    id: QueueId,
    public head: MessageHead,
    readonly queueId: string,
    lastAt: number,
  ) {
    this.lastAt = lastAt;
    this.hash = id.hash;
    this.length = id.length;
    this.first = id.first;
    this.second = id.second;
    this.third = id.third;
    this.last = id.last;
  }

  get key(): string {
    return `${this.scope.relay}/${this.scope.instance}/${this.queueId}`;
  }

  accept(): Accepted {
    this.isAccepted = true;
    return { kind: 'accepted', at: this.head.acceptedAt, message: this.head };
  }

  is(id: QueueId): boolean {
    return this.scope === id.scope && this.hasLettersOf(id);
  }

  /** Reports whether the id is the same and the host too, under another name. */
  isElsewhere(id: QueueId): boolean {
    return this.scope !== id.scope && this.scope.relay === id.scope.relay && this.hasLettersOf(id);
  }

  /** Reports whether it is on that host, under any name, and has the letters of an id that was read on another. */
  isOn(relay: string, id: QueueId): boolean {
    return this.scope.relay === relay && this.hasLettersOf(id);
  }

  private hasLettersOf(id: QueueId): boolean {
    return (
      this.last === id.last &&
      this.hash === id.hash &&
      this.third === id.third &&
      this.second === id.second &&
      this.first === id.first &&
      this.length === id.length &&
      (id.isCovered || this.queueId === id.text())
    );
  }
}

/** A hash table of messages, chained, that is also a list by age. */
export class OpenMessages {
  size = 0;
  private buckets: (OpenMessage | undefined)[] = new Array(1024).fill(undefined);
  private oldest: OpenMessage | undefined;
  private newest: OpenMessage | undefined;

  find(id: QueueId): OpenMessage | undefined {
    let message = this.buckets[id.hash & (this.buckets.length - 1)];
    while (message !== undefined && !message.is(id)) message = message.next;
    return message;
  }

  /** The message that a line names as the one that came before: a filter may stand between two instances, each with its queue. */
  findOriginal(id: QueueId): OpenMessage | undefined {
    return this.find(id) ?? this.findElsewhere(id, true);
  }

  /** The message of that id under another syslog name of the same host, of any queue or of what may be the same; undefined for several. */
  findElsewhere(id: QueueId, isOfAnyQueue = false): OpenMessage | undefined {
    const hasQueue = id.scope.hasQueue && !isOfAnyQueue;
    let found: OpenMessage | undefined;
    for (
      let message = this.buckets[id.hash & (this.buckets.length - 1)];
      message !== undefined;
      message = message.next
    ) {
      if (!message.isElsewhere(id) || (hasQueue && message.scope.hasQueue)) continue;
      if (found) return undefined;
      found = message;
    }
    return found;
  }

  /** The messages of that host, which the id is not of, that have its letters: one for each instance there at the most. */
  findOn(relay: string, id: QueueId): OpenMessage[] {
    const found: OpenMessage[] = [];
    for (
      let message = this.buckets[id.hash & (this.buckets.length - 1)];
      message !== undefined;
      message = message.next
    ) {
      if (message.isOn(relay, id)) found.push(message);
    }
    return found;
  }

  /** Puts in a message whose id is not in yet. */
  add(message: OpenMessage): void {
    if (this.size >= this.buckets.length) this.grow();
    const place = message.hash & (this.buckets.length - 1);
    message.next = this.buckets[place];
    this.buckets[place] = message;
    message.older = this.newest;
    if (this.newest) this.newest.newer = message;
    else this.oldest = message;
    this.newest = message;
    this.size++;
  }

  has(message: OpenMessage): boolean {
    return message.older !== undefined || message === this.oldest;
  }

  /** One that is not in may be given. */
  delete(message: OpenMessage): void {
    if (!this.has(message)) return;
    const place = message.hash & (this.buckets.length - 1);
    let before = this.buckets[place];
    if (before === message) this.buckets[place] = message.next;
    else {
      while (before !== undefined && before.next !== message) before = before.next;
      if (before !== undefined) before.next = message.next;
    }
    if (message.older) message.older.newer = message.newer;
    else this.oldest = message.newer;
    if (message.newer) message.newer.older = message.older;
    else this.newest = message.older;
    // What still holds this one must not hold the whole list.
    message.next = message.older = message.newer = undefined;
    this.size--;
  }

  /** From the oldest on; the one just given may be deleted. */
  *[Symbol.iterator](): Iterator<OpenMessage> {
    for (let message = this.oldest; message !== undefined; ) {
      const { newer } = message;
      yield message;
      message = newer;
    }
  }

  *fromNewest(): Generator<OpenMessage> {
    for (let message = this.newest; message !== undefined; message = message.older) yield message;
  }

  private grow(): void {
    this.buckets = new Array(this.buckets.length * 4).fill(undefined);
    for (const message of this) {
      const place = message.hash & (this.buckets.length - 1);
      message.next = this.buckets[place];
      this.buckets[place] = message;
    }
  }
}
