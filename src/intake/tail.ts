// Follows log files while they are written. What is read and how far belong together: `positions()` after `read()` is exactly what
// was handed out, so a caller who saves both in one transaction neither loses a line nor sees one twice. Only complete lines count.
// Files that wait to be caught up with are read side by side in their order of time, so that a customer's mail over two relays is
// seen as it ran; and one file that cannot be read keeps nobody from the others.
import { FollowedFile } from './followed-file.js';
import type { Position } from './position.js';

/** Read of each file in one call. */
const CALL_BYTES = 256 * 1024;
/** About a hundred lines: the logs are merged in steps of this. */
const STEP_BYTES = 16 * 1024;

export interface TailOptions {
  paths: string[];
  /** Positions saved earlier, by path. */
  positions?: Position[];
  /** Where to begin in a file no position is known of. A file that appears later is read from its beginning. */
  startAt?: 'beginning' | 'end';
  /** Time of a line in ms, undefined when it has none. Without it several files are read in turn. */
  timeOf?: (line: string, path: string) => number | undefined;
  now?: () => number;
}

export interface TailStats {
  /** Lines too long to be a log line, skipped. */
  overlongLines: number;
  /** Rotations whose old file was gone before it was finished: lines may be missing. */
  lostFiles: number;
  /** Bytes written and not read yet. */
  behindBytes: number;
  /** Why a file cannot be read now, each with its path; empty when all can. */
  troubles: string[];
}

interface Followed {
  file: FollowedFile;
  /** Time of its next line, or of the last that had one; a log of garbage is read first and done with. */
  at: number;
  hasLine: boolean;
  trouble?: string | undefined;
}

/** Follows several files. `read` never blocks on an absent file; it is tried again at the next call. */
export class Tail {
  private readonly files: Followed[];
  private readonly chunk = Buffer.allocUnsafe(CALL_BYTES);

  constructor(private readonly options: TailOptions) {
    const saved = new Map((options.positions ?? []).map((position) => [position.path, position]));
    const now = options.now ?? Date.now;
    const startAt = options.startAt ?? 'beginning';
    this.files = options.paths.map((path) => ({
      file: new FollowedFile(path, saved.get(path), startAt, now),
      at: Number.NEGATIVE_INFINITY,
      hasLine: false,
    }));
  }

  /** Reads a stretch of the files; answers the number of bytes, 0 when there is nothing new. A file's trouble is in `stats`. */
  read(onLine: (line: string, path: string) => void): number {
    if (this.files.length === 1 || !this.options.timeOf) return this.readInTurn(onLine);
    const waiting = this.files.filter((each) => this.lookAhead(each));
    let bytes = 0;
    for (let left = CALL_BYTES * waiting.length; left > 0 && waiting.length > 0; ) {
      const next = waiting.reduce((first, each) => (each.at < first.at ? each : first));
      const read = this.readFrom(next, STEP_BYTES, onLine);
      bytes += read;
      left -= read;
      if (read === 0 || !this.lookAhead(next)) waiting.splice(waiting.indexOf(next), 1);
    }
    // Also those without a complete line: for what is partial, rotated or away.
    for (const each of this.files) if (!each.hasLine) bytes += this.readFrom(each, STEP_BYTES, onLine);
    return bytes;
  }

  positions(): Position[] {
    return this.files.flatMap(({ file }) => file.position() ?? []);
  }

  stats(): TailStats {
    const sum = (pick: (file: FollowedFile) => number) => this.files.reduce((total, { file }) => total + pick(file), 0);
    return {
      overlongLines: sum((file) => file.overlongLines),
      lostFiles: sum((file) => file.lostFiles),
      behindBytes: sum((file) => file.behindBytes()),
      troubles: this.files.flatMap(({ trouble }) => trouble ?? []),
    };
  }

  close(): void {
    for (const { file } of this.files) file.close();
  }

  private readInTurn(onLine: (line: string, path: string) => void): number {
    return this.files.reduce((bytes, each) => bytes + this.readFrom(each, CALL_BYTES, onLine), 0);
  }

  private readFrom(each: Followed, most: number, onLine: (line: string, path: string) => void): number {
    const { file } = each;
    return this.guarded(each, () => file.read(this.chunk.subarray(0, most), (line) => onLine(line, file.path)));
  }

  /** Looks at the time of a file's next line; false when it has no complete one. */
  private lookAhead(each: Followed): boolean {
    const { file } = each;
    let line: string | undefined;
    this.guarded(each, () => {
      line = file.peek();
      return 0;
    });
    each.hasLine = line !== undefined;
    if (line !== undefined) each.at = this.options.timeOf?.(line, file.path) ?? each.at;
    return each.hasLine;
  }

  private guarded(each: Followed, act: () => number): number {
    const { file } = each;
    try {
      const bytes = act();
      each.trouble = file.isOpen ? undefined : `${file.path}: not there`;
      return bytes;
    } catch (error) {
      if (!isSystemError(error)) throw error;
      file.leave();
      each.trouble = `${file.path}: ${inWords(error)}`;
      return 0;
    }
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function inWords({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'not there';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'EISDIR') return 'is a folder, not a log';
  return message;
}
