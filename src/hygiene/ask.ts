// Asking the DNS for a round of looks: every question once, few at a time, whatever number of domains share an include.
import type { QuestionType } from '../dns/answer.js';
import { type Lookup, lookup } from '../dns/lookup.js';
import type { Resolver } from '../dns/resolver.js';
import { Slots } from '../waiting.js';

export type Ask = (name: string, type: QuestionType) => Promise<Lookup>;

interface AskOptions {
  /** Questions in flight. */
  limit?: number;
  /** Answers remembered; the oldest goes first. */
  remembered?: number;
}

/** Makes an asker with a memory of its own: take a new one for each round, so that every round sees the DNS as it is then. */
export function createAsk(resolver: Pick<Resolver, 'query'>, { limit = 20, remembered = 5_000 }: AskOptions = {}): Ask {
  const answers = new Map<string, Promise<Lookup>>();
  const slots = new Slots(limit);
  return (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    const earlier = answers.get(key);
    if (earlier) return earlier;
    const answer = slots.run(() => lookup(resolver, name, type));
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > remembered && oldest !== undefined) answers.delete(oldest);
    return answer;
  };
}
