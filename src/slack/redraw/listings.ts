// A listing's card shows what is true now, also when nothing happened but time: the gate, and what the listing costs. The thread says when
// a removal may be asked for, and when not any more. Nobody should have to come back and look.

import { setImmediate as othersTurn } from 'node:timers/promises';
import { RELAYWARDEN } from '../../audit/record.js';
import { auditOf } from '../../audit/verify.js';
import type { Context } from '../../context.js';
import { type Gate, type GatePoint, openPoints } from '../../delisting/gate.js';
import { decide } from '../../incidents/decide.js';
import { type Incident, openEntries, targetsOf } from '../../incidents/incident.js';
import { isSameEntry, type TargetOnList } from '../../incidents/listings/entries.js';
import { auditSubject, queueCard } from '../../incidents/record.js';
import { findIncident, unresolvedIncidents } from '../../incidents/store.js';

/** What the card of each incident shows of its gate and its cost. Lost with the process: then each card is drawn once more. */
export type ListingsShown = Map<number, Shown>;

interface Shown {
  state: string;
  /** The first hour at which a point is said to be met, ms. It moves on while spam goes on, and a card that names it is wrong from then on. */
  opensAt: number;
}

/** Draws the cards anew on which something has changed, and tells of one that has opened. One by one, so that nobody waits for many. */
export async function redrawListings(ctx: Context, shown: ListingsShown): Promise<void> {
  const ids = unresolvedIncidents(ctx.db)
    .filter(hasOpenEntries)
    .map(({ id }) => id);
  for (const id of shown.keys()) if (!ids.includes(id)) shown.delete(id);
  for (const id of ids) {
    const incident = findIncident(ctx.db, id);
    // Read again: while other cards were drawn it may have been resolved.
    const gate = incident && hasOpenEntries(incident) ? ctx.gateOf(incident) : undefined;
    if (incident && gate) refresh(ctx, incident, gate, shown);
    await othersTurn();
  }
  ctx.outbox.wake();
}

function refresh(ctx: Context, incident: Incident, gate: Gate, shown: ListingsShown): void {
  const state = [...gate.points.map(stateOf), costOf(ctx, incident)].join(' ');
  const earlier = shown.get(incident.id);
  if (earlier?.state === state && earlier.opensAt > ctx.now()) return;
  const hours = gate.points.flatMap(({ opensAt }) => opensAt ?? []).filter((at) => at > ctx.now());
  shown.set(incident.id, { state, opensAt: Math.min(...hours) });
  if (gate.isOpen !== isToldOpen(ctx, incident, gate) && !isNotKnown(gate)) tell(ctx, incident, gate);
  else queueCard(ctx.db, ctx, incident);
}

/** A point as coarse as the card says it. */
function stateOf({ id, isMet, isUnknown, opensAt, goesOn }: GatePoint): string {
  return `${id}${isMet ? '+' : isUnknown ? '?' : '-'}${opensAt === undefined ? '' : 't'}${goesOn ? 'g' : ''}`;
}

/** Reports whether only reading the logs up to now can tell whether it is open: after every start, and whenever they are late. No news. */
function isNotKnown(gate: Gate): boolean {
  const shut = openPoints(gate);
  return shut.length > 0 && shut.every(({ isUnknown }) => isUnknown === true);
}

/** Says that a removal may be asked for, or not any more and why: whoever read the first line would ask too early. */
function tell(ctx: Context, { id }: Incident, gate: Gate): void {
  const told = gate.isOpen
    ? { verb: 'gate-open' }
    : { verb: 'gate-locked', details: { unmet: openPoints(gate).map(({ text }) => text) } };
  decide(ctx, { incidentId: id, actor: RELAYWARDEN, ...told }, () => ({ keepsRev: true }));
}

/** What the listing costs, as coarse as the card says it. */
function costOf({ impactOf }: Context, { subject }: Incident): string {
  const impact = subject.kind === 'listing' ? impactOf(targetsOf(subject)) : undefined;
  const share = impact?.share === undefined ? '?' : Math.round(impact.share * 20);
  const rerouted = impact?.rerouted?.map(({ incidentId, customers }) => `${incidentId}:${customers}`) ?? [];
  return `${share}/${impact?.cleanAddresses}/${rerouted.join()}`;
}

/**
 * Reports whether the thread says that the gate is open, and that was not taken back. A request ends it for what it asks for, not for the
 * listings left.
 */
function isToldOpen({ db, requestsOf }: Context, { id }: Incident, { about = [] }: Gate): boolean {
  const told = auditOf(db, auditSubject(id), LOOKED_THROUGH).filter(
    ({ verb, outcome }) => outcome === 'done' && ['gate-open', 'gate-locked', 'request-delisting'].includes(verb),
  );
  if (told[0]?.verb !== 'request-delisting') return told[0]?.verb === 'gate-open';
  const asked = requestsOf(id);
  const isUnasked = (pair: TargetOnList) => !asked.some((each) => isSameEntry(each, pair));
  return about.length > 0 && about.every(isUnasked) && told.find(isOfGate)?.verb === 'gate-open';
}

function isOfGate({ verb }: { verb: string }): boolean {
  return verb !== 'request-delisting';
}

const LOOKED_THROUGH = 500;

function hasOpenEntries({ state, subject }: Incident): boolean {
  return state !== 'resolved' && subject.kind === 'listing' && openEntries(subject).length > 0;
}
