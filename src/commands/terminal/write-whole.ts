// Files that are there whole or not at all: a disk that is full, or Ctrl-C, leaves what was there before.
import { accessSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file whole or not at all: into a new file beside it, which is then renamed. A link stays a link, and the file's rights stay as
 * they were. A pipe, /dev/stdout, or a file in a folder where no other can be made is written directly. Throws what fs throws.
 */
export function writeWhole(path: string, text: string): void {
  const before = statSync(path, { throwIfNoEntry: false });
  if (before && !(before.isFile() && mayAddTo(dirname(realpathSync(path))))) {
    writeFileSync(path, text);
    return;
  }
  const target = before ? realpathSync(path) : path;
  const beside = `${target}.unfinished-${process.pid}`;
  try {
    // Whatever lies there under that name, a link to another file perhaps, is removed and never written through.
    rmSync(beside, { force: true });
    writeFileSync(beside, text, { flag: 'wx', ...(before ? { mode: before.mode } : {}) });
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function mayAddTo(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
