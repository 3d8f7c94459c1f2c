// A provider of a seed: its relays, customers and receivers, and the mail of the days, drawn one day at a time.

import { type Makers, makeCustomer } from './customers.js';
import { type Dice, dice } from './dice.js';
import { beginListing, type Listing } from './listings.js';
import type { Auth, Customer, Mailbox, Send, Story } from './model.js';
import { DomainNames } from './names.js';
import { type Client, Networks, platforms } from './networks.js';
import { Receivers } from './receivers.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface Relay {
  host: string;
  ips: string[];
  hasLongIds: boolean;
  instance: string;
  /** Postfix 3.11 and later tell how a delivery was encrypted. */
  hasTlsStatus: boolean;
  /** `smtpd_client_port_logging`. */
  logsPorts: boolean;
}

export interface WorldOptions {
  seed: number;
  customers: number;
  days: number;
}

export class World {
  readonly dice: Dice;
  readonly makers: Makers;
  readonly relays: Relay[];
  readonly customers: Customer[] = [];
  readonly stories: Story[] = [];
  readonly listings: Listing[] = [];
  /** First moment, midnight on the relays' clock. */
  readonly start: number;
  /** Hours the relays' clock is ahead of UTC. */
  readonly zone: number;
  readonly days: number;
  /** Failed logins and other lines that belong to no message: time and what happens. */
  readonly knocks: { at: number; login: string; client: Client; times: number; everyMs: number }[] = [];
  private readonly sends: Send[][];

  constructor({ seed, customers, days }: WorldOptions) {
    this.dice = dice(seed * 7919 + 13);
    const d = this.dice;
    this.days = days;
    this.zone = d.pick([-8, -5, 0, 1, 1, 2, 2, 3]);
    this.start = Date.UTC(d.int(2024, 2028), d.int(0, 11), d.int(1, 28)) - this.zone * HOUR;
    this.sends = Array.from({ length: days }, () => []);
    const domains = new DomainNames(d);
    const receivers = new Receivers(d, domains, 1_500, 12_000);
    this.relays = makeRelays(d);
    this.makers = {
      dice: d,
      domains,
      networks: new Networks(d),
      platforms: platforms(d),
      receivers,
      zone: this.zone,
      relays: this.relays.length,
    };
    for (let n = 0; n < customers; n++) this.addCustomer(0);
  }

  get end(): number {
    return this.start + this.days * DAY;
  }

  get receivers(): Receivers {
    return this.makers.receivers;
  }

  addCustomer(from: number, auth?: Auth): Customer {
    const customer = makeCustomer(this.makers, this.customers.length, from, auth);
    this.customers.push(customer);
    return customer;
  }

  /** An hour of the customer's own day. */
  time(customer: Customer, day: number, hour: number): number {
    return this.start + day * DAY + (hour + this.zone - customer.zone) * HOUR;
  }

  /** Day of the week, 0 is Sunday. */
  weekday(day: number): number {
    return new Date(this.start + this.zone * HOUR + day * DAY).getUTCDay();
  }

  dayOfMonth(day: number): number {
    return new Date(this.start + this.zone * HOUR + day * DAY).getUTCDate();
  }

  works(customer: Customer, day: number): boolean {
    return customer.workdays.has(this.weekday(day));
  }

  /** How the mail of a mailbox comes in. */
  origin(customer: Customer, mailbox: Mailbox): Pick<Send, 'login' | 'client'> {
    switch (customer.auth) {
      case 'mailbox':
        return { login: mailbox.login, client: mailbox.where() };
      case 'smarthost':
        return { login: customer.logins[0], client: customer.server };
      case 'address':
        return { login: undefined, client: customer.server };
      case 'platform':
        return { login: undefined, client: (customer.platform as NonNullable<Customer['platform']>).host() };
    }
  }

  /** Adds a message; what lies before the first or after the last day never happens. */
  send(send: Send): void {
    const day = Math.floor((send.at - this.start) / DAY);
    if (send.at >= this.start) this.sends[day]?.push(send);
  }

  /** Takes a day's messages, in order of time. */
  takeDay(day: number): Send[] {
    const sends = this.sends[day] ?? [];
    this.sends[day] = [];
    return sends.sort((a, b) => a.at - b.at);
  }

  story(what: Story['what'], name: string, customer: Customer, kind: Story['kind'] = 'single'): Story {
    const story: Story = {
      id: this.stories.length,
      what,
      name,
      customer: customer.id,
      kind,
      start: Number.POSITIVE_INFINITY,
      end: 0,
      senders: new Map(),
      logins: new Set(),
      clientIps: new Set(),
      sent: [],
      messages: 0,
      recipients: 0,
    };
    this.stories.push(story);
    return story;
  }

  /** A listing begins. The same kind comes over an address once only: a second one would not be told from the first. */
  list(at: number): void {
    const relay = this.dice.pick(this.relays);
    const listing = beginListing(this.dice, relay.host, relay.ips[0] as string, at);
    const isKnown = this.listings.some(({ relay: host, kind }) => host === relay.host && kind === listing.kind);
    if (!isKnown) this.listings.push(listing);
  }

  /** The shape of samples/customers.json. */
  directory() {
    const partners = [...new Set(this.customers.map(({ partner }) => partner))].sort();
    return {
      relays: this.relays.map(({ host, ips }) => ({ host, name: `${host}.relay.example`, outbound_ips: ips })),
      partners: partners.map((id) => ({ id, name: id, contact: `abuse@${id}.example` })),
      customers: this.customers.map((customer) => ({
        id: customer.id,
        name: customer.name,
        partner: customer.partner,
        contact: `postmaster@${customer.domain}`,
        auth: { mailbox: 'sasl-mailbox', smarthost: 'sasl-smarthost', address: 'ip', platform: 'm365' }[customer.auth],
        domains: customer.domains,
        sasl_domains: customer.auth === 'mailbox' ? [customer.domain] : [],
        sasl_users: customer.logins,
        ips: customer.ips,
        shared_ips: customer.platform?.networks ?? [],
        declared_senders: customer.declared,
      })),
    };
  }
}

function makeRelays(dice: Dice): Relay[] {
  const stem = dice.pick(['relay', 'out', 'mx-out', 'smtp', 'mta']);
  const first = dice.int(60, 200);
  return Array.from({ length: dice.int(2, 5) }, (_, i) => ({
    host: `${stem}${i + 1}`,
    ips: [`203.0.113.${first + i * 3}`, ...(dice.is(0.3) ? [`2001:db8:ffff::${i + 10}`] : [])],
    hasLongIds: dice.is(0.5),
    instance: dice.is(0.8) ? 'postfix' : 'postfix-out',
    hasTlsStatus: dice.is(0.25),
    logsPorts: dice.is(0.15),
  }));
}
