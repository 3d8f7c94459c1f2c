// Asks blocklists again about what is listed, for a person or by the clock, and writes down what they say.
import type { CheckResult } from '../../blocklists/check.js';
import type { Tx } from '../../db/transaction.js';
import { UserError } from '../../errors.js';
import type { ListingIncident, ListingSubject } from '../incident.js';
import { openListing, sawCleared, sawListed } from '../store.js';
import { isSameEntry, type TargetOnList, withoutEntry } from './entries.js';

/** Asks the named lists about a target; throws UserError when none of them can be asked. */
type Check = (target: string, options: { lists: readonly string[] }) => Promise<CheckResult[]>;

/**
 * Asks about each pair; that something is gone is believed when a second question says the same. Answers in the order of the check, and
 * has nothing for a pair that cannot be asked about.
 */
export async function askAgain(check: Check, pairs: readonly TargetOnList[]): Promise<CheckResult[]> {
  const first = await ask(check, pairs);
  const gone = first.filter(({ verdict }) => verdict === 'clear');
  const second = await ask(check, gone);
  return first.flatMap((result) =>
    result.verdict === 'clear' ? (second.find((each) => isSameEntry(each, result)) ?? []) : result,
  );
}

/** One question per target, about the lists named with it. */
async function ask(check: Check, pairs: readonly TargetOnList[]): Promise<CheckResult[]> {
  const targets = [...new Set(pairs.map(({ target }) => target))];
  const answers = targets.map(async (target) => {
    const lists = pairs.filter((pair) => pair.target === target).map(({ list }) => list);
    try {
      const results = await check(target, { lists });
      return results.filter(({ list }) => lists.includes(list)).map((result) => ({ ...result, target }));
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  });
  return (await Promise.all(answers)).flat();
}

/** The verdict for people; refused and unknown are never clear. */
export function verdictInWords({ verdict, codes, meanings }: CheckResult): string {
  if (verdict === 'listed') return `still listed (${codes.join(', ')})`;
  if (verdict === 'clear') return 'clear now';
  return `could not tell, ${verdict}${meanings[0] ? ` (${meanings[0]})` : ''}`;
}

/** Puts on record what the lists said of an incident's listings. Answers its subject, in which those that are gone say so. */
export function noteAnswers(
  tx: Tx,
  { id, subject }: Pick<ListingIncident, 'id' | 'subject'>,
  answers: readonly CheckResult[],
  at: number,
): ListingSubject {
  for (const { target, list, codes, text } of answers.filter(({ verdict }) => verdict === 'listed'))
    sawListed(tx, { target, list, codes, text, incidentId: id }, at);
  const gone = answers.filter(({ verdict }) => verdict === 'clear');
  const rows = gone.flatMap(({ target, list }) => openListing(tx, target, list) ?? []);
  sawCleared(
    tx,
    rows.map((row) => row.id),
    at,
  );
  return gone.reduce((before, pair) => withoutEntry(before, pair, at), subject);
}
