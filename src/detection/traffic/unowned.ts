// Logins, client addresses and sender domains that were seen in the traffic and belong to no customer, and customers named there that
// nobody is, for `relaywarden customers check`.
import { readTraffic, type TrafficDb } from '../../db/open-traffic.js';
import { domainOf } from '../../mail/address.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { Accepted, MailEvent, Refused } from '../../mail/event.js';
import { networkOf } from '../counters/counted-network.js';
import { KINDS, OTHER } from '../counters/counter-cells.js';
import { type CountTable, spanOf, UNIT } from '../counters/counter-sql.js';
import { NameReader } from '../counters/names.js';

const HOUR_MS = 3_600_000;

export interface Unowned {
  /** customer: an id that a relay gave with the message; its mail counts as if none had been given. */
  what: 'login' | 'address' | 'domain' | 'customer';
  /** As the log had it. Hostile text. */
  name: string;
  messages: number;
  /** Recipients that a relay of ours refused. */
  refused: number;
  /** ms. When counted by the hour (or day), the beginning of the first and the end of the last hour, which may be later than now. */
  firstSeenAt: number;
  lastSeenAt: number;
  isByHour: boolean;
  /** Of a login that is nobody's in mail that is somebody's all the same: the customer it counts for. */
  countsFor?: string;
}

/**
 * Reports whether a name never got a message accepted: it may be any stranger, or a customer whose address is not allowed yet. Never true
 * of a login, which somebody must have been given, nor of a customer's id, which a relay of ours gave.
 */
export function isOnlyRefused({ what, messages }: Unowned): boolean {
  return messages === 0 && (what === 'address' || what === 'domain');
}

/** Everything unattributed that was counted since a time (ms), most messages first; empty while the worker never ran. */
export function unownedSince(trafficDb: string, since: number): Unowned[] {
  return readTraffic(trafficDb, [], (db) => {
    const names = new NameReader(db);
    const owner = names.idOf(UNATTRIBUTED);
    if (owner === undefined) return [];
    const which = `kind in (${KINDS.sender}, ${KINDS.login}, ${KINDS.network}) and owner = ${owner}`;
    const found = new Sums(true);
    for (const table of ['day_counts', 'hour_counts'] as const)
      for (const row of rowsOf(db, table, since, which)) found.add(WHAT[row.kind], names.textOf(row.name), row);
    return found.sorted();
  });
}

/** The logins in mail of customers that nobody has: those `isNobodys` names, each with the customer its mail counted for. */
export function foreignLoginsSince(trafficDb: string, since: number, isNobodys: (login: string) => boolean): Unowned[] {
  return readTraffic(trafficDb, [], (db) => {
    const names = new NameReader(db);
    const found = new Sums(true);
    for (const table of ['day_counts', 'hour_counts'] as const)
      for (const row of rowsOf(db, table, since, `kind = ${KINDS.login}`)) {
        const [login, customer] = [names.textOf(row.name), names.textOf(row.owner)];
        if (customer !== UNATTRIBUTED && isNobodys(login)) found.add('login', login, row, customer);
      }
    return found.sorted();
  });
}

/** Both from events instead of counters, with exact times. */
export class UnownedTally {
  private readonly found = new Sums(false);

  /** Takes an event that is unattributed. */
  take(event: MailEvent): void {
    if (event.kind !== 'accepted' && event.kind !== 'refused') return;
    const { sender, login, clientIp } = event.kind === 'accepted' ? event.message : event;
    const seen = seenIn(event);
    this.found.add('domain', sender, seen);
    if (login !== undefined) this.found.add('login', login, seen);
    if (clientIp !== undefined) this.found.add('address', networkOf(clientIp, UNATTRIBUTED), seen);
  }

  /** Takes an event whose login is nobody's and whose mail counts for a customer. */
  takeForeignLogin(event: Accepted | Refused, countsFor: string): void {
    const { login } = event.kind === 'accepted' ? event.message : event;
    if (login !== undefined) this.found.add('login', login, seenIn(event), countsFor);
  }

  /** Takes an event with which a relay gave a customer's id, if no customer has it. */
  takeCustomer(event: MailEvent, isCustomer: (id: string) => boolean): void {
    if (event.kind !== 'accepted' && event.kind !== 'refused') return;
    const { customer } = event.kind === 'accepted' ? event.message : event;
    if (customer !== undefined && !isCustomer(customer)) this.found.add('customer', customer, seenIn(event));
  }

  sorted(): Unowned[] {
    return this.found.sorted();
  }
}

function seenIn({ kind, at }: Accepted | Refused): Seen {
  return { messages: kind === 'accepted' ? 1 : 0, refused: kind === 'accepted' ? 0 : 1, from: at, to: at };
}

interface Seen {
  messages: number;
  refused: number;
  /** ms */
  from: number;
  to: number;
}

/** Counts by kind, owner and name of the rows that `which` (SQL) picks. */
function rowsOf(db: TrafficDb, table: CountTable, since: number, which: string) {
  const unit = UNIT[table];
  const ms = table === 'hour_counts' ? HOUR_MS : 24 * HOUR_MS;
  return db.$client
    .prepare<[object], Seen & { kind: number; owner: number; name: number }>(
      `select kind, owner, name, sum(messages) messages, sum(refused) refused, min(${unit}) * ${ms} "from", (max(${unit}) + 1) * ${ms} "to"
       from ${spanOf(table, '@from', '@to')} cross join ${table} on ${unit} = h and ${which} group by kind, owner, name`,
    )
    .all({ from: Math.floor(since / ms), to: Number.MAX_SAFE_INTEGER });
}

const WHAT: Readonly<Record<number, Unowned['what']>> = {
  [KINDS.sender]: 'domain',
  [KINDS.login]: 'login',
  [KINDS.network]: 'address',
};

/** Names held. Further ones are left out, because invented names must not fill the memory. */
const MOST_NAMES = 200_000;

class Sums {
  private readonly found = new Map<string, Unowned>();

  constructor(private readonly isByHour: boolean) {}

  /** Adds counts to a name. Senders are added up by domain, because domains are what the customer file lists. */
  add(what: Unowned['what'] | undefined, text: string, seen: Seen, countsFor?: string): void {
    const { messages, refused, from, to } = seen;
    const name = what === 'domain' ? domainOf(text) : text;
    if (what === undefined || name === '' || name === OTHER) return;
    const key = `${what} ${countsFor ?? ''} ${name}`;
    const one = this.found.get(key);
    if (!one) {
      if (this.found.size >= MOST_NAMES) return;
      const { isByHour } = this;
      const unowned = { what, name, messages, refused, firstSeenAt: from, lastSeenAt: to, isByHour };
      this.found.set(key, countsFor === undefined ? unowned : { ...unowned, countsFor });
      return;
    }
    one.messages += messages;
    one.refused += refused;
    one.firstSeenAt = Math.min(one.firstSeenAt, from);
    one.lastSeenAt = Math.max(one.lastSeenAt, to);
  }

  sorted(): Unowned[] {
    const isMail = ({ messages, refused }: Unowned) => messages + refused > 0;
    return [...this.found.values()]
      .filter(isMail)
      .toSorted((a, b) => b.messages - a.messages || b.refused - a.refused || (a.name < b.name ? -1 : 1));
  }
}
