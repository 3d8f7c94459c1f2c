// Whom a listing is laid to: the ranking is kept with the listing, and the compromises of those it names are linked to it. A link that a
// person took back is not made again.
import { RELAYWARDEN } from '../../audit/record.js';
import { immediately, type Tx } from '../../db/transaction.js';
import type { DecideDeps } from '../decide.js';
import type { CompromiseIncident, Incident, ListingSubject } from '../incident.js';
import { queueCard, sayInThread } from '../record.js';
import { findIncident } from '../store.js';
import { compromisesAfter, findLink, keepRanking, keptRanking, linkedCompromises, putLink } from './links.js';
import type { RankedCustomer, Suspect } from './suspect.js';

const HOUR_MS = 3_600_000;
/**
 * Hours before a listing was first seen: the last six are where its cause is looked for, the two days before those tell what was usual
 * until then.
 */
export const NEAR_HOURS = 6;
export const BACKGROUND_HOURS = 48;

/** Key of a compromise that a person opened for a customer behind a listing. */
export function accusedKey(listingIncident: number, customer: string): string {
  return `listing:${listingIncident}:${customer}`;
}

/** Reports whether the incident was laid to its customer by a person: no finding ever has this key. */
export function isAccusedKey(key: string): boolean {
  return /^listing:\d+:/.test(key);
}

/** When the earliest of the listings was seen first: what came before that can be the cause. */
export function firstSeenAt({ entries }: ListingSubject): number {
  return Math.min(...entries.map((entry) => entry.firstSeenAt));
}

/** What the detection itself found in mail that began before a listing was first seen. */
export function foundBefore(db: Tx, at: number): CompromiseIncident[] {
  return compromisesAfter(db, at - (NEAR_HOURS + BACKGROUND_HOURS) * HOUR_MS).filter(
    ({ since, key }) => since <= at && !key.startsWith('listing:'),
  );
}

/** Keeps a ranking, links the compromises of the customers it names, and shows both. Call it when something has changed. */
export function keepRanked(
  deps: DecideDeps,
  incidentId: number,
  { ranking, basis }: { ranking: RankedCustomer[]; basis: string },
): void {
  immediately(deps.db, (tx) => {
    const incident = findIncident(tx, incidentId);
    if (!incident || incident.state === 'resolved' || incident.subject.kind !== 'listing') return;
    keepRanking(tx, { incidentId, rankedAt: deps.now(), basis, ranking });
    const from = firstSeenAt(incident.subject) - NEAR_HOURS * HOUR_MS;
    for (const named of ranking) linkNew(tx, deps, incident, named, from);
    queueCard(tx, deps, incident);
  });
}

function linkNew(tx: Tx, deps: DecideDeps, incident: Incident, named: RankedCustomer, from: number): void {
  const { customer, likelihood } = named;
  const fresh = compromisesAfter(tx, from, [customer]).filter(({ id }) => !findLink(tx, incident.id, id));
  for (const { id } of fresh) {
    const link = { listingIncident: incident.id, compromiseIncident: id };
    putLink(tx, { ...link, linkedAt: deps.now(), linkedBy: RELAYWARDEN.name });
    sayInThread(tx, deps, incident, { verb: 'link', details: { compromise: id, customer, likelihood } });
  }
}

/** The suspects as they stand now: the ranking as it was kept, with the compromises of each; those a person linked besides come last. */
export function suspectsOf(db: Tx, incident: Incident): Suspect[] {
  if (incident.subject.kind !== 'listing') return [];
  const ranked = keptRanking(db, incident.id)?.ranking ?? [];
  const linked = linkedCompromises(db, incident.id);
  const from = firstSeenAt(incident.subject) - NEAR_HOURS * HOUR_MS;
  const known = compromisesAfter(
    db,
    from,
    ranked.map(({ customer }) => customer),
  );
  const suspects = ranked.map((named) => withIncident(db, incident, named, linked, known));
  const besides = linked.filter(({ customer }) => !ranked.some((named) => named.customer === customer));
  return [...suspects, ...besides.map(linkedBesides)];
}

/** With the one of its incidents that somebody has to see: not resolved, and seen last. */
function withIncident(
  db: Tx,
  listing: Incident,
  named: RankedCustomer,
  linked: CompromiseIncident[],
  known: CompromiseIncident[],
): Suspect {
  const own = linked.filter(({ customer }) => customer === named.customer);
  // What a person said is about something else counts only where there is nothing linked.
  const others = known.filter(({ id }) => own.length === 0 || !findLink(db, listing.id, id));
  const [latest] = [...own, ...others.filter(({ customer }) => customer === named.customer)].toSorted(
    (a, b) => Number(isOver(a)) - Number(isOver(b)) || b.lastSeenAt - a.lastSeenAt,
  );
  return { ...named, isLinked: own.some(({ id }) => id === latest?.id), ...(latest ? { incidentId: latest.id } : {}) };
}

function isOver({ state }: Incident): boolean {
  return state === 'resolved';
}

function linkedBesides({ id, customer, evidence }: CompromiseIncident): Suspect {
  return { customer, likelihood: 0, evidence, incidentId: id, isLinked: true };
}
