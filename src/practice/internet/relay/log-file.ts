// The relays' log file on disk: appended to line by line, and rotated by rename as logrotate does, so that it stays small.
import { closeSync, existsSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';

export interface LogFile {
  append(lines: readonly string[]): void;
  close(): void;
}

/** About half an hour of watching; one old file is kept beside it. */
const ROTATE_AT_BYTES = 6_000_000;

/** Opens a new, empty log file; what was at `path` from an earlier practice is removed. */
export function openLogFile(path: string, rotateAtBytes = ROTATE_AT_BYTES): LogFile {
  const old = `${path}.1`;
  for (const file of [path, old]) if (existsSync(file)) unlinkSync(file);
  let file = openSync(path, 'a');
  let size = 0;

  function rotate(): void {
    closeSync(file);
    renameSync(path, old);
    file = openSync(path, 'a');
    size = 0;
  }

  return {
    append(lines) {
      if (lines.length === 0) return;
      if (size >= rotateAtBytes) rotate();
      size += writeSync(file, `${lines.join('\n')}\n`);
    },
    close: () => closeSync(file),
  };
}
