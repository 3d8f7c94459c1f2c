// The way off a list, wired: what the gate, the packs and the ledger ask of everything else.
import type { Blocklist } from '../blocklists/operator.js';
import { receivers } from '../blocklists/receivers.js';
import type { Context } from '../context.js';
import { secretsOf } from '../delisting/discretion.js';
import { dnsLook } from '../delisting/dns-look.js';
import { lookAgain } from '../delisting/look-again.js';
import { type DelistingReaders, readJoinedGate } from '../delisting/read.js';
import { recheckDue, settle, troublesOf } from '../delisting/recheck.js';
import { removalOf } from '../delisting/removal.js';
import { isRunning } from '../delisting/request.js';
import { openOver, sentOver } from '../delisting/senders-over.js';
import { relisted, requestsOf } from '../delisting/store.js';
import { linkedCompromises } from '../incidents/culprits/links.js';
import type { Parts } from './context.js';

const HOUR_MS = 3_600_000;

/** The context's part of it. `ctx` is asked for late: it is built with this. */
export function delistingReaders(
  { config, directory, db, now, speed }: Pick<Parts, 'config' | 'directory' | 'db' | 'now' | 'speed'>,
  lists: readonly Blocklist[],
  ctx: () => Context,
): Pick<Context, 'delisting' | 'gateOf' | 'openOver' | 'sentOver' | 'requestsOf' | 'overdueOf' | 'relistedOf'> {
  const delisting: DelistingReaders = {
    db,
    now,
    speed,
    customer: (id) => ctx().customer(id),
    ownerOfDomain: (domain) => ctx().ownerOfDomain(domain),
    customerName: (id) => ctx().customerName(id),
    quietMs: config.delisting.quietHours * HOUR_MS,
    signature: config.delisting.signature,
    removalOf: (list, code) => removalOf(list, { lists, receivers }, code),
    linked: linkedCompromises,
    openOver: (tx, incident) => openOver(tx, incident, ctx()),
    sentOver: (tx, incident, from) => sentOver(tx, incident, from, ctx()),
    suspectsOf: (incident) => ctx().suspectsOf(incident),
    lastSpam: (customer, since) => ctx().lastSpam(customer, since),
    health: () => ctx().health(),
    lookAt: dnsLook,
    customersOver: (target) => ctx().impactOf([target]).customers,
    hits: (id) => ctx().hits(id),
    secrets: () => secretsOf(directory),
  };
  return {
    delisting,
    gateOf: (incident) => readJoinedGate(delisting, db, incident),
    openOver: (incident) => openOver(db, incident, ctx()),
    sentOver: (incident, from) => sentOver(db, incident, from, ctx()),
    requestsOf: (incidentId) => requestsOf(db, incidentId),
    overdueOf: (incident) =>
      requestsOf(db, incident.id)
        .filter((request) => isRunning(request) && request.state === 'overdue')
        .map((request) => ({ request, troubles: troublesOf(delisting, db, incident, request) })),
    relistedOf: (incidentId) =>
      relisted(db, incidentId).map(({ request }) => ({ ...request, listName: delisting.removalOf(request.list).name })),
  };
}

/** Brings the ledger in line with what is seen. */
export function settleDelisting(ctx: Context): void {
  settle(ctx.delisting);
  ctx.outbox.wake();
}

/** Does the re-checks that are due. */
export async function recheckDelisting(ctx: Context): Promise<void> {
  const deps = { ...ctx, removalOf: ctx.delisting.removalOf, trafficDb: ctx.config.database.traffic };
  await recheckDue({
    ...ctx.delisting,
    recheck: (request) => lookAgain(deps, request),
    onTrouble: ({ target, list }, error) => {
      ctx.noteDatabaseTrouble(error);
      ctx.log.error({ target, list, err: error }, 'a delisting request could not be looked after');
    },
  });
  ctx.outbox.wake();
}
