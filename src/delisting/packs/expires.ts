// Lists that nobody can be taken off: those that forget by themselves, and those without any removal.
import { utc } from '../../words.js';
import type { Pack, PackFacts } from '../pack.js';
import type { Removal } from '../removal.js';
import { waitOf } from '../words.js';

const HOUR_MS = 3_600_000;

/** Reports whether there is nothing to ask for. */
export function isExpiring({ method }: Pick<Removal, 'method'>): boolean {
  return method === 'automatic-expiry' || method === 'none';
}

export function expires(facts: PackFacts): Pack {
  const { removal, firstSeenAt, lastSeenAt } = facts;
  const seen = `First seen ${utc(firstSeenAt)}, last seen ${utc(lastSeenAt)}.`;
  const page = removal.url ? [{ label: 'Open its page', url: removal.url }] : [];
  const policy = removal.policy ? [removal.policy] : [];
  if (removal.method === 'none')
    return {
      kind: 'none',
      ways: page,
      steps: [NO_REMOVAL[removal.inDns ? 'list' : 'receiver'], seen],
      asks: [],
      advice: policy,
    };
  return {
    kind: 'expires',
    ways: page,
    steps: ['Nothing needs asking: it expires by itself.', seen, whenGone(facts)],
    asks: [],
    advice: policy,
  };
}

const NO_REMOVAL = {
  list: 'There is no removal: this list takes no requests.',
  receiver: 'There is no removal: it ends by itself, or at the list that the refusal names.',
};

/** From the end of the abuse: what was seen last is the latest it can have been. */
function whenGone({ removal, lastSeenAt, actions }: PackFacts): string {
  const from = actions.quiet?.since ?? lastSeenAt;
  const [least, most] = removal.expectedHours;
  const since =
    actions.quiet === undefined ? 'counted from when it was last seen' : 'counted from the last spam of its sources';
  const span =
    least <= 0
      ? `by ${utc(from + most * HOUR_MS)}`
      : `between ${utc(from + least * HOUR_MS)} and ${utc(from + most * HOUR_MS)}`;
  return `Expected to go ${span} (${waitOf(removal.expectedHours)}, ${since}). Every further spam message starts the time anew.`;
}
