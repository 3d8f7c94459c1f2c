// A second look at what removal was asked for: the list is asked, and of a receiver's own block its replies since tell.

import { listStateOf } from '../blocklists/watch/store.js';
import { receivedSince } from '../detection/traffic/received.js';
import { askAgain, verdictInWords } from '../incidents/listings/ask-again.js';
import { findEntry } from '../incidents/listings/entries.js';
import { takeCleared } from '../incidents/listings/take-seen.js';
import type { OpenDeps } from '../incidents/open.js';
import { findIncident, openListing } from '../incidents/store.js';
import type { DelistingReaders } from './read.js';
import type { Recheck } from './recheck.js';
import type { DelistingRequest } from './request.js';

interface LookAgainDeps extends OpenDeps, Pick<DelistingReaders, 'removalOf'> {
  check: Parameters<typeof askAgain>[0];
  /** Path of the traffic database. */
  trafficDb: string;
}

/** Looks again, and ends the listing that is gone. A receiver's own block shows in its replies alone. */
export async function lookAgain(deps: LookAgainDeps, request: DelistingRequest): Promise<Recheck> {
  const { target, list } = request;
  if (!deps.removalOf(list).inDns) return inReplies(deps, request);
  const seen = await ask(deps, request);
  if (seen.verdict === 'clear') takeCleared(deps, [{ target, list }]);
  return seen;
}

/** The list's word. One that fails its own test entries says nothing, and one that is not asked any more says so. */
async function ask(deps: LookAgainDeps, { target, list }: DelistingRequest): Promise<Recheck> {
  if (listStateOf(deps.db, list).health === 'broken')
    return { verdict: 'unknown', text: 'the list is broken: it fails its own test entries' };
  const [result] = await askAgain(deps.check, [{ target, list }]);
  if (!result) return { verdict: 'unknown', text: 'is not asked by this configuration' };
  const { verdict } = result;
  return { verdict: verdict === 'refused' ? 'unknown' : verdict, text: verdictInWords(result) };
}

/** So many recipients' mail has to be taken: one message may have met a server that does not know the block yet. */
const LEAST_TAKEN = 3;

/**
 * What the receiver did with mail from the address since the request, or since it last refused: taken and not refused, the block is gone.
 * Silence proves nothing.
 */
function inReplies(deps: LookAgainDeps, { incidentId, target, list, requestedAt }: DelistingRequest): Recheck {
  const subject = findIncident(deps.db, incidentId)?.subject;
  const entry = subject?.kind === 'listing' ? findEntry(subject, { target, list }) : undefined;
  const lastRefusedAt = entry?.lastSeenAt ?? openListing(deps.db, target, list)?.lastSeenAt ?? 0;
  const since = Math.max(requestedAt, lastRefusedAt);
  const { sent, refused } = receivedSince(deps.trafficDb, target, list, since);
  if (sent >= LEAST_TAKEN && refused === 0) {
    takeCleared(deps, [{ target, list }]);
    const asOf = lastRefusedAt > requestedAt ? 'it last refused' : 'the request';
    return { verdict: 'clear', text: `mail for ${sent} recipients taken since ${asOf}, none refused` };
  }
  if (lastRefusedAt > requestedAt || refused > 0) return { verdict: 'listed', text: 'refused again since the request' };
  const taken =
    sent === 0 ? 'and no mail from the address to it counted' : `and mail for only ${sent} recipients taken`;
  return {
    verdict: 'unknown',
    text: `no refusal seen since the request, ${taken}: whether it is over, our log does not say`,
  };
}
