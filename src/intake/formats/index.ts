// Every log format we read. Adding one costs a file and a line here.
import { exim } from './exim/log.js';
import { LOG_FORMATS, type LogFormat, type LogFormatId } from './format.js';
import { json } from './json-log.js';
import { kumomta } from './kumomta/log.js';
import { postfix } from './postfix.js';

export const formats: Record<LogFormatId, LogFormat> = { postfix, exim, kumomta, json };

/** The format of a log by its first lines (64 KiB of them are plenty); undefined when it is none of ours. */
export function detectFormat(bytes: Buffer): LogFormatId | undefined {
  return LOG_FORMATS.find((id) => formats[id].looksLike(bytes));
}
