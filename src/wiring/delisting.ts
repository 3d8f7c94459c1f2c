// The way off a list, wired: what the gate, the packs and the ledger ask of everything else.
import type { Blocklist } from '../blocklists/operator.js';
import { receivers } from '../blocklists/receivers.js';
import { listStateOf } from '../blocklists/watch/store.js';
import type { Context } from '../context.js';
import type { Tx } from '../db/transaction.js';
import type { GateFacts, LookPoint } from '../delisting/gate.js';
import { type DelistingReaders, isDomain, readJoinedGate } from '../delisting/read.js';
import { type Recheck, recheckDue, settle, troublesOf } from '../delisting/recheck.js';
import { removalOf } from '../delisting/removal.js';
import { type DelistingRequest, isRunning } from '../delisting/request.js';
import { relisted, requestsOf } from '../delisting/store.js';
import { receivedSince } from '../detection/traffic/received.js';
import type { AddressLook, DomainLook, Point } from '../hygiene/look.js';
import { latestLook } from '../hygiene/store.js';
import { compromisesAfter, linkedCompromises } from '../incidents/culprits/links.js';
import { type Incident, openEntries } from '../incidents/incident.js';
import { askAgain, verdictInWords } from '../incidents/listings/ask-again.js';
import { findIncident, openListing, unresolvedIncidents } from '../incidents/store.js';
import { takeCleared } from '../incidents/watch.js';
import type { Directory } from '../partners/directory.js';
import type { Parts } from './context.js';

const HOUR_MS = 3_600_000;

/** The context's part of it. `ctx` is asked for late: it is built with this. */
export function delistingReaders(
  { config, directory, db, now }: Pick<Parts, 'config' | 'directory' | 'db' | 'now'>,
  lists: readonly Blocklist[],
  ctx: () => Context,
): Pick<Context, 'delisting' | 'gateOf' | 'openOver' | 'sentOver' | 'requestsOf' | 'overdueOf' | 'relistedOf'> {
  const delisting: DelistingReaders = {
    db,
    now,
    customer: (id) => ctx().customer(id),
    ownerOfDomain: (domain) => ctx().ownerOfDomain(domain),
    customerName: (id) => ctx().customerName(id),
    quietMs: config.delisting.quietHours * HOUR_MS,
    signature: config.delisting.signature,
    removalOf: (list, code) => removalOf(list, { lists, receivers }, code),
    linked: linkedCompromises,
    openOver: (tx, incident) => openOver(tx, incident, ctx()),
    suspectsOf: (incident) => ctx().suspectsOf(incident),
    lastSpamAt: (customer, since) => ctx().lastSpamAt(customer, since),
    health: () => ctx().health(),
    lookAt,
    customersOver: (target) => ctx().impactOf([target]).customers,
    hits: (id) => ctx().hits(id),
    secrets: () => secretsOf(directory),
  };
  return {
    delisting,
    gateOf: (incident) => readJoinedGate(delisting, db, incident),
    openOver: (incident) => openOver(db, incident, ctx()),
    sentOver: (incident, from) => compromisesAfter(db, from).filter(sendsOver(incident, ctx())),
    requestsOf: (incidentId) => requestsOf(db, incidentId),
    overdueOf: (incident) =>
      requestsOf(db, incident.id)
        .filter((request) => isRunning(request) && request.state === 'overdue')
        .map((request) => ({ request, troubles: troublesOf(delisting, db, incident, request) })),
    relistedOf: (incidentId) =>
      relisted(db, incidentId).map(({ request }) => ({ ...request, listName: delisting.removalOf(request.list).name })),
  };
}

/**
 * Open compromises that would bring the next listing: of an address, everybody's, for the relays share the mail; of domains, their
 * owners' alone.
 */
function openOver(tx: Tx, listing: Incident, ctx: Context): Incident[] {
  const isOver = sendsOver(listing, ctx);
  return unresolvedIncidents(tx).filter((each) => each.kind === 'compromise' && each.state === 'open' && isOver(each));
}

/** Whose mail goes over what a listing's incident lists. */
export function sendsOver(
  { subject }: Incident,
  { ownerOfDomain }: Pick<Context, 'ownerOfDomain'>,
): (compromise: Pick<Incident, 'customer'>) => boolean {
  if (subject.kind !== 'listing') return () => false;
  const targets = openEntries(subject).map(({ target }) => target);
  const owners = new Set(targets.filter(isDomain).map(ownerOfDomain));
  const isOfAddress = targets.some((target) => !isDomain(target));
  return ({ customer }) => isOfAddress || (customer !== null && owners.has(customer));
}

/** Brings the ledger in line with what is seen. */
export function settleDelisting(ctx: Context): void {
  settle(ctx.delisting);
  ctx.outbox.wake();
}

/** Does the re-checks that are due. */
export async function recheckDelisting(ctx: Context): Promise<void> {
  await recheckDue({
    ...ctx.delisting,
    recheck: (request) => recheck(ctx, request),
    onTrouble: ({ target, list }, error) => {
      ctx.noteDatabaseTrouble(error);
      ctx.log.error({ target, list, err: error }, 'a delisting request could not be looked after');
    },
  });
  ctx.outbox.wake();
}

/** Looks again, and ends the listing that is gone. A receiver's own block shows in its replies alone. */
async function recheck(ctx: Context, request: DelistingRequest): Promise<Recheck> {
  const { target, list } = request;
  if (!ctx.delisting.removalOf(list).inDns) return inReplies(ctx, request);
  const seen = await ask(ctx, request);
  if (seen.verdict === 'clear') takeCleared(ctx, [{ target, list }]);
  return seen;
}

/** The list's word. One that fails its own test entries says nothing, and one that is not asked any more says so. */
async function ask(ctx: Context, { target, list }: DelistingRequest): Promise<Recheck> {
  if (listStateOf(ctx.db, list).health === 'broken')
    return { verdict: 'unknown', text: 'the list is broken: it fails its own test entries' };
  const [result] = await askAgain(ctx.check, [{ target, list }]);
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
function inReplies(ctx: Context, { incidentId, target, list, requestedAt }: DelistingRequest): Recheck {
  const subject = findIncident(ctx.db, incidentId)?.subject;
  const entries = subject?.kind === 'listing' ? subject.entries : [];
  const entry = entries.find((one) => one.target === target && one.list === list);
  const lastRefusedAt = entry?.lastSeenAt ?? openListing(ctx.db, target, list)?.lastSeenAt ?? 0;
  const since = Math.max(requestedAt, lastRefusedAt);
  const { sent, refused } = receivedSince(ctx.config.database.traffic, target, list, since);
  if (sent >= LEAST_TAKEN && refused === 0) {
    takeCleared(ctx, [{ target, list }]);
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

/** The look as the gate asks for it: the reverse name has to exist, and not to be another than the relay greets with. */
function lookAt(db: Tx, target: string): GateFacts['look'] {
  const look = latestLook(db, isDomain(target) ? `domain:${target}` : `ip:${target}`);
  if (!look) return undefined;
  return { lookedAt: look.lookedAt, points: look.kind === 'address' ? addressPoints(look) : domainPoints(look) };
}

function addressPoints({ ptr, helo, spf }: AddressLook): LookPoint[] {
  // A greeting that nobody told us of is no fault of the address.
  const reverse = ptr.state === 'ok' && helo.state === 'bad' ? helo : ptr;
  return [
    { id: 'ptr', name: 'PTR', ...said(reverse) },
    { id: 'spf', name: 'SPF', ...said(spf) },
  ];
}

function domainPoints({ spf, dmarc }: DomainLook): LookPoint[] {
  return [
    { id: 'spf', name: 'SPF', ...said(spf) },
    { id: 'dmarc', name: 'DMARC', ...said(dmarc) },
  ];
}

function said({ state, text }: Point): Pick<LookPoint, 'state' | 'text'> {
  return { state, text };
}

/** A shorter login is mostly a word that everybody uses: info, scan. */
const TELLING_LOGIN = 6;

/** Everything by which a customer or partner could be known. */
function secretsOf({ customers, partners }: Directory): string[] {
  const ofCustomers = customers.flatMap(({ name, domains, sasl_users, sasl_domains }) => [
    name,
    ...domains,
    ...sasl_domains,
    ...sasl_users.filter((login) => login.length >= TELLING_LOGIN),
  ]);
  return [...ofCustomers, ...partners.map(({ name }) => name)];
}
