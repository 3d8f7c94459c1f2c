// The time a log line begins with, as far as two logs of one day are compared: rsyslog writes `2026-01-14T10:13:55.388283+01:00` into one
// file and `Jan 14 10:13:55` into another, and what follows is the same.

const DASH = 0x2d;
const COLON = 0x3a;
const SPACE = 0x20;
const T = 0x54;
const ZERO = 0x30;
/** `Jan 14 10:13:55 ` */
const TRADITIONAL_BYTES = 16;
/** `2026-01-14T10:13:55.388283+01:00 ` and as many digits more. */
const MOST_BYTES = 40;
/** Zones differ by this or by more of it. */
const ZONE_MINUTES = 15;

/** Where the text behind the time begins; `from` where the line has none. */
export function behindTime(bytes: Buffer, from: number, to: number): number {
  if (bytes[from + 4] === DASH && bytes[from + 10] === T && bytes[from + 16] === COLON) {
    const end = bytes.indexOf(SPACE, from + 19);
    return end >= 0 && end < Math.min(to, from + MOST_BYTES) ? end + 1 : from;
  }
  const isTraditional =
    to - from > TRADITIONAL_BYTES &&
    bytes[from + 3] === SPACE &&
    bytes[from + 6] === SPACE &&
    bytes[from + 9] === COLON &&
    bytes[from + 12] === COLON &&
    bytes[from + 15] === SPACE;
  return isTraditional ? from + TRADITIONAL_BYTES : from;
}

/** A line: bytes[from, to), its text begins at `text`. */
interface TimedLine {
  bytes: Buffer;
  from: number;
  text: number;
}

/** Reports whether the times of two lines may be one: the same to the last byte, or in two forms and to the second, in whatever zone. */
export function isSameTime(one: TimedLine, other: TimedLine): boolean {
  const [length, otherLength] = [one.text - one.from, other.text - other.from];
  if (length === otherLength && one.bytes.compare(other.bytes, other.from, other.text, one.from, one.text) === 0)
    return true;
  if (!areTwoForms(length, otherLength)) return false;
  const apart = secondOfHour(one) - secondOfHour(other);
  return apart % (ZONE_MINUTES * 60) === 0;
}

function areTwoForms(length: number, otherLength: number): boolean {
  return length > 0 && otherLength > 0 && (length === TRADITIONAL_BYTES) !== (otherLength === TRADITIONAL_BYTES);
}

/** The other form of a traditional time. */
export function isTraditional({ from, text }: Pick<TimedLine, 'from' | 'text'>): boolean {
  return text - from === TRADITIONAL_BYTES;
}

function secondOfHour({ bytes, from, text }: TimedLine): number {
  const minute = from + (text - from === TRADITIONAL_BYTES ? 10 : 14);
  const two = (at: number) => ((bytes[at] as number) - ZERO) * 10 + (bytes[at + 1] as number) - ZERO;
  return two(minute) * 60 + two(minute + 3);
}
