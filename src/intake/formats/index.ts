// Every log format we read. Adding one costs a file and a line here.
import type { LogFormat, LogFormatId } from './format.js';
import { postfix } from './postfix-log.js';

export const formats: Partial<Record<LogFormatId, LogFormat>> = { postfix };
