// A watch in a small internet of its own: a real resolver, a real DNS server whose lists can be changed, a real database, a fast clock.
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ExtraBlocklist } from '../../../src/blocklists/choice.js';
import type { Blocklist } from '../../../src/blocklists/operator.js';
import { seededRandom } from '../../../src/blocklists/watch/plan.js';
import type { WatchClock } from '../../../src/blocklists/watch/turns.js';
import { Watch, type WatchOptions } from '../../../src/blocklists/watch/watch.js';
import type { Db } from '../../../src/db/open.js';
import { Resolver } from '../../../src/dns/resolver.js';
import { takeCleared, takeListed } from '../../../src/incidents/listings/take-seen.js';
import type { OpenDeps } from '../../../src/incidents/open.js';
import { type DnsReply, startDnsServer } from '../../../src/practice/internet/dns-server.js';
import { incidentDeps, SERIOUS, T0 } from '../../helpers/incidents.js';

/** Seconds of the watch in a real second: five minutes are a third of a second. */
export const SPEED = 900;
const STEP_MS = 2;

/** A list as its server behaves; change it while the watch runs. */
export interface ListServer {
  listed: Set<string>;
  manner: 'sound' | 'refuses' | 'silent' | 'lists the world' | 'lists nothing';
  code: string;
  /** What was asked, test entries and all. */
  asked: { name: string; at: number }[];
}

export interface World {
  db: Db;
  clock: WatchClock;
  lists: Record<string, ListServer>;
  /** True when no question of the DNS server is answered any more. */
  dns: { isDown: boolean };
  incidents: OpenDeps;
  /** Starts a watch; a second one is a restart. */
  start(change?: Partial<WatchOptions>): Running;
}

export interface Running extends Pick<Watch, 'tick' | 'report' | 'settled' | 'stop'> {
  /** What was passed on, in order. */
  told: string[];
  batches: number[];
  errors: unknown[];
}

export function listOf(id: string, change: Record<string, unknown> = {}): Blocklist {
  return ExtraBlocklist.parse({
    id,
    name: id.toUpperCase(),
    operator: `operator of ${id}`,
    zone: `${id}.test`,
    kinds: ['ipv4'],
    impact: 'critical',
    test_listed: { ipv4: '127.0.0.2' },
    test_clean: { ipv4: '127.0.0.1' },
    test_basis: 'documented',
    ...change,
  });
}

/**
 * Between two looks at it no more than `STEP_MS` of real time go by: while the process stands still, so does the watch's world. Else a
 * second of that would be a quarter of an hour in which no list answered.
 */
function fastClock(speed = SPEED): WatchClock {
  let lookedMs = performance.now();
  let awakeMs = 0;
  const now = () => {
    const nowMs = performance.now();
    awakeMs += Math.min(nowMs - lookedMs, STEP_MS);
    lookedMs = nowMs;
    return Math.round(T0 + awakeMs * speed);
  };
  const timer = setInterval(now, 1);
  onTestFinished(() => clearInterval(timer));
  return {
    now,
    async sleep(ms, signal) {
      const until = now() + ms;
      do await delay(Math.max(0, until - now()) / speed, undefined, { signal });
      while (now() < until);
    },
  };
}

export async function openWorld(
  db: Db,
  lists: Blocklist[],
  names: string[],
  shared: Partial<WatchOptions> = {},
): Promise<World> {
  const clock = fastClock();
  const servers = Object.fromEntries(
    lists.map(({ id }): [string, ListServer] => [
      id,
      { listed: new Set(), manner: 'sound', code: '127.0.0.2', asked: [] },
    ]),
  );
  const dns = { isDown: false };
  const server = await startDnsServer({
    answer: ({ name, type }) => {
      if (dns.isDown) return { fault: 'silent' };
      const id = name.split('.').at(-2) ?? '';
      const list = servers[id];
      if (type === 'A') list?.asked.push({ name, at: clock.now() });
      return list && answerOf(list, name.split('.').slice(0, 4).reverse().join('.'));
    },
  });
  const resolver = new Resolver({ servers: [server], timeoutMs: 40, tries: 2 });
  const incidents = {
    ...incidentDeps(db, clock.now),
    describeList: (id: string) => ({ id, name: id.toUpperCase(), inDns: true, ...SERIOUS }),
  };
  onTestFinished(async () => {
    resolver.close();
    await server.close();
  });
  return {
    db,
    clock,
    lists: servers,
    dns,
    incidents,
    start(change = {}) {
      const told: string[] = [];
      const batches: number[] = [];
      const errors: unknown[] = [];
      const watch = new Watch({
        db,
        clock,
        resolver,
        lists: () => lists,
        names: () => names,
        keys: {},
        rhythm: { criticalMinutes: 5, otherMinutes: 15 },
        holdShare: 0.3,
        random: seededRandom('test'),
        onListed: (seen) => {
          batches.push(seen.length);
          for (const { list, target, isFirstLook } of seen)
            told.push(`listed ${target} on ${list}${isFirstLook ? ' at first look' : ''}`);
          takeListed(incidents, seen);
        },
        onCleared: (pairs) => {
          for (const { list, target } of pairs) told.push(`cleared ${target} on ${list}`);
          takeCleared(incidents, pairs);
        },
        wake: () => {},
        onError: (error) => errors.push(error),
        ...shared,
        ...change,
      });
      const tick = () => watch.tick();
      const timer = setInterval(tick, 3);
      const stop = async () => {
        clearInterval(timer);
        await watch.stop();
      };
      onTestFinished(stop);
      const shown = { report: () => watch.report(), settled: () => watch.settled() };
      return { ...shown, tick, stop, told, batches, errors };
    },
  };
}

function answerOf({ listed, manner, code }: ListServer, address: string): DnsReply | undefined {
  switch (manner) {
    case 'refuses':
      return { a: ['127.255.255.254'] };
    case 'silent':
      return { fault: 'silent' };
    case 'lists the world':
      return { a: ['127.0.0.2'] };
    case 'lists nothing':
      return undefined;
    case 'sound':
      return address === '127.0.0.2' || listed.has(address) ? { a: [code], txt: ['because'] } : undefined;
  }
}

/** Addresses of a documentation network (RFC 5737). */
export function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `192.0.2.${i + 10}`);
}
