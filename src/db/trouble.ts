// Errors of a disk that is full or broken, and of a database that another program holds: tells them from other errors, and remembers the
// last one until a write works again.
import { rootMessage } from '../words.js';
import type { Db } from './open.js';
import { isBusy } from './patience.js';

/** Remembers that writing the database failed, until it works again. */
export interface DatabaseTrouble {
  /** Notes a failure, and answers whether it is news; errors that are about neither the disk nor another program are ignored. */
  note(error: unknown): boolean;
  /** Notes that a write went through. */
  over(): void;
  text(): string | undefined;
  /** Reports whether another program holds the database, rather than that the disk takes nothing. */
  isHeld(): boolean;
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
  let isHeld = false;
  return {
    note(error) {
      if (!isDiskError(error) && !isBusy(error)) return false;
      const isNews = text === undefined || isHeld !== isBusy(error);
      text = rootMessage(error);
      isHeld = isBusy(error);
      return isNews;
    },
    over() {
      text = undefined;
      isHeld = false;
    },
    text: () => text,
    isHeld: () => isHeld,
  };
}
