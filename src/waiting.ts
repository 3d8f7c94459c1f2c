// Waiting: for what another thread answers, for a place among others, for so long and no longer.
import { setTimeout as sleep } from 'node:timers/promises';

interface Asked<T> {
  resolve: (answer: T) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
}

/** What another thread was asked and has not answered yet. Each question has a number, which comes back with the answer. */
export class Unanswered<T = void> {
  /** Number of the last question; 0 before the first. */
  last = 0;
  private readonly waiting = new Map<number, Asked<T>>();

  /** With `late` a question fails when it has waited for so long. */
  constructor(private readonly late?: { afterMs: number; why: string }) {}

  /** Asks by `send`; rejects when the question fails. */
  ask(send: (question: number) => void): Promise<T> {
    const question = ++this.last;
    const { late } = this;
    return new Promise((resolve, reject) => {
      const timer = late && setTimeout(() => this.fail(question, late.why), late.afterMs);
      this.waiting.set(question, { resolve, reject, timer });
      send(question);
    });
  }

  answer(question: number, answer: T): void {
    this.take(question)?.resolve(answer);
  }

  /** Answers every question up to this one. */
  answerTo(last: number, answer: T): void {
    for (const question of this.waiting.keys()) if (question <= last) this.answer(question, answer);
  }

  fail(question: number, why: string): void {
    this.take(question)?.reject(new Error(why));
  }

  /** Fails all questions: nobody is there any more who could answer. */
  giveUp(why: string): void {
    for (const question of this.waiting.keys()) this.fail(question, why);
  }

  private take(question: number): Asked<T> | undefined {
    const asked = this.waiting.get(question);
    this.waiting.delete(question);
    clearTimeout(asked?.timer);
    return asked;
  }
}

/** Room for so many at a time; more wait their turn. */
export class Slots {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  /** How many wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** Does the work when there is room; answers, or throws, as the work does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((go) => this.queue.push(go));
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  }
}

/** What is awaited, or undefined when it takes longer than `ms`. */
export async function within<T>(ms: number, awaited: Promise<T>): Promise<T | undefined> {
  const inTime = new AbortController();
  try {
    return await Promise.race([awaited, sleep(ms, undefined, { signal: inTime.signal }).catch(() => undefined)]);
  } finally {
    inTime.abort();
  }
}
