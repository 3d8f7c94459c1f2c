// Mistakes in a file that somebody wrote, in words: where (its path, its line when that is known), what is wrong, what to write. All of a
// file at once: who mends one at a time starts the program ten times.
import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { UserError } from './errors.js';
import { nearest } from './mail/nearest.js';
import { isObject } from './usable.js';

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
    if (issue.code !== 'unrecognized_keys') {
      const isWhole = issue.path.length === 0 && issue.code === 'invalid_type';
      return [{ path: issue.path, text: isWhole ? wholeText(value, schema) : textOf(issue, value) }];
    }
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

/**
 * Finds lines in a YAML or JSON text: of the key, or of what is there of its path. Of a very long text it knows none. The text is parsed at
 * the first question, for mostly nobody asks.
 */
export function linesOf(text: string): LineOf {
  if (text.length > MOST_BYTES_FOR_LINES) return () => undefined;
  let parsed: WithLines | undefined;
  return (path) => {
    if (path.length === 0) return undefined;
    parsed ??= withLines(text);
    for (let length = path.length; length > 0; length--) {
      const offset = offsetOf(parsed.document, path.slice(0, length));
      if (offset !== undefined) return parsed.lineCounter.linePos(offset).line;
    }
    return undefined;
  };
}

interface WithLines {
  document: ReturnType<typeof parseDocument>;
  lineCounter: LineCounter;
}

function withLines(text: string): WithLines {
  const lineCounter = new LineCounter();
  return { document: parseDocument(text, { lineCounter, uniqueKeys: false }), lineCounter };
}

function offsetOf(document: WithLines['document'], path: readonly PropertyKey[]): number | undefined {
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

/** Of a file that is something else than keys with values. */
function wholeText(value: unknown, schema: z.ZodType): string {
  const known = keysAt(schema, []).join(', ');
  return `it holds ${shown([], value)}; write keys with values${known === '' ? '' : `, of which there are ${known}`}`;
}

function textOf(issue: z.core.$ZodIssue, root: unknown): string {
  const value = valueAt(root, issue.path);
  if (value === undefined && issue.code !== 'custom') return `is missing; write ${wantedOf(issue, value)}`;
  const is = isEmpty(value) ? 'is empty' : isSecret(issue.path) ? UNSHOWN : `is ${shown(issue.path, value)}`;
  if (/^expected/.test(issue.message) && issue.path.length > 0 && (!isObject(value) || isEmpty(value)))
    return `${is}; ${issue.message}`;
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
    case 'too_small':
    case 'too_big':
    case 'invalid_union':
      return `${is}; write ${wantedOf(issue, value)}`;
    case 'custom':
    case 'invalid_format':
      return /^(is |names )/.test(issue.message) && issue.path.length > 0 && !isObject(value)
        ? `${is}; ${issue.message.replace(/^is (what)/, 'it is $1')}`
        : issue.message;
    default:
      return `${is}, which cannot be used here`;
  }
}

/** A secret is not quoted; that it was read, and is not empty, is said. */
const UNSHOWN = 'cannot be used as it stands';

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list: [ one, two ], or lines that begin with -',
  object: 'keys with values: { key: value }, or a line for each below it',
};

/** What to write for keys where the kind alone helps nobody. */
const EXAMPLES: [RegExp, string][] = [
  [/^channels$/, 'for example { compromise: "#abuse-desk", listing: "#deliverability" }'],
  [/^channels\.\w+$/, 'the channel, for example "#abuse-desk", with the quotes'],
  [/^people$/, 'for example [{ slack: U0123ABCD, name: Ann, role: lead }]'],
  [/^people\.\d+$/, 'for example { slack: U0123ABCD, name: Ann, role: lead }'],
  [/^people\.\d+\.slack$/, 'the Slack user id, for example U0123ABCD'],
  [/^(people|partners|customers|routes)\.\d+\.name$/, 'the name as cards show it'],
  [/^relays$/, 'a list, for example [{ host: relay1, outbound_ip: 203.0.113.21 }]'],
  [/^relays\.\d+$/, 'for example { host: relay1, outbound_ip: 203.0.113.21 }'],
  [/^relays\.\d+\.host$/, 'the host name as it stands in the log, for example relay1'],
  [/^relays\.\d+\.outbound_ip$/, 'one IP address; for several outbound_ips: [203.0.113.21, 203.0.113.22]'],
  [/^relays\.\d+\.helo$/, 'the name it greets with, for example mx1.example.net'],
  [/^logs$/, 'a list, for example [{ path: /var/log/mail.log }]'],
  [/^logs\.\d+$/, 'for example { path: /var/log/mail.log }'],
  [/^logs\.\d+\.path$/, 'the path of the log, for example /var/log/mail.log'],
  [/^customers$/, 'a list, for example [{ id: acme, name: Acme Ltd, domains: [acme.example] }]'],
  [/^customers\.\d+$/, 'for example { id: acme, name: Acme Ltd, domains: [acme.example] }'],
  [/^(customers|partners)\.\d+\.id$/, 'an id of your own, as text, for example acme or "7"'],
  [/^partners$/, 'a list, for example [{ id: p-01, name: Example IT, contact: noc@example-it.example }]'],
  [/^partners\.\d+$/, 'for example { id: p-01, name: Example IT, contact: noc@example-it.example }'],
  [/^routes$/, 'a list, for example [{ name: clean, transport: "smtp:[192.0.2.30]:25" }]'],
  [/^routes\.\d+$/, 'for example { name: clean, transport: "smtp:[192.0.2.30]:25" }'],
  [/^routes\.\d+\.transport$/, 'transport:destination, for example smtp:[192.0.2.30]:25'],
  [/^blocklists\.extra\.\d+\.(zone|kinds)$/, 'for example { id: own, zone: bl.example.net, kinds: [ipv4] }'],
  [/^digests$/, 'a list, for example [{ channel: "#abuse-desk", cron: "0 7 * * 1-5", timezone: Europe/Oslo }]'],
  [/^digests\.\d+$/, 'for example { channel: "#abuse-desk", cron: "0 7 * * 1-5", timezone: Europe/Oslo }'],
  [/^digests\.\d+\.channel$/, 'the channel, for example "#abuse-desk"'],
  [/(^|\.)cron$/, 'five fields: minute, hour, day, month, weekday, for example "0 7 * * 1-5"'],
  [/^database$/, 'for example { path: data/relaywarden.db }'],
  [/^support$/, 'for example { name: Example Relay, phone: "+1 555 0100" }'],
  [/^policy\.listen$/, 'host:port or unix:/path, for example 127.0.0.1:10040'],
  [/^policy\.exportTable$/, 'the path of the table, for example /var/lib/relaywarden/blocks.db'],
  [/^(web|intake\.lmtp)\.listen$/, 'host:port, for example 127.0.0.1:9925'],
  [/^dns\.servers$/, 'a list, for example [127.0.0.1:53]'],
  [/^web$/, 'for example { listen: 127.0.0.1:9925 }'],
  [/^mail\.smtp$/, 'smtp://host:port or smtps://user:password@host:port'],
  [/^mail\.from$/, 'the sender of mail to partners, for example abuse-desk@relay.example'],
];

function wantedOf(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String).join('.');
  const example = EXAMPLES.find(([pattern]) => pattern.test(path))?.[1];
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ');
  if (example !== undefined) return example;
  if (issue.code === 'invalid_type') return wantedKind(issue.expected, issue.path, value);
  if (issue.code === 'invalid_union') return 'what docs/configuration.md says of it';
  if (issue.code === 'too_small')
    return boundText(issue.origin, issue.minimum, issue.inclusive ? 'or more' : 'more than');
  if (issue.code === 'too_big')
    return boundText(issue.origin, issue.maximum, issue.inclusive ? 'or less' : 'less than');
  return issue.message;
}

/** Quotes too many or too few, and brackets that are missing, are shown as they should be. */
function wantedKind(expected: string, path: readonly PropertyKey[], value: unknown): string {
  const kind = KINDS[expected === 'record' ? 'object' : expected] ?? expected;
  if (isSecret(path)) return kind;
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `text, with quotes: "${value}"`;
  const isPlain = isShort(value) && /^[^\s,[\]{}#"']+$/.test(value);
  if (expected === 'array' && isPlain) return `a list: [${value}]`;
  if (expected !== 'number' && expected !== 'int') return kind;
  const unit = Object.entries(UNITS).find(([end]) => String(path.at(-1)).toLowerCase().endsWith(end))?.[1];
  const isNumber = isShort(value) && Number.isFinite(Number(value));
  return `${kind}${unit === undefined ? '' : ` of ${unit}`}${isNumber ? `, without quotes: ${Number(value)}` : ''}`;
}

/** By the end of a key's name. */
const UNITS: Record<string, string> = {
  ms: 'milliseconds',
  minutes: 'minutes',
  hours: 'hours',
  megabytes: 'megabytes',
};

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
  if (isSecret(path)) return 'there';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a group of keys';
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…${text.startsWith('"') ? '"' : ''}`;
}

function isSecret(path: readonly PropertyKey[]): boolean {
  return path.some((part) => SECRET.test(String(part)));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
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
  const inner = unwrapped(at);
  return Object.keys(inner?.shape ?? inner?.entries ?? {});
}

/** As much of zod's own description of a schema as is looked at. */
interface Def {
  type: string;
  shape?: Record<string, { def: Def }>;
  innerType?: { def: Def };
  in?: { def: Def };
  element?: { def: Def };
  valueType?: { def: Def };
  keyType?: { def: Def };
  /** Of an enum. */
  entries?: Record<string, unknown>;
}

function unwrapped(def: Def | undefined) {
  let inner = def;
  while (inner && (inner.innerType || inner.in)) inner = (inner.innerType ?? inner.in)?.def;
  if (!inner) return undefined;
  const { shape, element, valueType, keyType } = inner;
  return {
    shape,
    entries: keyType?.def.entries,
    of: (part: PropertyKey): Def | undefined => (shape?.[String(part)] ?? element ?? valueType)?.def,
  };
}
