// Whether Postfix works and its log has stopped: a syslog that died, a log that goes elsewhere since a change. The file is there and all of
// it is read, so only Postfix itself can tell: it asks us about every recipient, and writes lines about each.

/** So many questions without a line are no monitoring that asks by hand. */
const LEAST_QUESTIONS = 100;
/** A syslog that is busy, or starts again, is late by less (ms of the wall clock). */
const LEAST_MS = 5 * 60_000;

/** Counts of now; those of lines and questions begin anew when their thread does. */
interface Reading {
  linesRead: number;
  /** What Postfix asked the policy server. */
  questions: number;
  /** ms since the epoch, on the clock of the logs. */
  now: number;
  /** Seconds of that clock in a second. */
  speed: number;
}

/** What Postfix asked since the last line of any log. */
export interface Silence {
  questions: number;
  /** Time of the first look that found a question without a line, ms since the epoch. */
  since: number;
}

export class LogSilence {
  private last: { linesRead: number; questions: number; since?: number } | undefined;

  /** Takes a look; to be called every few seconds. Answers the silence once it is long enough to be one. */
  look({ linesRead, questions, now, speed }: Reading): Silence | undefined {
    const { last } = this;
    if (!last || linesRead !== last.linesRead || questions < last.questions) {
      this.last = { linesRead, questions };
      return undefined;
    }
    const asked = questions - last.questions;
    if (asked > 0) last.since ??= now;
    const { since = now } = last;
    return asked >= LEAST_QUESTIONS && now - since >= LEAST_MS * speed ? { questions: asked, since } : undefined;
  }
}
