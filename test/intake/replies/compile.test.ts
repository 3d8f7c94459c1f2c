// Proof that no pattern can run away, and that the index loses none: by the patterns' structure and by counting, not by a clock.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildScan } from '../../../src/intake/replies/compile/automaton.js';
import { requiredWords } from '../../../src/intake/replies/compile/literals.js';
import { type Node, parsePattern } from '../../../src/intake/replies/compile/syntax.js';
import { classifyReply, replyPatterns } from '../../../src/intake/replies/index.js';
import { normaliseReply } from '../../../src/intake/replies/normalise.js';

const patterns = replyPatterns.map((pattern) => [pattern.id, pattern] as const);
/** Each search by itself: they are made one after the other. */
const searches = replyPatterns.flatMap(({ id, pattern, also, unless, examples }) =>
  [pattern, also, unless].flatMap((search) => (search ? [[id, search, examples] as const] : [])),
);

describe('the words of a pattern', () => {
  it.each(patterns)('%s has some, and its lines hold them', (_, { pattern, examples }) => {
    const sets = requiredWords(pattern);

    expect(sets.length).toBeGreaterThan(0);
    expect(pattern.flags).toBe('i');
    for (const example of examples) {
      const text = normaliseReply(example).text.toLowerCase();
      for (const words of sets) expect(words.some((word) => text.includes(word))).toBe(true);
    }
  });

  it.each([
    [/one (?:two|three) four/i, [['one two fo', 'one three ']]],
    [/4\.7\.\d.{0,9}PTR record/i, [['ptr record'], ['4.7.']]],
    [/(?:ab)?cdef|ghi\d/i, [['cdef', 'ghi']]],
    [/\[(?:TS\d|IPTS\d)\]/i, [['[ts', '[ipts']]],
    [/(?!not)abc(?=def)/i, [['abc']]],
    [/x?\d+/i, []],
  ])('of %s are %j', (pattern, words) => {
    expect(requiredWords(pattern)).toEqual(words.map((set) => set.toSorted()));
  });

  it('stand in every text that the pattern matches', () => {
    const word = fc.constantFrom('ab', 'cd', 'a', 'x', ' ');
    const leaf = fc.oneof(
      word,
      fc.constantFrom('[ab]', '\\d', '.', 'a?', '(?:ab|cd)', '(?:abc|x)?', '(?:cde){2}', '\\b'),
    );
    const source = fc.array(leaf, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const alternatives = fc.array(source, { minLength: 1, maxLength: 3 }).map((all) => all.join('|'));
    const text = fc.array(fc.constantFrom('ab', 'cd', 'abc', 'cde', 'a', 'x', '1', ' '), { maxLength: 12 });

    fc.assert(
      fc.property(alternatives, text, (pattern, pieces) => {
        const found = pieces.join('');
        if (!new RegExp(pattern, 'i').test(found)) return;
        for (const words of requiredWords(new RegExp(pattern, 'i')))
          expect(words.some((each) => found.includes(each))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the automaton', () => {
  it('finds what a search for each word finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), minLength: 1, maxLength: 4 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'C', ' ', 'x', '\u00e9', '\u4e2d'), maxLength: 60 });

    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
        fc.array(text, { maxLength: 4 }),
        (words, texts) => {
          const scan = buildScan(words);
          for (const each of texts) {
            const found = new Set<number>();
            const bytes = Buffer.from(each, 'latin1');
            scan(bytes, 0, bytes.length, (index) => found.add(index));
            const expected = words.flatMap((known, i) => (each.toLowerCase().includes(known) ? [i] : []));
            expect(expected.filter((i) => !found.has(i))).toEqual([]);
            if (!/[^\p{ASCII}]/u.test(each)) expect([...found].sort()).toEqual(expected.sort());
          }
        },
      ),
    );
  });
});

describe('a pattern cannot run away', () => {
  it.each(searches)('%s has no repetition without an end', (_, pattern) => {
    expect(repeats(parsePattern(pattern.source)).filter(({ max }) => !Number.isFinite(max))).toEqual([]);
  });

  it.each(searches)('%s takes few steps over what is made to be slow for it', (_, pattern, examples) => {
    const node = parsePattern(pattern.source);
    const words = requiredWords(pattern).map((set) => set[0] ?? '');
    const bait = [
      examples[0] ?? '',
      words.join(' '),
      ...words,
      `${words[0]} ${'a '.repeat(5)}`,
      `${words[0]}${'1.'.repeat(9)}`,
    ].filter(Boolean);

    for (const piece of bait) {
      const text = `550 5.7.1 ${piece.repeat(Math.ceil(LONG / piece.length))}`.slice(0, LONG).toLowerCase();
      expect(stepsOf(node, text) / LONG).toBeLessThan(MOST_STEPS_A_CHARACTER);
    }
  });

  it('counts steps that are too many', () => {
    expect(stepsOf(parsePattern('(?:a?a?a?a?a?a?a?a?a?a?a?a?)b'), 'a'.repeat(LONG)) / LONG).toBeGreaterThan(
      MOST_STEPS_A_CHARACTER,
    );
  });
});

describe('the index', () => {
  it('gives what trying every pattern in order gives', () => {
    const pieces = replyPatterns.flatMap(({ examples }) => examples);
    const cut = fc
      .tuple(fc.constantFrom(...pieces), fc.nat(200), fc.nat(200))
      .map(([text, a, b]) => text.slice(Math.min(a, b), Math.max(a, b)));

    fc.assert(
      fc.property(fc.array(fc.oneof(cut, fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 }), (parts) => {
        const reply = `550 5.7.1 ${parts.join(' ')}`;
        const { text } = normaliseReply(reply);
        const first = replyPatterns.find(
          ({ pattern, also, unless, isShared }) =>
            !isShared && pattern.test(text) && (also?.test(text) ?? true) && !unless?.test(text),
        );
        const read = classifyReply(reply);
        // Words in the text may say whose it is; then that provider's patterns come before.
        if (read?.provider === undefined && !read?.patternId.startsWith('code-'))
          expect(read?.patternId).toBe(first?.id);
        if (first === undefined)
          expect(read === undefined || /^code-/.test(read.patternId) || read.provider !== undefined).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

const LONG = 2_000;
/** Of a backtracking search that is told of no anchor, at every start. The engine takes a step in one to three nanoseconds. */
const MOST_STEPS_A_CHARACTER = 300;

function repeats(node: Node): { max: number }[] {
  if (node.kind === 'repeat') return [node, ...repeats(node.node)];
  if (node.kind === 'sequence') return node.parts.flatMap(repeats);
  return node.kind === 'choice' ? node.options.flatMap(repeats) : [];
}

/** Steps that a backtracking matcher takes to search all of a text for a match, where looks and anchors never help it. */
function stepsOf(root: Node, text: string): number {
  let steps = 0;
  const limit = text.length * MOST_STEPS_A_CHARACTER * 2;
  const classes = new Map<string, RegExp>();
  const isOf = (source: string, char: string) => {
    let known = classes.get(source);
    known ??= new RegExp(source, 'i');
    classes.set(source, known);
    return known.test(char);
  };
  function match(node: Node, at: number, next: (at: number) => boolean): boolean {
    if (++steps > limit) return false;
    switch (node.kind) {
      case 'nothing':
        return next(at);
      case 'chars':
        return node.chars.includes(text[at] ?? '') && next(at + 1);
      case 'any':
        return at < text.length && isOf(node.source, text[at] as string) && next(at + 1);
      case 'choice':
        return node.options.some((option) => match(option, at, next));
      case 'sequence':
        return all(node.parts, 0, at, next);
      case 'repeat':
        return repeat(node, 0, at, next);
      default:
        return node satisfies never;
    }
  }
  function all(parts: readonly Node[], i: number, at: number, next: (at: number) => boolean): boolean {
    const part = parts[i];
    return part === undefined ? next(at) : match(part, at, (after) => all(parts, i + 1, after, next));
  }
  function repeat(node: Node & { kind: 'repeat' }, done: number, at: number, next: (at: number) => boolean): boolean {
    const more = () =>
      done < node.max && match(node.node, at, (after) => after > at && repeat(node, done + 1, after, next));
    return more() || (done >= node.min && next(at));
  }
  for (let start = 0; start < text.length && steps <= limit; start++) {
    // A match is not to end the search: what is counted is the whole text without one.
    match(root, start, () => false);
  }
  return steps;
}
