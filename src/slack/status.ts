// Reads what the answer to "why do our mails bounce?" rests on: what stands, whether the cause is held back, what was asked for.
import type { Context } from '../context.js';
import { type ProgressDeps, readProgress } from '../delisting/progress.js';
import { type Incident, isMinor, type ListedEntry, openEntries } from '../incidents/incident.js';
import { findIncident, openListings, unresolvedIncidents } from '../incidents/store.js';
import type { Owners } from '../incidents/targets.js';
import type { StatusView } from './messages/status.js';
import { linkTo, readPart } from './read.js';

type StatusDeps = Pick<Context, 'db' | 'now' | 'health' | keyof Owners | 'impactOf' | 'outboundAddresses'> &
  ProgressDeps & {
    /** `https://….slack.com/` once known. */
    workspaceUrl?: () => string | undefined;
  };

/** What the desk asks after when a batch or a report is missed. */
const INTAKE: ReadonlySet<string> = new Set(['spool', 'reports']);

const WEIGHT = { critical: 0, high: 1, medium: 2, low: 3 };

/** Reads it from the database and from what others know at this moment. */
export function readStatus(deps: StatusDeps): StatusView {
  const listings = standing(deps).map((incident) => ({ incident, entries: seriousOf(incident) }));
  const still = listings.filter(({ entries }) => entries.length > 0).map(({ incident }) => incident);
  const entries = listings
    .flatMap((listing) => listing.entries)
    .sort((a, b) => WEIGHT[a.impact] - WEIGHT[b.impact] || a.firstSeenAt - b.firstSeenAt);
  const health = deps.health();
  const { notStopped, ...progress } = readProgress(deps, still, entries);
  return {
    addresses: deps.outboundAddresses().length,
    entries,
    impact: entries.length > 0 ? deps.impactOf([...new Set(entries.map(({ target }) => target))]) : undefined,
    ...progress,
    notStopped: notStopped.map((cause) => ({
      ...{ id: cause.id, link: linkTo(cause, deps.workspaceUrl?.()) },
      part: readPart(deps, cause),
    })),
    now: deps.now(),
    intake: health.filter(({ name }) => INTAKE.has(name)),
    blind: health.filter(({ isBlind }) => isBlind === true),
  };
}

/** What nobody resolved, and what somebody did although the list has us still. */
function standing({ db }: StatusDeps): Incident[] {
  const unresolved = unresolvedIncidents(db).filter(({ kind }) => kind === 'listing');
  const known = new Set(unresolved.map(({ id }) => id));
  const others = new Set(openListings(db).flatMap(({ incidentId }) => incidentId ?? []));
  return [...unresolved, ...[...others].filter((id) => !known.has(id)).flatMap((id) => findIncident(db, id) ?? [])];
}

/** Whoever resolves an incident says that a receiver's own block is over; of a list only the list can. */
function seriousOf({ subject, state }: Incident): ListedEntry[] {
  if (subject.kind !== 'listing') return [];
  return openEntries(subject).filter((entry) => !isMinor(entry) && (entry.inDns || state !== 'resolved'));
}
