// What was learned of client addresses, for the policy server: a customer that the detection knows by it is contained by it, too.
import { learnedInTurns } from '../detection/live/saved-hints.js';
import { hintableAddresses } from '../partners/attribution.js';
import type { Directory } from '../partners/directory.js';
import { LearnedHints } from '../partners/learned-hints.js';

interface HintParts {
  /** Path of the traffic database. */
  trafficDb: string;
  directory: Directory;
  now: () => number;
  /** Takes all that is known: the customer that an address is taken for when nothing else tells. */
  learn: (learned: ReadonlyMap<string, string>) => Promise<void>;
}

export interface Hints {
  /** Reads what the log worker has written since. What was known goes on when this fails; throws what SQLite throws. */
  refresh(): Promise<void>;
  /** The customer that mail from an address is taken for, as read last. */
  customerOf(clientIp: string): string | undefined;
}

/** Tells nothing before the first `refresh`. */
export function createHints({ trafficDb, directory, now, learn }: HintParts): Hints {
  const mayLearn = hintableAddresses(directory);
  let known: ReadonlyMap<string, string> = new Map();
  return {
    customerOf: (clientIp) => known.get(clientIp),
    async refresh() {
      const read = new LearnedHints(mayLearn);
      const learned = new Map<string, string>();
      await learnedInTurns(trafficDb, (rows) => {
        read.restore(rows);
        for (const [clientIp] of rows) {
          const customer = read.hintFor(clientIp, now());
          if (customer !== undefined) learned.set(clientIp, customer);
        }
      });
      known = learned;
      await learn(learned);
    },
  };
}
