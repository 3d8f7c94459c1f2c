// What was learned of client addresses, for the policy server: a customer that the detection knows by it is contained by it, too.
import { learnedInTurns } from '../detection/saved-hints.js';
import { hintableAddresses } from '../partners/attribution.js';
import type { Directory } from '../partners/directory.js';
import { LearnedHints } from '../partners/learned-hints.js';

interface HintParts {
  /** Path of the traffic database. */
  trafficDb: string;
  directory: Directory;
  now: () => number;
}

export interface Hints {
  /** Customer that an address is taken for when nothing else tells; answers from memory. */
  hintFor(clientIp: string): string | undefined;
  /** Reads what the log worker has written since. What was known goes on when this fails; throws what SQLite throws. */
  refresh(): Promise<void>;
}

/** Knows nothing before the first `refresh`. */
export function createHints({ trafficDb, directory, now }: HintParts): Hints {
  const mayLearn = hintableAddresses(directory);
  let known = new LearnedHints(mayLearn);
  return {
    hintFor: (clientIp) => known.hintFor(clientIp, now()),
    async refresh() {
      const read = new LearnedHints(mayLearn);
      await learnedInTurns(trafficDb, (rows) => read.restore(rows));
      known = read;
    },
  };
}
