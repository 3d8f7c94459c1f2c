// Reads what the answer to "why do our mails bounce?" rests on: what stands, whether the cause is held back, what was asked for.
import type { Context } from '../context.js';
import { isRunning } from '../delisting/request.js';
import { onRecord } from '../delisting/store.js';
import { linkedCompromises } from '../incidents/culprits/links.js';
import { type Incident, isMinor, type ListedEntry, openEntries } from '../incidents/incident.js';
import { teachingsOfIncident } from '../incidents/noise/teachings.js';
import { SILENT_AFTER_MS } from '../incidents/running.js';
import { containmentsOf, findIncident, openListings, unresolvedIncidents } from '../incidents/store.js';
import type { StatusView } from './messages/status.js';
import { linkTo } from './read.js';

export type StatusDeps = Pick<Context, 'db' | 'now' | 'impactOf' | 'requestsOf' | 'outboundAddresses'> &
  Partial<Pick<Context, 'health'>> & {
    /** `https://….slack.com/` once known. */
    workspaceUrl?: () => string | undefined;
  };

/** What the desk asks after when a batch or a report is missed. */
const INTAKE: ReadonlySet<string> = new Set(['spool', 'reports']);

const WEIGHT = { critical: 0, high: 1, medium: 2, low: 3 };

export function readStatus(deps: StatusDeps): StatusView {
  const listings = standing(deps).map((incident) => ({ incident, entries: seriousOf(incident) }));
  const still = listings.filter(({ entries }) => entries.length > 0).map(({ incident }) => incident);
  const entries = listings
    .flatMap((listing) => listing.entries)
    .sort((a, b) => WEIGHT[a.impact] - WEIGHT[b.impact] || a.firstSeenAt - b.firstSeenAt);
  const health = deps.health?.() ?? [];
  return {
    addresses: deps.outboundAddresses?.().length ?? 0,
    entries,
    impact: entries.length > 0 ? deps.impactOf?.([...new Set(entries.map(({ target }) => target))]) : undefined,
    ...causeOf(deps, still),
    request: latestRequest(deps, still),
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

/** Stopped when the last of the causes was; unknown while nobody has linked one to any of them. What turned out to be noise is no cause. */
function causeOf(deps: StatusDeps, listings: readonly Incident[]): Pick<StatusView, 'cause' | 'notStopped'> {
  const { db, now } = deps;
  const isNoise = ({ id }: Incident) => teachingsOfIncident(db, id).some(({ undoneAt }) => undoneAt === null);
  const linked = listings.flatMap(({ id }) => linkedCompromises(db, id)).filter((cause) => !isNoise(cause));
  const causes = [...new Map(linked.map((cause) => [cause.id, cause])).values()];
  const isNobody = listings.some(({ id }) => onRecord(db, id, ['no-culprit']).length > 0);
  if (causes.length === 0) return { cause: isNobody ? 'none' : 'unknown', notStopped: [] };
  const times = causes.map((cause) => stoppedAt(db, cause, now()));
  const goOn = causes.filter((_, i) => times[i] === undefined);
  const notStopped = goOn.map((cause) => ({ id: cause.id, link: linkTo(cause, deps.workspaceUrl?.()) }));
  return { cause: goOn.length > 0 ? 'open' : { stoppedAt: Math.max(...times.map((at) => at ?? 0)) }, notStopped };
}

/** When a cause was blocked; of one that was resolved without a block, when its mail ended. Undefined while neither is so. */
function stoppedAt(db: StatusDeps['db'], { id, state, lastSeenAt }: Incident, now: number): number | undefined {
  if (state === 'open') return undefined;
  const blockedAt = containmentsOf(db, id).flatMap(({ placedAt, action }) => (action === 'reroute' ? [] : [placedAt]));
  if (blockedAt.length > 0) return Math.max(...blockedAt);
  // Whoever resolves it is warned that nothing holds the mail back, and stops nothing.
  return state === 'resolved' && now - lastSeenAt >= SILENT_AFTER_MS ? lastSeenAt : undefined;
}

/** Undefined while nothing is asked. A no that nothing came after is told when no request runs. */
function latestRequest({ requestsOf }: StatusDeps, listings: readonly Incident[]): StatusView['request'] {
  const requests = listings.flatMap(({ id }) => requestsOf?.(id) ?? []);
  const running = requests.filter(isRunning);
  if (running.length === 0) return requests.some(({ state }) => state === 'refused') ? 'refused' : undefined;
  return {
    askedAt: Math.max(...running.map(({ requestedAt }) => requestedAt)),
    expectedBy: Math.max(...running.map(({ fullAt }) => fullAt)),
  };
}
