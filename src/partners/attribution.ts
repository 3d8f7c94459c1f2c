// Whose message is it? As the relay says, where it does; else in this order: the SASL login (exactly, else its domain), the client
// address if it is one customer's alone, the sender's domain. Hosted mail platforms share addresses among customers, so there only the
// sender's domain tells. Pure.
import { domainOf, loginKey, normaliseAddress } from '../mail/address.js';
import { UNATTRIBUTED } from '../mail/customer.js';
import { type Ip, isInNetwork, type Network, parseIp, parseNetwork } from '../mail/ip.js';
import type { Customer, Directory } from './directory.js';

export { UNATTRIBUTED };

export interface Origin {
  login?: string | undefined;
  clientIp?: string | undefined;
  /** Envelope sender, lower case. */
  sender: string;
  /** Customer id that the relay itself gave with the message. */
  customer?: string | undefined;
}

export interface Attribution {
  /** Customer id or UNATTRIBUTED. */
  customer: string;
  /** What decided. `nothing` goes with UNATTRIBUTED. */
  by: 'login' | 'address' | 'sender' | 'nothing';
  /** The sender is declared as bulk mail of this customer. */
  isDeclaredBulk: boolean;
}

export type Attribute = (origin: Origin) => Attribution;

export interface AttributionOptions {
  /**
   * Domains that Postfix appends to a login without one (`smtpd_sasl_local_domain`): `anna` and `anna@relay.example` are then one
   * login, in the directory too. With any other domain it is somebody else's: customers may all have an `info`.
   */
  localDomains?: readonly string[];
}

/** Builds the look-ups once; the function it answers is called for every message. */
export function buildAttribution(directory: Directory, { localDomains = [] }: AttributionOptions = {}): Attribute {
  const local = new Set(localDomains.map((domain) => domain.toLowerCase()));
  const byLogin = index(directory.customers, (customer) => customer.sasl_users.map((login) => loginKey(login, local)));
  const byLoginDomain = index(directory.customers, (customer) => customer.sasl_domains);
  const bySenderDomain = index(directory.customers, (customer) => customer.domains);
  const declared = new Map(
    directory.customers.map(({ id, declared_senders }) => [id, new Set(declared_senders.map(normaliseAddress))]),
  );
  const byAddress = addressLookup(directory.customers);

  const ofLogin = (login: string): string | undefined =>
    byLogin.get(loginKey(login, local)) ?? byLoginDomain.get(domainOf(login));

  const owner = (origin: Origin): Omit<Attribution, 'isDeclaredBulk'> => {
    const viaLogin = origin.login === undefined ? undefined : ofLogin(origin.login);
    if (viaLogin !== undefined) return { customer: viaLogin, by: 'login' };
    const viaAddress = origin.clientIp === undefined ? undefined : byAddress(origin.clientIp);
    if (viaAddress !== undefined) return { customer: viaAddress, by: 'address' };
    const viaSender = bySenderDomain.get(domainOf(origin.sender));
    if (viaSender !== undefined) return { customer: viaSender, by: 'sender' };
    return { customer: UNATTRIBUTED, by: 'nothing' };
  };
  const ids = new Set(directory.customers.map(({ id }) => id));
  /** The relay's word counts for more than ours; which entry point it was, only ours says, and not for another customer. */
  const named = (origin: Origin): Omit<Attribution, 'isDeclaredBulk'> => {
    const usual = owner(origin);
    const { customer } = origin;
    const isOther = customer !== undefined && customer !== usual.customer && ids.has(customer);
    return isOther ? { customer, by: 'sender' } : usual;
  };
  return (origin) => {
    const found = named(origin);
    return { ...found, isDeclaredBulk: declared.get(found.customer)?.has(origin.sender) ?? false };
  };
}

/** A map from name to the one customer that has it; a name two customers have is nobody's. */
function index(customers: Customer[], namesOf: (customer: Customer) => string[]): Map<string, string> {
  const owners = new Map<string, string | undefined>();
  for (const customer of customers) {
    for (const name of namesOf(customer).map(normaliseAddress)) {
      const isShared = owners.has(name) && owners.get(name) !== customer.id;
      owners.set(name, isShared ? undefined : customer.id);
    }
  }
  return new Map([...owners].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Looks an address up among single addresses first, then in the narrowest network that holds it. Answers are remembered. */
function addressLookup(customers: Customer[]): (clientIp: string) => string | undefined {
  const networks = customers
    .flatMap(({ id, ips }) => ips.flatMap((text) => asOwned(id, text)))
    .sort((a, b) => b.network.prefix - a.network.prefix);
  const shared = customers.flatMap(({ id, shared_ips }) => shared_ips.flatMap((text) => asOwned(id, text)));
  const isShared = (ip: Ip) => shared.some(({ network }) => isInNetwork(ip, network));
  /** A network that two customers claim is nobody's, and hides the wider ones around it. */
  const ownerOf = (ip: Ip): string | undefined => {
    const holding = networks.filter(({ network }) => isInNetwork(ip, network));
    const narrowest = holding.filter(({ network }) => network.prefix === holding[0]?.network.prefix);
    const owners = new Set(narrowest.map(({ customer }) => customer));
    return owners.size === 1 ? narrowest[0]?.customer : undefined;
  };
  const known = new Map<string, string | undefined>();
  return (clientIp) => {
    if (known.has(clientIp)) return known.get(clientIp);
    const ip = parseIp(clientIp);
    const owner = ip && !isShared(ip) ? ownerOf(ip) : undefined;
    if (known.size >= 100_000) known.clear();
    known.set(clientIp, owner);
    return owner;
  };
}

function asOwned(customer: string, text: string): { customer: string; network: Network }[] {
  const network = parseNetwork(text);
  return network ? [{ customer, network }] : [];
}
