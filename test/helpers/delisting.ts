// What the way off a list reads, for tests: the real database and links, and everything else as a test says.
import { blocklists } from '../../src/blocklists/operators/index.js';
import { receivers } from '../../src/blocklists/receivers.js';
import type { Db } from '../../src/db/open.js';
import type { GateFacts } from '../../src/delisting/gate.js';
import type { DelistingReaders } from '../../src/delisting/read.js';
import { removalOf } from '../../src/delisting/removal.js';
import { linkedCompromises, putLink } from '../../src/incidents/culprits/links.js';
import { takeListed } from '../../src/incidents/listings/take-seen.js';
import { ACME, incidentDeps, T0 } from './incidents.js';

export const IP = '203.0.113.17';
export const HOUR_MS = 3_600_000;

export const goodLook = (lookedAt: number): GateFacts['look'] => ({
  lookedAt,
  points: [
    { id: 'ptr', name: 'PTR', state: 'ok', text: 'mail1.relay.example, and back' },
    { id: 'spf', name: 'SPF', state: 'ok', text: 'mail1.relay.example sends from it' },
  ],
});

/** Readers over a database at a time that the test moves. */
export function delistingReaders(
  db: Db,
  now: () => number = () => T0,
  change: Partial<DelistingReaders> = {},
): DelistingReaders {
  return {
    ...incidentDeps(db, now),
    quietMs: 4 * HOUR_MS,
    signature: 'Example Relay, abuse desk',
    removalOf: (list, code) => removalOf(list, { lists: blocklists, receivers }, code),
    customerName: (id) => (id === ACME.id ? ACME.name : id),
    linked: linkedCompromises,
    openOver: () => [],
    sentOver: () => [],
    suspectsOf: () => [],
    lastSpam: () => undefined,
    health: () => [],
    lookAt: () => goodLook(now()),
    customersOver: () => 212,
    secrets: () => [ACME.name, ...ACME.domains],
    ...change,
  };
}

/** Links a compromise to a listing, as a person would. */
export function link(db: Db, listingIncident: number, compromiseIncident: number, linkedAt = T0): void {
  putLink(db, { listingIncident, compromiseIncident, linkedAt, linkedBy: 'Ann' });
}

/** Opens a listing incident over the DNS; returns its id. */
export function list(
  db: Db,
  {
    now = () => T0,
    target = IP,
    list: id = 'spamhaus-zen',
  }: { now?: () => number; target?: string; list?: string } = {},
): number {
  const deps = incidentDeps(db, now);
  const facts = { inDns: true, impact: 'critical', confidence: 'high', scope: 'address' } as const;
  const [taken] = takeListed({ ...deps, describeList: () => ({ id, name: id, ...facts }) }, [
    { target, list: id, codes: ['127.0.0.3'], meanings: ['CSS'], text: 'https://check.example/', at: now() },
  ]);
  if (!taken || !('incident' in taken) || !taken.incident) throw new Error('no incident');
  return taken.incident.id;
}
