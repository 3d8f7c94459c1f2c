// What lies beside a log because it was rotated: logrotate's `.1`, `-20260114` and, with `extension`, `mail-20260114.log`, packed or not;
// beside the log or, where the log is a link, beside what it points to.
import { closeSync, openSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type OtherPacking, packingOf } from './unpacked.js';

/** A rotation in its midst looks different each time, and is over soon. */
const MOST_LOOKS = 100;

export interface RotatedFile {
  path: string;
  /** Its name behind the log's. */
  suffix: string;
  device: number;
  inode: number;
  size: number;
  /** When it was written last; a packer gives the packed file the time of the file it was. */
  mtimeMs: number;
  packing: 'gzip' | OtherPacking | undefined;
}

/**
 * Rotated files of a log; the log itself too, where it is a link to one so called. Looks until two looks agree: while files get other
 * names, one may be missed between its old name and its new one. Throws what the file system says of the folder.
 */
export function rotatedFilesOf(path: string): RotatedFile[] {
  let files = lookAround(path);
  for (let looks = 1; looks < MOST_LOOKS; looks++) {
    const again = lookAround(path);
    if (namesOf(again) === namesOf(files)) break;
    files = again;
  }
  const paths = new Set(files.map((file) => file.path));
  // What is being packed is still there as it was.
  return files.filter((file) => !file.packing || !paths.has(file.path.slice(0, -extname(file.path).length)));
}

const namesOf = (files: readonly RotatedFile[]) => files.map(({ path, inode }) => `${path}\0${inode}`).join('\0');

/** The files that were rotated later than this one, oldest first. */
export function laterThan(old: RotatedFile, files: readonly RotatedFile[]): RotatedFile[] {
  return files.filter((file) => file !== old && isNumbered(file) && isOlder(old, file)).toSorted(byAge);
}

/** Oldest first. */
export function byAge(a: RotatedFile, b: RotatedFile): number {
  if (isOlder(a, b)) return -1;
  return isOlder(b, a) ? 1 : 0;
}

/** `.2`, `.2.gz` */
const NUMBER = /^\.(\d{1,4})(?:\.|$)/;
/** `-20260114`, `-2026-01-14.gz`, `-2026011413`; not `-14012026`: its order is another. */
const DATE = /^[.-]((?:19|20)\d\d-?(?:0\d|1[0-2])-?[0-3]\d[-\d]*)/;

/**
 * Of what was packed or copied by hand, the time may be that of the packing: weekly logs are packed a week late. By more than that a name
 * is not believed: a `mail.log.0` may lie there from another rotation, long ago.
 */
const MOST_LATE_MS = 8 * 24 * 3_600_000;

/** Told by the names where they tell it. */
function isOlder(a: RotatedFile, b: RotatedFile): boolean {
  if (Math.abs(a.mtimeMs - b.mtimeMs) > MOST_LATE_MS) return a.mtimeMs < b.mtimeMs;
  const [number, other] = [NUMBER.exec(a.suffix)?.[1], NUMBER.exec(b.suffix)?.[1]];
  if (number && other && number !== other) return Number(number) > Number(other);
  const [date, otherDate] = [DATE.exec(a.suffix)?.[1], DATE.exec(b.suffix)?.[1]];
  if (date && otherDate && date !== otherDate) return date < otherDate;
  return a.mtimeMs < b.mtimeMs;
}

/** A copy somebody made (`.bak`) must not be read as a later log. */
export function isNumbered({ suffix }: RotatedFile): boolean {
  return /^[.-]\d/.test(suffix);
}

/** Of a log and the files it was rotated to, those that this user may not read. Of packed ones only gzip's are ever read. */
export function unreadableOf(path: string): string[] {
  const rotated = readable(() => rotatedFilesOf(path)) ?? [];
  const read = rotated.filter((file) => isNumbered(file) && typeof file.packing !== 'object');
  return [path, ...read.map((file) => file.path)].filter(isRefused);
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

function lookAround(path: string): RotatedFile[] {
  const target = targetOf(path);
  const places = target === path ? [path] : [path, target];
  return places.flatMap((place, i) => {
    // Its own folder has to be there; where a link leads to may not.
    const names = i === 0 ? readdirSync(dirname(place)) : (readable(() => readdirSync(dirname(place))) ?? []);
    return names.toSorted().flatMap((name) => fileAt(place, name) ?? []);
  });
}

function fileAt(place: string, name: string): RotatedFile | undefined {
  const suffix = suffixOf(basename(place), name);
  if (!/^[.-]/.test(suffix)) return undefined;
  const path = join(dirname(place), name);
  const stat = readable(() => statSync(path));
  if (!stat?.isFile()) return undefined;
  const { dev: device, ino: inode, size, mtimeMs } = stat;
  return { path, suffix, device, inode, size, mtimeMs, packing: packingOf(name) };
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

/** Nothing for a file beside the log that is gone by now, or not ours to read: it must not keep us from the log itself. */
export function readable<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isRefusal(error) || isAbsence(error)) return undefined;
    throw error;
  }
}

/** Also of a link that leads nowhere but to itself, and of what is no link. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ELOOP', 'ENOTDIR', 'EINVAL'].includes((error as NodeJS.ErrnoException)?.code ?? '');
}
