// Mail events of deliveries that come before the one of their message's arrival. An MTA may take mail in one process and send it in another
// (ZoneMTA), each of which posts batches of its own. Where a relay says what it takes, a delivery of a message that nobody heard of waits
// a minute for that, because it would announce the message itself else: the message would count twice, and its login be unknown.
import type { BookMessage, BookRow, MessageBook } from './message-book.js';

/** By the times of the same relay's lines: senders post every second, and again for a while where they get no answer. */
const WAIT_MS = 60_000;
/** A relay that said of no message for so long that it took it does not say it of any. */
const SAYS_MS = 24 * 3_600_000;
/** Between two looks at those that wait. */
const LOOK_MS = 1_000;
/** Recipients that wait for one message, those of all together, and relays remembered, whose names are outsiders' text. */
const MOST = { ofMessage: 1_000, together: 50_000, relays: 1_000 };

interface Timed {
  time: number;
  relay: string;
}

/** The messages of a relay that wait, by key: since when, ms, and how many recipients. */
interface Waiting {
  messages: Map<string, { since: number; recipients: number }>;
  lookedAt: number;
}

/** Of one intake; what waits lies in its book, and so is saved with it. `Delivery` is JSON-safe. */
export class EarlyDeliveries<Delivery extends Timed> {
  /** By relay, because one may be read hours behind another. */
  private readonly waiting = new Map<string, Waiting>();
  private together = 0;
  /** When each relay last said that it took a message, ms; who said it last stands last. */
  private readonly said = new Map<string, number>();

  constructor(
    private readonly book: MessageBook,
    private readonly recipientsOf: (delivery: Delivery) => number,
  ) {}

  /** A relay says that it took a message. A batch that comes late does not take back what was said since. */
  saysArrival({ relay, time }: Timed): void {
    const last = this.said.get(relay);
    this.said.delete(relay);
    if (this.said.size >= MOST.relays) this.said.delete(this.said.keys().next().value as string);
    this.said.set(relay, Math.max(time, last ?? time));
  }

  /** Reports whether a message that is not open may be one whose arrival is still to be told. */
  mayCome({ relay, time }: Timed): boolean {
    return time - (this.said.get(relay) ?? Number.NEGATIVE_INFINITY) < SAYS_MS;
  }

  /** Reports whether there is room for a delivery to wait with its message, if that is open. */
  hasRoom(message: BookMessage | undefined, delivery: Delivery): boolean {
    const recipients = this.recipientsOf(delivery);
    const held = message ? (this.waitingOf(message)?.recipients ?? 0) : 0;
    return held + recipients <= MOST.ofMessage && this.together + recipients <= MOST.together;
  }

  /** Lets a delivery wait with its message. */
  hold(message: BookMessage, delivery: Delivery): void {
    message.early = [...(message.early ?? []), delivery];
    this.note(message.key, delivery);
  }

  /** Ends the waiting of a message; answers what waited. */
  end(message: BookMessage): Delivery[] {
    this.forget(message.head.relay, message.key);
    const held = (message.early ?? []) as Delivery[];
    message.early = undefined;
    return held;
  }

  /** Messages that have waited long enough when their relay has a line. A line with a wrong clock makes none of them wait for longer. */
  due({ relay, time }: Timed): BookMessage[] {
    const waiting = this.waiting.get(relay);
    if (!waiting || Math.abs(time - waiting.lookedAt) < LOOK_MS) return [];
    waiting.lookedAt = time;
    const due = [...waiting.messages].filter(([, { since }]) => Math.abs(time - since) > WAIT_MS);
    return due.flatMap(([key, { since }]) => this.book.find(key, since) ?? this.forget(relay, key));
  }

  /** All that wait. */
  all(): BookMessage[] {
    return [...this.waiting].flatMap(([relay, { messages }]) =>
      [...messages].flatMap(([key, { since }]) => this.book.find(key, since) ?? this.forget(relay, key)),
    );
  }

  /** Looks through saved rows that are being put back, for those that wait. */
  *seeing(rows: Iterable<[string, BookRow]>): Generator<[string, BookRow]> {
    for (const row of rows) {
      const [key, { early = [] }] = row;
      for (const delivery of early as Delivery[]) this.note(key, delivery);
      yield row;
    }
  }

  private note(key: string, delivery: Delivery): void {
    const { relay, time } = delivery;
    const recipients = this.recipientsOf(delivery);
    const waiting = this.waiting.get(relay) ?? { messages: new Map(), lookedAt: Number.NEGATIVE_INFINITY };
    const { since, recipients: before } = waiting.messages.get(key) ?? { since: time, recipients: 0 };
    waiting.messages.set(key, { since, recipients: before + recipients });
    this.waiting.set(relay, waiting);
    this.together += recipients;
  }

  private waitingOf({ key, head }: BookMessage) {
    return this.waiting.get(head.relay)?.messages.get(key);
  }

  /** It waits no longer, or the book forgot it: there were too many messages. */
  private forget(relay: string, key: string): [] {
    const waiting = this.waiting.get(relay);
    this.together -= waiting?.messages.get(key)?.recipients ?? 0;
    waiting?.messages.delete(key);
    if (waiting?.messages.size === 0) this.waiting.delete(relay);
    return [];
  }
}
