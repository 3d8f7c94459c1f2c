// Mail that belongs to nobody, and logins of nobody in mail that is somebody's, out of what was counted or out of logs; out of logs also
// the customers that a relay names and nobody is. With whom they perhaps belong to.
import { Owners } from '../../detection/identities/owners.js';
import { savedHints } from '../../detection/live/saved-hints.js';
import { type ReplayProgress, replay } from '../../detection/replay/replay.js';
import { foreignLoginsSince, type Unowned, UnownedTally, unownedSince } from '../../detection/traffic/unowned.js';
import { addressKey } from '../../mail/address.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import type { MailEvent } from '../../mail/event.js';
import { type Attribute, buildAttribution, type Origin } from '../../partners/attribution.js';
import { type Customer, type Directory, outboundAddressesOf } from '../../partners/directory.js';
import type { HintRow } from '../../partners/learned-hints.js';
import { logFiles } from '../replay/files.js';
import { replayBar } from '../replay/progress.js';
import { refuseGarbage } from '../terminal/not-understood.js';
import { inviteToType } from '../terminal/options.js';
import { restoreOnSignal } from '../terminal/progress.js';

export interface Stray extends Unowned {
  /** Customer id it perhaps belongs to, and why. */
  suggests?: string;
  why?: string;
  /** Of an address that mail of ours leaves from: the relay's host. */
  relay?: string;
  /** Of a login with `countsFor`: by what its mail counts for that customer; what it may be, where only counts are left. */
  by?: Way[];
}

/** The client address, the sender's domain, or the relay's own word. */
export type Way = 'address' | 'sender' | 'relay';

type Hints = ReadonlyMap<string, Pick<HintRow, 'customer' | 'isLearned' | 'days' | 'messages'>>;

/** What was counted since a moment (ms) and still is nobody's by the customer file; none where nothing was counted. */
export function straysInDb(
  traffic: string | undefined,
  directory: Directory,
  localDomains: readonly string[],
  since: number,
): Stray[] {
  if (traffic === undefined) return [];
  const attribute = buildAttribution(directory, { localDomains });
  const isStill = (one: Unowned) => attribute(originOf(one)).by === 'nothing';
  const logins = foreignLoginsSince(traffic, since, (login) => attribute({ login, sender: '' }).by === 'nothing');
  const ways = new Map(directory.customers.map((customer) => [customer.id, waysOf(customer)]));
  const strays = suggested(
    [...unownedSince(traffic, since).filter(isStill), ...logins],
    directory,
    savedHints(traffic),
  );
  return strays.map((stray) =>
    stray.countsFor === undefined ? stray : { ...stray, by: ways.get(stray.countsFor) ?? [] },
  );
}

/** By what a customer's mail can be known, besides its logins. */
function waysOf({ ips, domains }: Customer): Way[] {
  return [...(ips.length > 0 ? (['address'] as const) : []), ...(domains.length > 0 ? (['sender'] as const) : [])];
}

function originOf({ what, name }: Unowned): Origin {
  if (what === 'login') return { login: name, sender: '' };
  return what === 'address' ? { clientIp: name.split('/')[0], sender: '' } : { sender: `@${name}` };
}

/** The same out of logs. What is learned of an address on the way is said, and its mail stays nobody's here. */
export async function straysInLogs(
  paths: readonly string[],
  directory: Directory,
  localDomains: readonly string[],
): Promise<Stray[]> {
  const owners = new Owners(directory, localDomains);
  const tally = new UnownedTally();
  const logins = new ForeignLogins(directory, localDomains, tally);
  const onEvent = (event: MailEvent) => {
    const customer = owners.customerOf(event);
    if (customer === undefined) return;
    tally.takeCustomer(event, (id) => owners.isCustomer(id));
    if (customer === UNATTRIBUTED || isByHint(owners, event)) tally.take(event);
    else logins.take(event, customer);
  };
  const files = logFiles(paths, undefined);
  if (files.includes('-')) inviteToType('log lines');
  const bar = replayBar();
  if (bar) restoreOnSignal(bar);
  const onProgress = (progress: ReplayProgress) => bar?.show(progress);
  const read = replay({ files, directory, localDomains, onFinding() {}, onEvent, onProgress });
  refuseGarbage(await read.finally(() => bar?.stop()), 'mail', files);
  const hints = [...owners.hints.takeChanges()].flatMap(([ip, row]) => (row ? [[ip, row] as const] : []));
  return logins.withWays(suggested(tally.sorted(), directory, new Map(hints)));
}

/** Finds logins of nobody in mail of customers, and remembers by what it counts for them. */
class ForeignLogins {
  private readonly attribute: Attribute;
  private readonly ways = new Map<string, Set<Way>>();

  constructor(
    directory: Directory,
    localDomains: readonly string[],
    private readonly tally: UnownedTally,
  ) {
    this.attribute = buildAttribution(directory, { localDomains });
  }

  take(event: MailEvent, customer: string): void {
    if (event.kind !== 'accepted' && event.kind !== 'refused') return;
    const { login, clientIp, sender } = event.kind === 'accepted' ? event.message : event;
    if (login === undefined || this.attribute({ login, sender: '' }).by !== 'nothing') return;
    this.tally.takeForeignLogin(event, customer);
    const usual = this.attribute({ clientIp, sender });
    const way = usual.customer === customer ? (usual.by as Way) : 'relay';
    const key = `${customer} ${login}`;
    this.ways.set(key, (this.ways.get(key) ?? new Set()).add(way));
  }

  withWays(strays: readonly Stray[]): Stray[] {
    return strays.map((stray) => {
      const ways = stray.countsFor === undefined ? undefined : this.ways.get(`${stray.countsFor} ${stray.name}`);
      return ways ? { ...stray, by: [...ways] } : stray;
    });
  }
}

function isByHint(owners: Owners, event: MailEvent): boolean {
  return (event.kind === 'accepted' || event.kind === 'delivery') && owners.of(event.message)?.by === 'hint';
}

function suggested(strays: readonly Unowned[], { customers, relays }: Directory, hints: Hints): Stray[] {
  const relayOf = new Map(relays.flatMap((relay) => outboundAddressesOf(relay).map((ip) => [ip, relay.host] as const)));
  const byDomain = new Map(customers.flatMap(({ id, domains }) => domains.map((domain) => [addressKey(domain), id])));
  const ownerOf = (domain: string): string | undefined => {
    const dot = domain.indexOf('.');
    return byDomain.get(domain) ?? (dot < 0 ? undefined : ownerOf(domain.slice(dot + 1)));
  };
  const byId = new Map(customers.map(({ id }) => [id.toLowerCase(), id]));
  return strays.map((stray) => {
    if (stray.what === 'customer') return { ...stray, ...meant(byId.get(stray.name.toLowerCase())) };
    const relay = stray.what === 'address' ? relayOf.get(stray.name) : undefined;
    if (relay !== undefined) return { ...stray, relay };
    const owner =
      stray.what === 'address' ? undefined : ownerOf(addressKey(stray.name.slice(stray.name.lastIndexOf('@') + 1)));
    if (owner !== undefined) return { ...stray, suggests: owner, why: `${owner}: it is in its domain` };
    const hint = stray.what === 'address' ? hints.get(stray.name) : undefined;
    if (!hint || hint.customer === '') return { ...stray };
    const seen = hint.isLearned
      ? `only its domains seen from there on ${hint.days} days`
      : 'its domains were seen from there';
    return { ...stray, suggests: hint.customer, why: `${hint.customer}: ${seen}` };
  });
}

function meant(id: string | undefined): Pick<Stray, 'suggests' | 'why'> {
  return id === undefined ? {} : { suggests: id, why: `${id}: but for upper and lower case` };
}
