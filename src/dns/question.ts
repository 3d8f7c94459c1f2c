// A question on its way: what must be kept between asking and the answer.
import type { DnsAnswer, QuestionType } from './answer.js';

export interface Question {
  readonly name: string;
  readonly type: QuestionType;
  /** The message; its id changes with every try. */
  readonly message: Buffer;
  settle: (answer: DnsAnswer) => void;
  triesLeft: number;
  /** Whom it was last sent to; it goes elsewhere next where there is an elsewhere. */
  sentTo: { forget(question: Question): void } | undefined;
  /** Servers that gave an answer which another server may better (REFUSED, SERVFAIL). */
  declinedBy: number;
  /** What the last try came to. */
  failure: DnsAnswer;
  /** When the present try is over, monotonic ms. */
  deadlineMs: number;
  isSettled: boolean;
}

/** First in, first out, without moving the rest on every take. */
export class Fifo<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  take(): T | undefined {
    const item = this.items[this.head];
    if (this.head === this.items.length) return undefined;
    this.items[this.head++] = undefined;
    if (this.head === this.items.length || this.head > 4096) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
