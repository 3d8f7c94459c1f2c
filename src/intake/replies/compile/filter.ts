// Which of many patterns can match a text at all: those all of whose words stand in it.
import { buildAutomaton } from './automaton.js';

/** Answers the indexes of the entries of which every set has a word in the text, in no order. */
export type Filter = (text: string) => readonly number[];

/** `entries[i]` holds sets of words, at most 31. */
export function buildFilter(entries: readonly (readonly (readonly string[])[])[]): Filter {
  const words = [...new Set(entries.flat(2))];
  const uses = usesOf(entries, words);
  const full = Uint32Array.from(entries, (sets) => 2 ** sets.length - 1);
  const automaton = buildAutomaton(words);
  const wordSeen = new Uint32Array(words.length);
  const entrySeen = new Uint32Array(entries.length);
  const found = new Uint32Array(entries.length);
  let candidates: number[] = [];
  let round = 0;

  function onWord(word: number): void {
    if (wordSeen[word] === round) return;
    wordSeen[word] = round;
    for (const { entry, bit } of uses[word] as Use[]) {
      if (entrySeen[entry] !== round) {
        entrySeen[entry] = round;
        found[entry] = 0;
      }
      const before = found[entry] as number;
      if ((before & bit) !== 0) continue;
      found[entry] = before | bit;
      if (found[entry] === full[entry]) candidates.push(entry);
    }
  }

  return (text) => {
    if (++round === 0xffffffff) {
      wordSeen.fill(0);
      entrySeen.fill(0);
      round = 1;
    }
    candidates = [];
    automaton.scan(text, onWord);
    return candidates;
  };
}

interface Use {
  entry: number;
  bit: number;
}

function usesOf(entries: readonly (readonly (readonly string[])[])[], words: readonly string[]): Use[][] {
  const index = new Map(words.map((word, i) => [word, i]));
  const uses: Use[][] = words.map(() => []);
  for (const [entry, sets] of entries.entries()) {
    for (const [i, set] of sets.entries()) {
      for (const word of set) uses[index.get(word) as number]?.push({ entry, bit: 1 << i });
    }
  }
  return uses;
}
