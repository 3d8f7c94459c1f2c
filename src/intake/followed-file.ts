// One log file, followed through rotation by rename (the old file is finished, then the new one begun) and by truncation
// (copytruncate). A file that is not there or cannot be read is tried again at each call, and goes on where it was left.
import { statSync } from 'node:fs';
import { LineBuffer, type LineRange } from './lines.js';
import { LockedWait } from './locked-wait.js';
import { Losses } from './losses.js';
import { CHUNK_BYTES, PlainLog } from './open-log.js';
import { PackedLog } from './packed-log.js';
import { HEAD_BYTES, type Position } from './position.js';
import { isRefusal, type RotatedFile } from './rotated-files.js';
import { isAllRead, rotatedSince } from './rotations.js';

/**
 * A writer may hold the old file for a moment after the rename, until it is told to reopen. While the new file is empty it was not told
 * yet: on a busy machine, or where many logs are rotated first, that takes longer.
 */
const LINGER_MS = 2_000;
const LINGER_EMPTY_MS = 10 * 60_000;
/** Nobody writes a log faster: 1 GB/s. */
const MOST_BYTES_A_MS = 1_000_000;
/** A file that got another name since it was looked up is looked up again, so often. */
const MOST_LOOKS = 5;

/** Holds an open file. What it throws is the file system's; after `leave()` it may be asked again. */
export class FollowedFile {
  /** Rotated files that could not be read to their end. */
  readonly losses: Losses;
  private log: PlainLog | PackedLog | undefined;
  /** Bytes read of the open file, a partial last line included. */
  private offset = 0;
  private readonly buffer = new LineBuffer(CHUNK_BYTES);
  /** Rotated files are still to be read before the one at `path`. */
  private hasLater = false;
  private rotatedAt: number | undefined;
  /** When the head of the open file was last compared. */
  private sawHeadAt = Number.NEGATIVE_INFINITY;
  /** Nothing more comes from the open file: the next one is begun when its last line is taken. */
  private isFinished = false;
  /** All lines of the file at the saved position are taken, and of the next one nothing could be read yet. */
  private isNextDue = false;
  /** Of a rotated file that may not be read. */
  private readonly wait: LockedWait;

  constructor(
    readonly path: string,
    private saved: Position | undefined,
    private readonly now: () => number,
  ) {
    this.losses = new Losses(now);
    this.wait = new LockedWait(saved, now);
  }

  get overlongLines(): number {
    return this.buffer.overlong;
  }

  /** Reports whether there is a file to read from. */
  get isOpen(): boolean {
    return this.log !== undefined;
  }

  /** Reports whether its next lines have still to be unpacked: `unpack` does. */
  get isAwaited(): boolean {
    return !this.lines && this.log instanceof PackedLog && this.log.isAwaited;
  }

  /** Resolves when the next piece of a packed file is unpacked. */
  async unpack(): Promise<void> {
    if (this.log instanceof PackedLog) await this.log.unpack();
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
    if (!this.log && !this.openNext()) return 0;
    this.wait.end();
    if (this.isTruncated()) this.startOver();
    if (!this.log) return 0;
    const bytes = this.readChunk(this.log);
    if (bytes > 0 || !this.isDone(this.log)) return bytes;
    this.finish();
    // The next one's first lines may be earlier than those of other logs.
    return this.lines ? 0 : this.fill();
  }

  /** After an error: lets go of the file, remembering how far it was read. */
  leave(): void {
    this.saved = this.lastKnown();
    this.close();
  }

  /** The last line that was taken; before the first read, the position that was saved. */
  position(): Position | undefined {
    const offset = this.offset - this.buffer.heldBytes;
    const identity = this.log?.identity(this.offset, offset);
    if (!identity) return this.lastKnown();
    this.isNextDue = false;
    this.saved = { path: this.path, offset, ...identity };
    return this.saved;
  }

  /** Without a look at the file. With nothing read there is nothing to find again. */
  private lastKnown(): Position | undefined {
    const { saved } = this;
    const offset = this.offset - this.buffer.heldBytes;
    return saved && { ...saved, ...this.wait.saved, ...(this.log && offset > 0 ? { offset } : {}) };
  }

  behindBytes(): number {
    return (this.lines ? this.buffer.heldBytes : 0) + (this.log?.unreadBytes(this.offset) ?? 0);
  }

  close(): void {
    this.log?.close();
    this.log = undefined;
  }

  private openNext(looks = MOST_LOOKS): boolean {
    if (looks === 0) return false;
    if (this.saved && !this.isNextDue) return this.resume(this.saved, looks);
    // Opened before the others are looked up: if it is rotated meanwhile, it is among them.
    const newest = PlainLog.openOrRefusal(this.path);
    try {
      // Looked up anew each time: a rotation gives other names to the files that wait, and two in short order hide one from us.
      const later = this.saved ? rotatedSince(this.saved).later : [];
      for (const [i, file] of later.entries()) {
        const opened = this.openRotated(file, 0);
        if (opened === 'moved') return this.openNext(looks - 1);
        if (opened === 'open') return this.begun(i + 1 < later.length);
      }
      if (newest instanceof Error) throw newest;
      return this.use(newest, 0) && this.begun(false);
    } finally {
      if (newest instanceof PlainLog && newest !== this.log) newest.close();
    }
  }

  /** A file is open at its beginning. As long as nothing is known of a packed one, the place is still the one before it. */
  private begun(hasLater: boolean): true {
    this.hasLater = hasLater;
    this.losses.begun();
    if (this.log instanceof PlainLog) this.position();
    return true;
  }

  /** Finds the file a saved position belongs to: still at its path, or rotated away while we were down. */
  private resume(saved: Position, looks: number): boolean {
    const atPath = this.openSame(saved);
    if (atPath === 'same') return true;
    const rotation = rotatedSince(saved);
    if (rotation.kind === 'found') {
      const opened = this.openRotated(rotation.file, saved.offset);
      if (opened === 'moved') return this.openNext(looks - 1);
      this.hasLater = rotation.later.length > 0;
      if (opened === 'open') return true;
    }
    if (atPath instanceof Error) throw atPath;
    // A folder that is not mounted, or a log not yet begun after its rotation: it may come back as it was.
    if (rotation.kind === 'gone' && atPath === 'absent') return false;
    if (rotation.kind === 'locked' && !isAllRead(rotation) && this.wait.goesOn()) throw rotation.error;
    // Of what was empty nothing is lost: what came later is read from its beginning.
    if (rotation.kind !== 'gone' || saved.headLength > 0) this.losses.rest(this.path, rotation);
    this.isNextDue = true;
    return this.openNext(looks);
  }

  /** Opens the log at its path if it is the one that was read. An error when it may not be read. */
  private openSame(saved: Position): 'same' | 'other' | 'absent' | Error {
    const log = PlainLog.openOrRefusal(this.path);
    if (!(log instanceof PlainLog)) return log ?? 'absent';
    this.use(log, saved.offset);
    if (log.holds(saved)) return 'same';
    this.close();
    return 'other';
  }

  /** A rotated file that cannot be read must not keep us from the log itself, or not for long. */
  private openRotated(file: RotatedFile, from: number): 'open' | 'moved' | 'passed over' {
    const { path, packing } = file;
    if (typeof packing === 'object') {
      this.losses.packedOtherwise(file, packing);
      return 'passed over';
    }
    try {
      this.use(packing ? PackedLog.open(path, from) : PlainLog.open(path), from);
      if (this.log?.inode === file.inode) return 'open';
      this.close();
      return 'moved';
    } catch (error) {
      this.close();
      if (isRefusal(error) && this.wait.goesOn()) throw error;
      this.losses.notOpened(file, error);
      return 'passed over';
    }
  }

  private use(log: PlainLog | PackedLog | undefined, from: number): boolean {
    this.log = log;
    this.offset = from;
    this.buffer.reset();
    this.rotatedAt = undefined;
    this.sawHeadAt = Number.NEGATIVE_INFINITY;
    return log !== undefined;
  }

  private readChunk(log: PlainLog | PackedLog): number {
    const bytes = log.readInto(this.buffer, this.offset);
    if (bytes === 0) return 0;
    this.rotatedAt = undefined;
    this.offset += bytes;
    // Remember the head while it is there: a truncation takes it away.
    if (this.isNextDue || (this.saved?.headLength ?? 0) < HEAD_BYTES) this.position();
    return bytes;
  }

  /** copytruncate: the same inode, shorter than what we read, or with another beginning. */
  private isTruncated(): boolean {
    const { log, saved } = this;
    if (!(log instanceof PlainLog)) return false;
    const { size } = log.stat();
    if (size < this.offset) return true;
    if (size === this.offset || !saved || saved.headLength === 0) return false;
    const now = this.now();
    // While much is read at a stretch: as much as we have read of it cannot have been written anew since the last look.
    if (this.offset > (Math.abs(now - this.sawHeadAt) + 1) * MOST_BYTES_A_MS) return false;
    this.sawHeadAt = now;
    return !log.hasSameHead(saved);
  }

  /** Finishes the copy that copytruncate left, if it is there, then reads the file from its new beginning. */
  private startOver(): void {
    const saved = this.saved;
    const offset = this.offset - this.buffer.heldBytes;
    this.close();
    if (saved && saved.headLength > 0) {
      this.saved = { ...saved, offset };
      this.openNext();
      return;
    }
    this.finish();
    if (!this.lines) this.beginNext();
  }

  private isDone(log: PlainLog | PackedLog): boolean {
    return log instanceof PackedLog ? this.isUnpacked(log) : this.isRotatedAway(log);
  }

  /** Throws what the file system says. */
  private isUnpacked(log: PackedLog): boolean {
    const { failure } = log;
    if (failure && 'syscall' in failure) throw failure;
    if (failure) {
      this.losses.broken(log.path, failure);
      // Half a line may say something else.
      this.buffer.reset();
    }
    return log.isDone;
  }

  private isRotatedAway(log: PlainLog): boolean {
    const stat = log.stat();
    const current = statSync(this.path, { throwIfNoEntry: false });
    const isCurrent = current !== undefined && current.ino === stat.ino && current.dev === stat.dev;
    if (isCurrent || (current === undefined && !this.hasLater)) return false;
    this.rotatedAt ??= this.now();
    const lingerMs = current?.size === 0 ? LINGER_EMPTY_MS : LINGER_MS;
    return this.hasLater || this.now() - this.rotatedAt >= lingerMs;
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
