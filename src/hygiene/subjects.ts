// What is looked at: our addresses and the domains whose mail we carry, found by what a person typed or all of them in turn.
import { domainToASCII } from 'node:url';
import { getDomain, parse } from 'tldts';
import { UserError } from '../errors.js';
import { type Ip, parseIp } from '../mail/ip.js';
import { unroutedAs } from '../mail/special-use.js';
import type { OwnAddress } from './address.js';
import type { Look } from './look.js';

export type HygieneSubject =
  | { kind: 'address'; ip: string; isOurs: boolean }
  /** `isOurs`: a customer's, or a name of our own that config.yml knows; any other is a stranger's. */
  | { kind: 'domain'; domain: string; isOurs: boolean };

/** Who we are. Addresses are in their shortest notation, domains in lower case. */
export interface HygieneWorld {
  addresses: readonly OwnAddress[];
  /** Customers' and those that config.yml watches: they are looked at each day. */
  domains: readonly string[];
  /** Our own names beside: what customers include, and what bounces are sent under. */
  ownNames?: readonly string[];
  /** Knows customers by what people type. */
  findCustomer: (typed: string) => Meant;
  include?: string | undefined;
  /** DKIM selectors that must be there. */
  selectorsOf: (domain: string) => string[];
}

/** One customer, by its id or name or, `by`, a part of one; or what is like it: at most a few of those there are. */
export type Meant =
  | { kind: 'customer'; customer: { name: string; domains: readonly string[] }; by: string | undefined }
  | { kind: 'near'; near: readonly { name: string }[]; more: number };

/** Everything of ours, addresses first. */
export function ourSubjects({ addresses, domains }: HygieneWorld): HygieneSubject[] {
  return [
    ...addresses.map(({ ip }) => ({ kind: 'address' as const, ip, isOurs: true })),
    ...domains.map((domain) => ({ kind: 'domain' as const, domain, isOurs: true })),
  ];
}

/** How a subject, or what a look was at, is called: `203.0.113.17`, `kvist.example`. */
export function nameOf(of: HygieneSubject | Look): string {
  return of.kind === 'address' ? of.ip : of.domain;
}

/**
 * Reads an address, a domain, or a customer's id or name (a part will do when only one customer has it, unless it is a domain itself).
 * Throws UserError, with what would have worked, when it is none, or an address that no mail comes from.
 */
export function parseSubjects(world: HygieneWorld, text: string, { most = 10 } = {}): HygieneSubject[] {
  const typed = text.trim();
  const ip = parseIp(typed.replace(/^\[(.*)\]$/, '$1'));
  if (ip) return [addressSubject(world, checkRouted(ip).toString())];
  const meant = world.findCustomer(typed);
  const domain = domainIn(typed);
  if (meant.kind === 'customer' && (meant.by === undefined || !domain)) return subjectsOfCustomer(meant.customer, most);
  if (domain) return [{ kind: 'domain', domain, isOurs: isOurName(world, domain) }];
  throw new UserError(`"${typed.slice(0, 80)}" is no IP address, no domain and no customer${hint(meant)}`);
}

/** Nobody can publish a name for such an address that others see. */
function checkRouted(ip: Ip): Ip {
  const kind = unroutedAs(ip);
  if (kind === undefined) return ip;
  throw new UserError(
    `${ip} is ${kind}; receivers never see it, so there is nothing to look at. Name the address that the mail leaves from`,
  );
}

function isOurName({ domains, ownNames = [], addresses }: HygieneWorld, name: string): boolean {
  return domains.includes(name) || ownNames.includes(name) || addresses.some(({ helo }) => isSameName(helo, name));
}

function isSameName(helo: string | undefined, name: string): boolean {
  return helo?.toLowerCase() === name;
}

/**
 * What the SPF of a domain has to let send: all our addresses, by the include where there is one; under a name that relays greet with,
 * theirs; a stranger's record owes us nothing and is judged by itself. `isOurName`: no customer's, but one that we publish records under.
 */
export function owedBy(
  { domains, ownNames = [], addresses, include }: HygieneWorld,
  { domain, isOurs }: Extract<HygieneSubject, { kind: 'domain' }>,
): { ips: string[]; include?: string | undefined; isOurName?: boolean } {
  if (!isOurs) return { ips: [] };
  const greeting = addresses.filter(({ helo }) => isSameName(helo, domain));
  const isOurName = greeting.length > 0 || ownNames.includes(domain);
  const isGreeting = greeting.length > 0 && !domains.includes(domain) && !ownNames.includes(domain);
  if (isGreeting) return { ips: greeting.map(({ ip }) => ip), isOurName };
  return { ips: addresses.map(({ ip }) => ip), include, isOurName };
}

/** The domains among them that nobody here has. */
export function strangersOf(subjects: readonly HygieneSubject[]): string[] {
  return subjects.flatMap((each) => (each.kind === 'domain' && !each.isOurs ? [each.domain] : []));
}

/** What has to be said of such a domain, before its records: somebody might publish them elsewhere. */
export function strangerText(name: string): string {
  return `${name} is neither a customer’s domain nor one of ours. What is wrong with it is for its owner to mend, and a record shown here is for the owner’s own mail. Whether it lets our addresses send is not judged; if it is to send through us, add it to a customer first.`;
}

function hint(meant: Meant): string {
  if (meant.kind === 'customer') return '';
  // A network is nothing that can be looked at.
  const names = meant.near.map(({ name }) => name).filter((name) => !name.includes('/'));
  const more = meant.more > 0 ? ` or one of ${meant.more} more` : '';
  return names.length === 0 ? '' : `; perhaps ${names.join(', ')}${more}`;
}

function addressSubject({ addresses }: HygieneWorld, ip: string): HygieneSubject {
  return { kind: 'address', ip, isOurs: addresses.some((own) => own.ip === ip) };
}

function subjectsOfCustomer(
  { name, domains }: Extract<Meant, { kind: 'customer' }>['customer'],
  most: number,
): HygieneSubject[] {
  if (domains.length === 0) throw new UserError(`${name} has no domain here; name an address or a domain instead`);
  if (domains.length > most)
    throw new UserError(
      `${name} has ${domains.length} domains, which is more than ${most}; name one of them, such as ${domains[0]}`,
    );
  return domains.map((domain) => ({ kind: 'domain', domain: domain.toLowerCase(), isOurs: true }));
}

/** The domain in what people paste: a name, a mail address, a page. Undefined when there is none. */
function domainIn(typed: string): string | undefined {
  if (typed.length > 400 || /[\s<>|]/.test(typed)) return undefined;
  const { hostname: name, isIp } = parse(typed.replace(/^[^@\s]*@/, '').replace(/\.$/, ''), {
    validateHostname: false,
  });
  // The DNS knows names of other scripts by their ASCII form alone.
  const hostname = name === null ? null : domainToASCII(name);
  const isName =
    hostname !== null && /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*$/.test(hostname);
  return isName && !isIp && getDomain(hostname) !== null ? hostname : undefined;
}
