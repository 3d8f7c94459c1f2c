import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.js';
import type { Context } from '../../src/context.js';
import { openTrafficDb } from '../../src/db/open-traffic.js';
import { counters } from '../../src/db/traffic-schema.js';
import { noticesOf } from '../../src/incidents/notify.js';
import { findIncident, incidentsSince } from '../../src/incidents/store.js';
import { takeCleared, takeListed } from '../../src/incidents/watch.js';
import { loadDirectory } from '../../src/partners/load.js';
import { noticeReaders, sendDueNotices } from '../../src/wiring/notices.js';
import { incidentDeps, T0 } from '../helpers/incidents.js';
import { freshDb, tempDir } from '../helpers/temp.js';

const HOUR = 3_600_000;
const MAIL = { smtp: 'smtp://127.0.0.1:1', from: 'desk@relay.example' };

/** Two relays; Kvist of partner one sends over the listed one, Vestmar of partner two over the other, Solo has no partner. */
function setUp(change: Record<string, unknown> = {}) {
  const traffic = join(tempDir(), 'traffic.db');
  const config = parseConfig({
    channels: { compromise: 'a', listing: 'b' },
    people: [{ slack: 'U1', name: 'Ann', role: 'technician' }],
    database: { traffic },
    relays: [
      { host: 'relay1', outbound_ip: '203.0.113.17' },
      { host: 'relay2', outbound_ips: ['203.0.113.18', '2001:db8::2'] },
    ],
    partners: [
      { id: 'one', name: 'Example IT', contact: 'it@one.example' },
      { id: 'two', name: 'Vest Data', contact: 'desk@two.example' },
    ],
    customers: [
      { id: 'kvist', name: 'Kvist AS', partner: 'one' },
      { id: 'vestmar', name: 'Vestmar AS', partner: 'two' },
      { id: 'solo', name: 'Solo AS' },
    ],
    ...change,
  });
  const trafficDb = openTrafficDb(traffic);
  const mail = (customer: string, relay: string) => ({ hour: Math.floor(T0 / HOUR) - 2, customer, relay, messages: 5 });
  trafficDb
    .insert(counters)
    .values([mail('kvist', 'relay1'), mail('solo', 'relay1'), mail('vestmar', 'relay2')])
    .run();
  trafficDb.$client.close();

  const db = freshDb();
  const deps = incidentDeps(db);
  const ctx = { ...deps, config, outbox: { wake() {} } } as unknown as Context;
  const parts = { config, directory: loadDirectory(config) };
  const plan = noticeReaders(parts, () => ctx).noticePlan;
  const listed = (target: string) =>
    takeListed(deps, [{ target, list: 'zen', codes: ['127.0.0.3'], meanings: ['CSS'], text: '', at: T0 }]);
  return { db, deps, ctx, parts, plan, listed };
}

describe('whom a listing concerns', () => {
  it('is the partner whose customers sent over the listed address, and nobody else', () => {
    const { plan, listed } = setUp();
    const [opened] = listed('203.0.113.17');

    expect(plan?.(opened?.incident as never)).toMatchObject({
      kind: 'listed',
      partners: [{ id: 'one', name: 'Example IT', contact: 'it@one.example', customers: ['Kvist AS'] }],
    });
  });

  it('knows an IPv6 address however it is written', () => {
    const { plan, listed } = setUp();
    const [opened] = listed('2001:db8:0:0::2');

    expect(plan?.(opened?.incident as never)?.partners.map(({ id }) => id)).toEqual(['two']);
  });
});

describe('notices without a click', () => {
  it('are sent of the beginning and of the end, once each', () => {
    const { db, deps, ctx, parts, listed } = setUp({ mail: MAIL, notices: { automatic: true } });
    const [opened] = listed('203.0.113.17');
    const kinds = () => noticesOf(db, opened?.incident?.id ?? 0).map(({ partner, kind }) => `${partner} ${kind}`);

    sendDueNotices(parts, ctx);
    sendDueNotices(parts, ctx);
    expect(kinds()).toEqual(['one listed']);

    takeCleared(deps, [
      { target: '203.0.113.17', list: 'spamhaus-zen' },
      { target: '203.0.113.17', list: 'zen' },
    ]);
    sendDueNotices(parts, ctx);
    sendDueNotices(parts, ctx);
    expect(kinds()).toEqual(['one listed', 'one clear']);
  });

  it('are not sent where the config does not say so, nor where no server is configured', () => {
    for (const change of [{ mail: MAIL }, { notices: { automatic: true } }]) {
      const { db, ctx, parts, listed } = setUp(change);
      listed('203.0.113.17');
      sendDueNotices(parts, ctx);
      const [incident] = incidentsSince(db, 0);
      expect(noticesOf(db, findIncident(db, incident?.id ?? 0)?.id ?? 0)).toEqual([]);
    }
  });
});
