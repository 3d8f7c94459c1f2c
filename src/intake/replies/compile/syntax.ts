// Regular expressions as a tree, for the part of the syntax that the patterns use. Read for two things: which words a text must hold
// for a pattern to match it at all (literals.ts), and proof that no pattern can run away (the tests).

export type Node =
  | { kind: 'chars'; chars: readonly string[] }
  /** Any of too many characters to name them: `source` says which. */
  | { kind: 'any'; source: string }
  /** Anchors, word boundaries and looks ahead or behind: they take no text. */
  | { kind: 'nothing' }
  | { kind: 'sequence'; parts: readonly Node[] }
  | { kind: 'choice'; options: readonly Node[] }
  | { kind: 'repeat'; node: Node; min: number; max: number };

/** A class of more characters than this is `any`. */
const FEW = 6;
const NOTHING: Node = { kind: 'nothing' };

/** Reads a pattern's source. Throws for what it does not know: back-references, and flags within. */
export function parsePattern(source: string): Node {
  const reader = { source, at: 0 };
  const node = choice(reader);
  if (reader.at < source.length) throw new Error(`unexpected ${source[reader.at]} at ${reader.at} in ${source}`);
  return node;
}

interface Reader {
  source: string;
  at: number;
}

function choice(reader: Reader): Node {
  const options = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    options.push(sequence(reader));
  }
  return options.length === 1 ? (options[0] as Node) : { kind: 'choice', options };
}

function sequence(reader: Reader): Node {
  const parts: Node[] = [];
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] as string)) {
    parts.push(quantified(reader, atom(reader)));
  }
  return { kind: 'sequence', parts };
}

function atom(reader: Reader): Node {
  const char = reader.source[reader.at++] as string;
  if (char === '(') return group(reader);
  if (char === '[') return characterClass(reader);
  if (char === '\\') return escaped(reader);
  if (char === '.') return { kind: 'any', source: '.' };
  if (char === '^' || char === '$') return NOTHING;
  return { kind: 'chars', chars: [char.toLowerCase()] };
}

function group(reader: Reader): Node {
  const opening = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(reader.source.slice(reader.at, reader.at + 40))?.[0] ?? '';
  reader.at += opening.length;
  const inner = choice(reader);
  if (reader.source[reader.at++] !== ')') throw new Error(`a group that never ends in ${reader.source}`);
  return /[=!]$/.test(opening) ? NOTHING : inner;
}

function escaped(reader: Reader): Node {
  const char = reader.source[reader.at++] as string;
  if (char === 'b' || char === 'B') return NOTHING;
  if ('dDwWsS'.includes(char)) return { kind: 'any', source: `\\${char}` };
  if (/[a-z0-9]/i.test(char)) throw new Error(`\\${char} is not known here: ${reader.source}`);
  return { kind: 'chars', chars: [char] };
}

function characterClass(reader: Reader): Node {
  const from = reader.at;
  while (reader.source[reader.at] !== ']') reader.at += reader.source[reader.at] === '\\' ? 2 : 1;
  const inside = reader.source.slice(from, reader.at++);
  const chars = inside.startsWith('^') ? undefined : charactersOf(inside);
  return chars === undefined || chars.length > FEW ? { kind: 'any', source: `[${inside}]` } : { kind: 'chars', chars };
}

/** The characters a class names; undefined when it holds a class of its own, such as \d. */
function charactersOf(inside: string): string[] | undefined {
  const named = inside.match(/\\?./gs) ?? [];
  if (named.some((char) => /^\\[a-z0-9]/i.test(char))) return undefined;
  const plain = named.map((char) => char.at(-1) as string);
  const chars = new Set<string>();
  for (let i = 0; i < plain.length; i++) {
    const isRange = named[i + 1] === '-' && i + 2 < plain.length;
    const first = plain[i] as string;
    const last = isRange ? (plain[i + 2] as string) : first;
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) {
      chars.add(String.fromCharCode(code).toLowerCase());
    }
    if (isRange) i += 2;
  }
  return [...chars];
}

function quantified(reader: Reader, node: Node): Node {
  const range = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.source.slice(reader.at, reader.at + 16));
  if (!range) return node;
  reader.at += range[0].length;
  const [sign] = range[0] as unknown as [string];
  if (sign === '*') return { kind: 'repeat', node, min: 0, max: Number.POSITIVE_INFINITY };
  if (sign === '+') return { kind: 'repeat', node, min: 1, max: Number.POSITIVE_INFINITY };
  if (sign === '?') return { kind: 'repeat', node, min: 0, max: 1 };
  const min = Number(range[1]);
  const max = range[2] === '' ? min : range[3] === '' ? Number.POSITIVE_INFINITY : Number(range[3]);
  return { kind: 'repeat', node, min, max };
}
