// Compromises whose mail goes over what a listing's incident lists: of an address everybody's, for the relays share the mail; of domains
// their owners' alone.
import type { Tx } from '../db/transaction.js';
import { compromisesAfter } from '../incidents/culprits/links.js';
import { type CompromiseIncident, type Incident, openEntries } from '../incidents/incident.js';
import { unresolvedIncidents } from '../incidents/store.js';
import type { Owners } from '../incidents/targets.js';
import { isDomain } from './read.js';

type DomainOwners = Pick<Owners, 'ownerOfDomain'>;

/** Open ones, which would bring the next listing. */
export function openOver(tx: Tx, listing: Incident, owners: DomainOwners): CompromiseIncident[] {
  const isOver = sendsOver(listing, owners);
  return unresolvedIncidents(tx)
    .filter((each) => each.kind === 'compromise')
    .filter((each) => each.state === 'open' && isOver(each));
}

/** Those that went on after `from` (ms), whatever became of them; what a person called noise is none. */
export function sentOver(tx: Tx, listing: Incident, from: number, owners: DomainOwners): CompromiseIncident[] {
  return compromisesAfter(tx, from).filter(sendsOver(listing, owners));
}

/** Reports of a compromise whether its mail goes over what is listed. */
export function sendsOver(
  { subject }: Incident,
  { ownerOfDomain }: DomainOwners,
): (compromise: Pick<CompromiseIncident, 'customer'>) => boolean {
  if (subject.kind !== 'listing') return () => false;
  const targets = openEntries(subject).map(({ target }) => target);
  const owners = new Set(targets.filter(isDomain).map(ownerOfDomain));
  const isOfAddress = targets.some((target) => !isDomain(target));
  return ({ customer }) => isOfAddress || owners.has(customer);
}
