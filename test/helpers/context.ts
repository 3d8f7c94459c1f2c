// A context that nothing is known in beside the incidents: whatever else is asked answers that there is nothing. A test gives what it is about.
import pino from 'pino';
import { parseConfig } from '../../src/config.js';
import type { Context, ListingReaders, TrafficReaders } from '../../src/context.js';
import type { Db } from '../../src/db/open.js';
import { NO_SENDERS } from '../../src/detection/traffic/recent-senders.js';
import { delistingReaders } from './delisting.js';
import { incidentDeps, T0 } from './incidents.js';

type Readers = ListingReaders &
  TrafficReaders &
  Pick<Context, 'learnedOf' | 'explain' | 'findCustomer' | 'findPartner' | 'hygiene'>;

/** No mail was counted, nobody was told or asked, and nobody is suspected. */
export const NOTHING_KNOWN: Readers = {
  impactOf: () => ({ share: undefined, messages: 0, customers: 0, addresses: 0, cleanAddresses: 0, cleanRelays: 0 }),
  suspectsOf: () => [],
  lastSpam: () => undefined,
  sendersOf: () => NO_SENDERS,
  attribute: async () => {},
  gateOf: () => ({ isOpen: false, points: [] }),
  openOver: () => [],
  sentOver: () => [],
  requestsOf: () => [],
  overdueOf: () => [],
  relistedOf: () => [],
  outboundAddresses: () => [],
  isAsked: () => true,
  sndsOf: () => [],
  noticesOf: () => ({ sent: 0, drafted: 0 }),
  noticePlan: () => undefined,
  volumeOf: () => undefined,
  volumesInTurns: async () => [],
  trafficIn: async () => ({ volumes: [], senders: { byRefusals: [], byComplaints: [], byNewRecipients: [] } }),
  learnedOf: () => undefined,
  explain: async () => [],
  findCustomer: () => ({ kind: 'near', near: [], more: 0 }),
  findPartner: () => undefined,
  hygiene: { subjectsOf: () => [], look: async () => [], round: async () => {}, isDue: () => false, stop: () => {} },
};

/** A whole context of a desk with one person, over a database at a time that the test moves. */
export function testContext(db: Db, now: () => number = () => T0, change: Partial<Context> = {}): Context {
  const config = parseConfig({
    channels: { compromise: '#abuse-desk', listing: '#deliverability' },
    people: [{ slack: 'U1', name: 'Ann', role: 'lead' }],
  });
  return {
    ...incidentDeps(db, now),
    ...NOTHING_KNOWN,
    config,
    log: pino({ level: 'silent' }),
    outbox: { wake() {}, settled: async () => {}, stop: async () => {} },
    customerName: (id) => id,
    partnerOf: () => undefined,
    check: async () => [],
    cleanRoutes: () => [],
    health: () => [],
    delisting: delistingReaders(db, now),
    noteDatabaseTrouble: () => {},
    ...change,
  };
}
