// A provider's customers, drawn.
import type { Dice } from './dice.js';
import type { App, Auth, Customer, Mailbox } from './model.js';
import { type DomainNames, inventor, nameForm, officeName, titleOf } from './names.js';
import type { Client, Networks, Platform } from './networks.js';
import type { Receivers } from './receivers.js';
import { type AppName, TRADES, WORKDAYS } from './trades.js';

const AUTH: readonly (readonly [number, Auth])[] = [
  [40, 'mailbox'],
  [24, 'smarthost'],
  [16, 'address'],
  [20, 'platform'],
];

export interface Makers {
  dice: Dice;
  domains: DomainNames;
  networks: Networks;
  platforms: Platform[];
  receivers: Receivers;
  /** The provider's own zone, hours ahead of UTC. */
  zone: number;
  relays: number;
}

/** Customer number `n`, there from day `from`. */
export function makeCustomer(makers: Makers, n: number, from: number, auth = makers.dice.weighted(AUTH)): Customer {
  const { dice, domains, networks, receivers } = makers;
  const trade = dice.weighted(TRADES.map((each) => [each.weight, each] as const));
  const domain = domains.firm();
  const fixed: Client = {
    ip: networks.fixed(),
    name: dice.is(0.7) ? `${dice.pick(['mail', 'gw', 'smtp', 'srv01'])}.${domain}` : 'unknown',
  };
  const customer: Customer = {
    id: `${dice.pick(['k', 'c', 'cust', 'acct'])}-${1000 + n * 3}`,
    name: titleOf(domain),
    partner: `partner-${dice.int(1, 9)}`,
    domain,
    domains: [domain, ...Array.from({ length: dice.is(0.25) ? dice.int(1, 3) : 0 }, () => domains.firm())],
    auth,
    trade,
    zone: makers.zone + (dice.is(0.12) ? dice.int(-7, 6) : 0),
    workdays: trade.days === 'six' && dice.is(0.2) ? WORKDAYS.weekend : WORKDAYS[trade.days],
    hours: [trade.hours[0] + dice.between(-0.7, 0.7), trade.hours[1] + dice.between(-0.7, 1)],
    mailboxes: [],
    logins: auth === 'smarthost' ? [smarthostLogin(dice, domain, n)] : [],
    ips: auth === 'address' || (auth === 'smarthost' && dice.is(0.6)) ? [fixed.ip] : [],
    server: fixed,
    web:
      auth === 'address'
        ? fixed
        : { ip: networks.fixed(), name: `web${dice.int(1, 30)}.hosting${dice.int(1, 6)}.test` },
    office: networks.office(),
    circle: Array.from({ length: dice.int(8, 60) }, () => dice.pick(receivers.firms)),
    inbound: receivers.add(domain),
    declared: [],
    hasBrokenSpf: dice.is(0.03),
    relay: dice.is(0.6) ? dice.int(0, makers.relays - 1) : -1,
    from,
    apps: [],
  };
  if (auth === 'platform') customer.platform = dice.pick(makers.platforms);
  customer.mailboxes = makeMailboxes(makers, customer);
  customer.apps = makeApps(makers, customer);
  declareSome(dice, customer);
  return customer;
}

function smarthostLogin(dice: Dice, domain: string, n: number): string {
  const stem = domain.slice(0, domain.indexOf('.'));
  return dice.pick([`relay-${stem}`, `smtp@${domain}`, `kd${10_000 + n * 7}`, `${stem}.out`, domain]);
}

function makeMailboxes(makers: Makers, customer: Customer): Mailbox[] {
  const { dice } = makers;
  const { trade, domain } = customer;
  const count = Math.max(1, Math.min(400, Math.round(dice.logNormal(trade.size[0], trade.size[1]))));
  const names = nameForm(dice);
  // One habit for the whole firm: a local server hands everything in, or every device by itself.
  const isViaServer = dice.is(0.35);
  const used = new Set<string>();
  return Array.from({ length: count }, (_, i) => {
    const start = i > 0 && dice.is(0.15) ? officeName(dice) : i === 0 && dice.is(0.6) ? 'info' : names(dice);
    let local = start;
    for (let attempt = 2; used.has(local); attempt++) local = `${start}${attempt}`;
    used.add(local);
    const address = `${local}@${dice.is(0.95) ? domain : dice.pick(customer.domains)}`;
    return {
      address,
      login: dice.is(0.93) ? `${local}@${domain}` : `u${dice.int(1000, 9999)}@${domain}`,
      perDay: dice.logNormal(trade.perDay * 0.75, 0.9),
      book: makeBook(makers, customer),
      where: isViaServer ? () => customer.server : places(makers, customer),
      shift: dice.is(0.04) ? dice.int(-9, 9) : dice.normal() * 0.6,
    };
  });
}

function makeBook({ dice, receivers }: Makers, customer: Customer): string[] {
  return Array.from({ length: dice.intLog(8, 140) }, () =>
    dice.is(1 - customer.trade.consumers * 0.7) ? receivers.inFirm(dice.pick(customer.circle)) : receivers.stranger(1),
  );
}

/** Where a person sits: mostly in the office, sometimes at home, often on the phone. */
function places({ dice, networks }: Makers, customer: Customer): () => Client {
  const home = networks.home();
  const phone = networks.mobile();
  const inOffice = dice.pick([0.9, 0.7, 0.5, 0]);
  const onPhone = dice.pick([0.05, 0.2, 0.4]);
  return () => {
    if (dice.is(onPhone)) return phone();
    return dice.is(inOffice) ? customer.office : home();
  };
}

const APP_SENDERS: Record<AppName, readonly string[]> = {
  scanner: ['scanner', 'scan', 'kopierer', 'mfp-2og', 'printer'],
  backup: ['backup', 'root', 'veeam', 'nas01', 'cron'],
  monitor: ['nagios', 'alerts', 'zabbix', 'monitoring', 'grafana'],
  shop: ['shop', 'orders', 'bestilling', 'noreply', 'kasse'],
  booking: ['booking', 'reservations', 'reception', 'termin', 'noreply'],
  invoices: ['invoice', 'faktura', 'billing', 'rechnung', 'noreply-billing'],
  tickets: ['support', 'helpdesk', 'service', 'tickets'],
  form: ['www-data', 'wordpress', 'noreply', 'webmaster', 'kontaktskjema'],
  autoreply: ['info', 'jobs', 'kontakt', 'hr'],
  forwarder: ['forward', 'SRS'],
  list: ['list', 'members', 'foreldre', 'announce'],
  newsletter: ['news', 'newsletter', 'nyhetsbrev', 'marketing', 'aktuelles'],
  crm: ['crm', 'kampanje', 'outreach', 'hello'],
};

function makeApps(makers: Makers, customer: Customer): App[] {
  const { dice } = makers;
  const names = (Object.entries(customer.trade.apps) as [AppName, number][]).filter(([, chance]) => dice.is(chance));
  return names.map(([name]) => makeApp(makers, customer, name));
}

/** A machine that mails. Where customers log in by mailbox, it has an own login or uses somebody's. */
function makeApp({ dice, receivers }: Makers, customer: Customer, name: AppName): App {
  const isInside = name === 'scanner' || name === 'backup' || name === 'monitor';
  const sender = `${dice.pick(APP_SENDERS[name])}@${name === 'form' && dice.is(0.4) ? `web${dice.int(1, 9)}.${customer.domain}` : customer.domain}`;
  const login =
    customer.auth === 'mailbox'
      ? dice.is(0.8)
        ? sender.replace(/@web\d+\./, '@')
        : (customer.mailboxes[0]?.login ?? sender)
      : customer.logins[0];
  const senderDomain = sender.slice(sender.indexOf('@') + 1);
  if (!customer.domains.includes(senderDomain)) customer.domains.push(senderDomain);
  const staff = dice.some(customer.mailboxes, dice.int(1, 6)).map(({ address }) => address);
  return {
    name,
    sender,
    login,
    client:
      customer.auth === 'mailbox' || customer.auth === 'platform'
        ? isInside
          ? customer.office
          : customer.web
        : customer.server,
    perDay: dice.logNormal(isInside ? 12 : 20, 0.9),
    targets: isInside ? [...staff, ...(dice.is(0.3) ? [receivers.stranger(0.5)] : [])] : [],
  };
}

/** A few tell the provider what they send; most do not. */
function declareSome(dice: Dice, customer: Customer): void {
  for (const app of customer.apps) {
    if ((app.name === 'newsletter' || app.name === 'invoices' || app.name === 'shop') && dice.is(0.25))
      customer.declared.push(app.sender);
  }
}

/** Addresses that a machine of this customer would invent. */
export function inventedSenders(dice: Dice, customer: Customer): () => string {
  const invent = inventor(dice);
  const domain = dice.is(0.8) ? () => customer.domain : () => dice.pick(customer.domains);
  return () => `${invent(dice)}@${domain()}`;
}
