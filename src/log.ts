// The log of the bot: lines of JSON (pino), and an error in them as what it is, what it says and where it was thrown.
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** The first lines of a stack tell where; what follows is Node's. */
const FRAMES_SHOWN = 6;
const MESSAGE_SHOWN = 1_000;
const DEEPEST_CAUSE = 5;
/** What happens outside of us: where it met us tells nobody anything, and it meets us again every few seconds. */
const FROM_OUTSIDE = /^SQLITE_(BUSY|FULL|IOERR|READONLY|CANTOPEN)/;

/** Writes to stdout unless told. */
export function createLog(options: LoggerOptions, destination?: DestinationStream): Logger {
  const all: LoggerOptions = { ...options, serializers: { err: shownError } };
  return destination ? pino(all, destination) : pino(all);
}

/**
 * An error as it is logged: name, code, message with those of its causes, and the first lines of its stack unless the fault is the disk's or
 * another program's.
 * Nothing else that hangs on it: errors of libraries carry whole requests, and an aborted one every constant of DOMException.
 */
function shownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: messagesOf(error).join(': ').slice(0, MESSAGE_SHOWN),
    ...(FROM_OUTSIDE.test(code ?? '') ? {} : { stack: framesOf(error).slice(0, FRAMES_SHOWN).join('\n') }),
  };
}

function framesOf({ stack = '' }: Error): string[] {
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/** Its own and those of its causes, without what the one before has said already. */
function messagesOf(error: Error): string[] {
  const messages: string[] = [];
  let next: unknown = error;
  for (let depth = 0; next instanceof Error && depth < DEEPEST_CAUSE; depth++) {
    const { message } = next;
    if (!messages.some((said) => said.includes(message))) messages.push(message);
    next = next.cause;
  }
  return messages;
}
