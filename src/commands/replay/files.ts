// Which logs a replay reads: files as they are named, and of a folder those that are mail logs, packed and rotated ones too.
import { closeSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileTrouble, statOf, UserError } from '../../errors.js';
import type { LogFormatId } from '../../intake/formats/format.js';
import { detectFormat, formats } from '../../intake/formats/index.js';
import { unpackedHead } from '../../intake/unpacked.js';
import { andMore } from '../../words.js';

const HEAD_BYTES = 64 * 1024;
/** Files that are named when they may not be read: in /var/log there are many. */
const MOST_NAMED = 5;
/** What syslog writes a second time, beside the mail log. */
const COPIES = /^(syslog|messages|daemon\.log|mail\.(info|warn|err))([.-]|$)/;

/**
 * The logs to read, each once; `-` is stdin. Throws UserError for a log that is not there and a folder without one. Of a folder says on
 * stderr which files this user may not read: a mail log may be among them.
 */
export function logFiles(paths: readonly string[], format: LogFormatId | undefined): string[] {
  const files = paths.flatMap((path) => (isFolder(path) ? logsIn(path, format) : [path]));
  const missing = files.find((path) => path !== '-' && !statOf(path));
  if (missing !== undefined) throw new UserError(`There is no log ${missing}.`);
  const seen = new Set<string>();
  return files.filter((file) => {
    const real = statOf(file) ? realpathSync(file) : file;
    return !seen.has(real) && seen.add(real);
  });
}

function isFolder(path: string): boolean {
  return path !== '-' && statOf(path)?.isDirectory() === true;
}

function logsIn(folder: string, format: LogFormatId | undefined): string[] {
  const closed: string[] = [];
  const logs = namesIn(folder)
    .filter((name) => !COPIES.test(name))
    .map((name) => join(folder, name))
    .filter((path) => isFile(path) && isLog(path, format, closed))
    .toSorted();
  if (logs.length === 0 && closed.length === 0)
    throw new UserError(`There is no mail log in ${folder}; gzip is unpacked, other packings are not.`);
  const notRead = `this user may not read ${andMore(closed.slice(0, MOST_NAMED), closed.length)} (permission denied)`;
  if (logs.length === 0) throw new UserError(`There is no mail log in ${folder} but perhaps what ${notRead}.`);
  if (closed.length > 0) process.stderr.write(`Passed over: ${notRead}.\n`);
  return logs;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new UserError(`${folder} cannot be read: ${fileTrouble(cause)}.`, { cause });
  }
}

/** False also for what cannot be looked at: a link that leads into a closed folder. */
function isFile(path: string): boolean {
  try {
    return statOf(path)?.isFile() === true;
  } catch {
    return false;
  }
}

function isLog(path: string, format: LogFormatId | undefined, closed: string[]): boolean {
  const head = headOf(path, closed);
  return format ? formats[format]?.looksLike(head) === true : detectFormat(head) !== undefined;
}

/** The beginning of a file, unpacked; empty when it cannot be read. Adds to `closed` what this user may not read. */
function headOf(path: string, closed: string[]): Buffer {
  try {
    return unpackedHead(readHead(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') closed.push(path);
    return Buffer.alloc(0);
  }
}

function readHead(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}
