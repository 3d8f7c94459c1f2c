// The practice workspace's relay company and everybody it carries mail for. All of them are invented; the addresses are documentation
// addresses (RFC 5737, RFC 3849).
import { Customer, Partner, Relay } from '../../partners/directory.js';

/** Where a customer's people hand their mail in from, and how much of it there is. */
export interface Habit {
  customer: Customer;
  /** Local parts of the mailboxes, the busiest first. */
  mailboxes: string[];
  /** Hosts that hand the mail in. Customers with logins also send from `homes`. */
  clients: Client[];
  homes: Client[];
  /** Messages an hour at the busiest time. */
  perHour: number;
  /** Part of the recipients with a mailbox at Outlook.com or Hotmail. */
  microsoftShare: number;
  /** Mailbox of the declared newsletter, which goes out on weekdays. */
  newsletter?: string;
}

export interface Client {
  ip: string;
  /** As the relay's reverse look-up found it; `unknown` when it did not. */
  name: string;
  helo: string;
}

export const RELAYS: Relay[] = [relay('relay1', '203.0.113.11'), relay('relay2', '203.0.113.12')];

/** The MTA that mail is re-routed over: nobody's spam has ever left from it. */
export const CLEAN_MTA = { name: 'clean-mta', host: 'clean.northrelay.example', ip: '203.0.113.40', port: 25 };

export const PARTNERS: Partner[] = [
  Partner.parse({ id: 'p-tindra', name: 'Tindra Nett', contact: 'drift@tindra-nett.example' }),
  Partner.parse({ id: 'p-kobber', name: 'Kobbervik IT', contact: 'vakt@kobbervik-it.example' }),
];

/** The hosted mail platform's addresses, which two customers share with many others. */
const PLATFORM = ['192.0.2.192/28'];

const PLATFORM_CLIENTS = [193, 196, 201].map((last) => host(`192.0.2.${last}`, `mail-out-${last}.platform.example`));

export const HABITS: Habit[] = [
  mailboxCustomer('cust-101', 'Lyngmark Tannklinikk', 'lyngmark-tann.example', 'p-tindra', {
    mailboxes: ['timebok', 'resepsjon', 'marte.lyngmark', 'faktura', 'ole.sande'],
    office: 21,
    perHour: 6,
    microsoftShare: 0.45,
  }),
  mailboxCustomer('cust-102', 'Havnegata Regnskap', 'havnegata-regnskap.example', 'p-kobber', {
    mailboxes: ['post', 'berit.naess', 'lonn', 'jon.aune', 'silje.haug'],
    office: 26,
    perHour: 5,
    microsoftShare: 0.3,
  }),
  {
    ...fixed('cust-103', 'Sommerro Bakeri', 'sommerro-bakeri.example', 'p-tindra', 41),
    customer: Customer.parse({
      ...named('cust-103', 'Sommerro Bakeri', 'sommerro-bakeri.example', 'p-tindra'),
      auth: 'sasl-smarthost',
      ips: ['198.51.100.41'],
      sasl_users: ['smarthost-sommerro'],
    }),
    mailboxes: ['bestilling', 'faktura', 'kasse2', 'eva'],
    perHour: 4,
    microsoftShare: 0.35,
  },
  {
    ...fixed('cust-104', 'Granholt Verksted', 'granholt-verksted.example', 'p-kobber', 52),
    mailboxes: ['verksted', 'deler', 'arne', 'faktura', 'skanner'],
    perHour: 4,
    microsoftShare: 0.3,
  },
  {
    ...mailboxCustomer('cust-105', 'Elvestrand Kultur', 'elvestrand-kultur.example', 'p-tindra', {
      mailboxes: ['billett', 'nyhetsbrev', 'program', 'ingrid.vold'],
      office: 33,
      perHour: 4,
      microsoftShare: 0.35,
      declared: 'nyhetsbrev',
    }),
    newsletter: 'nyhetsbrev',
  },
  platformCustomer('cust-106', 'Nordbye Logistikk', 'nordbye-logistikk.example', 'p-kobber', {
    mailboxes: ['ordre', 'sporing', 'kari.nordbye', 'tollklarering', 'per.bakke'],
    perHour: 5,
    microsoftShare: 0.25,
  }),
  platformCustomer('cust-107', 'Tuva Arkitekter', 'tuva-arkitekter.example', 'p-tindra', {
    mailboxes: ['tuva', 'prosjekt', 'henrik', 'anbud'],
    perHour: 3,
    microsoftShare: 0.25,
  }),
  {
    ...fixed('cust-108', 'Steinvik Skole', 'steinvik-skole.example', 'p-kobber', 63),
    mailboxes: ['kontor', 'rektor', 'sfo', 'trinn4', 'trinn7', 'helsesoster'],
    perHour: 5,
    microsoftShare: 0.4,
  },
  mailboxCustomer('cust-109', 'Opal Reiser', 'opal-reiser.example', 'p-kobber', {
    mailboxes: ['booking', 'gruppe', 'nina.opal', 'billett', 'ida.strom'],
    office: 38,
    perHour: 6,
    microsoftShare: 0.45,
  }),
];

export const CUSTOMERS: Customer[] = HABITS.map(({ customer }) => customer);

/** The habits of one customer. Throws when there is none of that id. */
export function habitOf(id: string): Habit {
  const habit = HABITS.find(({ customer }) => customer.id === id);
  if (!habit) throw new Error(`practice: no customer ${id}`);
  return habit;
}

/** The outbound address of a relay. Throws when there is none of that name. */
export function outboundIpOf(relayHost: string): string {
  const ip = RELAYS.find(({ host }) => host === relayHost)?.outbound_ip;
  if (ip === undefined) throw new Error(`practice: no relay ${relayHost}`);
  return ip;
}

interface Shape {
  mailboxes: string[];
  perHour: number;
  microsoftShare: number;
}

function relay(name: string, outboundIp: string): Relay {
  return Relay.parse({ host: name, name: `${name}.northrelay.example`, outbound_ip: outboundIp });
}

function named(id: string, name: string, domain: string, partner: string) {
  return { id, name, partner, contact: `postmaster@${domain}`, domains: [domain] };
}

function host(ip: string, name: string): Client {
  return { ip, name, helo: name };
}

/** A customer whose people log in with their own mailboxes, from the office and from home. */
function mailboxCustomer(
  id: string,
  name: string,
  domain: string,
  partner: string,
  { office, declared, ...shape }: Shape & { office: number; declared?: string },
): Habit {
  const customer = Customer.parse({
    ...named(id, name, domain, partner),
    auth: 'sasl-mailbox',
    sasl_domains: [domain],
    declared_senders: declared === undefined ? [] : [`${declared}@${domain}`],
  });
  const home = (n: number): Client => ({
    ip: `2001:db8:${office}:${n}::25`,
    name: `line-${office}-${n}.fiber.example`,
    helo: `[192.168.${n}.12]`,
  });
  return { customer, ...shape, clients: [host(`198.51.100.${office}`, `mail.${domain}`)], homes: [home(1), home(2)] };
}

/** A customer with a mail server behind an address of its own, which needs no login. */
function fixed(id: string, name: string, domain: string, partner: string, last: number) {
  const ip = `198.51.100.${last}`;
  const customer = Customer.parse({ ...named(id, name, domain, partner), auth: 'ip', ips: [ip] });
  return { customer, clients: [host(ip, `mail.${domain}`)], homes: [] };
}

/** A customer whose mail comes from a hosted platform, where only the sender's domain tells customers apart. */
function platformCustomer(id: string, name: string, domain: string, partner: string, shape: Shape): Habit {
  const customer = Customer.parse({ ...named(id, name, domain, partner), auth: 'm365', shared_ips: PLATFORM });
  return { customer, ...shape, clients: PLATFORM_CLIENTS, homes: [] };
}
