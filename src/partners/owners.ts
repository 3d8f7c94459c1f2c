// Who has a login, a domain or an address: the look-ups behind attribution, in maps of this thread or in memory that threads share. A name
// that two customers have is nobody's. Pure.
import { addressKey, loginKey } from '../mail/address.js';
import { parseIp } from '../mail/ip.js';
import type { Customer } from './directory.js';
import { type Claim, NetworkTable, networksHolding, type Prefix } from './networks.js';
import { CONTESTED, nameAt, numberOf, type PackedNames, packNames } from './packed-names.js';

/** What tells a customer's mail from others'. */
export type Identified = Pick<
  Customer,
  'id' | 'domains' | 'sasl_users' | 'sasl_domains' | 'ips' | 'shared_ips' | 'declared_senders'
>;

/** Customer ids, of names in the form of `addressKey`. */
export interface Owners {
  /** Of a login under its `loginKey`, in that form too. */
  ofLogin(key: string): string | undefined;
  ofLoginDomain(domain: string): string | undefined;
  ofSenderDomain(domain: string): string | undefined;
  ofAddress(clientIp: string): string | undefined;
  /** Senders of declared bulk mail; undefined for an id that no customer has. */
  declaredBy(id: string): readonly string[] | undefined;
}

const NONE: readonly string[] = [];

/** Look-ups in maps. */
export function ownersOf(customers: readonly Identified[], localDomains: ReadonlySet<string>): Owners {
  const logins = index(customers, (customer) => customer.sasl_users.map((login) => loginKey(login, localDomains)));
  const loginDomains = index(customers, (customer) => customer.sasl_domains);
  const senderDomains = index(customers, (customer) => customer.domains);
  const declared = new Map(
    customers.map(({ id, declared_senders: senders }) => [id, senders.length === 0 ? NONE : senders]),
  );
  return {
    ofLogin: (key) => logins.get(key),
    ofLoginDomain: (domain) => loginDomains.get(domain),
    ofSenderDomain: (domain) => senderDomains.get(domain),
    ofAddress: addressLookup(customers).ownerOf,
    declaredBy: (id) => declared.get(id),
  };
}

/** The same in memory that threads share, to be posted to them. Declared senders are left out. */
export interface SharedOwners {
  /** Customer ids first, then what they own; each kind under a letter of its own. */
  names: PackedNames;
  own: readonly Prefix[];
  shared: readonly Prefix[];
}

export function shareOwners(customers: readonly Identified[], localDomains: ReadonlySet<string>): SharedOwners {
  const { own, shared } = networksOf(customers);
  // Numbers begin with 1; 0 stands for a name that two customers have.
  const numbers = new Map<string, number>();
  for (const { id } of customers) if (!numbers.has(id)) numbers.set(id, numbers.size + 1);

  function* names(): Generator<[string, number]> {
    for (const [id, number] of numbers) yield [`c${id}`, number];
    for (const { id, sasl_users, sasl_domains, domains } of customers) {
      const number = numbers.get(id) ?? CONTESTED;
      for (const login of sasl_users) yield [`l${addressKey(loginKey(login, localDomains))}`, number];
      for (const domain of sasl_domains) yield [`d${addressKey(domain)}`, number];
      for (const domain of domains) yield [`s${addressKey(domain)}`, number];
    }
    for (const [kind, table] of Object.entries({ a: own, h: shared })) {
      for (const [network, { customer }] of table.networks())
        yield [kind + network, numbers.get(customer) ?? CONTESTED];
    }
  }
  const most = customers.reduce((sum, customer) => sum + namesIn(customer), 0);
  return { names: packNames(names(), most), own: own.prefixes(), shared: shared.prefixes() };
}

function namesIn({ sasl_users, sasl_domains, domains, ips, shared_ips }: Identified): number {
  return 1 + sasl_users.length + sasl_domains.length + domains.length + ips.length + shared_ips.length;
}

/** Look-ups in what `shareOwners` made, in any thread. */
export function sharedOwners({ names, own, shared }: SharedOwners): Owners {
  const idOf = (name: string) => {
    const number = numberOf(names, name) ?? CONTESTED;
    return number === CONTESTED ? undefined : nameAt(names, number - 1).slice(1);
  };
  return {
    ofLogin: (key) => idOf(`l${key}`),
    ofLoginDomain: (domain) => idOf(`d${domain}`),
    ofSenderDomain: (domain) => idOf(`s${domain}`),
    ofAddress(clientIp) {
      const ip = parseIp(clientIp);
      const isThere = (name: string) => numberOf(names, name) !== undefined;
      if (!ip || networksHolding(ip, shared).some((network) => isThere(`h${network}`))) return undefined;
      const narrowest = networksHolding(ip, own).find((network) => isThere(`a${network}`));
      return narrowest === undefined ? undefined : idOf(`a${narrowest}`);
    },
    declaredBy: (id) => (numberOf(names, `c${id}`) === undefined ? undefined : NONE),
  };
}

/** A map from name to the one customer that has it. */
function index(customers: readonly Identified[], namesOf: (customer: Identified) => string[]): Map<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const customer of customers) {
    for (const name of namesOf(customer).map(addressKey)) {
      const first = owners.get(name);
      if (first === undefined) owners.set(name, customer.id);
      else if (first !== customer.id) shared.add(name);
    }
  }
  for (const name of shared) owners.delete(name);
  return owners;
}

function networksOf(customers: readonly Identified[]) {
  const own = new NetworkTable();
  const shared = new NetworkTable();
  for (const { id, ips, shared_ips } of customers) {
    for (const text of ips) own.add({ customer: id, text });
    for (const text of shared_ips) shared.add({ customer: id, text });
  }
  return { own, shared };
}

/** Looks an address up in the narrowest network that holds it, a single address being the narrowest. */
export function addressLookup(customers: readonly Identified[]) {
  const { own, shared } = networksOf(customers);
  return {
    /** A network that two customers claim is nobody's, and hides the wider ones around it. */
    ownerOf(clientIp: string): string | undefined {
      const ip = parseIp(clientIp);
      if (!ip || shared.holding(ip).length > 0) return undefined;
      const [narrowest = []] = own.holding(ip);
      return soleOwner(narrowest);
    },
    mayHint(clientIp: string): boolean {
      const ip = parseIp(clientIp);
      if (!ip) return false;
      const sharing = new Set(shared.holding(ip).flatMap((claims) => claims.map(({ customer }) => customer)));
      return sharing.size <= 1 && own.holding(ip).length === 0;
    },
  };
}

function soleOwner(claims: readonly Claim[]): string | undefined {
  const [first] = claims;
  return first && claims.every(({ customer }) => customer === first.customer) ? first.customer : undefined;
}
