// A log that is open: as it is written, or rotated and not packed. What a reader needs of it stands in OpenLog; packed-log.ts has the other.
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { LineBuffer } from './lines.js';
import { headOf, type Identity, identityOf, isSameFile, isSameHead, type Position } from './position.js';
import { isRefusal } from './rotated-files.js';

/** Read at once. */
export const CHUNK_BYTES = 256 * 1024;

/** `read` is how much of it has been read, `taken` how much of that has been taken. */
export interface OpenLog {
  readonly inode: number;
  /** Reads on behind `read`; answers the number of bytes, 0 when there are none now. Only when all lines of the buffer are taken. */
  readInto(buffer: LineBuffer, read: number): number;
  /** Undefined while it is not known, and where the file is no longer to be had. */
  identity(read: number, taken: number): Identity | undefined;
  /** Bytes on disk that wait. */
  unreadBytes(read: number): number;
  close(): void;
}

export class PlainLog implements OpenLog {
  readonly inode: number;

  private constructor(private readonly fd: number) {
    this.inode = this.stat().ino;
  }

  /** Undefined when there is none. Throws what the file system says else. */
  static open(path: string): PlainLog | undefined {
    try {
      return new PlainLog(openSync(path, 'r'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** The same; an error when it may not be read. */
  static openOrRefusal(path: string): PlainLog | Error | undefined {
    try {
      return PlainLog.open(path);
    } catch (error) {
      if (isRefusal(error)) return error;
      throw error;
    }
  }

  stat(): Stats {
    return fstatSync(this.fd);
  }

  readInto(buffer: LineBuffer, read: number): number {
    const bytes = readSync(this.fd, buffer.room(CHUNK_BYTES), 0, CHUNK_BYTES, read);
    if (bytes > 0) buffer.added(bytes);
    return bytes;
  }

  identity(read: number, taken: number): Identity | undefined {
    const stat = this.statIfThere();
    return stat && identityOf(stat, headOf(this.fd, read), stat.size <= taken);
  }

  unreadBytes(read: number): number {
    return Math.max(0, (this.statIfThere()?.size ?? read) - read);
  }

  /** Reports whether it is the file that a position was taken in. With nothing read yet there is no head to compare: the inode must do. */
  holds(position: Position): boolean {
    const { ino, dev } = this.stat();
    const isInode = ino === position.inode && dev === position.device;
    return (position.headLength > 0 || isInode) && isSameFile(this.fd, position);
  }

  /** Reports whether it still begins as it did. */
  hasSameHead(position: Position): boolean {
    return isSameHead(headOf(this.fd, position.headLength), position);
  }

  close(): void {
    try {
      closeSync(this.fd);
    } catch {
      // Over NFS a file may be gone from under us.
    }
  }

  /** Nothing when it is no longer to be had: the next reading says why. */
  private statIfThere(): Stats | undefined {
    try {
      return this.stat();
    } catch {
      return undefined;
    }
  }
}
