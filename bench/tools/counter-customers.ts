// 1,000 customers with their mailboxes and machines, and what their mail of an hour adds up to: for benchmarks of the counters.
import { type CounterRow, type Kind, OTHER, SUMS, type Sums } from '../../src/detection/counters/counter-cells.js';
import { Directory } from '../../src/partners/directory.js';
import { chance, gauss } from './chance.js';

export const HOUR_MS = 3_600_000;
export const DAY_HOURS = 24;
/** A Monday. */
export const BEGIN_HOUR = Math.floor(Date.UTC(2026, 0, 5) / HOUR_MS);
export const CUSTOMERS = 1_000;
const ADDRESSES = 8;
export const RELAYS = 4;
/** Receivers with a name of their own: providers, and domains with much mail. */
const RECEIVERS = 250;
export const MOBILE_NETWORKS = 60;
const ZERO = Object.fromEntries(SUMS.map((name) => [name, 0])) as Sums;

export interface Person {
  sender: string;
  login: string;
  home: string;
}

export interface Base {
  name: string;
  office: string;
  people: Person[];
  /** Programs that send round the clock: invoices, scanners, monitoring. */
  machines: string[];
}

export const base = Array.from({ length: CUSTOMERS }, (_, i) => makeCustomer(i));
export const { relays } = Directory.parse({
  relays: Array.from({ length: RELAYS }, (_, i) => ({
    host: `relay${i}`,
    outbound_ips: [`203.0.113.${2 * i}`, `203.0.113.${2 * i + 1}`],
  })),
});

/** Half of all customers have eight mailboxes or fewer, one in a hundred has 150 and more. */
function makeCustomer(i: number): Base {
  const domain = `customer${i}.example`;
  const mailboxes = Math.ceil(8 * Math.exp(1.3 * gauss()));
  return {
    name: `customer-${i}`,
    office: `10.${i >> 8}.${i & 255}.0/24`,
    people: Array.from({ length: mailboxes }, (_, n) => ({
      sender: `firstname.lastname${n}@${domain}`,
      login: `firstname.lastname${n}@${domain}`,
      home: `172.${16 + (n % 16)}.${(i * 7 + n) & 255}.7`,
    })),
    machines: Array.from({ length: 1 + Math.floor(3 * chance()) }, (_, n) => `noreply${n}@${domain}`),
  };
}

/** The rows of one hour: who is at work, and what their mail adds up to. */
export function rowsOf(hour: number): CounterRow[] {
  const rows: CounterRow[] = [];
  const ofDay = hour % DAY_HOURS;
  const isWorkday = Math.floor((hour - BEGIN_HOUR) / DAY_HOURS) % 7 < 5;
  // Seven in ten mailboxes send on a workday, in four hours of it.
  const isWork = ofDay >= 7 && ofDay < 19;
  const active = (isWorkday ? 0.7 : 0.15) * (isWork ? 4 / 12 : 0.03);
  const receivers = new Set<number>();
  for (const one of base) {
    const at = rows.length;
    let mail = 0;
    const networks = new Set<string>();
    for (const person of one.people) {
      if (chance() > active) continue;
      const messages = 1 + Math.floor(6 * chance() ** 3);
      mail += messages;
      rows.push(
        rowOf(hour, 'sender', one.name, person.sender, messages),
        rowOf(hour, 'login', one.name, person.login, messages),
      );
      networks.add(networkNow(one, person));
    }
    for (const machine of one.machines) {
      if (chance() > 0.5) continue;
      mail += 5;
      rows.push(rowOf(hour, 'sender', one.name, machine, 5));
      networks.add(one.office);
    }
    if (mail === 0) continue;
    for (const network of networks) rows.push(rowOf(hour, 'network', one.name, network, mail));
    const spread = (kind: Kind, names: readonly string[]) => {
      for (let i = 0; i < Math.min(mail, names.length); i++)
        rows.push(rowOf(hour, kind, one.name, names[i] ?? '', mail));
    };
    spread(
      'relay',
      relays.map(({ host }) => host),
    );
    spread(
      'outbound',
      relays.flatMap(({ outbound_ips }) => outbound_ips),
    );
    for (let i = at; i < rows.length; i++) receivers.add(Math.floor(RECEIVERS * chance() ** 3));
  }
  for (let address = 0; address < ADDRESSES; address++)
    for (const receiver of [...receivers, -1])
      rows.push(
        rowOf(hour, 'receiver', `203.0.113.${address}`, receiver < 0 ? OTHER : `receiver${receiver}.example`, 20),
      );
  return rows;
}

/** Mostly the office, else at home, sometimes a telephone. */
function networkNow(one: Base, person: Person): string {
  const where = chance();
  if (where < 0.6) return one.office;
  return where < 0.85 ? person.home : `100.64.${Math.floor(MOBILE_NETWORKS * chance())}.0/24`;
}

export function rowOf(hour: number, kind: Kind, owner: string, name: string, messages: number): CounterRow {
  const row = { ...ZERO, hour, kind, owner, name, messages, recipients: messages, sent: messages };
  if (chance() < 0.1) Object.assign(row, { deferred: 1, bounced: 1, unknownUsers: 1 });
  if (chance() < 0.5) row.newRecipients = 1;
  return row;
}

export function eventsOf(rows: readonly CounterRow[]): number {
  return rows.reduce((sum, row) => sum + (row.kind === 'sender' ? row.messages * 2.4 : 0), 0);
}
