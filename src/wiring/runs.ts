// A compromise's card says whether its mail goes on, and those of listings who sends now, also when nothing happens but time: they are drawn
// anew when that changes.
import type { Context } from '../context.js';
import { queueCard } from '../incidents/decide.js';
import { isBehind, type Run, runOf } from '../incidents/running.js';
import { containmentsOf, unresolvedIncidents } from '../incidents/store.js';

/** What the card of each incident says. Lost with the process: then each card is drawn once more. */
export type RunsShown = Map<number, Run['state'] | undefined>;

export function refreshRuns(ctx: Pick<Context, 'db' | 'now' | 'health' | 'outbox'>, shown: RunsShown): void {
  const unresolved = unresolvedIncidents(ctx.db);
  const open = unresolved.filter(({ kind }) => kind === 'compromise');
  const ids = new Set(open.map(({ id }) => id));
  for (const id of shown.keys()) if (!ids.has(id)) shown.delete(id);
  if (open.length === 0) return;
  const late = isBehind(ctx.health());
  const changed = open.filter((incident) => {
    const state = runOf(incident, containmentsOf(ctx.db, incident.id), ctx.now(), late)?.state;
    const isNew = shown.get(incident.id) !== state;
    shown.set(incident.id, state);
    return isNew;
  });
  if (changed.length === 0) return;
  const listings = unresolved.filter(({ kind }) => kind === 'listing');
  for (const incident of [...changed, ...listings]) queueCard(ctx.db, ctx, incident);
  ctx.outbox.wake();
}
