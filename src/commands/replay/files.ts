// Which logs a replay reads: files as they are named, and of a folder those that are mail logs, packed and rotated ones too.
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import type { LogFormatId } from '../../intake/formats/format.js';
import { detectFormat, formats } from '../../intake/formats/index.js';
import { unpackedHead } from '../../intake/unpacked.js';

const HEAD_BYTES = 64 * 1024;
/** What syslog writes a second time, beside the mail log. */
const COPIES = /^(syslog|messages|daemon\.log|mail\.(info|warn|err))([.-]|$)/;

/** The logs to read, each once; `-` is stdin. Throws UserError for a folder without a mail log. */
export function logFiles(paths: readonly string[], format: LogFormatId | undefined): string[] {
  const files = paths.flatMap((path) => (isFolder(path) ? logsIn(path, format) : [path]));
  const seen = new Set<string>();
  return files.filter((file) => {
    const real = statSync(file, { throwIfNoEntry: false }) ? realpathSync(file) : file;
    return !seen.has(real) && seen.add(real);
  });
}

function isFolder(path: string): boolean {
  return path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function logsIn(folder: string, format: LogFormatId | undefined): string[] {
  const logs = readdirSync(folder)
    .filter((name) => !COPIES.test(name))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && isLog(path, format))
    .toSorted();
  if (logs.length === 0)
    throw new UserError(`There is no mail log in ${folder}; gzip is unpacked, other packings are not.`);
  return logs;
}

function isLog(path: string, format: LogFormatId | undefined): boolean {
  const head = headOf(path);
  return format ? formats[format]?.looksLike(head) === true : detectFormat(head) !== undefined;
}

/** The beginning of a file, unpacked; empty when it cannot be read. */
function headOf(path: string): Buffer {
  try {
    return unpackedHead(readHead(path));
  } catch {
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
