// Whose is this login, address, domain or client address, and by what rule? For people, who ask it daily; the same answers as
// attribution.ts gives, with the reason. Pure.
import { addressKey, domainOf, localSet, loginKey, normaliseAddress } from '../mail/address.js';
import { parseIp, parseNetwork } from '../mail/ip.js';
import { series } from '../words.js';
import { claimsOf, tableOf } from './claims.js';
import { type Customer, type Directory, outboundAddressesOf } from './directory.js';
import type { Claim } from './networks.js';

export interface Answer {
  /** What the text was taken for. */
  as: 'customer' | 'login' | 'sender' | 'client address' | 'outbound address' | 'domain';
  /** Customer id; undefined when it is nobody's, or more than one's. */
  customer: string | undefined;
  /** The rule that says so, or why none does; one sentence. */
  rule: string;
}

interface WhoseOptions {
  /** See AttributionOptions.localDomains. */
  localDomains?: readonly string[];
  /** What was learned of a client address. */
  hintFor?: (clientIp: string) => string | undefined;
  /** A customer whose sender domains were seen from a client address, not long enough to be sure. */
  perhapsOf?: (clientIp: string) => string | undefined;
}

/** Everything the text can be, with whose it is then: one answer for each, never none. */
export function whose(directory: Directory, text: string, options: WhoseOptions = {}): Answer[] {
  const { customers } = directory;
  const name = normaliseAddress(text);
  const named = customers.filter((one) => one.id.toLowerCase() === name || one.name.toLowerCase() === name);
  if (named.length > 0)
    return named.map(({ id, name: called }) => ({ as: 'customer', customer: id, rule: `${called}.` }));
  if (parseNetwork(name)) return ofIp(directory, name, options);
  if (name.includes('@')) return [ofLogin(customers, name, options), ofSender(customers, name, 'sender')];
  const login = ofLogin(customers, name, options);
  const domain = ofSender(customers, `@${name}`, 'domain');
  if (name.includes('.')) return [domain, login];
  return login === NOBODYS_LOGIN ? [login, domain] : [login];
}

function ofLogin(customers: readonly Customer[], login: string, { localDomains }: WhoseOptions): Answer {
  const local = localSet(localDomains);
  const key = loginKey(login, local);
  const isIt = (user: string) => addressKey(loginKey(user, local)) === addressKey(key);
  const domain = domainOf(login);
  const exact = customers.filter(({ sasl_users }) => sasl_users.some(isIt));
  if (exact.length > 0) return decided('login', exact, `The login ${key} stands under sasl_users`);
  const byDomain = customers.filter(
    ({ sasl_domains }) => domain !== '' && sasl_domains.some((one) => same(one, domain)),
  );
  if (byDomain.length > 0) {
    const written = writtenAs(byDomain[0]?.sasl_domains, domain);
    return decided('login', byDomain, `The domain ${domain} stands under sasl_domains${written}`);
  }
  return NOBODYS_LOGIN;
}

const NOBODYS_LOGIN = nobodys(
  'login',
  'No sasl_users and no sasl_domains name it; then the client address decides, then the sender’s domain.',
);

function ofSender(customers: readonly Customer[], sender: string, as: 'sender' | 'domain'): Answer {
  const domain = domainOf(sender);
  const owners = customers.filter(({ domains }) => domains.some((one) => same(one, domain)));
  if (owners.length > 0)
    return decided(
      as,
      owners,
      `The sender domain ${domain} stands under domains${writtenAs(owners[0]?.domains, domain)}; a login or client address of somebody else decides first, here`,
    );
  return nobodys(as, `No customer has the domain ${domain} under domains.`);
}

/** Of an address, or of a network such as the /64 that nobody's IPv6 mail is counted under. */
function ofIp({ customers, relays }: Directory, text: string, { hintFor, perhapsOf }: WhoseOptions): Answer[] {
  const ip = parseIp(text);
  const network = parseNetwork(text);
  const relay = ip && relays.find((each) => outboundAddressesOf(each).includes(`${ip}`));
  if (relay)
    return [
      {
        as: 'outbound address',
        customer: undefined,
        rule: `It is our own: mail of the relay ${relay.host} leaves from it.`,
      },
    ];
  const holding = (list: 'ips' | 'shared_ips') =>
    network ? tableOf(claimsOf(customers, (one) => one[list])).around(network) : [];
  const shared = holding('shared_ips').flat();
  const [narrowest = []] = holding('ips');
  if (shared.length > 0) return [ofShared(shared, hintFor?.(text), perhapsOf?.(text))];
  const owners = customers.filter(({ id }) => narrowest.some(({ customer }) => customer === id));
  if (owners.length > 0) return [decided('client address', owners, `It lies in ${narrowest[0]?.text} under ips`)];
  const hint = hintFor?.(text);
  return [
    hint === undefined
      ? nobodys(
          'client address',
          `No customer has it under ips; the login or the sender’s domain decides.${perhapsText(perhapsOf?.(text))}`,
        )
      : {
          ...{ as: 'client address' as const, customer: hint },
          rule: 'Learned: for days only this customer’s sender domains came from it; a login or a known sender domain decides first.',
        },
  ];
}

function perhapsText(customer: string | undefined): string {
  return customer === undefined ? '' : ` Sender domains of ${customer} were seen from it, not long enough to be sure.`;
}

function ofShared(shared: readonly Claim[], hint: string | undefined, perhaps: string | undefined): Answer {
  const ids = [...new Set(shared.map(({ customer }) => customer))];
  const rule = `It stands under shared_ips of ${series(ids)}: the login or the sender’s domain decides${hint ? ', and else what was learned of it' : ''}.${perhapsText(perhaps)}`;
  return { as: 'client address', customer: hint, rule };
}

/** What two customers claim is nobody's. */
function decided(as: Answer['as'], owners: readonly Customer[], because: string): Answer {
  const [only, ...more] = owners;
  const ids = owners.map(({ id }) => id);
  return more.length === 0
    ? { as, customer: only?.id, rule: `${because} of ${only?.id}.` }
    : { as, customer: undefined, rule: `${because} of ${series(ids)}, so it is taken for nobody’s.` };
}

function nobodys(as: Answer['as'], rule: string): Answer {
  return { as, customer: undefined, rule };
}

function same(one: string, domain: string): boolean {
  return addressKey(one) === addressKey(domain);
}

/** The domain as the file has it, where that is in another script. */
function writtenAs(names: readonly string[] = [], domain: string): string {
  const written = names.find((one) => same(one, domain));
  return written === undefined || normaliseAddress(written) === domain ? '' : ` as ${written}`;
}
