// Follows log files while they are written. What is read and how far belong together: `positions()` after `read()` is exactly what
// was taken, so a caller who saves both in one transaction neither loses a line nor sees one twice. Only complete lines count.
// Files that wait to be caught up with are read side by side in their order of time, so that a customer's mail over two relays is
// seen as it ran; and one file that cannot be read keeps nobody from the others.
import { FollowedFile } from './followed-file.js';
import type { Position } from './position.js';

/** Taken in one call for each file that has lines, about. */
const CALL_BYTES = 256 * 1024;
/** Lost lines are news for so long. */
const NEWS_MS = 24 * 3_600_000;
/** Lines of different logs may be this much out of order: relays' clocks do not agree better, and taking turns costs. */
const MERGE_MS = 1_000;

/**
 * Takes bytes[from, to) of the log at `path`: whole lines, up to the first that is later than `until` (ms). Answers where it stopped.
 * The bytes are good for the call only.
 */
export type TakeLines = (bytes: Buffer, from: number, to: number, path: string, until: number) => number;

interface TailOptions {
  paths: string[];
  /** Positions saved earlier, by path. */
  positions?: Position[];
  /** Time of the first line of bytes[from, to) that has one, in ms. Without it several files are read in turn. */
  timeOf?: (bytes: Buffer, from: number, to: number, path: string) => number | undefined;
  now?: () => number;
}

interface TailStats {
  /** Lines too long to be a log line, skipped. */
  overlongLines: number;
  /** Rotated files that could not be read to their end: lines are missing. */
  lostFiles: number;
  /** The last day's of them, in words. */
  losses: string[];
  /** Bytes written and not read yet. */
  behindBytes: number;
  /** Paths of the logs that have such bytes. */
  behind: string[];
  /** Why a file cannot be read now, each with its path; empty when all can. */
  troubles: string[];
}

interface Followed {
  file: FollowedFile;
  /** Time of its next line, or of the last that had one; a log of garbage is read first and done with. */
  at: number;
  /** What it has was not taken when it was offered; not before the next call. */
  isLeft: boolean;
  trouble?: string | undefined;
}

/** Follows several files. `read` never blocks on an absent file; it is tried again at the next call. */
export class Tail {
  private readonly files: Followed[];
  private readonly now: () => number;

  constructor(private readonly options: TailOptions) {
    this.now = options.now ?? Date.now;
    const saved = new Map((options.positions ?? []).map((position) => [position.path, position]));
    const { now } = this;
    this.files = options.paths.map((path) => ({
      file: new FollowedFile(path, saved.get(path), now),
      at: Number.NEGATIVE_INFINITY,
      isLeft: false,
    }));
  }

  /**
   * Call it before each `read`: unpacks the next piece of what is packed. Resolves to whether there was something to unpack, so that there is
   * more to read though `read` answers 0.
   */
  async ready(): Promise<boolean> {
    const awaited = this.files.filter(({ file }) => file.isAwaited);
    await Promise.all(awaited.map(({ file }) => file.unpack()));
    return awaited.length > 0;
  }

  /** Reads a stretch of the files; answers the bytes read and taken, 0 when there is nothing new. A file's trouble is in `stats`. */
  read(take: TakeLines): number {
    let bytes = 0;
    for (const each of this.files) {
      each.isLeft = false;
      bytes += this.lookAhead(each);
    }
    let left = CALL_BYTES * this.files.filter(({ file }) => file.lines).length;
    for (let turn = this.nextTurn(); turn && left > 0; turn = this.nextTurn()) {
      const taken = this.take(turn.file, turn.until, take);
      left -= taken;
      bytes += taken + (left > 0 ? this.lookAhead(turn.file) : 0);
    }
    return bytes;
  }

  positions(): Position[] {
    return this.files.flatMap(({ file }) => file.position() ?? []);
  }

  stats(): TailStats {
    const now = this.now();
    const behind = this.files.map(({ file }) => ({ path: file.path, bytes: file.behindBytes() }));
    const sum = (pick: (file: FollowedFile) => number) => this.files.reduce((total, { file }) => total + pick(file), 0);
    return {
      overlongLines: sum((file) => file.overlongLines),
      lostFiles: sum((file) => file.losses.all.length),
      losses: this.files.flatMap(({ file }) =>
        file.losses.all.filter(({ at }) => now - at < NEWS_MS).map(({ text }) => text),
      ),
      behindBytes: behind.reduce((total, { bytes }) => total + bytes, 0),
      behind: behind.flatMap(({ path, bytes }) => (bytes > 0 ? path : [])),
      troubles: this.files.flatMap(({ trouble }) => trouble ?? []),
    };
  }

  close(): void {
    for (const { file } of this.files) file.close();
  }

  /** Whose lines are the earliest, and up to when they are. */
  private nextTurn(): { file: Followed; until: number } | undefined {
    // Lines that have still to be unpacked may be earlier than all others.
    if (this.files.some(({ file }) => file.isAwaited)) return undefined;
    let first: Followed | undefined;
    let second = Number.POSITIVE_INFINITY;
    for (const each of this.files) {
      if (!each.file.lines || each.isLeft) continue;
      if (!first || each.at < first.at) {
        if (first) second = first.at;
        first = each;
      } else if (each.at < second) second = each.at;
    }
    if (!first) return undefined;
    return { file: first, until: this.isMerged ? second + MERGE_MS : Number.POSITIVE_INFINITY };
  }

  private take(each: Followed, until: number, take: TakeLines): number {
    const { file } = each;
    const { lines, bytes } = file;
    if (!lines) return 0;
    const { from, to } = lines;
    let at = take(bytes, from, to, file.path, until);
    // The first line was early enough when it was looked at: whatever is said now, it must not be offered for ever.
    if (at <= from) at = take(bytes, from, to, file.path, Number.POSITIVE_INFINITY);
    const end = Math.min(to, at);
    file.taken(end);
    each.isLeft = end <= from;
    return end - from;
  }

  /** Makes sure of a file's next lines and looks at their time; answers the bytes that were read for it. */
  private lookAhead(each: Followed): number {
    const { file } = each;
    const bytes = file.lines ? 0 : this.guarded(each, () => file.fill());
    const { lines } = file;
    if (lines && this.isMerged) {
      each.at = this.options.timeOf?.(file.bytes, lines.from, lines.to, file.path) ?? each.at;
    }
    return bytes;
  }

  private get isMerged(): boolean {
    return this.files.length > 1 && this.options.timeOf !== undefined;
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
      each.trouble = `${error.path ?? file.path}: ${inWords(error)}${waiting(error, file)}`;
      return 0;
    }
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Of a rotated file, or of the folder. */
function waiting({ path }: NodeJS.ErrnoException, file: FollowedFile): string {
  return path === undefined || path === file.path ? '' : `; ${file.path} waits for it`;
}

function inWords({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'not there';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user';
  if (code === 'EISDIR') return 'is a folder, not a log';
  return message;
}
