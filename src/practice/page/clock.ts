// Times on the page: message stamps in practice time, and Slack's date tokens as they read when a text is drawn.
import { dateWords, inForm, longDay, timeForm } from './client/dates.js';

export interface PageClock {
  /** Maps a message's real time (ms) to the practice clock. */
  toPracticeTime(ms: number): number;
  /** IANA zone in which times are shown. */
  timeZone: string;
}

export interface Stamp {
  /** "10:42" */
  time: string;
  /** "Monday 3 March" */
  day: string;
  iso: string;
}

/** When a message was posted (real ms), by the practice clock. */
export function stampOf(postedAt: number, { toPracticeTime, timeZone }: PageClock): Stamp {
  const at = toPracticeTime(postedAt);
  return {
    time: inForm(at, timeForm, timeZone),
    day: inForm(at, longDay, timeZone),
    iso: new Date(at).toISOString(),
  };
}

/** The text of a date token, for example "Nov 14 22:13". `now` (real ms) decides what is "today". */
export function dateToken(unixSeconds: number, format: string, clock: PageClock, now: number = Date.now()): string {
  return dateWords(unixSeconds * 1000, format, clock.toPracticeTime(now), clock.timeZone);
}
