// Every log format we read. Adding one costs a file and a line here.
import { LOG_FORMATS, type LogFormat, type LogFormatId } from './format.js';
import { postfix } from './postfix.js';

export const formats: Partial<Record<LogFormatId, LogFormat>> = { postfix };

/** The format of a log by its first lines (64 KiB of them are plenty); undefined when it is none of ours. */
export function detectFormat(bytes: Buffer): LogFormatId | undefined {
  return LOG_FORMATS.find((id) => formats[id]?.looksLike(bytes));
}
