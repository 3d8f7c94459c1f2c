// Lines of a log through a format's reader, as tests want them: text in, events and counts out.
import type { LogFormat, LogIntake, LogReader } from '../../src/intake/formats/format.js';
import type { LogTimeOptions } from '../../src/intake/formats/log-time.js';
import { postfix } from '../../src/intake/formats/postfix.js';
import type { MailEvent } from '../../src/mail/event.js';

export interface Read {
  events: MailEvent[];
  intake: LogIntake;
  reader: LogReader;
}

/** Reads whole lines, each given without its end. Go on with the intake and reader of an earlier answer. */
export function readLines(lines: readonly string[], before?: Read, options: LogTimeOptions = {}): Read {
  return readBytes(Buffer.from(lines.map((line) => `${line}\n`).join('')), before, options);
}

export function readBytes(
  bytes: Buffer,
  before?: Read,
  options: LogTimeOptions = {},
  format: LogFormat = postfix,
): Read {
  const intake = before?.intake ?? format.open(options);
  const reader = before?.reader ?? intake.reader('mail.log');
  const events: MailEvent[] = [];
  reader.read(bytes, 0, bytes.length, (event) => events.push(event));
  return { events, intake, reader };
}
