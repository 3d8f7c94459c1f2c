// Follows log files while they are written, through rotation by rename (the old file is finished, then the new one begun) and
// by truncation (copytruncate). What is read and how far belong together: `positions()` after `read()` is exactly what was
// handed out, so a caller who saves both in one transaction neither loses a line nor sees one twice. Only complete lines count.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LineCutter } from './lines.js';
import { HEAD_BYTES, headOf, isSameFile, type Position, rotatedSince } from './position.js';

/** A writer may hold the old file for a moment after the rename (until it is told to reopen). */
const LINGER_MS = 2_000;
const CHUNK_BYTES = 256 * 1024;

export interface TailOptions {
  paths: string[];
  /** Positions saved earlier, by path. */
  positions?: Position[];
  /** Where to begin in a file no position is known of. */
  startAt?: 'beginning' | 'end';
  now?: () => number;
}

export interface TailStats {
  /** Lines too long to be a log line, skipped. */
  overlongLines: number;
  /** Rotations whose old file was gone before it was finished: lines may be missing. */
  lostFiles: number;
  /** Bytes written and not read yet. */
  behindBytes: number;
}

/** Follows several files. `read` never blocks on an absent file; it is tried again at the next call. */
export class Tail {
  private readonly files: FollowedFile[];

  constructor(options: TailOptions) {
    const saved = new Map((options.positions ?? []).map((position) => [position.path, position]));
    const now = options.now ?? Date.now;
    this.files = options.paths.map(
      (path) => new FollowedFile(path, saved.get(path), options.startAt ?? 'beginning', now),
    );
  }

  /** Reads one chunk of each file; answers the number of bytes, 0 when there is nothing new. Throws what the file system throws. */
  read(onLine: (line: string, path: string) => void): number {
    let bytes = 0;
    for (const file of this.files) bytes += file.read((line) => onLine(line, file.path));
    return bytes;
  }

  positions(): Position[] {
    return this.files.flatMap((file) => file.position() ?? []);
  }

  stats(): TailStats {
    const sum = (pick: (file: FollowedFile) => number) => this.files.reduce((total, file) => total + pick(file), 0);
    return {
      overlongLines: sum((file) => file.overlongLines),
      lostFiles: sum((file) => file.lostFiles),
      behindBytes: sum((file) => file.behindBytes()),
    };
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}

class FollowedFile {
  lostFiles = 0;
  private fd: number | undefined;
  /** Bytes read of the open file, a partial last line included. */
  private offset = 0;
  private readonly cutter = new LineCutter();
  /** Rotated files still to be read before the one at `path`. */
  private backlog: string[] = [];
  private rotatedAt: number | undefined;
  private readonly chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  constructor(
    readonly path: string,
    private saved: Position | undefined,
    private readonly startAt: 'beginning' | 'end',
    private readonly now: () => number,
  ) {}

  get overlongLines(): number {
    return this.cutter.overlong;
  }

  read(onLine: (line: string) => void): number {
    if (this.fd === undefined && !this.openNext()) return 0;
    if (this.isTruncated()) this.startOver(onLine);
    const bytes = this.readChunk(onLine);
    if (bytes === 0) this.moveOnIfRotated(onLine);
    return bytes;
  }

  /** The last complete line handed out; before the first read, the position that was saved. */
  position(): Position | undefined {
    if (this.fd === undefined) return this.saved;
    const stat = fstatSync(this.fd);
    const offset = this.offset - this.cutter.pendingBytes;
    this.saved = { path: this.path, device: stat.dev, inode: stat.ino, offset, ...headOf(this.fd, offset) };
    return this.saved;
  }

  behindBytes(): number {
    return this.fd === undefined ? 0 : Math.max(0, fstatSync(this.fd).size - this.offset);
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  private openNext(): boolean {
    if (this.saved) return this.resume(this.saved);
    const rotated = this.backlog.shift();
    if (rotated !== undefined) return this.open(rotated, 0);
    return this.open(this.path, this.startAt === 'end' && this.isFirstOpen ? 'end' : 0);
  }

  private isFirstOpen = true;

  /** Finds the file a saved position belongs to: still at its path, or rotated away while we were down. */
  private resume(saved: Position): boolean {
    if (this.open(this.path, saved.offset)) {
      const stat = fstatSync(this.fd as number);
      // With nothing read yet there is no head to compare: the inode alone must do.
      const isInode = stat.ino === saved.inode && stat.dev === saved.device;
      if ((saved.headLength > 0 || isInode) && isSameFile(this.fd as number, saved)) return true;
      this.close();
    }
    const { isFound, paths } = rotatedSince(saved);
    if (!isFound && saved.headLength > 0) this.lostFiles++;
    this.saved = undefined;
    this.isFirstOpen = false;
    const [first, ...later] = paths;
    this.backlog = later;
    return first === undefined ? this.openNext() : this.open(first, saved.offset);
  }

  private open(path: string, from: number | 'end'): boolean {
    try {
      this.fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    this.offset = from === 'end' ? endOfLastLine(this.fd) : from;
    this.cutter.reset();
    this.rotatedAt = undefined;
    this.isFirstOpen = false;
    return true;
  }

  private readChunk(onLine: (line: string) => void): number {
    const bytes = readSync(this.fd as number, this.chunk, 0, CHUNK_BYTES, this.offset);
    if (bytes === 0) return 0;
    this.rotatedAt = undefined;
    this.offset += bytes;
    this.cutter.feed(this.chunk.subarray(0, bytes), onLine);
    // Remember the head while it is there: a truncation takes it away.
    if ((this.saved?.headLength ?? 0) < HEAD_BYTES) this.position();
    return bytes;
  }

  /** copytruncate: the same inode, shorter than what we read, or with another beginning. */
  private isTruncated(): boolean {
    const size = fstatSync(this.fd as number).size;
    if (size < this.offset) return true;
    if (size === this.offset || !this.saved || this.saved.headLength === 0) return false;
    return headOf(this.fd as number, this.saved.headLength).headHash !== this.saved.headHash;
  }

  /** Finishes the copy that copytruncate left, if it is there, then reads the file from its new beginning. */
  private startOver(onLine: (line: string) => void): void {
    const saved = this.saved;
    const offset = this.offset - this.cutter.pendingBytes;
    this.close();
    if (saved && saved.headLength > 0) {
      this.resume({ ...saved, offset });
      return;
    }
    this.cutter.finish(onLine);
    this.saved = undefined;
    this.open(this.path, 0);
  }

  private moveOnIfRotated(onLine: (line: string) => void): void {
    const stat = fstatSync(this.fd as number);
    const current = statSync(this.path, { throwIfNoEntry: false });
    const isCurrent = current !== undefined && current.ino === stat.ino && current.dev === stat.dev;
    if (isCurrent || (current === undefined && this.backlog.length === 0)) return;
    this.rotatedAt ??= this.now();
    const isSettled = this.backlog.length > 0 || this.now() - this.rotatedAt >= LINGER_MS;
    if (!isSettled) return;
    // Nothing more will be written here: a last line without its end is as complete as it will ever be.
    this.cutter.finish(onLine);
    this.close();
    this.saved = undefined;
    this.openNext();
  }
}

/** Where the last complete line ends, looking back at most 64 KiB. */
function endOfLastLine(fd: number): number {
  const size = fstatSync(fd).size;
  const tail = Buffer.alloc(Math.min(size, 64 * 1024));
  readSync(fd, tail, 0, tail.length, size - tail.length);
  const last = tail.lastIndexOf(0x0a);
  return last < 0 ? size : size - tail.length + last + 1;
}
