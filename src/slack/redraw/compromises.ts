// A compromise's card says whether its mail goes on, and those of listings who sends now, also when nothing happens but time: they are drawn
// anew when that changes.
import type { Context } from '../../context.js';
import { sendsOver } from '../../delisting/senders-over.js';
import { linkedCompromises } from '../../incidents/culprits/links.js';
import type { Incident } from '../../incidents/incident.js';
import { queueCard } from '../../incidents/record.js';
import { behindOf, type Run, runOf } from '../../incidents/running.js';
import { findIncident, holdsOn, unresolvedIncidents } from '../../incidents/store.js';
import { suspectBlocks } from '../messages/listing/listing-steps.js';
import type { ReadDeps } from '../read.js';
import { readSuspects } from '../read-listing.js';

/** What the cards say, as they were last queued. Lost with the process: then each card is drawn once more. */
interface CompromisesShown {
  /** Of each compromise, whether its mail goes on. */
  compromises: Map<number, Run['state'] | undefined>;
  /** Of each listing, who is said to be behind it and to send now, and when its card is drawn with that. */
  listings: Map<number, { words: string; dueAt: number }>;
}

export function noCompromisesShown(): CompromisesShown {
  return { compromises: new Map(), listings: new Map() };
}

/**
 * Slack takes a message a second in a channel and some fifty changes a minute in all: an alert that comes while many listings are drawn,
 * and the card under a button that was pressed, must not wait for all of them.
 */
const APART_MS = 2_000;

type RedrawContext = ReadDeps & Pick<Context, 'outbox' | 'speed'>;

/** Draws the cards anew that say something else now. */
export function redrawCompromises(ctx: RedrawContext, shown: CompromisesShown): void {
  const unresolved = unresolvedIncidents(ctx.db);
  const open = unresolved.filter(({ kind }) => kind === 'compromise');
  const gone = resolvedSince(ctx, shown.compromises, open);
  if (open.length + gone.length === 0) return;
  const behind = open.length > 0 ? behindOf(ctx.health()) : undefined;
  const changed: Incident[] = [];
  const news = [...gone];
  for (const incident of open) {
    const { id } = incident;
    const state = runOf(incident, holdsOn(ctx.db, incident), ctx.now(), behind)?.state;
    const earlier = shown.compromises.get(id);
    // A listing's card says of others only whether they send now.
    if (!shown.compromises.has(id) || (earlier === 'on') !== (state === 'on')) news.push(incident);
    if (earlier !== state) changed.push(incident);
    shown.compromises.set(id, state);
  }
  for (const incident of changed) queueCard(ctx.db, ctx, incident);
  const listings = unresolved.filter(({ kind }) => kind === 'listing');
  keepOnly(shown.listings, listings);
  const concerned = news.length === 0 ? [] : listings.filter((each) => isAbout(ctx, each, news));
  const queued = queueListings(ctx, shown.listings, concerned);
  if (changed.length + queued > 0) ctx.outbox.wake();
}

/**
 * Queues the cards that say something else now, one after the other and behind those that still wait; one that waits will say this, too.
 * Returns how many it queued.
 */
function queueListings(ctx: RedrawContext, shown: CompromisesShown['listings'], listings: readonly Incident[]): number {
  const now = ctx.now();
  let freeAt = Math.max(now, ...[...shown.values()].map(({ dueAt }) => dueAt + APART_MS));
  let queued = 0;
  for (const listing of listings) {
    const words = suspectWords(ctx, listing);
    const earlier = shown.get(listing.id);
    if (earlier?.words === words) continue;
    const isWaiting = earlier !== undefined && earlier.dueAt > now;
    const dueAt = isWaiting ? earlier.dueAt : freeAt;
    shown.set(listing.id, { words, dueAt });
    if (isWaiting) continue;
    queueCard(ctx.db, ctx, listing, dueAt - now);
    freeAt += APART_MS;
    queued++;
  }
  return queued;
}

/** What the card of a listing says of who is behind it, as one text. */
function suspectWords(ctx: RedrawContext, listing: Incident): string {
  const suspects = readSuspects(ctx, listing);
  return JSON.stringify(suspectBlocks({ incident: listing, hitNames: [], listing: { suspects } }));
}

/** Takes out what is resolved by now, and returns it. */
function resolvedSince(
  { db }: RedrawContext,
  shown: CompromisesShown['compromises'],
  open: readonly Incident[],
): Incident[] {
  return keepOnly(shown, open).flatMap((id) => findIncident(db, id) ?? []);
}

/** Forgets what is of none of the incidents, and returns the ids of it. */
function keepOnly(shown: Map<number, unknown>, incidents: readonly Incident[]): number[] {
  const ids = new Set(incidents.map(({ id }) => id));
  const gone = [...shown.keys()].filter((id) => !ids.has(id));
  for (const id of gone) shown.delete(id);
  return gone;
}

/** Reports whether the card of a listing may name one of the compromises: as a sender over what is listed, as linked, or as suspected. */
function isAbout(ctx: RedrawContext, listing: Incident, compromises: readonly Incident[]): boolean {
  const isOver = sendsOver(listing, ctx);
  if (compromises.some((each) => each.kind === 'compromise' && isOver(each))) return true;
  const ids = new Set(compromises.map(({ id }) => id));
  if (linkedCompromises(ctx.db, listing.id).some(({ id }) => ids.has(id))) return true;
  return ctx.suspectsOf(listing).some(({ incidentId }) => incidentId !== undefined && ids.has(incidentId));
}
