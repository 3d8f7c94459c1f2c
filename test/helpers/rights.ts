// For tests of what this user may not do: root may do everything, so it becomes `nobody` for a moment.
import { statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Some user without rights of its own: `nobody` nearly everywhere. */
const NOBODY = 65_534;

/** Whether this process may read whatever it likes. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Whether a thread that is started without root's rights finds its files: root's own checkout may be closed to others, or lie in such a folder. */
export function mayStartWithoutRoot(): boolean {
  return !isRoot() || isOpen(import.meta.dirname);
}

function isOpen(folder: string): boolean {
  return (statSync(folder).mode & 0o005) === 0o005 && (folder === dirname(folder) || isOpen(dirname(folder)));
}

/**
 * Runs `act` without root's rights. The whole process has none meanwhile: what `act` imports must be readable by others, or be loaded
 * already.
 */
export function withoutRoot<T>(act: () => T): T {
  if (!isRoot()) return act();
  process.seteuid?.(NOBODY);
  try {
    return act();
  } finally {
    process.seteuid?.(0);
  }
}

/** The same over a promise. */
export async function withoutRootFor<T>(act: () => Promise<T>): Promise<T> {
  if (!isRoot()) return await act();
  process.seteuid?.(NOBODY);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
