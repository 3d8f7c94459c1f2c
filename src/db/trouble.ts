// Errors of a disk that is full or broken: tells them from other errors, and remembers the last one until a write works again.
import { rootMessage } from '../words.js';
import type { Db } from './open.js';

/** Remembers that writing the database failed, until it works again. */
export interface DatabaseTrouble {
  /** Notes a failure; errors that are not about the disk are ignored. */
  note(error: unknown): void;
  /** Notes that a write went through. */
  over(): void;
  text(): string | undefined;
}

const DISK_ERRORS = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT)/;

/** Reports whether an error, or its cause, says that the disk does not take what we write. */
export function isDiskError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return DISK_ERRORS.test((error as NodeJS.ErrnoException).code ?? '') || isDiskError(error.cause);
}

/** Tests whether the database can be written: sets SQLite's user_version to the value it has. Throws when it cannot. */
export function tryToWrite({ $client }: Pick<Db, '$client'>): void {
  $client.pragma(`user_version = ${$client.pragma('user_version', { simple: true })}`);
}

/** The same as an answer. */
export function takesWrites(db: Pick<Db, '$client'>): boolean {
  try {
    tryToWrite(db);
    return true;
  } catch {
    return false;
  }
}

export function createDatabaseTrouble(): DatabaseTrouble {
  let text: string | undefined;
  return {
    note(error) {
      if (isDiskError(error)) text = rootMessage(error);
    },
    over() {
      text = undefined;
    },
    text: () => text,
  };
}
