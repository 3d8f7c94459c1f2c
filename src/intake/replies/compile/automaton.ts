// Finds all of several hundred words in one pass over a text (Aho and Corasick, 1975), without regard to case of ASCII letters.

export interface Automaton {
  /** Calls `onWord` with the index of each word that ends in the text, at each place it does. */
  scan(text: string, onWord: (word: number) => void): void;
}

/** Words are lower case and ASCII. */
export function buildAutomaton(words: readonly string[]): Automaton {
  const { classOf, width } = classesOf(words);
  const { next, endsHere, size } = buildTrie(words, classOf, width);
  const ends = closeOver(next, endsHere, width, size);
  return {
    scan(text, onWord) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        state = next[state * width + (code < 128 ? (classOf[code] as number) : 0)] as number;
        const found = ends[state];
        if (found !== undefined) for (const word of found) onWord(word);
      }
    },
  };
}

/** Characters that stand in no word are all alike: class 0. Capitals are of the class of their small letter. */
function classesOf(words: readonly string[]): { classOf: Uint8Array; width: number } {
  const classOf = new Uint8Array(128);
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

/** Fills in where a text goes on after it has left the trie; answers the words that end in each state, undefined for none. */
function closeOver(next: Uint16Array, endsHere: number[][], width: number, size: number): (number[] | undefined)[] {
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
  return endsHere.map((found) => (found && found.length > 0 ? found : undefined));
}
