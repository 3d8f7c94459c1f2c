// The book: every containment in force, in memory, found by sender, login or customer in one step. Policy answers come from one.
import { localSet, loginKey, normaliseAddress } from '../mail/address.js';
import type { Containment, Rules } from './containment.js';

/** What a containment has done since it was placed: the proof that it works. */
export interface Hits {
  /** Requests it refused or re-routed. */
  count: number;
  /** Time of the last one, ms since the epoch. */
  lastAt: number;
}

export interface Book extends Rules {
  /** Replaces everything in one step. Counters go on for ids that stay; `earlier` seeds those that the book does not know. */
  replaceAll(containments: Iterable<Containment>, earlier?: ReadonlyMap<number, Hits>): void;
  /** Adds a containment, or replaces the one with its id. */
  put(containment: Containment): void;
  /** Forgets a containment and its counter. Unknown ids are ignored. */
  remove(id: number): void;
  /** In the order they were placed. */
  list(): Containment[];
  /** Counts requests, one unless told, the last of them at that time. Unknown ids are ignored. */
  countHit(id: number, at: number, count?: number): void;
  /** A copy of the counters, by containment id; those never hit are absent. */
  hits(): Map<number, Hits>;
}

interface BookOptions {
  /**
   * Domains that Postfix appends to a login without one (`smtpd_sasl_local_domain`): `anna` and `anna@relay.example` are then
   * one login. Any other domain behind a login is part of it.
   */
  localDomains?: readonly string[];
}

const NONE: readonly Containment[] = [];

interface Index {
  byId: Map<number, Containment>;
  bySender: Map<string, Containment[]>;
  byLogin: Map<string, Containment[]>;
  suspensions: Map<string, Containment[]>;
  reroutes: Map<string, Containment[]>;
}

/** Makes an empty book. */
export function createBook({ localDomains }: BookOptions = {}): Book {
  const local = localSet(localDomains);
  let index = emptyIndex();
  let counters = new Map<number, Hits>();

  function replaceAll(containments: Iterable<Containment>, earlier?: ReadonlyMap<number, Hits>): void {
    const next = emptyIndex();
    const kept = new Map<number, Hits>();
    for (const containment of containments) {
      enter(next, containment, local);
      const known = counters.get(containment.id) ?? earlier?.get(containment.id);
      if (known) kept.set(containment.id, { ...known });
    }
    index = next;
    counters = kept;
  }

  function strike(id: number): void {
    const containment = index.byId.get(id);
    if (containment) erase(index, containment, local);
  }

  return {
    get concernsCustomers() {
      return index.suspensions.size > 0 || index.reroutes.size > 0;
    },
    loginBlockOf: (login) => latest(index.byLogin.get(loginKey(login, local))),
    senderBlocksOf: (sender) => index.bySender.get(senderKey(sender)) ?? NONE,
    suspensionOf: (customer) => latest(index.suspensions.get(customer)),
    rerouteOf: (customer) => latest(index.reroutes.get(customer)),
    replaceAll,
    put(containment) {
      strike(containment.id);
      enter(index, containment, local);
    },
    remove(id) {
      strike(id);
      counters.delete(id);
    },
    list: () => [...index.byId.values()].sort(byPlacing),
    countHit(id, at, count = 1) {
      const hits = counters.get(id);
      if (hits) {
        hits.count += count;
        hits.lastAt = at;
      } else if (index.byId.has(id)) counters.set(id, { count, lastAt: at });
    },
    hits: () => new Map([...counters].map(([id, hits]) => [id, { ...hits }])),
  };
}

/** An envelope sender under the form it is compared by. `anna@firm.example.` is the same mailbox: a closing dot is no way around. */
export function senderKey(sender: string): string {
  const key = normaliseAddress(sender);
  return key.endsWith('.') ? key.slice(0, -1) : key;
}

function emptyIndex(): Index {
  return { byId: new Map(), bySender: new Map(), byLogin: new Map(), suspensions: new Map(), reroutes: new Map() };
}

/** The keys under which a containment is found. Blank senders and logins get none: the null sender `<>` is everybody's. */
function* placesOf(index: Index, { action, ...c }: Containment, local: ReadonlySet<string>) {
  if (action === 'suspend-outbound') yield [index.suspensions, c.customer] as const;
  if (action === 'reroute') yield [index.reroutes, c.customer] as const;
  if (action !== 'block-sender') return;
  for (const key of new Set(c.senders.map(senderKey))) if (key !== '') yield [index.bySender, key] as const;
  for (const key of new Set(c.logins.map((login) => loginKey(login, local)))) {
    if (key !== '') yield [index.byLogin, key] as const;
  }
}

function enter(index: Index, containment: Containment, local: ReadonlySet<string>): void {
  index.byId.set(containment.id, containment);
  for (const [map, key] of placesOf(index, containment, local)) {
    map.set(key, [...(map.get(key) ?? []), containment].sort(byPlacing));
  }
}

function erase(index: Index, containment: Containment, local: ReadonlySet<string>): void {
  index.byId.delete(containment.id);
  for (const [map, key] of placesOf(index, containment, local)) {
    const others = (map.get(key) ?? []).filter(({ id }) => id !== containment.id);
    if (others.length > 0) map.set(key, others);
    else map.delete(key);
  }
}

/** The containment placed last decides: of two re-routes, the later one is what the desk wants now. */
function latest(containments: Containment[] | undefined): Containment | undefined {
  return containments?.at(-1);
}

/** By id: a clock that is set back between two of them does not turn them round. */
function byPlacing(a: Containment, b: Containment): number {
  return a.id - b.id;
}
