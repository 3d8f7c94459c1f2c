// What the exported table says: the containments in force as keys that Postfix looks up. Re-routes are not in it: a table cannot see
// both customer and recipient. A look-up sees one thing of a message and not whose it is, so a key is in it only when that one thing,
// by itself, is the containment's customer's: by the same attribution that answers while we are up, without what was learned of client
// addresses. Of a learned address only mail that nothing else tells is the customer's; a row for it would refuse all that comes from
// there, other customers' too, whose sender's domain a look-up by address does not see. A sender of a domain that is no customer's may be
// forged, and is then in honest mail of all customers who forward what its owner wrote. Pure.
import { domainOf, localSet, loginKey } from '../../../mail/address.js';
import { UNATTRIBUTED } from '../../../mail/customer.js';
import { addressesOf, networkSize, parseNetwork } from '../../../mail/ip.js';
import { senderKey } from '../../book.js';
import type { Attribute, Containment } from '../../containment.js';
import { blockAction, type NameOf, type ReplyTexts, suspendAction } from './reply-texts.js';

/** Everything that tells a customer's messages from others'. */
export interface Identities {
  logins: string[];
  /** Domains of logins: any login `…@domain` is the customer's, but for `othersLogins`. */
  loginDomains: string[];
  /** Logins of other customers under one of the login domains. */
  othersLogins: string[];
  /** Addresses or small networks. */
  clientIps: string[];
  /** Sender domains, for customers whom nothing else tells apart (shared hosted mail platforms). */
  senderDomains: string[];
}

export interface TableRow {
  /** `sender` is a whole address, `domain` the domain of a sender: exactly, none above or below it. */
  kind: 'login' | 'sender' | 'domain' | 'client';
  /** Lower case. `@domain` under `login` means every login of that domain. */
  key: string;
  /** What Postfix's access(5) takes. */
  action: string;
}

export interface RowDeps {
  texts: ReplyTexts;
  nameOf: NameOf;
  identitiesOf: (customer: string) => Identities;
  attribute: Attribute;
  localDomains: readonly string[];
}

/** A table has single addresses; a network wider than this is left to the policy server. */
const MAX_NETWORK = 256;

/** The rows that say the same as the book. A block stands before a suspension, an earlier containment before a later one. */
export function rowsOf(containments: readonly Containment[], deps: RowDeps): TableRow[] {
  const rows = new Map<string, TableRow>();
  const suspended = containments.filter(({ action }) => action === 'suspend-outbound');
  const inOrder = [
    ...containments.filter(({ action }) => action === 'block-sender').flatMap((one) => [...block(one, deps)]),
    ...suspended.flatMap((one) => [...suspension(one, deps)]),
    ...suspended.flatMap((one) => [...exceptions(one, deps)]),
  ];
  for (const row of inOrder) {
    const id = `${row.kind} ${row.key}`;
    if (!rows.has(id)) rows.set(id, row);
  }
  return [...rows.values()];
}

/** A blocked login may be in no directory; one that is another customer's is left out. */
function* block(containment: Containment, deps: RowDeps): Generator<TableRow> {
  const { customer, senders, logins } = containment;
  const name = deps.nameOf(customer);
  for (const login of logins) {
    const owner = deps.attribute({ login, sender: '' });
    if (owner !== undefined && owner !== customer) continue;
    yield* loginRows(login, blockAction(deps.texts, { sender: '', login }, name), deps);
  }
  for (const sender of senders) {
    const key = senderKey(sender);
    // Postfix looks parts of an address up as well (`anna@`, `kvist.example`), so a part must not stand as a key.
    if (!/^[^@].*@[^@]+$/.test(key) || !isTheirSender(key, containment, deps)) continue;
    yield { kind: 'sender', key, action: blockAction(deps.texts, { sender }, name) };
  }
}

/** Reports whether a sender is the customer's or its heir's, or was the customer's own when it was blocked and is nobody's by now. */
function isTheirSender(key: string, { customer, heirs = {}, ownSenders = [] }: Containment, deps: RowDeps): boolean {
  const owner = deps.attribute({ sender: key });
  if (owner === undefined) return ownSenders.some((own) => senderKey(own) === key);
  return owner === customer || owner === heirs[key];
}

function* suspension({ customer }: Containment, deps: RowDeps): Generator<TableRow> {
  if (customer === UNATTRIBUTED) return;
  const action = suspendAction(deps.texts, { sender: '' }, deps.nameOf(customer));
  const { logins, loginDomains, clientIps, senderDomains } = deps.identitiesOf(customer);
  const local = localSet(deps.localDomains);
  for (const login of logins) {
    if (deps.attribute({ login, sender: '' }) === customer) yield* loginRows(login, action, deps);
  }
  for (const domain of loginDomains.map((text) => text.toLowerCase())) {
    const isTheirs = deps.attribute({ login: `*@${domain}`, sender: '' }) === customer;
    // Postfix appends a local domain to everybody's logins.
    if (isTheirs && !local.has(domain)) yield { kind: 'login', key: `@${domain}`, action };
  }
  for (const address of clientIps.flatMap(singleAddresses)) {
    const isTheirs = deps.attribute({ clientIp: address, sender: '' }) === customer;
    if (isTheirs) yield { kind: 'client', key: address, action };
  }
  for (const domain of senderDomains.map((text) => text.toLowerCase())) {
    const isTheirs = deps.attribute({ sender: `postmaster@${domain}` }) === customer;
    if (isTheirs) yield { kind: 'domain', key: domain, action };
  }
}

/** Another customer's login under a suspended login domain: found before the domain, and decides nothing. */
function* exceptions({ customer }: Containment, deps: RowDeps): Generator<TableRow> {
  const { loginDomains, othersLogins } = deps.identitiesOf(customer);
  const local = localSet(deps.localDomains);
  const suspended = new Set(loginDomains.map((domain) => domain.toLowerCase()).filter((domain) => !local.has(domain)));
  for (const login of othersLogins) {
    if (suspended.has(domainOf(login))) yield { kind: 'login', key: loginKey(login, local), action: 'DUNNO' };
  }
}

/** A login in each form that Postfix may ask for: bare, and with each local domain. */
function* loginRows(login: string, action: string, deps: RowDeps): Generator<TableRow> {
  const local = localSet(deps.localDomains);
  const bare = loginKey(login, local);
  if (bare === '') return;
  yield { kind: 'login', key: bare, action };
  if (bare.includes('@')) return;
  for (const domain of local) yield { kind: 'login', key: `${bare}@${domain}`, action };
}

function singleAddresses(text: string): string[] {
  const network = parseNetwork(text);
  if (!network || networkSize(network) > MAX_NETWORK) return [];
  return [...addressesOf(network)].map((ip) => ip.toString());
}
