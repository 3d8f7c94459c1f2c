// The senders of a large provider, who they are and what they write: the customer file and lines of the log.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gauss } from './chance.js';

/** Whom each of them writes to. */
export const ACQUAINTANCES = 10;

export interface Sender {
  customer: number;
  address: string;
  login: string | undefined;
  clientIp: string;
}

/** A third each: people with a login each, machines behind one login, machines behind one address. Few customers have many. */
export function makeSenders(customers: number, identities: number): Sender[] {
  const senders: Sender[] = [];
  for (let customer = 0; customer < customers; customer++) {
    const left = identities - senders.length;
    const most = Math.max(1, left - (customers - customer - 1));
    const mean = left / (customers - customer);
    const count = customer === customers - 1 ? left : Math.min(most, Math.ceil(mean * 0.43 * Math.exp(1.3 * gauss())));
    for (let n = 0; n < count; n++) {
      const address = `firstname.lastname${n}@${domainOf(customer)}`;
      const login = customer % 3 === 0 ? address : customer % 3 === 1 ? `smtp@${domainOf(customer)}` : undefined;
      const clientIp =
        customer % 3 === 0
          ? `${20 + (n % 60)}.${customer >> 12}.${(customer >> 4) & 255}.${(n * 7 + customer) & 255}`
          : officeOf(customer);
      senders.push({ customer, address, login, clientIp });
    }
  }
  return senders;
}

function domainOf(customer: number): string {
  return `customer${customer}.example`;
}

function officeOf(customer: number): string {
  return `10.${customer >> 14}.${(customer >> 6) & 255}.${(customer & 63) * 4 + 1}`;
}

export function nameOf(customer: number): string {
  return `cust-${String(customer).padStart(6, '0')}`;
}

export function writeDirectory(dir: string, count: number, senders: Sender[]): void {
  const logins = new Map<number, Set<string>>();
  for (const { customer, login } of senders) {
    if (login === undefined) continue;
    const known = logins.get(customer) ?? new Set();
    logins.set(customer, known.add(login));
  }
  const customers = Array.from({ length: count }, (_, i) => ({
    ...{ id: nameOf(i), name: `Customer ${i} Ltd`, partner: `p-${i % 500}`, contact: `postmaster@${domainOf(i)}` },
    ...{ domains: [domainOf(i)], sasl_users: [...(logins.get(i) ?? [])], ips: i % 3 === 2 ? [officeOf(i)] : [] },
  }));
  const partners = Array.from({ length: 500 }, (_, i) => ({ id: `p-${i}`, name: `Partner ${i}` }));
  const relays = [0, 1, 2, 3].map((i) => ({ host: `relay${i}`, outbound_ip: `203.0.113.${i + 1}` }));
  writeFileSync(join(dir, 'customers.json'), JSON.stringify({ relays, partners, customers }, null, 1));
}

/** Somebody a sender writes to. */
export function friendOf({ customer, address }: Sender, n: number): string {
  return `kari${(customer * 31 + n * 7 + address.length) % 50_000}@receiver${(customer + n) % 3_000}.example`;
}

export function linesOf(sender: Sender, i: number, atMs: number): string {
  const { address, login, clientIp } = sender;
  const to = friendOf(sender, i % ACQUAINTANCES);
  const domain = to.slice(to.indexOf('@') + 1);
  // Digits, because there are no vowels in a long queue id: Postfix's readers leave lines with another alone.
  const id = `4cQ${String(i).padStart(7, '0')}zGJ`;
  const at = stampOf(atMs);
  const sasl = login === undefined ? '' : `, sasl_method=PLAIN, sasl_username=${login}`;
  const host = `relay${i % 4}`;
  return [
    `postfix/smtpd[101]: ${id}: client=unknown[${clientIp}]${sasl}`,
    `postfix/cleanup[102]: ${id}: message-id=<${i}.${id}@mail.example>`,
    `postfix/qmgr[103]: ${id}: from=<${address}>, size=4821, nrcpt=1 (queue active)`,
    `postfix/smtp[104]: ${id}: to=<${to}>, relay=mx.${domain}[198.51.100.7]:25, delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)`,
    `postfix/qmgr[103]: ${id}: removed`,
  ]
    .map((rest) => `${at} ${host} ${rest}\n`)
    .join('');
}

export function stampOf(at: number): string {
  return new Date(at).toISOString();
}
