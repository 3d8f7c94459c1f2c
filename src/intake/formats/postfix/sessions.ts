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
/** A power of two. */
const RECENT = 256;

/** The sessions as they are saved, as JSON. */
export interface SessionsRow {
  sessions: { relay: string; instance: string; process: number; hasMessage: boolean }[];
}

/** What a process is doing: one object for each process, used again for its next client. */
interface Session {
  readonly process: number;
  isOpen: boolean;
  /** A message was begun in it. */
  hasMessage: boolean;
}

/** No log has such a process: none of what is looked for is equal to it. */
const NOBODY: Session = { process: -2, isOpen: false, hasMessage: false };

/** Holds state. */
export class Sessions {
  private readonly instances = new Map<QueueScope, InstanceSessions>();
  /** The instance asked for last. */
  private scope: QueueScope | undefined;
  private last = new InstanceSessions();
  private hasChanged = false;

  /** Notes that a session of the process named before the text at `from` begins. */
  begin(scope: QueueScope, page: Page, from: number): void {
    const process = processBefore(page, from);
    if (process < 0) return;
    this.of(scope).begin(process, false);
    this.hasChanged = true;
  }

  /** Notes that it has ended. */
  end(scope: QueueScope, page: Page, from: number): void {
    if (this.of(scope).end(processBefore(page, from))) this.hasChanged = true;
  }

  /** Notes a message in the session; reports whether there was one before. Undefined where the log does not tell. */
  hasBefore(scope: QueueScope, page: Page, from: number): boolean | undefined {
    const session = this.of(scope).find(processBefore(page, from));
    if (!session) return undefined;
    const { hasMessage } = session;
    if (!hasMessage) session.hasMessage = this.hasChanged = true;
    return hasMessage;
  }

  /** The open sessions to save; undefined when they are as they were at the last call. */
  takeChange(): SessionsRow | undefined {
    if (!this.hasChanged) return undefined;
    this.hasChanged = false;
    const sessions = [...this.instances].flatMap(([{ relay, instance }, open]) =>
      open.all().map(([process, { hasMessage }]) => ({ relay, instance, process, hasMessage })),
    );
    return { sessions };
  }

  /** Puts saved sessions back, before the first line. */
  restore({ sessions }: SessionsRow, scopeOf: (relay: string, instance: string) => QueueScope): void {
    for (const { relay, instance, process, hasMessage } of sessions) {
      this.of(scopeOf(relay, instance)).begin(process, hasMessage);
    }
  }

  private of(scope: QueueScope): InstanceSessions {
    if (scope === this.scope) return this.last;
    const sessions = this.instances.get(scope) ?? new InstanceSessions();
    this.instances.set(scope, sessions);
    this.scope = scope;
    this.last = sessions;
    return sessions;
  }
}

/** The sessions of one Postfix. A process without a client stays in: to be put in and taken out takes longer than all else. */
class InstanceSessions {
  private readonly byProcess = new Map<number, Session>();
  /** Those asked for last, each at a place that its number says: a Map is slower to look in. */
  private readonly recent: Session[] = new Array(RECENT).fill(NOBODY);
  private open = 0;

  begin(process: number, hasMessage: boolean): void {
    if (this.open >= MOST_OPEN) this.clear();
    const session = this.look(process) ?? this.add(process);
    if (!session.isOpen) this.open++;
    session.isOpen = true;
    session.hasMessage = hasMessage;
  }

  /** Reports whether it was open. */
  end(process: number): boolean {
    const session = this.find(process);
    if (!session) return false;
    session.isOpen = false;
    this.open--;
    return true;
  }

  find(process: number): Session | undefined {
    const session = this.look(process);
    return session?.isOpen ? session : undefined;
  }

  all(): [number, Session][] {
    return [...this.byProcess].filter(([, { isOpen }]) => isOpen);
  }

  private look(process: number): Session | undefined {
    const place = process & (RECENT - 1);
    const recent = this.recent[place] as Session;
    if (recent.process === process) return recent;
    const session = this.byProcess.get(process);
    if (session) this.recent[place] = session;
    return session;
  }

  private add(process: number): Session {
    if (this.byProcess.size >= 2 * MOST_OPEN) this.forgetEnded();
    const session = { process, isOpen: false, hasMessage: false };
    this.byProcess.set(process, session);
    return session;
  }

  /** A process serves some hundred clients; then another takes its place. */
  private forgetEnded(): void {
    for (const [process, { isOpen }] of this.byProcess) if (!isOpen) this.byProcess.delete(process);
    this.recent.fill(NOBODY);
  }

  private clear(): void {
    this.byProcess.clear();
    this.recent.fill(NOBODY);
    this.open = 0;
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
