// Where a log went when it was rotated: logrotate's `.1`, `-20260114` and, with `extension`, `mail-20260114.log`, beside the log or, where
// the log is a link, beside what it points to. A rotated file is known by its first bytes; one that this user may not read, by its inode
// alone.
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { isSameFile, isSameHead, type Position } from './position.js';
import { unpackedHead } from './unpacked.js';

/** Rotated files we cannot seek in: their reading would be a second pass over the same lines. */
const PACKED = /\.(gz|bz2|xz|zst|lz4)$/;
/** Holds the packed form of a log's first bytes. */
const PACKED_HEAD_BYTES = 4_096;

/** Where the lines are that came after a position, where they are no longer at its path. Later files are those rotated since, oldest first. */
export type Rotation =
  | { kind: 'found'; path: string; later: string[] }
  /** It is there, in all likelihood, but may not be read. `isAllRead`: it has grown by nothing since. */
  | { kind: 'locked'; path: string; error: NodeJS.ErrnoException; isAllRead: boolean; later: string[] }
  | { kind: 'packed'; path: string; isAllRead: boolean; later: string[] }
  | { kind: 'gone'; later: [] };

/** Looks for the rotated file that a position was taken in. Throws what the file system says of the folder. */
export function rotatedSince(position: Position): Rotation {
  const current = readable(() => statSync(position.path));
  const all = siblingsOf(position.path).filter(({ inode, device }) => inode !== current?.ino || device !== current.dev);
  const siblings = all.filter(({ isPacked }) => !isPacked);
  const isOurs = (sibling: Sibling) => sibling.inode === position.inode && sibling.device === position.device;
  const candidates = [...siblings.filter(isOurs), ...siblings.filter((sibling) => !isOurs(sibling))];
  const locked: (Sibling & { error: NodeJS.ErrnoException })[] = [];
  for (const sibling of candidates) {
    if (sibling.size < position.offset) continue;
    const held = position.headLength === 0 ? isOurs(sibling) && isNumbered(sibling) : holds(sibling.path, position);
    if (held === true) return { kind: 'found', path: sibling.path, later: laterThan(sibling, siblings) };
    if (held !== false) locked.push({ ...sibling, error: held });
  }
  const newestMs = Math.max(...siblings.filter(isNumbered).map(({ mtimeMs }) => mtimeMs));
  const ours = locked.find((sibling) => mayBeOurs(sibling, position, current?.ino, newestMs));
  if (ours) {
    const isAllRead = ours.inode === position.inode && ours.size === position.offset;
    return { kind: 'locked', path: ours.path, error: ours.error, isAllRead, later: laterThan(ours, siblings) };
  }
  for (const sibling of all) {
    const length = sibling.isPacked ? unpackedLength(sibling.path, position) : undefined;
    if (length === undefined) continue;
    // A packer gives the packed file the time of the file it was.
    return {
      kind: 'packed',
      path: sibling.path,
      isAllRead: length === position.offset,
      later: laterThan(sibling, siblings),
    };
  }
  return { kind: 'gone', later: [] };
}

/** Reports whether nothing of a rotated file is lost though it cannot be read. */
export function isAllRead(rotation: Rotation): boolean {
  return (rotation.kind === 'locked' || rotation.kind === 'packed') && rotation.isAllRead;
}

/** Of a log and the files it was rotated to, those that this user may not read. Packed ones are never read. */
export function unreadableOf(path: string): string[] {
  const rotated = readable(() => siblingsOf(path)) ?? [];
  const numbered = rotated.filter((sibling) => !sibling.isPacked && isNumbered(sibling));
  return [path, ...numbered.map((sibling) => sibling.path)].filter(isRefused);
}

function isRefused(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return false;
  } catch (error) {
    return isRefusal(error);
  }
}

/** Reports whether an error says that a file is there but is not ours to read. */
export function isRefusal(error: unknown): error is NodeJS.ErrnoException {
  return ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException)?.code ?? '');
}

interface Sibling {
  path: string;
  /** Its name behind the log's. */
  suffix: string;
  device: number;
  inode: number;
  size: number;
  mtimeMs: number;
  isPacked: boolean;
}

function laterThan(old: Sibling, siblings: readonly Sibling[]): string[] {
  return siblings
    .filter((sibling) => sibling !== old && sibling.mtimeMs > old.mtimeMs && isNumbered(sibling))
    .toSorted((a, b) => a.mtimeMs - b.mtimeMs)
    .map(({ path }) => path);
}

/** A copy somebody made (`.bak`) must not be read as a later log. */
function isNumbered({ suffix }: Sibling): boolean {
  return /^[.-]\d/.test(suffix);
}

/**
 * Of a file that may not be read. A renamed log keeps its inode (its device may have another number after a reboot); behind copytruncate
 * the log keeps it, and the copy has one of its own. That is the newest: an older one would bring all read since it with it.
 */
function mayBeOurs(sibling: Sibling, { inode }: Position, current: number | undefined, newestMs: number): boolean {
  return sibling.inode === inode || (isNumbered(sibling) && current === inode && sibling.mtimeMs >= newestMs);
}

/** Rotated files of a log, `mail.log.1` and `mail.log-20260114`; the log itself too, where it is a link to one so called. */
function siblingsOf(path: string): Sibling[] {
  const target = targetOf(path);
  const places = target === path ? [path] : [path, target];
  return places.flatMap((place, i) => {
    // Its own folder has to be there; where a link leads to may not.
    const names = i === 0 ? readdirSync(dirname(place)) : (readable(() => readdirSync(dirname(place))) ?? []);
    return names.flatMap((name) => siblingAt(place, name) ?? []);
  });
}

function siblingAt(place: string, name: string): Sibling | undefined {
  const suffix = suffixOf(basename(place), name);
  if (!/^[.-]/.test(suffix)) return undefined;
  const path = join(dirname(place), name);
  const stat = readable(() => statSync(path));
  if (!stat?.isFile()) return undefined;
  const { dev: device, ino: inode, size, mtimeMs } = stat;
  return { path, suffix, device, inode, size, mtimeMs, isPacked: PACKED.test(name) };
}

/**
 * What a name has beyond the log's: behind it, or, with a date, before its ending (logrotate's `extension`: `mail-20260114.log`). Only with a
 * date: `mail-2.log` may be another relay's log. '' for any other file.
 */
function suffixOf(own: string, name: string): string {
  if (name.startsWith(own)) return name.slice(own.length);
  const ending = extname(own);
  const stem = own.slice(0, own.length - ending.length);
  if (ending === '' || !name.startsWith(stem)) return '';
  const [, date = '', rest = ''] = /^([.-]\d{4}-?\d\d-?\d\d[-\d]*)(.*)$/.exec(name.slice(stem.length)) ?? [];
  return rest.startsWith(ending) ? date + rest.slice(ending.length) : '';
}

/** What a link leads to, though nothing may be there just now. */
function targetOf(path: string): string {
  const linked = readable(() => resolve(dirname(path), readlinkSync(path)));
  return linked === undefined ? path : (readable(() => realpathSync(linked)) ?? linked);
}

/** Whether a file holds the position, or why that cannot be known. */
function holds(path: string, position: Position): boolean | NodeJS.ErrnoException {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    return isSameFile(fd, position);
  } catch (error) {
    if (isRefusal(error)) return error;
    if (isAbsence(error)) return false;
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Length of a gzip file's content, modulo 2^32 (RFC 1952 section 2.3.1), if it begins as the log did. */
function unpackedLength(path: string, position: Position): number | undefined {
  const fd = readable(() => openSync(path, 'r'));
  if (fd === undefined) return undefined;
  try {
    const head = Buffer.alloc(PACKED_HEAD_BYTES);
    if (!isSameHead(unpackedHead(head.subarray(0, readSync(fd, head, 0, head.length, 0))), position)) return undefined;
    const length = Buffer.alloc(4);
    readSync(fd, length, 0, length.length, Math.max(0, fstatSync(fd).size - length.length));
    return length.readUInt32LE();
  } finally {
    closeSync(fd);
  }
}

/** Nothing for a file beside the log that is gone by now, or not ours to read: it must not keep us from the log itself. */
function readable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isRefusal(error) || isAbsence(error)) return undefined;
    throw error;
  }
}

/** Also of a link that leads nowhere but to itself, and of what is no link. */
function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ELOOP', 'ENOTDIR', 'EINVAL'].includes((error as NodeJS.ErrnoException)?.code ?? '');
}
