// A compromise's card says whether its mail goes on, and those of listings who sends now, also when nothing happens but time: they are drawn
// anew when that changes.
import type { Context } from '../context.js';
import { linkedCompromises } from '../incidents/culprits/links.js';
import { queueCard } from '../incidents/decide.js';
import type { Incident } from '../incidents/incident.js';
import { isBehind, type Run, runOf } from '../incidents/running.js';
import { containmentsOf, findIncident, unresolvedIncidents } from '../incidents/store.js';
import { sendsOver } from './delisting.js';

/** What the card of each incident says. Lost with the process: then each card is drawn once more. */
export type RunsShown = Map<number, Run['state'] | undefined>;

/** Slack takes a message a second in a channel: an alert that comes while many listings are drawn must not wait for all of them. */
const APART_MS = 2_000;

type RunsContext = Pick<Context, 'db' | 'now' | 'health' | 'outbox' | 'ownerOfDomain' | 'suspectsOf'>;

export function refreshRuns(ctx: RunsContext, shown: RunsShown): void {
  const unresolved = unresolvedIncidents(ctx.db);
  const open = unresolved.filter(({ kind }) => kind === 'compromise');
  const gone = resolvedSince(ctx, shown, open);
  if (open.length + gone.length === 0) return;
  const late = open.length > 0 && isBehind(ctx.health());
  const changed: Incident[] = [];
  const news = [...gone];
  for (const incident of open) {
    const { id } = incident;
    const state = runOf(incident, containmentsOf(ctx.db, id), ctx.now(), late)?.state;
    const earlier = shown.get(id);
    // A listing's card says of others only whether they send now.
    if (!shown.has(id) || (earlier === 'on') !== (state === 'on')) news.push(incident);
    if (earlier !== state) changed.push(incident);
    shown.set(id, state);
  }
  const listings = news.length === 0 ? [] : unresolved.filter((each) => isAbout(ctx, each, news));
  if (changed.length + listings.length === 0) return;
  for (const incident of changed) queueCard(ctx.db, ctx, incident);
  for (const [i, listing] of listings.entries()) queueCard(ctx.db, ctx, listing, i * APART_MS);
  ctx.outbox.wake();
}

/** Takes out what is resolved by now, and returns it. */
function resolvedSince({ db }: RunsContext, shown: RunsShown, open: readonly Incident[]): Incident[] {
  const ids = new Set(open.map(({ id }) => id));
  const gone = [...shown.keys()].filter((id) => !ids.has(id));
  for (const id of gone) shown.delete(id);
  return gone.flatMap((id) => findIncident(db, id) ?? []);
}

/** Reports whether the card of a listing may name one of the compromises: as a sender over what is listed, as linked, or as suspected. */
function isAbout(ctx: RunsContext, listing: Incident, compromises: readonly Incident[]): boolean {
  if (listing.kind !== 'listing') return false;
  if (compromises.some(sendsOver(listing, ctx))) return true;
  const ids = new Set(compromises.map(({ id }) => id));
  if (linkedCompromises(ctx.db, listing.id).some(({ id }) => ids.has(id))) return true;
  return ctx.suspectsOf?.(listing)?.some(({ incidentId }) => incidentId !== undefined && ids.has(incidentId)) ?? false;
}
