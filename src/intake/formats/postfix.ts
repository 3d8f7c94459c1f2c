// Postfix logs: syslog files (RFC 3164, RFC 3339 and RFC 5424), `maillog_file`, and the systemd journal as `journalctl -o export` or `-o json`
// writes it. Which of them a log is shows in its lines. What the lines say is in postfix/.
import type { MailEvent } from '../../mail/event.js';
import { Joiner } from '../join.js';
import type { OpenMessageRow } from '../open-changes.js';
import type { LogFormat, LogReader } from './format.js';
import { LogClock } from './log-clock.js';
import type { LogTimeOptions } from './log-time.js';
import { LF, Page } from './page.js';
import { beginsCarriedJson, CarriedLines } from './postfix/carried.js';
import type { FrontsRow } from './postfix/fronts.js';
import { beginsExport, beginsJson } from './postfix/journal.js';
import { JournalReader } from './postfix/journal-reader.js';
import { LineReader, type Shared } from './postfix/line-reader.js';
import { MessageLines } from './postfix/message-lines.js';
import { createNames } from './postfix/names.js';
import { OriginReader } from './postfix/origin.js';
import { hasPriority, PrefixedLines } from './postfix/prefixed.js';
import type { SessionsRow } from './postfix/sessions.js';

const LOOK_AHEAD_LINES = 64;
const LOOKS_BYTES = 64 * 1024;
/**
 * Under which the open sessions are saved, and what is with a filter before the queue. Earlier versions pass over a key with nothing
 * behind its slash.
 */
const SESSIONS = 'sessions/';
const FRONTS = 'fronts/';

type Row = OpenMessageRow | SessionsRow | FrontsRow;

export const postfix: LogFormat = {
  id: 'postfix',
  name: 'Postfix',
  looksLike,
  open(options) {
    const joiner = new Joiner();
    const names = createNames(options.ownRelays);
    const shared: Shared = { joiner, names, messages: new MessageLines(joiner, names) };
    return {
      reader: (_source, _relay, time) => new PostfixReader(shared, { ...options, ...time }),
      stats: () => joiner.stats(),
      takeChanges: () => takeChanges(shared),
      restore: (rows) => restore(shared, rows as Iterable<[string, Row]>),
      finish: (take) => {
        for (const message of joiner.handOvers.rest(joiner.now)) take(message.accept());
      },
    };
  },
};

/** The open messages, by keys that have a slash; the open sessions and what is with a filter before the queue as a row each. */
function takeChanges({ joiner, messages }: Shared): Map<string, object | undefined> {
  const rows: Map<string, object | undefined> = joiner.takeChanges();
  const sessions = messages.sessions.takeChange();
  if (sessions) rows.set(SESSIONS, sessions);
  const fronts = messages.fronts.takeChange();
  if (fronts) rows.set(FRONTS, fronts);
  return rows;
}

function restore({ joiner, messages }: Shared, rows: Iterable<[string, Row]>): void {
  const open: [string, OpenMessageRow][] = [];
  for (const [key, row] of rows) {
    if ('sessions' in row) messages.sessions.restore(row, (relay, instance) => joiner.scopeOf(relay, instance));
    else if ('fronts' in row) messages.fronts.restore(row);
    else open.push([key, row]);
  }
  joiner.restore(open);
}

class PostfixReader implements LogReader {
  private readonly page = new Page();
  private readonly clock: LogClock;
  private readonly lines: LineReader;
  private readonly journal: JournalReader;
  private readonly prefixed: PrefixedLines;
  private readonly carried: CarriedLines;

  constructor(shared: Shared, options: LogTimeOptions) {
    this.clock = new LogClock(options);
    this.lines = new LineReader(shared);
    this.journal = new JournalReader(this.lines);
    this.prefixed = new PrefixedLines(this.clock);
    this.carried = new CarriedLines(options);
  }

  get stats() {
    return this.lines.stats;
  }

  get leftOut(): number {
    return this.lines.leftOut;
  }

  set leftOut(lines: number) {
    this.lines.leftOut = lines;
  }

  read(
    bytes: Buffer,
    from: number,
    to: number,
    take: (event: MailEvent) => void,
    until = Number.POSITIVE_INFINITY,
  ): number {
    if (from >= to) return to;
    const { page } = this;
    if (bytes[to - 1] !== LF) {
      return Math.min(to, from + this.read(withEnd(bytes, from, to), 0, to - from + 1, take, until));
    }
    page.open(bytes, to);
    let at = from;
    while (at < to) {
      const next = this.readLine(at, to, take, until);
      if (next < 0) break;
      at = next;
    }
    page.close();
    return at;
  }

  timeOf(bytes: Buffer, from: number, to: number): number | undefined {
    if (from >= to) return undefined;
    if (bytes[to - 1] !== LF) return this.timeOf(withEnd(bytes, from, to), 0, to - from + 1);
    const { page } = this;
    page.open(bytes, to);
    const isJournal = this.journal.owns(page, from) && !beginsCarriedJson(page, from);
    const at = isJournal ? this.journal.timeOf(page, from, to) : this.firstTime(from, to);
    page.close();
    return at;
  }

  /** Answers where the next line begins, -1 when this one is later than `until`. */
  private readLine(start: number, to: number, take: (event: MailEvent) => void, until: number): number {
    const { page, clock, journal } = this;
    if (journal.isExport) return journal.read(page, start, to, until, take);
    const next = clock.read(page, start);
    if (next >= 0) {
      if (clock.at > until) return -1;
      const end = page.lineEnd(next);
      return this.lines.read(page, start, next, end, clock, take) ? end + 1 : this.readCarried(start, end, take, until);
    }
    if (hasPriority(page, start)) return this.readPrefixed(start, take, until);
    if (journal.owns(page, start) && !beginsCarriedJson(page, start)) return journal.read(page, start, to, until, take);
    return this.readCarried(start, page.lineEnd(start), take, until);
  }

  private readPrefixed(start: number, take: (event: MailEvent) => void, until: number): number {
    const { page, clock, lines, prefixed } = this;
    const next = prefixed.timeIn(page, start);
    if (next >= 0 && clock.at > until) return -1;
    const end = page.lineEnd(start);
    const rest = next < 0 ? undefined : prefixed.restOf(page, next);
    const isRead =
      rest?.page === page
        ? lines.read(page, start, rest.from, end, clock, take)
        : rest !== undefined && lines.read(rest.page, 0, rest.from, rest.page.end - 1, clock, take);
    if (!isRead) lines.refuse(page, start, end);
    return end + 1;
  }

  /** The line in bytes[start, end), which nothing else knows: another may be within it. */
  private readCarried(start: number, end: number, take: (event: MailEvent) => void, until: number): number {
    const { page, clock, lines } = this;
    const within = this.carried.lineIn(page, start, end);
    const next = within ? clock.read(within, 0) : -1;
    if (next >= 0 && clock.at > until) return -1;
    const isRead = within !== undefined && next >= 0 && lines.read(within, 0, next, within.end - 1, clock, take);
    if (!isRead) lines.refuse(page, start, end);
    return end + 1;
  }

  private firstTime(from: number, to: number): number | undefined {
    const { page, clock } = this;
    let start = from;
    for (let i = 0; i < LOOK_AHEAD_LINES && start < to; i++) {
      if (clock.read(page, start) >= 0 || this.prefixed.timeIn(page, start) >= 0) return clock.at;
      const end = page.lineEnd(start);
      const within = this.carried.lineIn(page, start, end);
      if (within && clock.read(within, 0) >= 0) return clock.at;
      start = end + 1;
    }
    return undefined;
  }
}

/** A copy that ends like a line. */
function withEnd(bytes: Buffer, from: number, to: number): Buffer {
  return Buffer.concat([bytes.subarray(from, to), Buffer.of(LF)]);
}

function looksLike(bytes: Buffer): boolean {
  const page = new Page();
  const part = withEnd(bytes, 0, Math.min(bytes.length, LOOKS_BYTES));
  page.open(part, part.length);
  const clock = new LogClock();
  const prefixed = new PrefixedLines(clock);
  const carried = new CarriedLines({});
  const origins = new OriginReader(new Joiner());
  const isOurs = (rest: { page: Page; from: number } | undefined): boolean => {
    const origin = rest && origins.read(rest.page, rest.from, rest.page.lineEnd(rest.from));
    return origin !== undefined && origin.role !== 'foreign';
  };
  for (let start = 0; start < part.length; start = page.lineEnd(start) + 1) {
    if (isOurs(restOf(page, start, clock, prefixed)) || beginsExport(page, start)) return true;
    const end = page.lineEnd(start);
    if (beginsJson(page, start) && page.text(start, end).includes('"__REALTIME_TIMESTAMP"')) return true;
    const within = carried.lineIn(page, start, end);
    const from = within ? clock.read(within, 0) : -1;
    if (within && from >= 0 && isOurs({ page: within, from })) return true;
  }
  return false;
}

/** What follows the time of a syslog line; undefined when it has none. */
function restOf(page: Page, start: number, clock: LogClock, prefixed: PrefixedLines) {
  const next = clock.read(page, start);
  if (next >= 0) return { page, from: next };
  const afterTime = prefixed.timeIn(page, start);
  return afterTime < 0 ? undefined : prefixed.restOf(page, afterTime);
}
