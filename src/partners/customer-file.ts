// A customer file, JSON or YAML: what of it can be used, and everything that is wrong with the rest.
import { parseDocument } from 'yaml';
import { readTextFile, UserError } from '../errors.js';
import { type LineOf, linesOf, type Mistake, mistakesError, mistakesIn } from '../mistakes.js';
import { usableOf } from '../usable.js';
import { yamlFaults } from '../yaml-faults.js';
import { Directory } from './directory.js';
import { repeatedKeys } from './repeated-keys.js';

export interface CustomerFile {
  path: string;
  /** Without the entries that have a mistake. */
  parts: Directory;
  mistakes: Mistake[];
  /** Nothing of it is checked. */
  value: unknown;
  lineOf: LineOf;
}

/** Throws UserError when the file cannot be read, holds nothing, or is neither JSON nor YAML. */
export function readCustomerFile(path: string): CustomerFile {
  const text = readTextFile(path, `The customer file ${path}`, ', expected JSON or YAML.');
  if (text.trim() === '') throw new UserError(`The customer file ${path} is empty.`);
  const json = parseJson(text);
  const value = json === undefined ? parseYaml(path, text) : json.value;
  // Taken for no customers, a file that somebody emptied by mistake would make all mail nobody's without a word.
  if (value == null) throw new UserError(nothingIn(path, json === undefined ? 'customers: []' : '{"customers": []}'));
  const parsed = Directory.safeParse(value);
  const mistakes = [...(json?.mistakes ?? []), ...(parsed.success ? [] : mistakesIn(parsed.error, value, Directory))];
  const parts = parsed.success ? parsed.data : (usableOf(Directory, value) ?? Directory.parse({}));
  return { path, parts, mistakes, value, lineOf: linesOf(text) };
}

function nothingIn(path: string, none: string): string {
  return `The customer file ${path} holds nothing but null or comments. Write your customers into it; while there are none, ${none}`;
}

/** Names every mistake of a customer file, and what else is told with them. */
export function customerFileError(
  { path, mistakes, value, lineOf }: CustomerFile,
  more: readonly Mistake[] = [],
): UserError {
  return mistakesError(path, [...mistakes, ...more], value, lineOf);
}

/** All JSON is YAML too, but a YAML parser takes 16 s and gigabytes for 100,000 customers. */
function parseJson(text: string): { value: unknown; mistakes: Mistake[] } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const mistakes = repeatedKeys(text).map(({ key, line, firstLine }) => ({
    path: [],
    text: `line ${line}: the key ${key} is given twice, first in line ${firstLine}`,
  }));
  return { value, mistakes };
}

function parseYaml(path: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length === 0) return document.toJS();
  throw new UserError(`${path} is neither JSON nor YAML: ${yamlFaults(document.errors, text)}`);
}
