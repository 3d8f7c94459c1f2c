// Reads what a card shows out of the database and the live counters. Never waits for anything outside.
import { customersHit, type Incident } from '../incidents/incident.js';
import { containmentsOf, findIncident } from '../incidents/store.js';
import { blockTargets } from '../incidents/targets.js';
import type { CardView } from './messages/card.js';
import { customerNameOf, type ReadDeps, readRun, readSuspensions, withProof } from './read.js';
import { readListing } from './read-listing.js';
import { readNoiseOf } from './read-noise.js';

const DAY_MS = 86_400_000;

/** The card of an incident as things are now; undefined when there is no such incident. */
export function readCard(deps: ReadDeps, incidentId: number): CardView | undefined {
  const incident = findIncident(deps.db, incidentId);
  if (!incident) return undefined;
  const run = readRun(deps, incident);
  const noise = incident.kind === 'compromise' ? readNoiseOf(deps, incident.id) : undefined;
  return {
    incident,
    containments: containmentsOf(deps.db, incident.id).map((row) => withProof(deps, row)),
    suspensions: readSuspensions(deps, incident),
    customerName: customerNameOf(deps, incident),
    partnerName: incident.customer ? deps.partnerOf(incident.customer)?.name : undefined,
    messagesPerDay: messagesPerDay(deps, incident),
    hitNames: incident.subject.kind === 'listing' ? customersHit(incident.subject).map(deps.customerName) : [],
    targets: blockTargets(incident, deps),
    routeName: deps.cleanRoutes()[0]?.name,
    ...(run ? { run } : {}),
    ...(noise ? { noise } : {}),
    ...(incident.subject.kind === 'listing' ? { listing: readListing(deps, incident, incident.subject) } : {}),
  };
}

/** What a customer sent in the last 24 h; undefined where nothing is counted. */
export function messagesPerDay(deps: ReadDeps, { customer }: Incident): number | undefined {
  if (!customer) return undefined;
  const now = deps.now();
  return deps.volumeOf(customer, now - DAY_MS, now)?.messages;
}
