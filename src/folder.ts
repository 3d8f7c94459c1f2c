// Makes a folder and those above it. Node's own way (`recursive`) goes round for ever where what is there takes no folder: under /proc, and
// behind a link to a disk that is not mounted.
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes it where it is not there yet. Throws what the file system says, or an error in words where that would mislead; see fileTrouble. */
export function makeFolder(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Somebody else may have been faster.
    if (isFolder(path)) return;
    throw inWords(path, error);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function inWords(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new Error(`no folder can be made at ${path}`, { cause: error });
  if (code === 'EEXIST' && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
    return new Error(`${path} is a link to what is not there`, { cause: error });
  return error;
}
