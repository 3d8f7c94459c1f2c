// The one kind of error whose text is meant for a person. Everything else that is thrown is a bug.

/** Something the reader can mend. `message` is shown as it is: what is wrong, with the value, and what to do. */
export class UserError extends Error {
  override name = 'UserError';
}

/** Why a file cannot be read or written, in words, by the system's error. */
export function fileTrouble(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a part of its path is a file, not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not (permission denied)';
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
