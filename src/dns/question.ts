// A question on its way: what must be kept between asking and the answer.
import type { DnsAnswer, QuestionType } from './answer.js';
import type { Channel } from './channel.js';
import type { Upstream } from './upstream.js';

export interface Question {
  readonly name: string;
  readonly type: QuestionType;
  /** The message; its id is written anew for each sending. */
  readonly message: Buffer;
  settle: (answer: DnsAnswer) => void;
  /** The one server to be asked; undefined for any. */
  readonly only: Upstream | undefined;
  sendsLeft: number;
  sends: number;
  /** When it is given up, monotonic ms without those in which this process stood still; set by its first sending. */
  deadlineMs: number;
  /** Whom it was sent to and who may still answer, one for each server, the last asked last. */
  readonly attempts: Attempt[];
  /** Whom it was last sent to; it goes elsewhere next where there is an elsewhere. */
  sentTo: Upstream | undefined;
  /** It waits to be sent again. */
  isQueued: boolean;
  /** Servers that gave an answer which another server may better (REFUSED, SERVFAIL). */
  declinedBy: number;
  /** What to answer if no server does better: the most telling failure so far. */
  failure: DnsAnswer;
  isSettled: boolean;
}

/** A question at one server. It is listened for until the question is settled: under the same id and port, however often it was sent. */
export interface Attempt {
  readonly question: Question;
  readonly upstream: Upstream;
  readonly channel: Channel;
  readonly id: number;
  firstSentMs: number;
  lastSentMs: number;
  /** False once it counts as lost: it takes no room any more, but its answer is still welcome. */
  isInFlight: boolean;
}

export function newQuestion(
  name: string,
  type: QuestionType,
  message: Buffer,
  sendsLeft: number,
  settleWith: (answer: DnsAnswer) => void,
): Question {
  return {
    name,
    type,
    message,
    settle: settleWith,
    only: undefined,
    sendsLeft,
    sends: 0,
    deadlineMs: 0,
    attempts: [],
    sentTo: undefined,
    isQueued: false,
    declinedBy: 0,
    failure: { kind: 'timeout' },
    isSettled: false,
  };
}

/** Hands the answer over, once, and stops listening for others. */
export function settle(question: Question, answer: DnsAnswer): void {
  if (question.isSettled) return;
  question.isSettled = true;
  for (const attempt of question.attempts) attempt.upstream.drop(attempt);
  question.settle(answer);
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
