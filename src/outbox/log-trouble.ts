// How a failed try stands in the log: what was said and by which code. What nobody refused is a mistake of ours, and keeps its stack.
import type { Logger } from 'pino';

/**
 * A failed try in one line of the log. The stack of what Slack, a mail server, the database or the network refused is at level debug; that of
 * anything else, such as a TypeError in a handler, is in the line.
 */
export function logTrouble(log: Pick<Logger, 'warn' | 'debug'>, error: unknown, fields: object, text: string): void {
  const said = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  const line = { ...fields, error: said, ...(code === undefined || code === said ? {} : { code }) };
  log.warn(isOurs(error) ? { ...line, err: error } : line, text);
  log.debug({ ...fields, err: error }, text);
}

/** Slack's code, or that of the network, the mail server or SQLite: `channel_not_found`, `ECONNREFUSED`. */
function codeOf(error: unknown): string | undefined {
  const { code, data } = (error ?? {}) as { code?: unknown; data?: { error?: unknown } };
  return [data?.error, code].find((each) => typeof each === 'string');
}

const BARE: readonly unknown[] = [Error, TypeError, RangeError, ReferenceError, SyntaxError];

/** Whoever refuses says so by a class, a code or a cause. */
function isOurs(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return BARE.includes(error.constructor) && codeOf(error) === undefined && error.cause === undefined;
}
