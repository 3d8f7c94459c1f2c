// What of a value can be used although a schema finds mistakes in it: without the keys and entries that these are in.
import type { z } from 'zod';

/** Taking a mistake away can bring up another: a list that is now too short. */
const MOST_ROUNDS = 3;

/** The parsed value without the entries of lists and the keys that have a mistake; undefined when nothing of it can be used. */
export function usableOf<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
  let left = value;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const parsed = schema.safeParse(left);
    if (parsed.success) return parsed.data;
    left = parsed.error.issues.reduce((rest, issue) => without(rest, holdersOf(issue)), structuredClone(left));
    left = compacted(left);
  }
  return undefined;
}

type Path = readonly PropertyKey[];

/** What has to go with a mistake: the innermost entry of a list that it is in, else the key. */
function holdersOf(issue: z.core.$ZodIssue): Path[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
  const entry = issue.path.findLastIndex((part) => typeof part === 'number');
  return [entry < 0 ? issue.path : issue.path.slice(0, entry + 1)];
}

const GONE = Symbol('gone');

function without(root: unknown, paths: readonly Path[]): unknown {
  for (const path of paths) {
    const last = path.at(-1);
    if (last === undefined) return undefined;
    const holder = path.slice(0, -1).reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), root);
    if (Array.isArray(holder)) holder[Number(last)] = GONE;
    else if (isObject(holder)) delete holder[last];
  }
  return root;
}

/** Entries that are gone keep their place until all are marked, or the paths of the others would be wrong. */
function compacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== GONE).map(compacted);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, compacted(each)]));
}

export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
