// The time at the head of a log line, from its bytes: RFC 3339 with its zone, or the traditional syslog form (RFC 3164). A log has many
// lines in the same hour, so what an hour begins with is compared with the last one's, four bytes at once, and only the rest worked out.
import { type LogTimeOptions, type ReadTraditionalTime, traditionalTimeReader } from './log-time.js';
import { isDigit, Page, SPACE } from './page.js';

/** The longest time we know, with nine digits of a second and a zone. */
const LONGEST = 40;

/** `Jan 14 10:05:03 `, and `2026-01-14T00:30:59.388283+01:00 `, each with the blank behind. */
const TRADITIONAL_LENGTH = 16;
const DATED_LENGTH = 33;

const COLON = 0x3a;
const DASH = 0x2d;
const DOT = 0x2e;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;
/** A log that goes back by so much within an hour may be in one that comes once more, as the clocks go back by 30 minutes: log-time.ts. */
const AGAIN_MS = 15 * 60_000;
const HIGH_NIBBLES = -0x0f0f0f10;
const DIGITS = 0x30303030;
const SIXES = 0x06060606;

/** Holds the last hour and year seen: one for each log, not shared. */
export class LogClock {
  /** The time read last, ms. */
  at = 0;
  private readonly traditional: ReadTraditionalTime;
  private readonly hour = { isKnown: false, isDated: false, first: 0, second: 0, third: 0, fourth: 0, ms: 0 };
  /** What the time read last begins with, to its second: sixteen bytes, and four more where it is dated. NaN is like no bytes. */
  private readonly second = {
    isDated: false,
    ms: 0,
    first: Number.NaN,
    last: Number.NaN,
    point: 0,
    zone: 0,
    zoneEnd: 0,
  };
  private zone = { first: 0, last: 0, ms: 0 };
  /** Within its hour, of the traditional time read last, ms. */
  private minuteMs = 0;

  constructor(options: LogTimeOptions = {}) {
    this.traditional = traditionalTimeReader(options);
  }

  /** Reads the time at `from`; answers where the rest of the line begins, or -1 when there is no time. Sets `at`. */
  read(page: Page, from: number): number {
    const { second } = this;
    const { view } = page;
    // Most times differ from the last one in no more than their fraction. Short, so that it becomes part of whoever reads lines.
    if (
      from + LONGEST > page.end ||
      view.getFloat64(from + 8, true) !== second.last ||
      view.getFloat64(from, true) !== second.first
    ) {
      return this.readOther(page, from);
    }
    if (!second.isDated) {
      this.at = second.ms;
      return from + TRADITIONAL_LENGTH;
    }
    const fraction = view.getInt32(from + 20, true);
    const isAlike =
      view.getInt32(from + 16, true) === second.point &&
      view.getInt32(from + 26, true) === second.zone &&
      view.getInt32(from + 29, true) === second.zoneEnd &&
      areDigits(fraction, view.getInt32(from + 22, true));
    if (!isAlike) return this.readOther(page, from);
    this.at = second.ms + (fraction & 0xf) * 100 + ((fraction >>> 8) & 0xf) * 10 + ((fraction >>> 16) & 0xf);
    return from + DATED_LENGTH;
  }

  private readOther(page: Page, from: number): number {
    if (from + LONGEST > page.end) return this.readAtEnd(page, from);
    const next = page.byte(from + 10) === UPPER_T ? this.readDated(page, from) : this.readTraditional(page, from);
    if (next >= 0) this.keepSecond(page, from, next);
    return next;
  }

  private keepSecond(page: Page, from: number, next: number): void {
    const isDated = page.byte(from + 10) === UPPER_T;
    // A traditional time with sixteen digits of a second is as long as a dated one.
    if (next - from !== (isDated ? DATED_LENGTH : TRADITIONAL_LENGTH)) return;
    const { second } = this;
    const { view } = page;
    second.isDated = isDated;
    second.ms = this.at - this.fractionMs;
    second.first = page.eight(from);
    second.last = page.eight(from + 8);
    second.point = view.getInt32(from + 16, true);
    second.zone = view.getInt32(from + 26, true);
    second.zoneEnd = view.getInt32(from + 29, true);
  }

  /** Near the end of the page: on a copy with room behind it. */
  private readAtEnd(page: Page, from: number): number {
    const roomy = Buffer.alloc(LONGEST);
    page.bytes.copy(roomy, 0, from, page.end);
    const copy = new Page();
    copy.open(roomy, LONGEST);
    const next = this.read(copy, 0);
    return next < 0 ? -1 : from + next;
  }

  // 2026-01-14T00:30:59.388283+01:00 relay1 postfix/anvil[21629]: …
  private readDated(page: Page, from: number): number {
    const minuteMs = sixties(page, from + 14);
    if (minuteMs < 0 || page.byte(from + 13) !== COLON) return -1;
    if (!this.isHour(page, from, from + 9, true) && !this.beginDated(page, from)) return -1;
    const afterZone = this.readZone(page, this.readFraction(page, from + 19));
    if (afterZone < 0 || page.byte(afterZone) !== SPACE) return -1;
    this.at = this.hour.ms + minuteMs + this.fractionMs - this.zone.ms;
    return afterZone + 1;
  }

  // Jan 14 10:05:03 relay1 postfix/smtpd[16780]: … (with a fraction, as `journalctl -o short-precise` writes it, or without)
  private readTraditional(page: Page, from: number): number {
    const minuteMs = sixties(page, from + 10);
    if (minuteMs < 0) return -1;
    const isAgain = minuteMs < this.minuteMs - AGAIN_MS;
    const isBegun = !isAgain && this.isHour(page, from, from + 6, false);
    if (!isBegun && !this.beginTraditional(page, from, minuteMs)) return -1;
    this.minuteMs = minuteMs;
    const next = this.readFraction(page, from + 15);
    if (page.byte(next) !== SPACE) return -1;
    this.at = this.hour.ms + minuteMs + this.fractionMs;
    return next + 1;
  }

  /** A fraction of a second, if there is one: to the millisecond; answers what follows. */
  private readFraction(page: Page, from: number): number {
    this.fractionMs = 0;
    if (page.byte(from) !== DOT) return from;
    let value = 0;
    let next = from + 1;
    for (; isDigit(page.byte(next)); next++) if (next < from + 4) value = value * 10 + page.byte(next) - 48;
    const digits = next - from - 1;
    this.fractionMs = digits >= 3 ? value : digits === 2 ? value * 10 : value * 100;
    return next;
  }
  private fractionMs = 0;

  /** Reports whether the line is of the hour seen last; `tail` is where the last four bytes of what says so begin. */
  private isHour(page: Page, from: number, tail: number, isDated: boolean): boolean {
    const { hour } = this;
    return (
      hour.fourth === page.word(tail) &&
      hour.third === page.word(tail - 2) &&
      hour.first === page.word(from) &&
      hour.second === page.word(from + 4) &&
      hour.isDated === isDated &&
      hour.isKnown
    );
  }

  private beginDated(page: Page, from: number): boolean {
    if (page.byte(from + 4) !== DASH || page.byte(from + 7) !== DASH) return false;
    const ms = Date.UTC(
      digits(page, from, 4),
      digits(page, from + 5, 2) - 1,
      digits(page, from + 8, 2),
      digits(page, from + 11, 2),
    );
    return this.begin(page, from, from + 9, true, ms);
  }

  private beginTraditional(page: Page, from: number, minuteMs: number): boolean {
    const backMs = this.isHour(page, from, from + 6, false) ? this.minuteMs - minuteMs : undefined;
    const at = this.traditional(page.bytes.toString('latin1', from, from + 15), backMs);
    return this.begin(page, from, from + 6, false, at === undefined ? Number.NaN : at - minuteMs);
  }

  private begin(page: Page, from: number, tail: number, isDated: boolean, ms: number): boolean {
    if (Number.isNaN(ms)) return false;
    const { hour } = this;
    hour.first = page.word(from);
    hour.second = page.word(from + 4);
    hour.third = page.word(tail - 2);
    hour.fourth = page.word(tail);
    hour.ms = ms;
    hour.isDated = isDated;
    hour.isKnown = true;
    return true;
  }

  /** `Z`, `+01:00` or `+0100`; answers what follows, or -1. */
  private readZone(page: Page, from: number): number {
    const { zone } = this;
    if (page.word(from) === zone.first && page.word(from + 2) === zone.last) return from + 6;
    const sign = page.byte(from);
    if (sign === UPPER_Z) {
      this.zone = { first: 0, last: 0, ms: 0 };
      return from + 1;
    }
    if (sign !== 0x2b && sign !== 0x2d) return -1;
    const isColon = page.byte(from + 3) === COLON;
    const minutes = digits(page, from + 1, 2) * 60 + digits(page, from + (isColon ? 4 : 3), 2);
    if (Number.isNaN(minutes)) return -1;
    const ms = (sign === 0x2d ? -minutes : minutes) * 60_000;
    // Only the form with a colon is as long as what is compared.
    this.zone = isColon ? { first: page.word(from), last: page.word(from + 2), ms } : { first: 0, last: 0, ms };
    return from + (isColon ? 6 : 5);
  }
}

/** Reports whether each of twice four bytes is a digit. What has the high bits of one and is none (`:` to `?`) loses them with six more. */
function areDigits(four: number, others: number): boolean {
  const areLike = (four & HIGH_NIBBLES) === DIGITS && (others & HIGH_NIBBLES) === DIGITS;
  return areLike && (((four + SIXES) | (others + SIXES)) & HIGH_NIBBLES) === DIGITS;
}

/** `MM:SS` in ms, without leaving the hour; -1 when it is none. */
function sixties(page: Page, from: number): number {
  const m1 = page.byte(from) - 48;
  const m2 = page.byte(from + 1) - 48;
  const s1 = page.byte(from + 3) - 48;
  const s2 = page.byte(from + 4) - 48;
  const isTime = m1 >= 0 && m1 <= 5 && m2 >= 0 && m2 <= 9 && s1 >= 0 && s1 <= 6 && s2 >= 0 && s2 <= 9;
  if (!isTime || page.byte(from + 2) !== COLON) return -1;
  return ((m1 * 10 + m2) * 60 + s1 * 10 + s2) * 1000;
}

function digits(page: Page, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    if (!isDigit(page.byte(i))) return Number.NaN;
    value = value * 10 + page.byte(i) - 48;
  }
  return value;
}
