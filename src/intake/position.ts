// How far a log file was read, told so that it can be found again after a rotation: by device and inode, and by a hash of its
// first bytes, because inodes are used again and copytruncate keeps the inode while the content moves to another file.
import { createHash } from 'node:crypto';
import { fstatSync, readSync, type Stats } from 'node:fs';

/** Enough to tell two logs apart: the first line of each holds its time. */
export const HEAD_BYTES = 256;

export interface Position {
  path: string;
  device: number;
  inode: number;
  /** Bytes taken, up to and including the last complete line. */
  offset: number;
  /** SHA-256 of the first `headLength` bytes; `headLength` is 256, less while the file was shorter. */
  headHash: string;
  headLength: number;
  /**
   * When the file was written last, in ms, if that was read; a moment before, if there was more to read. What was written since is newer.
   * Unknown in what an earlier version saved.
   */
  writtenAt?: number | null | undefined;
  /** Since when the rotated file that goes on here may not be read, in ms: a restart must not make it wait anew. */
  lockedSince?: number | null | undefined;
  /** When that was last seen: while nobody looked, nobody could be told. */
  lockedSeenAt?: number | null | undefined;
}

/** What tells a file from others, wherever it is moved. */
export type Identity = Omit<Position, 'path' | 'offset' | 'lockedSince' | 'lockedSeenAt'>;

/** Of a file with this beginning, as much as has been read of it. */
export function identityOf(stat: Stats, head: Buffer, isAllRead: boolean): Identity {
  const { dev: device, ino: inode, mtimeMs } = stat;
  return {
    device,
    inode,
    headHash: hashOf(head),
    headLength: head.length,
    writtenAt: isAllRead ? mtimeMs : mtimeMs - 1,
  };
}

/** The first bytes of an open file, as many as have been read of it. */
export function headOf(fd: number, offset: number): Buffer {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, offset));
  return head.subarray(0, head.length === 0 ? 0 : readSync(fd, head, 0, head.length, 0));
}

/** Reports whether the open file is the one the position was taken in, and still holds what was read. */
export function isSameFile(fd: number, position: Position): boolean {
  if (fstatSync(fd).size < position.offset) return false;
  return hashOf(headOf(fd, position.headLength)) === position.headHash;
}

/** Reports whether a file with this beginning is the one the position was taken in. */
export function isSameHead(head: Buffer, { headHash, headLength }: Position): boolean {
  return headLength > 0 && head.length >= headLength && hashOf(head.subarray(0, headLength)) === headHash;
}

function hashOf(head: Buffer): string {
  return createHash('sha256').update(head).digest('hex');
}
