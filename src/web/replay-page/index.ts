// The picture of a replay: one HTML page with everything in it, no script, to be opened from a file or sent by mail.
import type { ReplayReport } from '../../detection/replay/replay-report.js';
import { pageClock } from './clock.js';
import { Page } from './page.js';

interface PageOptions {
  /** Zone the times are written in: an IANA name, `Z` or `+01:00`; this machine's unless given. */
  timeZone: string | undefined;
  /** Name of a customer, for people. */
  nameOf: (customer: string) => string;
}

/** Marks that make text read otherwise than it is. The page has none of its own. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The whole document. Outsiders' text in it is escaped, and the page may load nothing and run nothing. */
export function replayPage(report: ReplayReport, { timeZone, nameOf }: PageOptions): string {
  return `<!doctype html>\n${Page({ report, clock: pageClock(timeZone), nameOf })}\n`.replace(TURNS, '');
}
