// Whether a file that the configuration names is a database's: the database itself under whatever name leads to it, or one of the files
// that lie beside it (-wal, -shm, -lock, …). Written by two, either is damaged, or locked for ever.
import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What a file is to a database; undefined when it is another one. Both paths are absolute. */
export function fileOfDatabase(path: string, database: string): 'same' | 'beside' | undefined {
  const [file, own] = [placeOf(path), placeOf(database)];
  if (file === own || isOneFile(path, database)) return 'same';
  return file.startsWith(`${own}-`) ? 'beside' : undefined;
}

/** Where a path leads to; of what is not there yet, where it would lie. */
function placeOf(path: string): string {
  return realOf(path) ?? join(realOf(dirname(path)) ?? dirname(path), basename(path));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** A hard link has another name and leads nowhere. */
function isOneFile(path: string, other: string): boolean {
  const [one, two] = [statOf(path), statOf(other)];
  return one !== undefined && two !== undefined && one.ino === two.ino && one.dev === two.dev;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
