// One log file, followed through rotation by rename (the old file is finished, then the new one begun) and by truncation
// (copytruncate). A file that is not there or cannot be read is tried again at each call, and goes on where it was left.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { LineBuffer, type LineRange } from './lines.js';
import { HEAD_BYTES, headOf, isSameFile, type Position, rotatedSince } from './position.js';

/** A writer may hold the old file for a moment after the rename (until it is told to reopen). */
const LINGER_MS = 2_000;
/** Read at once. */
const CHUNK_BYTES = 256 * 1024;
/** Nobody writes a log faster: 1 GB/s. */
const MOST_BYTES_A_MS = 1_000_000;

/** Holds an open file. What it throws is the file system's; after `leave()` it may be asked again. */
export class FollowedFile {
  /** Rotations whose old file was gone, or could not be read, before it was finished. */
  lostFiles = 0;
  private fd: number | undefined;
  /** Bytes read of the open file, a partial last line included. */
  private offset = 0;
  private readonly buffer = new LineBuffer(CHUNK_BYTES);
  /** Rotated files still to be read before the one at `path`. */
  private backlog: string[] = [];
  private rotatedAt: number | undefined;
  /** When the head of the open file was last compared. */
  private sawHeadAt = Number.NEGATIVE_INFINITY;
  /** Nothing more comes from the open file: the next one is begun when its last line is taken. */
  private isFinished = false;

  constructor(
    readonly path: string,
    private saved: Position | undefined,
    private readonly startAt: 'beginning' | 'end',
    private readonly now: () => number,
  ) {}

  get overlongLines(): number {
    return this.buffer.overlong;
  }

  /** Reports whether there is a file to read from. */
  get isOpen(): boolean {
    return this.fd !== undefined;
  }

  /** Whole lines that wait to be taken, in `bytes`; they stay until `taken`. */
  get lines(): LineRange | undefined {
    return this.buffer.lines;
  }

  get bytes(): Buffer {
    return this.buffer.bytes;
  }

  /** The waiting lines up to `at`, a line's beginning, have been taken. */
  taken(at: number): void {
    this.buffer.taken(at);
  }

  /** Reads on, when no lines wait; answers the number of bytes, 0 when nothing is new or there is no file. */
  fill(): number {
    if (this.lines) return 0;
    if (this.isFinished) this.beginNext();
    if (this.fd === undefined && !this.openNext()) return 0;
    if (this.isTruncated()) this.startOver();
    if (this.fd === undefined) return 0;
    const bytes = this.readChunk();
    if (bytes === 0) this.finishIfRotated();
    return bytes;
  }

  /** After an error: lets go of the file, remembering how far it was read. */
  leave(): void {
    // With nothing read there is nothing to find again.
    if (this.fd !== undefined && this.offset > this.buffer.heldBytes && this.saved) {
      this.saved = { ...this.saved, offset: this.offset - this.buffer.heldBytes };
    }
    this.close();
  }

  /** The last line that was taken; before the first read, the position that was saved. */
  position(): Position | undefined {
    if (this.fd === undefined) return this.saved;
    const stat = fstatSync(this.fd);
    const offset = this.offset - this.buffer.heldBytes;
    this.saved = { path: this.path, device: stat.dev, inode: stat.ino, offset, ...headOf(this.fd, this.offset) };
    return this.saved;
  }

  behindBytes(): number {
    const waiting = this.lines ? this.buffer.heldBytes : 0;
    return this.fd === undefined ? waiting : waiting + Math.max(0, fstatSync(this.fd).size - this.offset);
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  private openNext(): boolean {
    if (this.saved) return this.resume(this.saved);
    for (let rotated = this.backlog.shift(); rotated !== undefined; rotated = this.backlog.shift()) {
      if (this.openRotated(rotated, 0)) return true;
    }
    const isOpen = this.open(this.path, this.startAt === 'end' && this.isFirstOpen ? 'end' : 0);
    // A log that appears later was written while we watched: all of it is news.
    this.isFirstOpen = false;
    return isOpen;
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
    } else if (!rotatedSince(saved).isFound) {
      // A folder that is not mounted, or a log not yet begun after its rotation: it may come back as it was.
      return false;
    }
    const { isFound, paths } = rotatedSince(saved);
    if (!isFound && saved.headLength > 0) this.lostFiles++;
    this.saved = undefined;
    this.isFirstOpen = false;
    const [first, ...later] = paths;
    this.backlog = later;
    return (first !== undefined && this.openRotated(first, saved.offset)) || this.openNext();
  }

  /** A rotated file that cannot be read must not keep us from the log itself. */
  private openRotated(path: string, from: number): boolean {
    try {
      if (this.open(path, from)) return true;
    } catch {
      this.close();
    }
    this.lostFiles++;
    return false;
  }

  private open(path: string, from: number | 'end'): boolean {
    try {
      this.fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    this.offset = from === 'end' ? endOfLastLine(this.fd) : from;
    this.buffer.reset();
    this.rotatedAt = undefined;
    this.sawHeadAt = Number.NEGATIVE_INFINITY;
    return true;
  }

  private readChunk(): number {
    const bytes = readSync(this.fd as number, this.buffer.room(CHUNK_BYTES), 0, CHUNK_BYTES, this.offset);
    if (bytes === 0) return 0;
    this.rotatedAt = undefined;
    this.offset += bytes;
    this.buffer.added(bytes);
    // Remember the head while it is there: a truncation takes it away.
    if ((this.saved?.headLength ?? 0) < HEAD_BYTES) this.position();
    return bytes;
  }

  /** copytruncate: the same inode, shorter than what we read, or with another beginning. */
  private isTruncated(): boolean {
    const size = fstatSync(this.fd as number).size;
    if (size < this.offset) return true;
    if (size === this.offset || !this.saved || this.saved.headLength === 0) return false;
    const now = this.now();
    // While much is read at a stretch: as much as we have read of it cannot have been written anew since the last look.
    if (this.offset > (Math.abs(now - this.sawHeadAt) + 1) * MOST_BYTES_A_MS) return false;
    this.sawHeadAt = now;
    return headOf(this.fd as number, this.saved.headLength).headHash !== this.saved.headHash;
  }

  /** Finishes the copy that copytruncate left, if it is there, then reads the file from its new beginning. */
  private startOver(): void {
    const saved = this.saved;
    const offset = this.offset - this.buffer.heldBytes;
    this.close();
    if (saved && saved.headLength > 0) {
      this.saved = { ...saved, offset };
      this.resume(this.saved);
      return;
    }
    this.finish();
    if (this.isFinished && !this.lines) this.beginNext();
  }

  private finishIfRotated(): void {
    const stat = fstatSync(this.fd as number);
    const current = statSync(this.path, { throwIfNoEntry: false });
    const isCurrent = current !== undefined && current.ino === stat.ino && current.dev === stat.dev;
    if (isCurrent || (current === undefined && this.backlog.length === 0)) return;
    this.rotatedAt ??= this.now();
    const isSettled = this.backlog.length > 0 || this.now() - this.rotatedAt >= LINGER_MS;
    if (!isSettled) return;
    this.finish();
    if (!this.lines) this.beginNext();
  }

  /** Nothing more will be written here: a last line without its end is as complete as it will ever be. */
  private finish(): void {
    this.buffer.finish();
    this.isFinished = true;
  }

  private beginNext(): void {
    this.isFinished = false;
    // Looked up anew each time: a rotation gives other names to the files that wait, and two in short order hide one from us.
    const finished = this.position();
    const { isFound, paths } = finished ? rotatedSince(finished) : { isFound: false, paths: [] };
    if (isFound) this.backlog = paths.slice(1);
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
