// Finds all of several hundred words in one pass over a text (Aho and Corasick, 1975), without regard to case of ASCII letters.

/** Calls `onWord` with the index of each word that stands in the text, a few times at most, however often it stands there; with others too where the text is not Latin 1. */
export type Scan = (text: string, onWord: (word: number) => void) => void;

/** Words are lower case and ASCII. */
export function buildScan(words: readonly string[]): Scan {
  const { classOf, width } = classesOf(words);
  const { next, endsHere, size } = buildTrie(words, classOf, width);
  const ends = closeOver(next, endsHere, width, size);
  /** Round in which a state's words were told last; 0xffffffff for states without words. */
  const told = Uint32Array.from(ends, (found) => (found.length > 0 ? 0 : NEVER));
  let round = 0;
  let bytes = Buffer.alloc(LONG);

  return (text, onWord) => {
    round = round === NEVER - 1 ? restart(told) : round + 1;
    if (text.length > bytes.length) bytes = Buffer.alloc(text.length);
    // Copied first: a text cut out of a longer one is slow to read one by one. What is not Latin 1 comes out as some letter, so a
    // word may be seen that is not there; never the other way round.
    const length = bytes.write(text, 'latin1');
    let state = 0;
    for (let i = 0; i < length; i++) {
      state = next[state * width + (classOf[bytes[i] as number] as number)] as number;
      if ((told[state] as number) >= round) continue;
      told[state] = round;
      for (const word of ends[state] as number[]) onWord(word);
    }
  };
}

const NEVER = 0xffffffff;
const LONG = 4_096;

function restart(told: Uint32Array): number {
  for (let state = 0; state < told.length; state++) if (told[state] !== NEVER) told[state] = 0;
  return 1;
}

/** Characters that stand in no word are all alike: class 0. Capitals are of the class of their small letter. */
function classesOf(words: readonly string[]): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(256);
  let width = 1;
  for (const char of new Set(words.join(''))) classOf[char.charCodeAt(0)] = width++;
  for (let code = 65; code <= 90; code++) classOf[code] = classOf[code + 32] as number;
  return { classOf, width };
}

function buildTrie(words: readonly string[], classOf: Uint8Array, width: number) {
  const room = words.reduce((sum, word) => sum + word.length, 1);
  const next = new Uint16Array(room * width);
  const endsHere: number[][] = [[]];
  let size = 1;
  for (const [index, word] of words.entries()) {
    let state = 0;
    for (const char of word) {
      const cell = state * width + (classOf[char.charCodeAt(0)] as number);
      if (next[cell] === 0) {
        next[cell] = size;
        endsHere[size++] = [];
      }
      state = next[cell] as number;
    }
    endsHere[state]?.push(index);
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
