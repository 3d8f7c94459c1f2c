// What firms do, as far as their mail shows it. Ranges, from which each customer draws its own.

export interface Trade {
  name: string;
  weight: number;
  /** Median mailboxes and their spread (log-normal). */
  size: readonly [number, number];
  /** Median messages of a mailbox on a working day. */
  perDay: number;
  /** Share of recipients never written to before. */
  strangers: number;
  /** Share of consumers among those written to. */
  consumers: number;
  /** Share of dead addresses among strangers. */
  dead: number;
  days: 'office' | 'six' | 'weekend' | 'all';
  hours: readonly [number, number];
  /** Machines it may have, with their likelihood. */
  apps: Partial<Record<AppName, number>>;
}

export type AppName =
  | 'scanner'
  | 'backup'
  | 'monitor'
  | 'shop'
  | 'booking'
  | 'invoices'
  | 'tickets'
  | 'form'
  | 'autoreply'
  | 'forwarder'
  | 'list'
  | 'newsletter'
  | 'crm';

export const TRADES: readonly Trade[] = [
  {
    name: 'office',
    weight: 22,
    size: [6, 1.1],
    perDay: 9,
    strangers: 0.07,
    consumers: 0.25,
    dead: 0.03,
    days: 'office',
    hours: [8, 17],
    apps: { scanner: 0.6, backup: 0.4, monitor: 0.15, autoreply: 0.1, form: 0.3 },
  },
  {
    name: 'crafts',
    weight: 16,
    size: [3, 0.8],
    perDay: 5,
    strangers: 0.15,
    consumers: 0.55,
    dead: 0.04,
    days: 'six',
    hours: [6, 16],
    apps: { invoices: 0.4, scanner: 0.3, form: 0.3 },
  },
  {
    name: 'shop',
    weight: 11,
    size: [4, 0.9],
    perDay: 7,
    strangers: 0.3,
    consumers: 0.8,
    dead: 0.03,
    days: 'six',
    hours: [8, 20],
    apps: { shop: 0.9, newsletter: 0.5, form: 0.5, tickets: 0.3, invoices: 0.4 },
  },
  {
    name: 'hotel',
    weight: 7,
    size: [6, 0.8],
    perDay: 14,
    strangers: 0.5,
    consumers: 0.75,
    dead: 0.04,
    days: 'all',
    hours: [6, 23],
    apps: { booking: 0.8, newsletter: 0.3, autoreply: 0.3, invoices: 0.3 },
  },
  {
    name: 'school',
    weight: 7,
    size: [24, 0.7],
    perDay: 5,
    strangers: 0.08,
    consumers: 0.7,
    dead: 0.03,
    days: 'office',
    hours: [7, 16],
    apps: { list: 0.5, scanner: 0.5, newsletter: 0.3 },
  },
  {
    name: 'club',
    weight: 8,
    size: [2, 0.6],
    perDay: 3,
    strangers: 0.1,
    consumers: 0.85,
    dead: 0.04,
    days: 'all',
    hours: [9, 23],
    apps: { list: 0.5, newsletter: 0.4, forwarder: 0.4 },
  },
  {
    name: 'sales',
    weight: 8,
    size: [9, 0.9],
    perDay: 18,
    strangers: 0.3,
    consumers: 0.2,
    dead: 0.06,
    days: 'office',
    hours: [8, 18],
    apps: { crm: 0.5, newsletter: 0.4, monitor: 0.1 },
  },
  {
    name: 'recruiter',
    weight: 4,
    size: [7, 0.7],
    perDay: 22,
    strangers: 0.45,
    consumers: 0.65,
    dead: 0.05,
    days: 'office',
    hours: [8, 18],
    apps: { autoreply: 0.5, tickets: 0.2, crm: 0.3 },
  },
  {
    name: 'health',
    weight: 5,
    size: [6, 0.8],
    perDay: 8,
    strangers: 0.2,
    consumers: 0.6,
    dead: 0.04,
    days: 'office',
    hours: [7, 18],
    apps: { booking: 0.5, scanner: 0.6, autoreply: 0.3 },
  },
  {
    name: 'logistics',
    weight: 4,
    size: [14, 0.9],
    perDay: 20,
    strangers: 0.15,
    consumers: 0.15,
    dead: 0.03,
    days: 'all',
    hours: [0, 24],
    apps: { monitor: 0.3, invoices: 0.5, tickets: 0.3 },
  },
  {
    name: 'software',
    weight: 6,
    size: [10, 1],
    perDay: 10,
    strangers: 0.12,
    consumers: 0.3,
    dead: 0.03,
    days: 'office',
    hours: [9, 19],
    apps: { monitor: 0.9, tickets: 0.6, shop: 0.3, newsletter: 0.3, backup: 0.6, list: 0.3 },
  },
  {
    name: 'industry',
    weight: 5,
    size: [40, 1],
    perDay: 8,
    strangers: 0.06,
    consumers: 0.08,
    dead: 0.02,
    days: 'office',
    hours: [6, 16],
    apps: { scanner: 0.9, backup: 0.7, monitor: 0.5, invoices: 0.5, autoreply: 0.3 },
  },
  {
    name: 'association',
    weight: 3,
    size: [10, 0.8],
    perDay: 9,
    strangers: 0.15,
    consumers: 0.5,
    dead: 0.05,
    days: 'office',
    hours: [8, 17],
    apps: { list: 0.7, newsletter: 0.6, form: 0.5, forwarder: 0.3 },
  },
  {
    name: 'host',
    weight: 4,
    size: [30, 0.9],
    perDay: 6,
    strangers: 0.15,
    consumers: 0.4,
    dead: 0.04,
    days: 'all',
    hours: [7, 22],
    apps: { form: 1, forwarder: 0.8, autoreply: 0.6, shop: 0.6, monitor: 0.8, newsletter: 0.4 },
  },
];

/** Days of the week with work, 0 is Sunday. */
export const WORKDAYS: Record<Trade['days'], ReadonlySet<number>> = {
  office: new Set([1, 2, 3, 4, 5]),
  six: new Set([1, 2, 3, 4, 5, 6]),
  weekend: new Set([0, 4, 5, 6]),
  all: new Set([0, 1, 2, 3, 4, 5, 6]),
};
