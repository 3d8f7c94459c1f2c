// Questions (`/relay why`) sent to the log worker that it has not answered yet.
import type { Explanation } from '../explanation.js';

interface Asked {
  resolve: (explanations: Explanation[]) => void;
  reject: (error: Error) => void;
}

/** The questions that wait for an answer, by number. */
export class Questions {
  private readonly waiting = new Map<number, Asked>();
  private lastId = 0;

  /** Sends a question with `send`, under a number that comes back with the answer. */
  ask(send: (id: number) => void): Promise<Explanation[]> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      send(id);
    });
  }

  answer(id: number, explanations: Explanation[]): void {
    this.waiting.get(id)?.resolve(explanations);
    this.waiting.delete(id);
  }

  fail(id: number, why: string): void {
    this.waiting.get(id)?.reject(new Error(why));
    this.waiting.delete(id);
  }

  /** Fails all questions: the worker has ended. */
  giveUp(why: string): void {
    for (const id of [...this.waiting.keys()]) this.fail(id, why);
  }
}
