// How far a log file was read, told so that it can be found again after a rotation: by device and inode, and by a hash of its
// first bytes, because inodes are used again and copytruncate keeps the inode while the content moves to another file.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Enough to tell two logs apart: the first line of each holds its time. */
export const HEAD_BYTES = 256;
/** Rotated files we cannot seek in: their reading would be a second pass over the same lines. */
const COMPRESSED = /\.(gz|bz2|xz|zst|lz4)$/;

export interface Position {
  path: string;
  device: number;
  inode: number;
  /** Bytes taken, up to and including the last complete line. */
  offset: number;
  /** SHA-256 of the first `headLength` bytes; `headLength` is 256, less while the file was shorter. */
  headHash: string;
  headLength: number;
}

/** Hash of the first bytes of an open file, as many as have been read of it. */
export function headOf(fd: number, offset: number): { headHash: string; headLength: number } {
  const headLength = Math.min(HEAD_BYTES, offset);
  return { headHash: hashOfHead(fd, headLength), headLength };
}

/** Reports whether the open file is the one the position was taken in, and still holds what was read. */
export function isSameFile(fd: number, position: Position): boolean {
  if (fstatSync(fd).size < position.offset) return false;
  return hashOfHead(fd, position.headLength) === position.headHash;
}

/**
 * The files that hold what came after `position` but is no longer at its path, oldest first: the rotated file itself, and
 * files rotated after it while nobody was reading. `isFound` is false when the rotated file is gone or compressed.
 */
export function rotatedSince(position: Position): { isFound: boolean; paths: string[] } {
  const siblings = siblingsOf(position.path);
  const isOurs = (sibling: Sibling) => sibling.inode === position.inode && sibling.device === position.device;
  const candidates = [...siblings.filter(isOurs), ...siblings.filter((sibling) => !isOurs(sibling))];
  // logrotate's `.1` and `-20260114`; a copy somebody made (`.bak`) must not be read as a later log.
  const isNumbered = (sibling: Sibling) => /^[.-]\d/.test(basename(sibling.path).slice(basename(position.path).length));
  const old = candidates.find((sibling) => sibling.size >= position.offset && holds(sibling.path, position));
  if (!old) return { isFound: false, paths: [] };
  const later = siblings.filter((sibling) => sibling !== old && sibling.mtimeMs > old.mtimeMs && isNumbered(sibling));
  later.sort((a, b) => a.mtimeMs - b.mtimeMs);
  return { isFound: true, paths: [old.path, ...later.map((sibling) => sibling.path)] };
}

interface Sibling {
  path: string;
  device: number;
  inode: number;
  size: number;
  mtimeMs: number;
}

/** Rotated files of a log: `mail.log.1`, `mail.log-20260114`, not the log itself. */
function siblingsOf(path: string): Sibling[] {
  const name = basename(path);
  const isRotated = (other: string) => /^[.-]/.test(other.slice(name.length)) && other.startsWith(name);
  return readdirSync(dirname(path))
    .filter((other) => isRotated(other) && !COMPRESSED.test(other))
    .flatMap((other) => {
      const sibling = join(dirname(path), other);
      const stat = readable(() => statSync(sibling));
      if (!stat?.isFile()) return [];
      return [{ path: sibling, device: stat.dev, inode: stat.ino, size: stat.size, mtimeMs: stat.mtimeMs }];
    });
}

function holds(path: string, position: Position): boolean {
  if (position.headLength === 0) return false;
  const fd = readable(() => openSync(path, 'r'));
  if (fd === undefined) return false;
  try {
    return isSameFile(fd, position);
  } finally {
    closeSync(fd);
  }
}

/** Nothing for a file beside the log that is gone by now, or not ours to read: it must not keep us from the log itself. */
function readable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function hashOfHead(fd: number, length: number): string {
  const head = Buffer.alloc(length);
  const read = length === 0 ? 0 : readSync(fd, head, 0, length, 0);
  return createHash('sha256').update(head.subarray(0, read)).digest('hex');
}
