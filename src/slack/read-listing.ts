// Reads what stands around a listing: what it costs, who may be behind it, the gate, the ledger, the notices.

import type { Context } from '../context.js';
import { type Gate, type Mend, SHOW_INCIDENT } from '../delisting/gate.js';
import { isRunning } from '../delisting/request.js';
import { draftsOf, requestsOf } from '../delisting/store.js';
import type { Suspect } from '../incidents/culprits/suspect.js';
import { type Incident, type ListingSubject, openEntries, seriousEntries, targetsOf } from '../incidents/incident.js';
import { isSameEntry, type TargetOnList } from '../incidents/listings/entries.js';
import type { Impact } from '../incidents/listings/impact.js';
import { type Severity, severityOf } from '../incidents/listings/severity.js';
import { findIncident } from '../incidents/store.js';
import type { ListingView, SuspectView } from './messages/listing/listing-card.js';
import { customerNameOf, linkTo, type ReadDeps, readRun } from './read.js';

/** Of more open listings than this no gate is drawn: they are gone through one by one. */
const MOST_GATES = 30;

/** What is known around a listing; what nobody needs to see of it now is left out. */
export function readListing(deps: ReadDeps, incident: Incident, subject: ListingSubject): ListingView {
  const past = { requests: deps.requestsOf(incident.id), notices: deps.noticesOf(incident.id) };
  if (incident.state === 'resolved') return past;
  const impact = impactNow(deps, subject);
  const open = openEntries(subject).length;
  const snds = deps.sndsOf(targetsOf(subject));
  const gate = open > 0 && open <= MOST_GATES ? deps.gateOf(incident) : undefined;
  return {
    ...past,
    ...(impact ? { impact } : {}),
    ...(impact?.rerouted ? { reroutedBy: readReroutes(deps, impact.rerouted) } : {}),
    suspects: readSuspects(deps, incident),
    ...(snds.length > 0 ? { snds } : {}),
    ...(gate ? { gate: withLinks(deps, gate) } : {}),
    ...delistingView(deps, incident),
    ...draftsView(deps, incident, subject),
  };
}

function readReroutes(
  deps: ReadDeps,
  rerouted: NonNullable<Impact['rerouted']>,
): NonNullable<ListingView['reroutedBy']> {
  return rerouted.flatMap(({ incidentId, customers }) => {
    const incident = findIncident(deps.db, incidentId);
    const link = linkOf(deps, incidentId);
    return incident ? [{ id: incidentId, rev: incident.rev, customers, ...(link ? { link } : {}) }] : [];
  });
}

function delistingView(deps: ReadDeps, incident: Incident): Pick<ListingView, 'overdue' | 'relisted'> {
  const overdue = deps.overdueOf(incident).map(({ request, troubles }) => ({
    request,
    troubles: troubles.map((trouble) => withLink(deps, trouble)),
  }));
  return { overdue, relisted: deps.relistedOf(incident.id) };
}

/** What runs is on its way already, and nobody asks for what is gone. */
function draftsView({ db }: ReadDeps, { id }: Incident, subject: ListingSubject): Pick<ListingView, 'drafts'> {
  const drafts = draftsOf(db, id).filter((draft) => {
    const isIt = (one: TargetOnList) => isSameEntry(one, draft);
    return openEntries(subject).some(isIt) && !requestsOf(db, id).some((one) => isIt(one) && isRunning(one));
  });
  return drafts.length > 0 ? { drafts } : {};
}

/** How urgent a listing is now; undefined for another kind of incident. */
export function readSeverity(deps: Pick<Context, 'impactOf'>, { subject }: Incident): Severity | undefined {
  return subject.kind === 'listing' ? severityOf(subject, impactNow(deps, subject)?.share) : undefined;
}

function impactNow({ impactOf }: Pick<Context, 'impactOf'>, subject: ListingSubject): Impact | undefined {
  const targets = [...new Set(seriousEntries(subject).map(({ target }) => target))];
  return targets.length > 0 ? impactOf(targets) : undefined;
}

/** How many who send now stand before the likeliest. */
const SENDING_FIRST = 2;

/**
 * With whoever else sends spam that could bring the next listing: that does harm now, however likely the others are, and comes first. The
 * likeliest stands behind the first of them, so that a card that shows three has it.
 */
export function readSuspects(deps: ReadDeps, incident: Incident): SuspectView[] {
  const suspects = deps.suspectsOf(incident).map((suspect) => suspectView(deps, suspect));
  const others = deps.openOver(incident).flatMap(({ id, customer, evidence }) => {
    if (suspects.some(({ incidentId }) => incidentId === id)) return [];
    const other = suspectView(deps, { customer, likelihood: 0, evidence, incidentId: id, isLinked: false });
    return isSending(other) ? [other] : [];
  });
  const all = [...suspects, ...others];
  const first = all.filter(isSending).slice(0, SENDING_FIRST);
  const rest = all.filter((each) => !first.includes(each));
  const likeliest = rest.slice(0, 1);
  return [...first, ...likeliest, ...rest.slice(1).toSorted((a, b) => Number(isSending(b)) - Number(isSending(a)))];
}

function isSending({ sendingSince }: SuspectView): boolean {
  return sendingSince !== undefined;
}

function suspectView(deps: ReadDeps, suspect: Suspect): SuspectView {
  const incident = suspect.incidentId === undefined ? undefined : findIncident(deps.db, suspect.incidentId);
  const link = incident && linkTo(incident, deps.workspaceUrl?.());
  return {
    ...suspect,
    customerName: customerNameOf(deps, suspect),
    ...(link ? { link } : {}),
    ...(incident && readRun(deps, incident)?.state === 'on' ? { sendingSince: incident.since } : {}),
  };
}

/** A point that another incident's card mends becomes a link to that card. */
function withLinks(deps: ReadDeps, gate: Gate): Gate {
  return { ...gate, points: gate.points.map((point) => withLink(deps, point)) };
}

function withLink<T extends { mend?: Mend }>(deps: ReadDeps, point: T): T | Omit<T, 'mend'> {
  if (point.mend?.action !== SHOW_INCIDENT) return point;
  const { mend, ...rest } = point;
  const url = linkOf(deps, Number(mend.arg));
  return url ? { ...rest, mend: { ...mend, url } } : rest;
}

function linkOf({ db, workspaceUrl }: ReadDeps, incidentId: number): string | undefined {
  const incident = findIncident(db, incidentId);
  return incident && linkTo(incident, workspaceUrl?.());
}
