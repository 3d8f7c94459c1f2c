// One log file, followed through rotation by rename (the old file is finished, then the new one begun) and by truncation
// (copytruncate). A file that is not there or cannot be read is tried again at each call, and goes on where it was left.
import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { LineBuffer, type LineRange } from './lines.js';
import { LockedWait, NEVER_ALLOWED } from './locked-wait.js';
import { HEAD_BYTES, headOf, isSameFile, type Position } from './position.js';
import { isAllRead, isRefusal, type Rotation, rotatedSince } from './rotations.js';

/**
 * A writer may hold the old file for a moment after the rename, until it is told to reopen. While the new file is empty it was not told
 * yet: on a busy machine, or where many logs are rotated first, that takes longer.
 */
const LINGER_MS = 2_000;
const LINGER_EMPTY_MS = 10 * 60_000;
/** Read at once. */
const CHUNK_BYTES = 256 * 1024;
/** Nobody writes a log faster: 1 GB/s. */
const MOST_BYTES_A_MS = 1_000_000;
const REST_LOST = 'and its last lines are lost';

/** Holds an open file. What it throws is the file system's; after `leave()` it may be asked again. */
export class FollowedFile {
  /** Rotated files that could not be read to their end, each in words, with the time when it was given up. */
  readonly losses: { at: number; text: string }[] = [];
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
  /** All lines of the file at the saved position are taken, and the next one could not be opened yet. */
  private isNextDue = false;
  /** Of a rotated file that may not be read. */
  private readonly wait: LockedWait;

  constructor(
    readonly path: string,
    private saved: Position | undefined,
    private readonly now: () => number,
  ) {
    this.wait = new LockedWait(saved, now);
  }

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
    this.wait.end();
    if (this.isTruncated()) this.startOver();
    if (this.fd === undefined) return 0;
    const bytes = this.readChunk();
    if (bytes === 0) this.finishIfRotated();
    return bytes;
  }

  /** After an error: lets go of the file, remembering how far it was read. */
  leave(): void {
    this.saved = this.lastKnown();
    this.close();
  }

  /** The last line that was taken; before the first read, the position that was saved. */
  position(): Position | undefined {
    const stat = this.statOpen();
    if (this.fd === undefined || stat === undefined) return this.lastKnown();
    const offset = this.offset - this.buffer.heldBytes;
    this.saved = { path: this.path, device: stat.dev, inode: stat.ino, offset, ...headOf(this.fd, this.offset) };
    return this.saved;
  }

  /** Without a look at the file. With nothing read there is nothing to find again. */
  private lastKnown(): Position | undefined {
    const { saved } = this;
    const offset = this.offset - this.buffer.heldBytes;
    return saved && { ...saved, ...this.wait.saved, ...(this.fd !== undefined && offset > 0 ? { offset } : {}) };
  }

  behindBytes(): number {
    const waiting = this.lines ? this.buffer.heldBytes : 0;
    return waiting + Math.max(0, (this.statOpen()?.size ?? this.offset) - this.offset);
  }

  close(): void {
    const { fd } = this;
    this.fd = undefined;
    try {
      if (fd !== undefined) closeSync(fd);
    } catch {
      // Over NFS a file may be gone from under us.
    }
  }

  /** Nothing while no file is open, or the open one is no longer to be had: the next `fill` says why. */
  private statOpen(): Stats | undefined {
    try {
      return this.fd === undefined ? undefined : fstatSync(this.fd);
    } catch {
      return undefined;
    }
  }

  private openNext(): boolean {
    if (this.saved && !this.isNextDue) return this.resume(this.saved);
    // Looked up anew each time: a rotation gives other names to the files that wait, and two in short order hide one from us.
    const rotation: Rotation = this.saved ? rotatedSince(this.saved) : { kind: 'gone', later: [] };
    const waiting = rotation.kind === 'gone' ? this.backlog : rotation.later;
    for (const [i, path] of waiting.entries()) {
      if (this.openRotated(path, 0)) return this.begun(waiting.slice(i + 1));
    }
    return this.open(this.path, 0) && this.begun([]);
  }

  /** A file is open at its beginning; those of `backlog` come after it. */
  private begun(backlog: string[]): true {
    this.saved = undefined;
    this.isNextDue = false;
    this.backlog = backlog;
    return true;
  }

  /** Finds the file a saved position belongs to: still at its path, or rotated away while we were down. */
  private resume(saved: Position): boolean {
    const atPath = this.openSame(saved);
    if (atPath === 'same') return true;
    const rotation = rotatedSince(saved);
    if (rotation.kind === 'found' && this.openRotated(rotation.path, saved.offset)) {
      this.backlog = rotation.later;
      return true;
    }
    if (atPath instanceof Error) throw atPath;
    // A folder that is not mounted, or a log not yet begun after its rotation: it may come back as it was.
    if (rotation.kind === 'gone' && atPath === 'absent') return false;
    if (!isAllRead(rotation)) this.giveUp(rotation, saved);
    this.isNextDue = true;
    return this.openNext();
  }

  /** Opens the log at its path if it is the one that was read. An error when it may not be read. */
  private openSame(saved: Position): 'same' | 'other' | 'absent' | Error {
    try {
      if (!this.open(this.path, saved.offset)) return 'absent';
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
    const stat = fstatSync(this.fd as number);
    // With nothing read yet there is no head to compare: the inode alone must do.
    const isInode = stat.ino === saved.inode && stat.dev === saved.device;
    if ((saved.headLength > 0 || isInode) && isSameFile(this.fd as number, saved)) return 'same';
    this.close();
    return 'other';
  }

  /** The rest of the file that was read last is not to be had. Throws while it may yet be. */
  private giveUp(rotation: Rotation, saved: Position): void {
    if (rotation.kind === 'locked') {
      if (this.wait.goesOn()) throw rotation.error;
      this.lose(`${rotation.path}: ${NEVER_ALLOWED}, ${REST_LOST}`);
    } else if (rotation.kind === 'packed') {
      this.lose(`${rotation.path}: was packed before it was read to its end, ${REST_LOST}`);
    } else if (saved.headLength > 0) {
      this.lose(`${this.path}: was rotated, and the old file is gone: what it got since it was read last is lost`);
    }
  }

  /** A rotated file that cannot be read must not keep us from the log itself, or not for long. */
  private openRotated(path: string, from: number): boolean {
    try {
      if (this.open(path, from)) return true;
      this.lose(`${path}: was gone before it was read`);
    } catch (error) {
      this.close();
      if (isRefusal(error) && this.wait.goesOn()) throw error;
      this.lose(`${path}: ${isRefusal(error) ? NEVER_ALLOWED : (error as Error).message}, and is passed over`);
    }
    return false;
  }

  private lose(text: string): void {
    this.losses.push({ at: this.now(), text });
  }

  private open(path: string, from: number): boolean {
    try {
      this.fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    this.offset = from;
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
    const lingerMs = current?.size === 0 ? LINGER_EMPTY_MS : LINGER_MS;
    const isSettled = this.backlog.length > 0 || this.now() - this.rotatedAt >= lingerMs;
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
    this.isNextDue = this.position() !== undefined;
    this.close();
    this.openNext();
  }
}
