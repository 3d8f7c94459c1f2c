// A provider of several relays whose made-up mail is in a traffic database, as the log worker leaves it there.

import { openTrafficDb, type TrafficDb } from '../../src/db/open-traffic.js';
import { meaningOf } from '../../src/detection/clues/outcome.js';
import type { CounterRow } from '../../src/detection/counters/counter-cells.js';
import { Counters } from '../../src/detection/counters/counters.js';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding } from '../../src/detection/finding.js';
import { createTrafficStore } from '../../src/detection/live/traffic-store.js';
import type { MailEvent } from '../../src/mail/event.js';
import { Directory } from '../../src/partners/directory.js';
import type { World } from './traffic.js';

export const RELAYS = Directory.parse({
  relays: [
    { host: 'relay1', outbound_ip: '203.0.113.17' },
    { host: 'relay2', outbound_ip: '203.0.113.18' },
    { host: 'relay3', outbound_ips: ['203.0.113.19', '2001:db8::19'] },
  ],
}).relays;

export interface CountedWorld {
  directory: Directory;
  /** The latest of each key. */
  findings: CompromiseFinding[];
}

/** Counts and judges the world's mail up to `until` (ms), each message on a relay by turns, and writes it to the database. */
export function countWorld(world: World, path: string, until: number): CountedWorld {
  const findings = new Map<string, CompromiseFinding>();
  const directory: Directory = { ...world.directory(), relays: RELAYS };
  const counters = new Counters(RELAYS);
  const detector = new Detector({
    directory,
    onNewRecipients: (event, customer, count) => counters.countNew(event, customer, count),
  });
  for (const event of world.events()) {
    if (event.at >= until) break;
    const spread = onRelay(event);
    const customer = detector.customerOf(spread);
    const meaning = meaningOf(spread);
    if (customer !== undefined) counters.count(spread, customer, meaning);
    for (const finding of detector.seeRead(spread, meaning)) {
      if (finding.kind !== 'blocklist') findings.set(finding.key, finding);
    }
  }
  writeCounters(path, counters.take(), detector);
  return { directory, findings: [...findings.values()] };
}

/** Writes rows of counters, and what a detector knows, as one commit. */
export function writeCounters(path: string, rows: CounterRow[], detector?: Detector): void {
  const db: TrafficDb = openTrafficDb(path);
  createTrafficStore(db).commit({
    positions: [],
    messages: new Map(),
    state: detector?.takeChanges() ?? {
      rows: new Map(),
      familiar: { generation: 0, begunAt: 0, hashes: new Uint32Array() },
    },
    counters: rows,
    findings: [],
  });
  db.$client.close();
}

function onRelay<T extends MailEvent>(event: T): T {
  if (event.kind !== 'accepted' && event.kind !== 'delivery') return event;
  const n = Number(event.message.queueId.slice(1)) % RELAYS.length;
  return { ...event, message: { ...event.message, relay: RELAYS[n]?.host ?? '' } };
}
