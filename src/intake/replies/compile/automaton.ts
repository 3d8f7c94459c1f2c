// Finds all of several hundred words in one pass over a text (Aho and Corasick, 1975), without regard to case of ASCII letters.

/** Calls `onWord` with the index of each word that stands in the bytes, a few times at most, however often it stands there. */
type Scan = (bytes: Uint8Array, from: number, to: number, onWord: (word: number) => void) => void;

/** Words are lower case and ASCII. */
export function buildScan(words: readonly string[]): Scan {
  const { classOf, width } = classesOf(words);
  const { next, endsHere, size } = buildTrie(words, classOf, width);
  const ends = closeOver(next, endsHere, width, size);
  if (size > STATE) throw new Error(`${size} states are too many for the table`);
  const table = next.slice(0, size * width).map((state) => (ends[state]?.length ? state | ENDS : state));
  /** Round in which a state's words were told last. */
  const told = new Uint32Array(size);
  let round = 0;

  return (bytes, from, to, onWord) => {
    if (++round === 0xffffffff) {
      told.fill(0);
      round = 1;
    }
    let state = 0;
    for (let i = from; i < to; i++) {
      const entry = table[state * width + (classOf[bytes[i] as number] as number)] as number;
      state = entry & STATE;
      if (entry === state || told[state] === round) continue;
      told[state] = round;
      for (const word of ends[state] as number[]) onWord(word);
    }
  };
}

/** What of a cell of the table is the state, and the bit that says that words end there. */
const STATE = 0x7fff;
const ENDS = 0x8000;

/** Characters that stand in no word are all alike: class 0. Capitals are of the class of their small letter. */
function classesOf(words: readonly string[]): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(256);
  let width = 1;
  for (const char of new Set(words.join(''))) classOf[char.charCodeAt(0)] = width++;
  for (let code = 65; code <= 90; code++) classOf[code] = classOf[code + 32] as number;
  return { classOf, width };
}

/** Level by level: the few states near the root, where a scan spends its time, lie side by side in memory. */
function buildTrie(words: readonly string[], classOf: Uint8Array, width: number) {
  const room = words.reduce((sum, word) => sum + word.length, 1);
  const next = new Uint16Array(room * width);
  const endsHere: number[][] = [[]];
  const stateOf = new Uint16Array(words.length);
  const longest = Math.max(0, ...words.map(({ length }) => length));
  let size = 1;
  for (let depth = 0; depth < longest; depth++) {
    for (const [index, word] of words.entries()) {
      if (depth >= word.length) continue;
      const cell = (stateOf[index] as number) * width + (classOf[word.charCodeAt(depth)] as number);
      if (next[cell] === 0) {
        next[cell] = size;
        endsHere[size++] = [];
      }
      stateOf[index] = next[cell] as number;
      if (depth === word.length - 1) endsHere[next[cell] as number]?.push(index);
    }
  }
  return { next, endsHere, size };
}

/** Fills in where a text goes on after it has left the trie; answers the words that end in each state. */
function closeOver(next: Uint16Array, endsHere: number[][], width: number, size: number): number[][] {
  const fallback = new Uint16Array(size);
  const queue: number[] = [];
  for (let c = 0; c < width; c++) if (next[c] !== 0) queue.push(next[c] as number);
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number;
    const back = fallback[state] as number;
    endsHere[state]?.push(...(endsHere[back] ?? []));
    for (let c = 0; c < width; c++) {
      const cell = state * width + c;
      const onward = next[back * width + c] as number;
      const child = next[cell] as number;
      if (child === 0) next[cell] = onward;
      else {
        fallback[child] = onward;
        queue.push(child);
      }
    }
  }
  return endsHere;
}
