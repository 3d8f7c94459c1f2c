// Reads what the answer to "why do our mails bounce?" rests on: what stands, whether the cause is held back, what was asked for.
import type { Context } from '../context.js';
import { type Incident, openEntries, targetsOf } from '../incidents/incident.js';
import { linkedCompromises } from '../incidents/links.js';
import { containmentsOf, unresolvedIncidents } from '../incidents/store.js';
import type { StatusView } from './messages/status.js';

export type StatusDeps = Pick<Context, 'db' | 'now' | 'impactOf' | 'requestsOf' | 'outboundAddresses'>;

const WEIGHT = { critical: 0, high: 1, medium: 2, low: 3 };

export function readStatus(deps: StatusDeps): StatusView {
  const listings = unresolvedIncidents(deps.db).filter(({ kind }) => kind === 'listing');
  const entries = listings
    .flatMap(({ subject }) => (subject.kind === 'listing' ? openEntries(subject) : []))
    .filter(({ confidence, refusals }) => confidence !== 'low' || refusals > 0)
    .sort((a, b) => WEIGHT[a.impact] - WEIGHT[b.impact] || a.firstSeenAt - b.firstSeenAt);
  const targets = listings.flatMap(({ subject }) => (subject.kind === 'listing' ? targetsOf(subject) : []));
  return {
    addresses: deps.outboundAddresses?.().length ?? 0,
    entries,
    impact: deps.impactOf?.(targets),
    stoppedAt: stoppedAt(deps, listings),
    request: latestRequest(deps, listings),
    now: deps.now(),
  };
}

/** When the last of the causes was stopped; undefined while one goes on, or none is known. */
function stoppedAt({ db }: StatusDeps, listings: readonly Incident[]): number | undefined {
  const causes = listings.flatMap(({ id }) => linkedCompromises(db, id));
  if (causes.length === 0 || causes.some(({ state }) => state === 'open')) return undefined;
  const times = causes.flatMap(({ id, resolvedAt }) => [
    ...containmentsOf(db, id).map(({ placedAt }) => placedAt),
    ...(resolvedAt ? [resolvedAt] : []),
  ]);
  return times.length > 0 ? Math.max(...times) : undefined;
}

function latestRequest({ requestsOf }: StatusDeps, listings: readonly Incident[]): StatusView['request'] {
  const requests = listings.flatMap(({ id }) => requestsOf?.(id) ?? []);
  const open = requests.filter(({ state }) => state === 'waiting' || state === 'overdue');
  if (open.length === 0) return undefined;
  return {
    askedAt: Math.max(...open.map(({ requestedAt }) => requestedAt)),
    expectedBy: Math.max(...open.map(({ fullAt }) => fullAt)),
  };
}
