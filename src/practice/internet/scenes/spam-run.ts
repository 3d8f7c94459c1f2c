// A run of spam: a burst, then slower, until the spammer has lost patience or has had enough. What the letters are is the scene's.
import type { Chance } from '../chance.js';
import type { Letter } from '../letter.js';
import { createPatience, type Scene } from './scene.js';

export interface SpamRun extends Pick<Scene, 'kind' | 'name' | 'customer' | 'startAt'> {
  burstMs: number;
  burstPerHour: number;
  laterPerHour: number;
  longestMs: number;
  letter: (at: number) => Letter;
}

/** Makes the scene; the letters and the waits between them draw on the same chance, in turn. */
export function spamRun(run: SpamRun, chance: Chance): Scene {
  const { kind, name, customer, startAt, longestMs } = run;
  const patience = createPatience();
  let next = startAt;
  const isOver = (at: number) => at > startAt + longestMs || patience.isLost(at);

  return {
    kind,
    name,
    customer,
    startAt,
    until(until) {
      const letters: Letter[] = [];
      while (next <= until && !isOver(next)) {
        letters.push(run.letter(next));
        next += chance.waitMs(next - startAt < run.burstMs ? run.burstPerHour : run.laterPerHour);
      }
      return letters;
    },
    skipTo(at) {
      next = Math.max(next, at);
    },
    heard: patience.heard,
    isOver,
  };
}
