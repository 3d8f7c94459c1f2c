// Mail events of deliveries that come before the one of their message's arrival. An MTA may take mail in one process and send it in another
// (ZoneMTA), each of which posts batches of its own. Where a relay says what it takes, a delivery of a message that nobody heard of waits
// a minute for that, because it would announce the message itself else: the message would count twice, and its login be unknown.
import type { BookMessage, BookRow, MessageBook } from './message-book.js';

/** On the log's clock: senders post every second, and again for a while where they get no answer. */
const WAIT_MS = 60_000;
/** A relay that said of no message for so long that it took it does not say it of any. */
const SAYS_MS = 24 * 3_600_000;
/** Between two looks at those that wait. */
const LOOK_MS = 1_000;
/** Deliveries that wait for one message, messages that wait, and relays remembered, whose names are outsiders' text. */
const MOST = { deliveries: 1_000, messages: 10_000, relays: 1_000 };

interface Timed {
  time: number;
  relay: string;
}

/** Of one intake; what waits lies in its book, and so is saved with it. `Delivery` is JSON-safe. */
export class EarlyDeliveries<Delivery extends Timed> {
  /** Since when each waits, by the message's key, ms. */
  private readonly waiting = new Map<string, number>();
  /** When each relay last said that it took a message, ms. */
  private readonly said = new Map<string, number>();
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly book: MessageBook) {}

  /** A relay says that it took a message. */
  saysArrival({ relay, time }: Timed): void {
    if (this.said.size >= MOST.relays && !this.said.has(relay)) this.said.clear();
    this.said.set(relay, time);
  }

  /** Reports whether a message that is not open may be one whose arrival is still to be told. */
  mayCome({ relay, time }: Timed): boolean {
    return Math.abs(time - (this.said.get(relay) ?? Number.NEGATIVE_INFINITY)) < SAYS_MS;
  }

  /** Lets a delivery wait with its message, which is opened for that if it is not. Answers false where there is no room. */
  hold(message: BookMessage, delivery: Delivery): boolean {
    const held = (message.early ?? []) as Delivery[];
    if (held.length >= MOST.deliveries || this.waiting.size >= MOST.messages) return false;
    message.early = [...held, delivery];
    if (!this.waiting.has(message.key)) this.waiting.set(message.key, delivery.time);
    return true;
  }

  /** Ends the waiting of a message; answers what waited. */
  end(message: BookMessage): Delivery[] {
    this.waiting.delete(message.key);
    const held = (message.early ?? []) as Delivery[];
    message.early = undefined;
    return held;
  }

  /** Messages that have waited long enough by the time `now`. A line with a wrong clock makes none of them wait for longer. */
  due(now: number): BookMessage[] {
    if (this.waiting.size === 0 || Math.abs(now - this.lookedAt) < LOOK_MS) return [];
    this.lookedAt = now;
    const keys = [...this.waiting].flatMap(([key, since]) => (Math.abs(now - since) > WAIT_MS ? [key] : []));
    return this.messages(keys);
  }

  /** All that wait. */
  all(): BookMessage[] {
    return this.messages([...this.waiting.keys()]);
  }

  /** Looks through saved rows that are being put back, for those that wait. */
  *seeing(rows: Iterable<[string, BookRow]>): Generator<[string, BookRow]> {
    for (const row of rows) {
      const [key, { early, lastAt }] = row;
      if (early) this.waiting.set(key, lastAt);
      yield row;
    }
  }

  private messages(keys: readonly string[]): BookMessage[] {
    return keys.flatMap((key) => this.book.find(key, this.waiting.get(key) ?? 0) ?? this.gone(key));
  }

  /** The book forgot it: there were too many messages. */
  private gone(key: string): [] {
    this.waiting.delete(key);
    return [];
  }
}
