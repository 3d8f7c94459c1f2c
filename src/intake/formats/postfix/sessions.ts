// SMTP sessions: which message came over the connection of one before it. A smtpd process serves one client at a time (smtpd(8)), so its
// process id stands for the session until its `disconnect from` line. Where a log does not tell process ids it tells no sessions.
import type { QueueScope } from '../../open-messages.js';
import type { Page } from '../page.js';
import { isDigit } from '../page.js';

const OPEN = 0x5b;
/** `]: ` stands between a process id and the text. */
const BEHIND = 3;
/** A process id is below 2^22 (Linux' PID_MAX_LIMIT); no more digits are read. */
const MOST_DIGITS = 10;
/** Sessions of one Postfix whose end is waited for: its `default_process_limit` is 100, so with more the log lacks their ends. */
const MOST_OPEN = 2_000;

/** The sessions as they are saved, as JSON. */
export interface SessionsRow {
  sessions: { relay: string; instance: string; process: number; clientIp: string }[];
}

/** Sessions in which a message was handed over. Holds state. */
export class Sessions {
  /** The address of the client by process, for each instance. */
  private readonly open = new Map<QueueScope, Map<number, string>>();
  private hasChanged = false;

  /**
   * Notes that a client hands a message over to the process named before the text at `from`; reports whether it did so before in the same
   * session. Undefined where the line does not tell.
   */
  hasBefore(scope: QueueScope, page: Page, from: number, clientIp: string | undefined): boolean | undefined {
    const process = processBefore(page, from);
    if (process < 0 || clientIp === undefined) return undefined;
    const clients = this.clientsOf(scope);
    // The end of a session may be lost, and the process serve somebody else.
    const isFurther = clients.get(process) === clientIp;
    if (!isFurther) {
      if (clients.size >= MOST_OPEN) clients.clear();
      clients.set(process, clientIp);
      this.hasChanged = true;
    }
    return isFurther;
  }

  /** Notes that the session of the process named before the text at `from` has ended. */
  end(scope: QueueScope, page: Page, from: number): void {
    if (this.open.get(scope)?.delete(processBefore(page, from))) this.hasChanged = true;
  }

  /** The open sessions to save; undefined when they are as they were at the last call. */
  takeChange(): SessionsRow | undefined {
    if (!this.hasChanged) return undefined;
    this.hasChanged = false;
    const sessions = [...this.open].flatMap(([{ relay, instance }, clients]) =>
      [...clients].map(([process, clientIp]) => ({ relay, instance, process, clientIp })),
    );
    return { sessions };
  }

  /** Puts saved sessions back, before the first line. */
  restore({ sessions }: SessionsRow, scopeOf: (relay: string, instance: string) => QueueScope): void {
    for (const { relay, instance, process, clientIp } of sessions) {
      this.clientsOf(scopeOf(relay, instance)).set(process, clientIp);
    }
  }

  private clientsOf(scope: QueueScope): Map<number, string> {
    let clients = this.open.get(scope);
    if (!clients) {
      clients = new Map();
      this.open.set(scope, clients);
    }
    return clients;
  }
}

/** The process id in `smtpd[21301]: ` before `from`; -1 for none. */
function processBefore({ bytes }: Page, from: number): number {
  let process = 0;
  let scale = 1;
  let at = from - BEHIND - 1;
  for (const first = at - MOST_DIGITS; at > first && isDigit(bytes[at] as number); at--) {
    process += ((bytes[at] as number) - 0x30) * scale;
    scale *= 10;
  }
  return scale > 1 && bytes[at] === OPEN ? process : -1;
}
