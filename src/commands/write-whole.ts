// Files that are there whole or not at all: a disk that is full, or Ctrl-C, leaves what was there before.
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** Writes beside the file and renames. What is no file of its own (a pipe, /dev/stdout) is written as it is. Throws what fs throws. */
export function writeWhole(path: string, text: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    writeFileSync(path, text);
    return;
  }
  const beside = `${path}.unfinished-${process.pid}`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
