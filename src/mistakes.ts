// Mistakes in a file that somebody wrote, in words: where (its path, its line when that is known), what is wrong, what to write. All of a
// file at once: who mends one at a time starts the program ten times.
import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { UserError } from './errors.js';
import { nearest } from './mail/nearest.js';

export interface Mistake {
  /** Keys and places in lists from the top of the file; empty for the whole. */
  path: PropertyKey[];
  /** What is wrong and what to write; without an end. */
  text: string;
}

/** So much of a wrong value is shown. */
const MAX_SHOWN = 60;
/** Values that are never quoted, by the name of their key. */
const SECRET = /token|secret|password|^key$|^keys$|smtp/i;
/** A parser that knows lines takes a quarter of a minute for 100,000 customers. */
const MOST_BYTES_FOR_LINES = 2_000_000;

/** What a schema found wrong with a value. Secrets are not quoted. */
export function mistakesIn(error: z.ZodError, value: unknown, schema: z.ZodType): Mistake[] {
  return error.issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, text: textOf(issue, value) }];
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({ path: [...issue.path, key], text: strangerText(key, known) }));
  });
}

/** One error for all of them; `lineOf` answers the line of a path. */
export function mistakesError(
  where: string,
  mistakes: readonly Mistake[],
  value: unknown,
  lineOf: LineOf = () => undefined,
): UserError {
  const lines = mistakes
    .map(({ path, text }) => ({ line: lineOf(path), text: `${nameOf(path, value)}${text}` }))
    .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
    .map(({ line, text }) => `  ${line === undefined ? '' : `line ${line}, `}${text}`);
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`;
  return new UserError(`${where} has ${count}:\n${lines.join('\n')}`);
}

export type LineOf = (path: readonly PropertyKey[]) => number | undefined;

/** Finds lines in a YAML or JSON text: of the key, or of what is there of its path. Of a very long text it knows none. */
export function linesOf(text: string): LineOf {
  if (text.length > MOST_BYTES_FOR_LINES) return () => undefined;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: false });
  return (path) => {
    if (path.length === 0) return undefined;
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(document, path.slice(0, length));
      if (offset !== undefined) return lineCounter.linePos(offset).line;
    }
    return undefined;
  };
}

function offsetOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[]): number | undefined {
  const last = path.at(-1);
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find((each) => isPair(each) && isScalar(each.key) && each.key.value === last);
    return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node = document.getIn(path, true) as { range?: [number, number, number] | null } | undefined;
  return node?.range?.[0];
}

/** `people.0.role (Ann): `; of an entry of a list its own name is said, for nobody counts from 0. */
function nameOf(path: readonly PropertyKey[], value: unknown): string {
  if (path.length === 0) return '';
  const at = path.findLastIndex((part) => typeof part === 'number');
  const entry = at < 0 ? undefined : entryName(valueAt(value, path.slice(0, at + 1)), Number(path[at]) + 1);
  return `${path.map(String).join('.')}${entry === undefined ? '' : ` (${entry})`}: `;
}

function entryName(entry: unknown, number: number): string {
  const fields = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : {};
  const name = ['name', 'id', 'host', 'slack', 'path', 'channel', 'customer', 'ip']
    .map((key) => fields[key])
    .find(isShort);
  return name ?? `number ${number}`;
}

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.trim() !== '' && text.length <= MAX_SHOWN;
}

function textOf(issue: z.core.$ZodIssue, root: unknown): string {
  const value = valueAt(root, issue.path);
  if (value === undefined && issue.code !== 'custom') return `is missing; write ${wantedOf(issue)}`;
  const is = isEmpty(value) ? 'is empty' : `is ${shown(issue.path, value)}`;
  if (/^expected/.test(issue.message) && issue.path.length > 0 && (!isObject(value) || isEmpty(value)))
    return `${is}; ${issue.message}`;
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
    case 'too_small':
    case 'too_big':
      return `${is}; write ${wantedOf(issue)}`;
    case 'custom':
    case 'invalid_format':
      return /^(is |names )/.test(issue.message) && issue.path.length > 0 && !isObject(value)
        ? `${is}; ${issue.message.replace(/^is (what)/, 'it is $1')}`
        : issue.message;
    default:
      return `${is}, which cannot be used here`;
  }
}

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list: [ one, two ], or lines that begin with -',
  object: 'keys with values: { key: value }, or a line for each below it',
  record: 'keys with values: { key: value }, or a line for each below it',
};

/** What to write for keys where the kind alone helps nobody. */
const EXAMPLES: [RegExp, string][] = [
  [/^channels$/, 'for example { compromise: "#abuse-desk", listing: "#deliverability" }'],
  [/^channels\.\w+$/, 'the channel, for example "#abuse-desk"'],
  [/^people$/, 'for example [{ slack: U0123ABCD, name: Ann, role: lead }]'],
  [/^people\.\d+$/, 'for example { slack: U0123ABCD, name: Ann, role: lead }'],
  [/^people\.\d+\.slack$/, 'the Slack user id, for example U0123ABCD'],
  [/^relays\.\d+$/, 'for example { host: relay1, outbound_ip: 203.0.113.21 }'],
  [/^logs\.\d+$/, 'for example { path: /var/log/mail.log }'],
  [/^customers\.\d+$/, 'for example { id: acme, name: Acme Ltd, domains: [acme.example] }'],
  [/^dns\.servers$/, 'a list, for example [127.0.0.1:53]'],
  [/^web$/, 'for example { listen: 127.0.0.1:9925 }'],
  [/^mail\.smtp$/, 'smtp://host:port or smtps://user:password@host:port'],
  [/^mail\.from$/, 'the sender of mail to partners, for example abuse-desk@relay.example'],
];

function wantedOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  const example = EXAMPLES.find(([pattern]) => pattern.test(path))?.[1];
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ');
  if (example !== undefined) return example;
  if (issue.code === 'invalid_type') return KINDS[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small')
    return boundText(issue.origin, issue.minimum, issue.inclusive ? 'or more' : 'more than');
  if (issue.code === 'too_big')
    return boundText(issue.origin, issue.maximum, issue.inclusive ? 'or less' : 'less than');
  return issue.message;
}

function boundText(origin: string, bound: number | bigint, how: string): string {
  if (origin === 'string') return 'something';
  const number = how.startsWith('or') ? `${bound} ${how}` : `${how} ${bound}`;
  return origin === 'array' || origin === 'set' ? `a list of ${number}` : `a number: ${number}`;
}

function strangerText(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `is no key here; write ${near} perhaps`;
  return known.length > 0 ? `is no key here; there are ${known.join(', ')}` : 'is no key here';
}

/** Never a secret, and never at length. */
function shown(path: readonly PropertyKey[], value: unknown): string {
  if (path.some((part) => SECRET.test(String(part)))) return 'there';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a group of keys';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (!isObject(value) || !Object.hasOwn(value as object, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

/** The keys that a schema knows at a path; none where it takes any. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: Def | undefined = (schema as unknown as { def: Def }).def;
  for (const part of path) at = unwrapped(at)?.of(part);
  return Object.keys(unwrapped(at)?.shape ?? {});
}

/** As much of zod's own description of a schema as is looked at. */
interface Def {
  type: string;
  shape?: Record<string, { def: Def }>;
  innerType?: { def: Def };
  in?: { def: Def };
  element?: { def: Def };
  valueType?: { def: Def };
}

function unwrapped(def: Def | undefined) {
  let inner = def;
  while (inner && (inner.innerType || inner.in)) inner = (inner.innerType ?? inner.in)?.def;
  if (!inner) return undefined;
  const { shape, element, valueType } = inner;
  return { shape, of: (part: PropertyKey): Def | undefined => (shape?.[String(part)] ?? element ?? valueType)?.def };
}
