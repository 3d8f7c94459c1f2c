// How trouble with reading the logs stands in the bot's own log: what is wrong with a file in one line, once that another program holds the
// decisions database, a mistake of ours with its stack.
import { isAbsolute } from 'node:path';
import type { Logger } from 'pino';
import { isBusy } from '../db/patience.js';
import type { DatabaseTrouble } from '../db/trouble.js';

const MISSING = /: not there$/;

/**
 * What the log worker says of a file begins with its path: `/var/log/mail.log: not there`. What it finds it offers again every few seconds
 * until it could be put on record.
 */
export function logReadingTrouble(
  log: Pick<Logger, 'warn' | 'error'>,
  error: Error,
  database: Pick<DatabaseTrouble, 'note'>,
): void {
  const { message } = error;
  const isNews = database.note(error);
  if (isBusy(error)) {
    if (isNews) log.warn('another program holds the decisions database; alarms wait until it lets go');
  } else if (!isAbsolute(message)) log.error({ err: error }, 'reading the logs failed');
  else if (MISSING.test(message))
    log.warn(
      { file: message.replace(MISSING, '') },
      'a log is not there; it is followed once it is. If its path is wrong, correct it under logs and start again',
    );
  else log.warn({ trouble: message }, 'a log is not read as it should be');
}
