// A rotated log that is packed with gzip, unpacked piece by piece while it is read: one piece is in memory, whatever its size.
import { createReadStream, fstatSync, openSync, type ReadStream } from 'node:fs';
import type { LineBuffer } from './lines.js';
import { CHUNK_BYTES, type OpenLog } from './open-log.js';
import { HEAD_BYTES, type Identity, identityOf } from './position.js';
import { unpacked } from './unpacked.js';

const NONE = Buffer.alloc(0);

export class PackedLog implements OpenLog {
  /** Why no more can be unpacked though there is more. */
  failure: Error | undefined;
  private readonly stat;
  private readonly raw: ReadStream;
  private readonly pieces: AsyncIterator<Buffer>;
  /** Its first bytes, unpacked. */
  private head = NONE;
  /** What is unpacked and not read. */
  private piece: Buffer = NONE;
  private isAtEnd = false;

  /** `skipped`: what was read of it before, in unpacked bytes. */
  private constructor(
    readonly path: string,
    fd: number,
    private skipped: number,
  ) {
    this.stat = fstatSync(fd);
    this.raw = createReadStream(path, { fd, highWaterMark: CHUNK_BYTES });
    this.pieces = unpacked(this.raw)[Symbol.asyncIterator]();
  }

  /** Undefined when there is none. Throws what the file system says else. */
  static open(path: string, skipped: number): PackedLog | undefined {
    try {
      return new PackedLog(path, openSync(path, 'r'), skipped);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  get inode(): number {
    return this.stat.ino;
  }

  /** Reports whether the next piece has still to be unpacked: `unpack` does. */
  get isAwaited(): boolean {
    return this.piece.length === 0 && !this.isAtEnd;
  }

  get isDone(): boolean {
    return this.piece.length === 0 && this.isAtEnd;
  }

  /** Resolves when the next piece is unpacked, and leaves out what of it was read before. Rejects never: see `failure`. */
  async unpack(): Promise<void> {
    try {
      const next = await this.pieces.next();
      if (next.done) this.isAtEnd = true;
      else this.add(next.value);
    } catch (error) {
      this.isAtEnd = true;
      this.failure = error as Error;
    }
  }

  readInto(buffer: LineBuffer): number {
    const bytes = this.piece.subarray(0, CHUNK_BYTES);
    this.piece = this.piece.subarray(bytes.length);
    if (bytes.length > 0) buffer.feed(bytes);
    return bytes.length;
  }

  identity(read: number, taken: number): Identity | undefined {
    const length = Math.min(HEAD_BYTES, read);
    if (!this.isAtEnd && (read === 0 || this.head.length < length)) return undefined;
    return identityOf(this.stat, this.head.subarray(0, length), this.isDone && taken === read);
  }

  unreadBytes(): number {
    return this.isDone ? 0 : Math.max(1, this.stat.size - this.raw.bytesRead);
  }

  close(): void {
    this.raw.destroy();
  }

  private add(piece: Buffer): void {
    if (this.head.length < HEAD_BYTES)
      this.head = Buffer.concat([this.head, piece.subarray(0, HEAD_BYTES - this.head.length)]);
    this.piece = piece.subarray(this.skipped);
    this.skipped = Math.max(0, this.skipped - piece.length);
  }
}
