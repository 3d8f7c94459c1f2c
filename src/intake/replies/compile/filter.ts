// Which of many patterns can match a text at all: those all of whose words stand in it.
import { buildScan } from './automaton.js';

/** Answers the indexes of the entries of which every set has a word in the bytes, in no order. */
export type Filter = (bytes: Uint8Array, from: number, to: number) => readonly number[];

/** `entries[i]` holds sets of words, at most 8. */
export function buildFilter(entries: readonly (readonly (readonly string[])[])[]): Filter {
  const words = [...new Set(entries.flat(2))];
  const { starts, uses, bits } = usesOf(entries, words);
  const full = Uint32Array.from(entries, (sets) => 2 ** sets.length - 1);
  const found = new Uint32Array(entries.length);
  const touched = new Uint16Array(entries.length);
  const scan = buildScan(words);
  let touchedCount = 0;
  let candidates: number[] = [];

  function onWord(word: number): void {
    const end = starts[word + 1] as number;
    for (let use = starts[word] as number; use < end; use++) {
      const entry = uses[use] as number;
      const before = found[entry] as number;
      const after = before | (bits[use] as number);
      if (after === before) continue;
      if (before === 0) touched[touchedCount++] = entry;
      found[entry] = after;
      if (after === full[entry]) candidates.push(entry);
    }
  }

  return (bytes, from, to) => {
    candidates = [];
    scan(bytes, from, to, onWord);
    while (touchedCount > 0) found[touched[--touchedCount] as number] = 0;
    return candidates;
  };
}

/** The entries that hold each word, and which set of theirs: those of word `w` from `starts[w]` to `starts[w + 1]`. */
function usesOf(entries: readonly (readonly (readonly string[])[])[], words: readonly string[]) {
  const index = new Map(words.map((word, i) => [word, i]));
  const byWord: { entry: number; bit: number }[][] = words.map(() => []);
  for (const [entry, sets] of entries.entries()) {
    for (const [i, set] of sets.entries()) {
      for (const word of set) byWord[index.get(word) as number]?.push({ entry, bit: 1 << i });
    }
  }
  const all = byWord.flat();
  const starts = new Uint32Array(words.length + 1);
  for (const [i, uses] of byWord.entries()) starts[i + 1] = (starts[i] as number) + uses.length;
  return {
    starts,
    uses: Uint16Array.from(all, ({ entry }) => entry),
    bits: Uint8Array.from(all, ({ bit }) => bit),
  };
}
