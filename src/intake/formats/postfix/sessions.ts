// SMTP sessions: which message came over the connection of one before it. A smtpd process serves one client at a time (smtpd(8)), so its
// process id stands for the session from its `connect from` line to the next, or to its `disconnect from`. A session of which the log does
// not tell the beginning is none: sites leave these lines out, and then the same process would be taken for the same session.
import type { QueueScope } from '../../open-messages.js';
import { isDigit, type Page } from '../page.js';

const OPEN = 0x5b;
const CLOSE = 0x5d;
/** `]: ` stands between a process id and the text. */
const BEHIND = 3;
/** A process id is below 2^22 (Linux' PID_MAX_LIMIT); no more digits are read. */
const MOST_DIGITS = 10;
/** Sessions of one Postfix whose end is waited for: its `default_process_limit` is 100, so with more the log lacks their ends. */
const MOST_OPEN = 2_000;

/** The sessions as they are saved, as JSON. */
export interface SessionsRow {
  sessions: { relay: string; instance: string; process: number; hasMessage: boolean }[];
}

/** Holds state. */
export class Sessions {
  /** Whether a message was begun in it, by process, for each instance. */
  private readonly open = new Map<QueueScope, Map<number, boolean>>();
  private hasChanged = false;

  /** Notes that a session of the process named before the text at `from` begins. */
  begin(scope: QueueScope, page: Page, from: number): void {
    const process = processBefore(page, from);
    if (process < 0) return;
    const sessions = this.sessionsOf(scope);
    if (sessions.size >= MOST_OPEN) sessions.clear();
    sessions.set(process, false);
    this.hasChanged = true;
  }

  /** Notes that it has ended. */
  end(scope: QueueScope, page: Page, from: number): void {
    if (this.open.get(scope)?.delete(processBefore(page, from))) this.hasChanged = true;
  }

  /** Notes a message in the session; reports whether there was one before. Undefined where the log does not tell. */
  hasBefore(scope: QueueScope, page: Page, from: number): boolean | undefined {
    const sessions = this.open.get(scope);
    if (!sessions) return undefined;
    const process = processBefore(page, from);
    const hasMessage = sessions.get(process);
    if (hasMessage === false) {
      sessions.set(process, true);
      this.hasChanged = true;
    }
    return hasMessage;
  }

  /** The open sessions to save; undefined when they are as they were at the last call. */
  takeChange(): SessionsRow | undefined {
    if (!this.hasChanged) return undefined;
    this.hasChanged = false;
    const sessions = [...this.open].flatMap(([{ relay, instance }, open]) =>
      [...open].map(([process, hasMessage]) => ({ relay, instance, process, hasMessage })),
    );
    return { sessions };
  }

  /** Puts saved sessions back, before the first line. */
  restore({ sessions }: SessionsRow, scopeOf: (relay: string, instance: string) => QueueScope): void {
    for (const { relay, instance, process, hasMessage } of sessions) {
      this.sessionsOf(scopeOf(relay, instance)).set(process, hasMessage);
    }
  }

  private sessionsOf(scope: QueueScope): Map<number, boolean> {
    let sessions = this.open.get(scope);
    if (!sessions) {
      sessions = new Map();
      this.open.set(scope, sessions);
    }
    return sessions;
  }
}

/** The process id in `smtpd[21301]: ` before `from`; -1 for none. */
export function processBefore({ bytes }: Page, from: number): number {
  if (bytes[from - BEHIND] !== CLOSE) return -1;
  let process = 0;
  let scale = 1;
  let at = from - BEHIND - 1;
  for (const first = at - MOST_DIGITS; at > first && isDigit(bytes[at] as number); at--) {
    process += ((bytes[at] as number) - 0x30) * scale;
    scale *= 10;
  }
  return scale > 1 && bytes[at] === OPEN ? process : -1;
}
