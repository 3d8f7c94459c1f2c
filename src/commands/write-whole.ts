// Files that are there whole or not at all: a disk that is full, or Ctrl-C, leaves what was there before.
import { accessSync, constants, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes beside the file and renames; a link stays one, and who may read the file stays as it was. What is no file of its own (a pipe,
 * /dev/stdout), or lies in a folder that takes no other, is written as it is. Throws what fs throws.
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
    // What lies there by that name is somebody else's, or a link to what is.
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
