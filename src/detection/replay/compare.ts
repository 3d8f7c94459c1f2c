// What a change of thresholds would have changed: compares two replays of the same logs, incident by incident. Pure.
//
// The two may cut the same spam differently: what one reports as a single incident, the other reports as two if its findings were a day
// apart. So incidents with the same key, of either run, that overlap or are less than a day apart are taken together as one stretch, and
// the times at which the runs first report it are compared. The result is symmetric: it does not matter which run is called the change.
import { NEW_INCIDENT_MS, type ToldIncident } from './told-incidents.js';

/** An incident as the run with the thresholds as configured reports it (`now`), and the run with others (`changed`). */
export type Change =
  | { change: 'new'; now?: undefined; changed: ToldIncident }
  | { change: 'gone'; now: ToldIncident; changed?: undefined }
  | {
      change: 'earlier' | 'later' | 'same';
      now: ToldIncident;
      changed: ToldIncident;
      /** How much later `changed` reports it, ms; negative when it is earlier. */
      laterMs: number;
    };
export type ChangeKind = Change['change'];

/** A difference below this is none: it would be told as 0 s. */
const SAME_MS = 500;

type Run = 'now' | 'changed';
interface Told {
  run: Run;
  incident: ToldIncident;
}
interface Stretch {
  endAt: number;
  told: Partial<Record<Run, ToldIncident>>;
}

/** Compares two runs; in the order in which either first tells of an incident. */
export function compareRuns(now: readonly ToldIncident[], changed: readonly ToldIncident[]): Change[] {
  const byKey = new Map<string, Told[]>();
  const put = (run: Run) => (incident: ToldIncident) => {
    const { key } = incident.first;
    byKey.set(key, [...(byKey.get(key) ?? []), { run, incident }]);
  };
  now.forEach(put('now'));
  changed.forEach(put('changed'));
  return [...byKey.values()]
    .flatMap(stretchesOf)
    .map(changeOf)
    .toSorted((a, b) => firstToldAt(a) - firstToldAt(b));
}

/** When the earlier of the two runs reports it, ms. */
export function firstToldAt({ now, changed }: Change): number {
  return Math.min(now?.first.at ?? Number.POSITIVE_INFINITY, changed?.first.at ?? Number.POSITIVE_INFINITY);
}

function stretchesOf(told: Told[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { run, incident } of told.toSorted((a, b) => startOf(a.incident) - startOf(b.incident))) {
    const last = stretches.at(-1);
    if (!last || startOf(incident) - last.endAt > NEW_INCIDENT_MS) {
      stretches.push({ endAt: endOf(incident), told: { [run]: incident } });
      continue;
    }
    last.endAt = Math.max(last.endAt, endOf(incident));
    last.told[run] = joined(last.told[run], incident);
  }
  return stretches;
}

function joined(one: ToldIncident | undefined, other: ToldIncident): ToldIncident {
  if (!one) return other;
  return {
    first: one.first.at <= other.first.at ? one.first : other.first,
    last: one.last.at >= other.last.at ? one.last : other.last,
  };
}

function changeOf({ told: { now, changed } }: Stretch): Change {
  if (!now || !changed) return now ? { change: 'gone', now } : { change: 'new', changed: changed as ToldIncident };
  const laterMs = changed.first.at - now.first.at;
  const isSame = Math.abs(laterMs) < SAME_MS;
  return { change: isSame ? 'same' : laterMs < 0 ? 'earlier' : 'later', now, changed, laterMs };
}

/** The earlier of its beginning and its first finding: events of several relays are not quite in order, so either may come first. */
function startOf({ first }: ToldIncident): number {
  return Math.min(first.since, first.at);
}

function endOf({ first, last }: ToldIncident): number {
  return Math.max(first.at, last.at);
}
