// A listing's card shows what is true now, also when nothing happened but time: the gate, and what the listing costs. The thread says when
// a removal may be asked for. Nobody should have to come back and look.
import { RELAYWARDEN } from '../audit/record.js';
import { auditOf } from '../audit/verify.js';
import type { Context } from '../context.js';
import type { Gate } from '../delisting/gate.js';
import { decide, queueCard } from '../incidents/decide.js';
import { type Incident, openEntries, targetsOf } from '../incidents/incident.js';
import { unresolvedIncidents } from '../incidents/store.js';

/** What the card of each incident shows of its gate and its cost. Lost with the process: then each card is drawn once more. */
export type GatesShown = Map<number, string>;

/** Draws the cards anew on which something has changed, and tells of one that has opened. */
export function refreshGates(ctx: Context, shown: GatesShown): void {
  const listings = unresolvedIncidents(ctx.db).filter(hasOpenEntries);
  for (const id of shown.keys()) if (!listings.some((incident) => incident.id === id)) shown.delete(id);
  for (const incident of listings) {
    const gate = ctx.gateOf?.(incident);
    if (gate) refresh(ctx, incident, gate, shown);
  }
  ctx.outbox.wake();
}

function refresh(ctx: Context, incident: Incident, gate: Gate, shown: GatesShown): void {
  const state = [...gate.points.map(({ id, isMet }) => `${id}${isMet ? '+' : '-'}`), costOf(ctx, incident)].join(' ');
  if (shown.get(incident.id) === state) return;
  shown.set(incident.id, state);
  if (gate.isOpen && !isTold(ctx, incident))
    decide(ctx, { incidentId: incident.id, actor: RELAYWARDEN, verb: 'gate-open' }, () => ({ keepsRev: true }));
  else queueCard(ctx.db, ctx, incident);
}

/** What the listing costs, as coarse as the card says it. */
function costOf({ impactOf }: Context, { subject }: Incident): string {
  const impact = subject.kind === 'listing' ? impactOf?.(targetsOf(subject)) : undefined;
  const share = impact?.share === undefined ? '?' : Math.round(impact.share * 20);
  return `${share}/${impact?.cleanRelays}`;
}

/** Since the last request, or ever when there was none. */
function isTold({ db }: Context, { id }: Incident): boolean {
  const [latest] = auditOf(db, `incident:${id}`, LOOKED_THROUGH).filter(
    ({ verb, outcome }) => outcome === 'done' && ['gate-open', 'request-delisting'].includes(verb),
  );
  return latest?.verb === 'gate-open';
}

const LOOKED_THROUGH = 500;

function hasOpenEntries({ subject }: Incident): boolean {
  return subject.kind === 'listing' && openEntries(subject).length > 0;
}
