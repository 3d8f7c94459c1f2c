// What is watched: every address we send from, and every domain that mail is sent as.
import { UserError } from '../../errors.js';
import { parseTargets, type Target } from '../target.js';

export interface Watched {
  /** Each once, in a stable order. */
  targets: readonly Target[];
  /** What was named and is neither an address nor a domain that can be registered. */
  skipped: readonly string[];
}

/** Reads names as configuration and directory have them; doubles in another notation or case count once. */
export function watchedTargets(names: Iterable<string>): Watched {
  const targets = new Map<string, Target>();
  const skipped = new Set<string>();
  for (const name of names) {
    const target = readOne(name);
    if (target) targets.set(target.text, target);
    else skipped.add(name);
  }
  return { targets: [...targets.values()], skipped: [...skipped] };
}

function readOne(name: string): Target | undefined {
  try {
    return parseTargets(name, { maxAddresses: 1 })[0];
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
