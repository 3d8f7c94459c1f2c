// Account keys: which list each opens. They are secrets and stand in questions alone.
import { UserError } from '../errors.js';
import { nearest } from '../mail/nearest.js';
import type { AccountKeys, Blocklist } from './operator.js';

/** The names a key can be given under: each list that takes one, and each account that opens several. */
export function keyNames(lists: readonly Blocklist[]): string[] {
  const names = lists.filter(takesKey).flatMap(({ id, keyName }) => [id, ...(keyName === undefined ? [] : [keyName])]);
  return [...new Set(names)];
}

/**
 * Keys by list id. A list's own key comes before its account's, and an earlier source before a later one.
 * Throws UserError for a key that opens nothing; names it, never its value.
 */
export function accountKeys(lists: readonly Blocklist[], ...sources: AccountKeys[]): AccountKeys {
  const names = keyNames(lists);
  for (const name of sources.flatMap((source) => Object.keys(source))) {
    // A list without a keyed zone has no use for its key, and no harm from it.
    if (names.includes(name) || lists.some(({ id }) => id === name)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? '' : `, "${meant}" perhaps`;
    throw new UserError(`account keys: no list takes a key "${name}"${hint}; those that do: ${names.join(', ')}`);
  }
  return Object.fromEntries(
    lists.flatMap((list) => {
      const key = keyOf(list, sources);
      return key === undefined ? [] : [[list.id, key]];
    }),
  );
}

function keyOf({ id, keyName }: Blocklist, sources: readonly AccountKeys[]): string | undefined {
  for (const source of sources) {
    const key = source[id] ?? (keyName === undefined ? undefined : source[keyName]);
    if (key !== undefined) return key;
  }
  return undefined;
}

function takesKey({ zone, keyedZone }: Blocklist): boolean {
  return zone.includes('{key}') || keyedZone !== undefined;
}
