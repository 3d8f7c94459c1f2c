// A finding has the times of its relay's clock, which may be ahead of ours. What an incident says of itself is never later than now; what
// the relay's clock said is kept beside that, so that the same finding is known again and stretches of mail are told apart. Pure.
import type { CompromiseSubject, Incident } from './incident.js';
import type { Sign } from './sign.js';

/** When mail was seen, ms. */
export interface Times {
  since: number;
  lastSeenAt: number;
}

/** Clocks of relays and bot are never quite the same. */
const NEARLY_NOW_MS = 5 * 60_000;

/** Reports whether a moment on record is of a clock that was ahead. To wait until it has come would be to be blind for so long. */
export function isAhead(at: number, now: number): boolean {
  return at > now + NEARLY_NOW_MS;
}

type Known = Pick<Incident, 'subject' | 'since' | 'lastSeenAt'>;
type Sighting = Pick<Sign, 'since' | 'at'>;

/** Times none of which is later than now. Where both are, they stay as far apart as they were. */
function noLaterThan(now: number, { since, lastSeenAt }: Times): Times {
  const ahead = Math.max(0, lastSeenAt - now);
  return { since: Math.min(since > now ? since - ahead : since, now), lastSeenAt: lastSeenAt - ahead };
}

/** Reports whether the latest sign that an incident has taken is this one. */
export function isLatest({ at }: Sighting, incident: Known): boolean {
  return at === (logTimesOf(incident) ?? incident).lastSeenAt;
}

/** The incident with its times on the clock of the sign: the relay's where that was ahead, unless it was put right since. */
export function onClockOf<T extends Known>(sign: Sighting, incident: T, now: number): T {
  const times = logTimesOf(incident);
  const wasPutRight = times && isAhead(times.lastSeenAt, now) && !isAhead(Math.max(sign.at, sign.since), now);
  return times && !wasPutRight ? { ...incident, ...times } : incident;
}

/** What an incident says of its times with one more sign; with its first when `incident` is left out. */
export function withTimesOf(
  sign: Sighting,
  subject: CompromiseSubject,
  now: number,
  incident?: Known,
): Times & { subject: CompromiseSubject } {
  const { since, lastSeenAt } = noLaterThan(now, { since: sign.since, lastSeenAt: sign.at });
  const before = incident ? onClockOf(sign, incident, now).since : sign.since;
  const logTimes = { since: Math.min(before, sign.since), lastSeenAt: sign.at };
  return {
    subject: sign.at > now ? { ...subject, logTimes } : subject,
    since: Math.min(incident?.since ?? since, since),
    lastSeenAt,
  };
}

/** What puts an incident right that was last seen at a time which, by a clock that was ahead and is right again, has not come yet. */
export function putRight({ subject, since, lastSeenAt }: Known, now: number): Partial<Known> {
  const times = noLaterThan(now, { since, lastSeenAt });
  if (subject.kind !== 'compromise') return times;
  return { ...times, subject: { ...subject, logTimes: subject.logTimes ?? { since, lastSeenAt } } };
}

function logTimesOf({ subject }: Known): Times | undefined {
  return subject.kind === 'compromise' ? subject.logTimes : undefined;
}
