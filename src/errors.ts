// The one kind of error whose text is meant for a person. Everything else that is thrown is a bug.
import { isUtf8 } from 'node:buffer';
import { readFileSync, type Stats, statSync } from 'node:fs';

/** Something the reader can mend. `message` is shown as it is: what is wrong, with the value, and what to do. */
export class UserError extends Error {
  override name = 'UserError';
}

/**
 * What lies at a path; undefined when nothing does. Throws UserError when that cannot be seen: when a folder on the way is closed to this
 * user, or is a file.
 */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new UserError(`${path} cannot be reached: ${fileTrouble(cause)}.`, { cause });
  }
}

/**
 * The text of a small file. Throws UserError when it cannot be read or is in another encoding than UTF-8; `name` is what it is called there.
 * With `wanted`, the end of that sentence, it is thrown for what is no text too.
 */
export function readTextFile(path: string, name: string, wanted?: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new UserError(`${name} cannot be read: ${fileTrouble(cause)}.`, { cause });
  }
  if (wanted !== undefined && bytes.includes(0)) throw new UserError(`${name} is no text${wanted}`);
  // Taken as it is, what is no UTF-8 would become marks of damage in the names on cards, and a domain that fits no mail.
  if (!isUtf8(bytes) && !bytes.includes(0)) throw new UserError(`${name} is not in UTF-8${firstStranger(bytes)}`);
  return bytes.toString('utf8');
}

const SHOWN_CHARACTERS = 60;

/** The first line that is in another encoding, read as the one that is met most; the end of a sentence. */
function firstStranger(bytes: Buffer): string {
  let number = 1;
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(from, end)); end = bytes.indexOf(10, from)) {
    number++;
    from = end + 1;
  }
  const [line = ''] = bytes.toString('latin1', from, from + 4_096).split('\n', 1);
  const at = Math.max(0, line.search(/[\x80-\xff]/) - SHOWN_CHARACTERS / 2);
  const shown = line.slice(at, at + SHOWN_CHARACTERS).trim();
  return `: line ${number} is not. In Latin-1 it would be: ${shown}\nSave the file as UTF-8, or change it: iconv -f latin1 -t utf-8 OLD > NEW`;
}

/** Why a file cannot be read or written, in words, by the system's error. */
export function fileTrouble(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EEXIST':
      return 'a file of that name is there';
    case 'ENOTDIR':
      return 'a part of its path is a file, not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not (permission denied)';
    case 'EROFS':
      return 'nothing can be written to that disk';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'ELOOP':
      return 'its links lead in a circle';
    case 'ENOSPC':
      return 'the disk is full';
    case 'Z_BUF_ERROR':
      return 'it is packed and ends too early: it was cut off, or is still being written';
    case 'Z_DATA_ERROR':
      return 'it is packed, and the packing is broken';
    default:
      return message;
  }
}
