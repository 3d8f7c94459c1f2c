// Where a log went when it was rotated, and what was rotated after it. A rotated file is known by its first bytes, also packed with gzip;
// one that this user may not read or that is packed otherwise, by its inode or by when it was written.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isSameFile, isSameHead, type Position } from './position.js';
import {
  byAge,
  isAbsence,
  isNumbered,
  isRefusal,
  laterThan,
  type RotatedFile,
  readable,
  rotatedFilesOf,
} from './rotated-files.js';
import { type OtherPacking, unpackedHead } from './unpacked.js';

/** Holds the packed form of a log's first bytes. */
const PACKED_HEAD_BYTES = 4_096;

/** Where the lines are that came after a position, where they are no longer at its path. Later files are those rotated since, oldest first. */
export type Rotation = { later: RotatedFile[] } & (
  | { kind: 'found'; file: RotatedFile }
  /** It is there, in all likelihood, but may not be read. `isAllRead`: it has grown by nothing since. */
  | { kind: 'locked'; file: RotatedFile; error: NodeJS.ErrnoException; isAllRead: boolean }
  /** The same, but packed in a way that is not read. */
  | { kind: 'packed'; file: RotatedFile; packing: OtherPacking; isAllRead: boolean }
  | { kind: 'gone' }
);

interface Locked {
  file: RotatedFile;
  error: NodeJS.ErrnoException;
}

/** Looks for the rotated file that a position was taken in. Throws what the file system says of the folder. */
export function rotatedSince(position: Position): Rotation {
  const current = readable(() => statSync(position.path));
  const files = rotatedFilesOf(position.path).filter(
    ({ inode, device }) => inode !== current?.ino || device !== current.dev,
  );
  const locked: Locked[] = [];
  for (const file of files.toSorted((a, b) => rank(a, position) - rank(b, position) || byAge(a, b))) {
    const held = holds(file, position);
    if (held === true) return { kind: 'found', file, later: laterThan(file, files) };
    if (held !== false) locked.push({ file, error: held });
  }
  return unseen(position, files, locked, current?.ino);
}

/** Reports whether nothing of a rotated file is lost though it cannot be read. */
export function isAllRead(rotation: Rotation): boolean {
  return (rotation.kind === 'locked' || rotation.kind === 'packed') && rotation.isAllRead;
}

/** Where to look first: somebody may have made a copy of it, which must not be taken for it. */
function rank(file: RotatedFile, position: Position): number {
  if (isOurs(file, position)) return 0;
  return file.packing ? 2 : 1;
}

function isOurs({ inode, device }: RotatedFile, position: Position): boolean {
  return inode === position.inode && device === position.device;
}

/** Whether a file holds the position, or why that cannot be known. */
function holds(file: RotatedFile, position: Position): boolean | NodeJS.ErrnoException {
  const { path, packing, size, mtimeMs } = file;
  if (typeof packing === 'object' || (!packing && size < position.offset)) return false;
  // With nothing read there are no bytes to know it by. A packed file may have the inode that ours had.
  const isAsItWas = !packing || mtimeMs === position.writtenAt;
  if (position.headLength === 0) return isOurs(file, position) && isNumbered(file) && isAsItWas;
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return packing ? isSameHead(unpackedHeadOf(fd), position) : isSameFile(fd, position);
  } catch (error) {
    if (isRefusal(error)) return error;
    if (isAbsence(error)) return false;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function unpackedHeadOf(fd: number): Buffer {
  const head = Buffer.alloc(PACKED_HEAD_BYTES);
  return unpackedHead(head.subarray(0, readSync(fd, head, 0, head.length, 0)));
}

/**
 * No file that can be looked into holds the position. It may be in one that cannot: by its inode, or because that is the oldest of those
 * that were written to since. If it is in none, those are what came later.
 */
function unseen(position: Position, files: RotatedFile[], locked: Locked[], current: number | undefined): Rotation {
  const writtenAt = position.writtenAt ?? Number.POSITIVE_INFINITY;
  // Some packers keep the time in whole seconds.
  const [oldest, ...since] = files
    .filter((file) => isNumbered(file) && file.mtimeMs >= Math.floor(writtenAt / 1_000) * 1_000)
    .toSorted(byAge);
  const ours =
    locked.find(({ file }) => mayBeOurs(file, position, current, files)) ?? locked.find(({ file }) => file === oldest);
  if (ours) {
    const { file } = ours;
    const isSame = !file.packing && file.inode === position.inode;
    const isAllRead = isSame ? file.size === position.offset : file.mtimeMs <= writtenAt;
    return { kind: 'locked', ...ours, isAllRead, later: laterThan(file, files) };
  }
  const later = since.filter(({ mtimeMs }) => mtimeMs > writtenAt);
  if (!oldest) return { kind: 'gone', later };
  const isOldestRead = oldest.mtimeMs <= writtenAt;
  if (typeof oldest.packing === 'object')
    return { kind: 'packed', file: oldest, packing: oldest.packing, isAllRead: isOldestRead, later };
  return { kind: 'gone', later: isOldestRead ? later : [oldest, ...later] };
}

/**
 * Of a file that may not be read. A renamed log keeps its inode (its device may have another number after a reboot); behind copytruncate
 * the log keeps it, and the copy has one of its own. That is the newest: an older one would bring all read since it with it.
 */
function mayBeOurs(
  file: RotatedFile,
  { inode }: Position,
  current: number | undefined,
  files: readonly RotatedFile[],
): boolean {
  if (file.packing) return false;
  const newestMs = Math.max(...files.filter((each) => !each.packing && isNumbered(each)).map(({ mtimeMs }) => mtimeMs));
  return file.inode === inode || (isNumbered(file) && current === inode && file.mtimeMs >= newestMs);
}
