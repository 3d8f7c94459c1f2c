// The head of an Exim log line: its own time, or what syslog writes before it. Exim writes local time; the zone stands in the line only
// with `log_selector = +…` and `log_timezone`, milliseconds and the process id only with `+millisec` and `+pid`.
import { readInstant } from '../instant.js';
import { type LogTimeOptions, momentReader, traditionalTimeReader } from '../log-time.js';

//   2026-01-14 10:05:03 …
//   2026-01-14 10:05:03.250 +0100 [1234] …
const OWN = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{3}))?(?: ([+-])(\d\d)(\d\d))?(?: \[\d{1,10}\])? /y;
// [1/5] 2026-01-14 …: syslog lines that were too long are split, and numbered.
const PART = /\[(\d{1,3})[/\\]\d{1,3}\] /y;

/** `Jan 14 10:05:03` */
const TRADITIONAL_LENGTH = 15;

export interface EximHead {
  at: number;
  /** Where the rest of the line begins. */
  next: number;
  /** Host name, where syslog wrote the line. */
  host?: string;
}

/** Builds a reader for one log; it keeps the year of syslog lines. Undefined for a line that has no time. */
export function eximHeadReader(options: LogTimeOptions): (line: string) => EximHead | undefined {
  const readTraditional = traditionalTimeReader(options);
  const momentOf = momentReader(options.timeZone, options.now);
  const readOwn = (line: string, from: number): EximHead | undefined => {
    OWN.lastIndex = from;
    const parts = OWN.exec(line);
    if (!parts) return undefined;
    const local = localMs(parts);
    if (Number.isNaN(local)) return undefined;
    const [, , , , , , , , sign, hours, minutes] = parts;
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
    const at = sign === undefined ? momentOf(local) : local - (sign === '-' ? -offset : offset);
    return { at, next: OWN.lastIndex };
  };
  const readAfterSyslog = (line: string): EximHead | undefined => {
    const isZoned = line.charCodeAt(10) === 0x54;
    const timeEnd = isZoned ? line.indexOf(' ') : TRADITIONAL_LENGTH;
    const stamp = line.slice(0, Math.max(timeEnd, 0));
    const at = isZoned ? readInstant(stamp) : readTraditional(stamp);
    const hostEnd = line.indexOf(' ', timeEnd + 1);
    const tagEnd = line.indexOf(': ', hostEnd);
    const isExim = line[timeEnd] === ' ' && hostEnd > 0 && line.startsWith('exim', hostEnd + 1);
    if (at === undefined || tagEnd < 0 || !isExim) return undefined;
    const host = line.slice(timeEnd + 1, hostEnd);
    PART.lastIndex = tagEnd + 2;
    const part = PART.exec(line);
    // What is not the first part says nothing by itself.
    if (part && part[1] !== '1') return { at, next: line.length, host };
    const next = part ? PART.lastIndex : tagEnd + 2;
    const own = readOwn(line, next);
    return { at: own && !isZoned ? own.at : at, next: own?.next ?? next, host };
  };
  return (line) => readOwn(line, 0) ?? readAfterSyslog(line);
}

function localMs([, year, month, day, hour, minute, second, ms = '0']: RegExpExecArray): number {
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return Date.parse(text) + Number(ms);
}
