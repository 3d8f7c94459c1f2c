// Syslog lines of one log: time, origin, text. Lines that say nothing about a message are let go as soon as that is seen, with the rest
// of them unread; what should be understood and is not is counted and the first different ones are kept to be shown.
//
//   2026-01-14T00:49:00.685495+01:00 relay2 postfix/smtpd[21301]: 4drSDD4sVZz2vpH: client=mail.example[192.0.2.11], sasl_method=LOGIN, …
//   └ time ───────────────────────── └ origin ──────────────────  └ queue id ────  └ text, read by role
import type { MailEvent } from '../../../mail/event.js';
import type { Joiner } from '../../join.js';
import type { QueueScope } from '../../open-messages.js';
import type { ReaderStats } from '../format.js';
import { CR, type Page, word } from '../page.js';
import { endOfQueueId } from './fields.js';
import { mayBeFront } from './fronts.js';
import type { MessageLines } from './message-lines.js';
import type { Names } from './names.js';
import { type Origin, OriginReader } from './origin.js';
import { isReject, readLoginFailed, readRefusal } from './refusal.js';
import { UnknownLines } from './unknown-lines.js';

const NOQUEUE = word('NOQUEUE: ');
const WARNING = word('warning: ');
const CONNECT = word('connect from ');
const DISCONNECT = word('disconnect from ');
const REPEATED = word('last message repeated ');
const MARK = word('-- MARK --');
const SOLARIS_ID = word('[ID ');
const COLON = 0x3a;
const SPACE = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** The time of the line being read, ms: in an object of its own, since numbers that are handed on cost an object each time. */
interface LineTime {
  at: number;
}

/** What the logs of one format share. */
export interface Shared {
  joiner: Joiner;
  names: Names;
  messages: MessageLines;
}

/** Reads what follows the time in a line. Holds the counts of one log. */
export class LineReader {
  readonly stats: ReaderStats;
  /** Lines that were given and are none of `stats.lines`: empty ones, lines within a journal's entry. */
  uncounted = 0;
  /** See LogReader.leftOut. */
  leftOut = 0;
  private readonly unknown: UnknownLines;
  private readonly origins: OriginReader;
  /** Of the queue id seen last. */
  private idLength = 15;

  constructor(private readonly shared: Shared) {
    this.stats = { lines: 0, unknown: 0, samples: [], places: [], lastLineAt: 0 };
    this.unknown = new UnknownLines(this.stats);
    this.origins = new OriginReader(shared.joiner);
  }

  /** Counts the line in bytes[start, end) as unknown, unless it is empty. */
  refuse(page: Page, start: number, end: number): void {
    if (end === start || (end === start + 1 && page.byte(start) === CR)) {
      this.uncounted++;
      return;
    }
    this.stats.lines++;
    this.unknown.add(page, start, end, this.uncounted + this.leftOut);
  }

  /** Reads the line in bytes[start, end), whose origin is at `from`; answers false, and counts nothing, when it is no syslog line. */
  read(
    page: Page,
    start: number,
    from: number,
    end: number,
    time: LineTime,
    take: (event: MailEvent) => void,
  ): boolean {
    const origin = this.origins.read(page, from, end);
    if (!origin && !isOfSyslogItself(page, from, end)) return false;
    this.stats.lines++;
    this.stats.lastLineAt = time.at;
    if (!origin || origin.role === 'foreign') return true;
    let { next } = this.origins;
    if (page.byte(next) === OPEN) next = afterSolarisId(page, next, end);
    const textEnd = page.byte(end - 1) === CR ? end - 1 : end;
    const idEnd = this.readQueueId(origin.scope, page, next);
    if (idEnd < 0) {
      this.readOther(origin, page, next, textEnd, time, take);
      return true;
    }
    const { messages, joiner } = this.shared;
    joiner.now = time.at;
    const reading = messages.read(origin.role, page, idEnd + 2, textEnd, take);
    if (reading === 'unknown') this.unknown.add(page, start, textEnd, this.uncounted + this.leftOut);
    return true;
  }

  /** Loads the queue id at `from`; answers where it ends, -1 when there is none with `: ` behind. */
  private readQueueId(scope: QueueScope, page: Page, from: number): number {
    const { messages, joiner } = this.shared;
    // Most lines are about an open message, with an id as long as the last one. What is found need not be looked at letter by letter.
    const likely = from + this.idLength;
    const isLikely = page.byte(likely) === COLON && page.byte(likely + 1) === SPACE;
    if (isLikely && joiner.isOpen(messages.id.load(scope, page, from, likely))) return likely;
    const end = endOfQueueId(page, from);
    if (isLikely && end === likely) return end;
    if (end < 0 || page.byte(end) !== COLON || page.byte(end + 1) !== SPACE) return -1;
    this.idLength = end - from;
    messages.id.load(scope, page, from, end);
    return end;
  }

  /** A line without a queue id: refusals at the door, failed logins and sessions are all that counts. */
  private readOther(
    origin: Origin,
    page: Page,
    from: number,
    end: number,
    time: LineTime,
    take: (event: MailEvent) => void,
  ): void {
    const { role, scope } = origin;
    if (role !== 'smtpd' && role !== 'postscreen') return;
    const { names, messages, joiner } = this.shared;
    joiner.now = time.at;
    // Most of these lines tell of connections and of TLS: four letters decide.
    const four = page.word(from);
    if (four === CONNECT.first) {
      if (role === 'smtpd' && page.has(CONNECT, from)) messages.sessions.begin(scope, page, from);
    } else if (four === DISCONNECT.first) {
      if (role !== 'smtpd' || !page.has(DISCONNECT, from)) return;
      messages.sessions.end(scope, page, from);
      messages.fronts.end(scope, page, from);
    } else if (four === NOQUEUE.first && page.has(NOQUEUE, from)) {
      const text = from + NOQUEUE.length;
      if (messages.fronts.read(scope, page, from, text, end, take)) return;
      const event = isReject(page, text)
        ? readRefusal(page, text, end, { at: time.at, relay: scope.relay }, names)
        : undefined;
      if (event) take(event);
    } else if (four === WARNING.first && page.has(WARNING, from)) {
      const event = readLoginFailed(page, from, end, { at: time.at, relay: scope.relay }, names);
      if (event) take(event);
    } else if (role === 'smtpd' && mayBeFront(four)) messages.fronts.read(scope, page, from, from, end, take);
  }
}

/** `relay1 last message repeated 3 times` and `relay1 -- MARK --`: the lines that name no program. */
function isOfSyslogItself(page: Page, from: number, end: number): boolean {
  const text = page.findByte(SPACE, from, end) + 1;
  return text > 0 && (page.has(REPEATED, text) || page.has(MARK, text));
}

/** Behind `[ID 197553 mail.info] `, which Solaris puts before the text. */
function afterSolarisId(page: Page, from: number, end: number): number {
  if (!page.has(SOLARIS_ID, from)) return from;
  const close = page.findByte(CLOSE, from, Math.min(from + 40, end));
  return close < 0 || page.byte(close + 1) !== SPACE ? from : close + 2;
}
