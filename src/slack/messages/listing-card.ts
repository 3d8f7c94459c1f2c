// The card of a listing: what is listed where, what it costs now, who may be behind it, and the way off the list.
import type { delistingRequests } from '../../db/schema.js';
import type { Gate } from '../../delisting/gate.js';
import type { Impact } from '../../incidents/impact.js';
import type { ListedEntry, ListingSubject } from '../../incidents/incident.js';
import type { Suspect } from '../../incidents/suspect.js';
import { plain } from './escape.js';

/** A request to an operator, as the ledger has it. */
export type DelistingRequest = typeof delistingRequests.$inferSelect;

/** What is known around a listing beside the incident itself; what is left out is not shown. */
export interface ListingView {
  impact?: Impact;
  /** Most likely first, with names; empty when nobody stands out. */
  suspects?: SuspectView[];
  gate?: Gate;
  /** Requests of this incident, oldest first. */
  requests?: DelistingRequest[];
  notices?: NoticeCounts;
}

export interface SuspectView extends Suspect {
  customerName: string;
  /** Address of its compromise incident's card in Slack. */
  link?: string;
}

/** How many partners were told, and how many could be on a click. */
export interface NoticeCounts {
  sent: number;
  drafted: number;
}

/** `Blocklisted: 203.0.113.17 on Spamhaus CSS`, or how many on how many; no markup in it. */
export function listingTitle({ entries }: ListingSubject): string {
  const [first] = entries as [ListedEntry];
  return `Blocklisted: ${plain(first.target, 60)} at ${plain(first.listName, 60)}`;
}
