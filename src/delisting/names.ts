// Thousands of names found in one text: word by word along a tree, so that a text costs what it is long, whatever the number of customers.
// Pure.

interface Step {
  /** What stands between this word and the next, then that word. */
  next: Map<string, Step>;
  isEnd: boolean;
}

export interface Names {
  /** Each name, folded. */
  all: ReadonlySet<string>;
  /** Where every name begins. */
  first: Step;
}

/** Shorter words are in half of all sentences. */
const SHORTEST = 3;

/** Names come to as many texts as a request has parts; they are put in order once. */
const inOrder = new WeakMap<readonly string[], Names>();

/** Puts names in order. They must not be changed afterwards. */
export function namesOf(texts: readonly string[]): Names {
  const known = inOrder.get(texts);
  if (known) return known;
  const all = new Set(texts.map(folded).filter((name) => name.length >= SHORTEST));
  const first: Step = { next: new Map(), isEnd: false };
  for (const name of all) addTo(first, wordsOf(name));
  const names = { all, first };
  inOrder.set(texts, names);
  return names;
}

/** As names are compared: whatever the case, the width of letters, and how many spaces. */
export function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
}

/** The text with `[customer]` for every name in it. */
export function withoutNames(text: string, names: Names): string {
  let out = '';
  let from = 0;
  for (const { start, end } of mentionsOf(text, names)) {
    out += `${text.slice(from, start)}[customer]`;
    from = end;
  }
  return out + text.slice(from);
}

/** The names in a text, as it writes them. */
export function namesIn(text: string, names: Names): string[] {
  return mentionsOf(text, names).map(({ start, end }) => text.slice(start, end));
}

/** Where names stand, the longest first. Whole words only: a customer named Post does not eat the postmaster. */
function mentionsOf(text: string, { first }: Names): { start: number; end: number }[] {
  const words = wordsOf(text);
  const mentions: { start: number; end: number }[] = [];
  for (let i = 0; i < words.length; i++) {
    const last = lastWordOf(first, words, i);
    const [begin, end] = [words[i], words[last ?? -1]];
    if (last === undefined || !begin || !end) continue;
    mentions.push({ start: begin.start, end: end.end });
    i = last;
  }
  return mentions;
}

interface Word {
  start: number;
  end: number;
  word: string;
  /** What stands between the word before and this one. */
  gap: string;
}

/** In page addresses a sign may be written as `%40`: that is no part of a word. */
const WORD = /%[0-9a-f]{2}|[\p{L}\p{N}]+/giu;

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: word, index: start } of text.matchAll(WORD)) {
    if (word.startsWith('%')) continue;
    const gap = text.slice(words.at(-1)?.end ?? 0, start);
    words.push({ start, end: start + word.length, word: word.toLowerCase(), gap: gapOf(gap) });
  }
  return words;
}

/** A space may be written as `+` or `%20`, a dot as `%2E`. */
function gapOf(text: string): string {
  return text
    .replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[\s+]+/g, ' ');
}

function addTo(first: Step, words: readonly Word[]): void {
  if (words.length === 0) return;
  const end = words.reduce((step, { gap, word }, i) => {
    const key = i === 0 ? word : `${gap}${word}`;
    const next = step.next.get(key) ?? { next: new Map(), isEnd: false };
    step.next.set(key, next);
    return next;
  }, first);
  end.isEnd = true;
}

/** Index of the last word of the longest name that begins at `i`. */
function lastWordOf(first: Step, words: readonly Word[], i: number): number | undefined {
  let last: number | undefined;
  let step = first.next.get(words[i]?.word ?? '');
  for (let j = i; step; j++) {
    if (step.isEnd) last = j;
    const following = words[j + 1];
    step = following && step.next.get(`${following.gap}${following.word}`);
  }
  return last;
}
