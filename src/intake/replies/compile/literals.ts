// The words without which a pattern cannot match: sets of which one each must stand in the text. Looking for all words of all patterns
// at once costs one pass (automaton.ts); only patterns that have all of theirs are tried.
import { type Node, parsePattern } from './syntax.js';

/** Shorter words stand everywhere and rule nothing out. */
const SHORTEST = 3;
/** Spellings of one word that are kept apart; more are cut into smaller words. */
const MOST_SPELLINGS = 24;
/** Sets per pattern: the most telling are enough. */
const MOST_SETS = 3;
/** Words are cut here: longer ones rule out hardly more, and the automaton stays small enough for the cache. */
const LONGEST = 10;

interface Facts {
  /** Everything the node can match, when that is little. */
  exact?: readonly string[];
  /** What every match begins with, where that is known and the whole is not. */
  start?: readonly string[];
  /** Sets of which one each must occur. */
  sets: readonly (readonly string[])[];
}

/** Sets of words, lower case: a text that lacks every word of one of them does not match. The most telling first. */
export function requiredWords(pattern: RegExp): string[][] {
  const facts = factsOf(parsePattern(pattern.source));
  const sets = [...facts.sets, ...(facts.exact ? [facts.exact] : [])].filter(isTelling);
  const best = sets.sort((a, b) => score(b) - score(a)).map(cut);
  return [...new Map(best.map((set) => [set.join('\n'), set])).values()].slice(0, MOST_SETS);
}

/** Cut to size, without those that hold another one of the set. */
function cut(set: readonly string[]): string[] {
  const short = [...new Set(set.map((word) => word.slice(0, LONGEST)))].sort();
  return short.filter((word) => !short.some((other) => other !== word && word.includes(other)));
}

function factsOf(node: Node): Facts {
  switch (node.kind) {
    case 'chars':
      return { exact: node.chars, sets: [] };
    case 'any':
      return { sets: [] };
    case 'nothing':
      return { exact: [''], sets: [] };
    case 'sequence':
      return sequence(node.parts.map(factsOf));
    case 'choice':
      return choice(node.options.map(factsOf));
    case 'repeat':
      return repeat(factsOf(node.node), node.min, node.max);
    default:
      return node satisfies never;
  }
}

/** Words grow over neighbouring parts that are few, and end where a part is not. */
function sequence(parts: Facts[]): Facts {
  const sets: (readonly string[])[] = [];
  const runs: (readonly string[])[] = [];
  let run: readonly string[] = [''];
  for (const { exact, start, sets: inner } of parts) {
    sets.push(...inner);
    const isFew = (spellings: readonly string[]) => run.length * spellings.length <= MOST_SPELLINGS;
    if (exact && isFew(exact)) {
      run = joined(run, exact);
      continue;
    }
    runs.push(start && isFew(start) ? joined(run, start) : run);
    run = exact && exact.length <= MOST_SPELLINGS ? exact : [''];
  }
  const first = runs[0];
  if (first === undefined) return { exact: run, sets };
  return { sets: [...sets, ...runs, run].filter(isTelling), start: first };
}

function joined(starts: readonly string[], ends: readonly string[]): string[] {
  return starts.flatMap((start) => ends.map((end) => start + end));
}

function choice(options: Facts[]): Facts {
  const exact = options.flatMap((option) => option.exact ?? []);
  if (options.every((option) => option.exact) && exact.length <= MOST_SPELLINGS) return { exact, sets: [] };
  const best = options.map(bestSet);
  const starts = options.flatMap((option) => option.exact ?? option.start ?? ['']);
  return {
    sets: best.every((set) => set !== undefined) ? [best.flat() as string[]] : [],
    ...(starts.length <= MOST_SPELLINGS && !starts.includes('') ? { start: starts } : {}),
  };
}

function repeat(inner: Facts, min: number, max: number): Facts {
  if (min === 0 && max === 1 && inner.exact) return { exact: ['', ...inner.exact], sets: [] };
  if (min === 0) return { sets: [] };
  if (min === max && inner.exact && inner.exact.length ** min <= MOST_SPELLINGS)
    return sequence(Array.from({ length: min }, () => inner));
  const start = inner.exact ?? inner.start;
  return {
    sets: [...inner.sets, ...(inner.exact ? [inner.exact] : [])].filter(isTelling),
    ...(start === undefined ? {} : { start }),
  };
}

function bestSet({ exact, sets }: Facts): readonly string[] | undefined {
  const candidates = [...sets, ...(exact ? [exact] : [])].filter(isTelling);
  return candidates.sort((a, b) => score(b) - score(a))[0];
}

function isTelling(set: readonly string[]): boolean {
  return set.length > 0 && shortest(set) >= SHORTEST;
}

/** Long words rule out more; many spellings less. */
function score(set: readonly string[]): number {
  return shortest(set) - set.length / 8;
}

function shortest(set: readonly string[]): number {
  return Math.min(...set.map((word) => word.length));
}
