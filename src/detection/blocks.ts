// Blocks: a receiver, or a blocklist it asks, refuses one of our outbound addresses or domains. Seen in its replies, from the first one on;
// a finding quotes the latest reply. Throttling is not a block, unless the receiver says that no retry will help. A reply may quote an
// address or a domain that is not ours (of mail that was forwarded to us), which is not our block. When neither reply nor log names the
// address, it is the relay's only one of the family (IPv4 or IPv6) that was used; of several the finding only says that it is one of them.
import { getDomain } from 'tldts';
import type { ReplyMeaning } from '../intake/replies/index.js';
import { domainOf, formsOf } from '../mail/address.js';
import type { Delivery, HostRefused } from '../mail/event.js';
import { parseIp } from '../mail/ip.js';
import { type Directory, outboundAddressesOf } from '../partners/directory.js';
import { type BlockFinding, refusedOf } from './finding.js';

const MINUTE_MS = 60_000;
/** A refusal after this long without one is a new block. */
const OVER_MS = 24 * 60 * MINUTE_MS;
/** This many refusals within this time confirm a block: a receiver's mistake is seldom repeated. */
const CONFIRMED_BY = 3;
const CONFIRMED_WITHIN_MS = 10 * MINUTE_MS;
const MAX_CUSTOMERS = 500;
const MAX_REPLY = 1_000;

/** A block as it is remembered and saved. */
export interface Block extends BlockFinding {
  lastFindingAt: number;
  lastRefusalAt: number;
  /** When the last refusals came, the latest last; as many as confirm. */
  recent: number[];
}

/** A delivery that was refused, or what one host said before the relay went on to the receiver's next one. */
type Refusal = Pick<Delivery, 'at' | 'message' | 'remoteHost' | 'remoteIp' | 'reply' | 'outboundIp'> &
  (Pick<Delivery, 'kind' | 'recipient'> | { kind: HostRefused['kind']; recipient?: never });

/** What is refused: an address of ours, one of several, or a domain of ours. */
type Refused = Pick<BlockFinding, 'ip' | 'oneOf' | 'domain'>;

/** With more addresses than this, "one of them" is no help: there is no finding until a reply names one. */
const MOST_CANDIDATES = 16;

/** An attempt with all hosts of a receiver takes less, and the next one comes later: Postfix waits five minutes. */
const ATTEMPT_MS = 4 * MINUTE_MS;
const MOST_ATTEMPTS = 1_000;

/** The blocks seen lately, by key. */
export class Blocks {
  private readonly blocks = new Map<string, Block>();
  /** Attempts with a refusal that was counted and further hosts to be tried: its time, by block and message, the oldest first. */
  private readonly counted = new Map<string, number>();
  /** Keys of those that changed and are to be saved. */
  readonly dirty = new Set<string>();
  /** Our addresses by relay host, and all of them. */
  private readonly outbound: Map<string, string[]>;
  private readonly ours: Set<string>;
  /** Customers' domains, in every script a log may have them in, and the names of our relays; lower case. */
  private readonly ourDomains: Set<string>;
  /** A relay's name in the directory (else its host name), lower case, by its host. */
  private readonly relayNames: Map<string, string>;

  constructor({ relays, customers }: Pick<Directory, 'relays' | 'customers'>) {
    this.outbound = new Map(relays.map((relay) => [relay.host, outboundAddressesOf(relay)]));
    this.ours = new Set([...this.outbound.values()].flat());
    this.relayNames = new Map(relays.map(({ host, name }) => [host, (name ?? host).toLowerCase()]));
    const domains = customers.flatMap((customer) => customer.domains.flatMap(formsOf));
    this.ourDomains = new Set([...domains, ...this.relayNames.values()]);
  }

  /**
   * Takes a refusal and what its reply means; `customer` is whose mail it was, undefined for nobody's. Returns a finding for the
   * first refusal of a block, for the one that confirms it, and once a minute while it goes on.
   */
  see(refusal: Refusal, meaning: ReplyMeaning, customer: string | undefined): BlockFinding | undefined {
    if (!isBlock(meaning)) return undefined;
    const provider = nameOf(refusal, meaning);
    const refused = this.refusedBy(refusal, meaning, provider);
    if (refused === undefined) return undefined;
    const block = this.blockOf(refusal, meaning, refused, provider);
    if (this.isCounted(refusal, block.key)) {
      block.lastRefusalAt = refusal.at;
      return undefined;
    }
    const isNews = noteRefusal(block, refusal.at);
    if (customer !== undefined && block.customers.length < MAX_CUSTOMERS && !block.customers.includes(customer)) {
      block.customers.push(customer);
    }
    if (!isNews && Math.abs(refusal.at - block.lastFindingAt) < MINUTE_MS) return undefined;
    block.lastFindingAt = refusal.at;
    // Whoever resolved the incident once is to see the reply that opened it again.
    Object.assign(block, evidenceOf(refusal, meaning));
    const { lastFindingAt: _, lastRefusalAt: __, recent: ___, ...finding } = block;
    return { ...finding, at: refusal.at, customers: [...block.customers] };
  }

  get(key: string): Block | undefined {
    return this.blocks.get(key);
  }

  restore(block: Block): void {
    this.blocks.set(block.key, { ...BEFORE, ...block });
  }

  /** Forgets blocks whose last refusal was before `since`. Outsiders' replies name the lists, so there could be any number of blocks. */
  forgetIdle(since: number): void {
    for (const [key, block] of this.blocks) {
      if (block.lastRefusalAt >= since) continue;
      this.blocks.delete(key);
      this.dirty.add(key);
    }
  }

  /** Reports whether a refusal is of an attempt that was counted: what the hosts of a receiver say of a message one after the other is one. */
  private isCounted({ kind, at, message }: Refusal, key: string): boolean {
    const name = `${key}|${message.relay}/${message.queueId}`;
    const before = this.counted.get(name);
    const isCounted = before !== undefined && Math.abs(at - before) < ATTEMPT_MS;
    if (isCounted && kind === 'host-refused') return true;
    // A delivery ends the attempt for one recipient: those of the others count.
    this.counted.delete(name);
    if (kind === 'delivery') return isCounted;
    this.counted.set(name, at);
    if (this.counted.size > MOST_ATTEMPTS) this.counted.delete(this.counted.keys().next().value as string);
    return false;
  }

  private blockOf(refusal: Refusal, meaning: ReplyMeaning, refused: Refused, provider: string): Block {
    const key = keyOf(refusedOf(refused), provider);
    const known = this.blocks.get(key);
    this.dirty.add(key);
    if (known && Math.abs(refusal.at - known.lastRefusalAt) < OVER_MS) return known;
    const { at, message } = refusal;
    const block: Block = {
      kind: 'blocklist',
      key,
      at,
      since: at,
      ...refused,
      relay: message.relay,
      provider,
      ...evidenceOf(refusal, meaning),
      refusals: 0,
      isConfirmed: false,
      customers: [],
      lastFindingAt: at,
      lastRefusalAt: at,
      recent: [],
    };
    this.blocks.set(key, block);
    return block;
  }

  private refusedBy(refusal: Refusal, meaning: ReplyMeaning, provider: string): Refused | undefined {
    const addresses = this.refusedAddresses(refusal, meaning.ip);
    if (meaning.meaning !== 'domain-block') return this.among(addresses, provider, refusal.at);
    const domain = this.refusedDomain(refusal, meaning.domain);
    return domain === undefined ? undefined : { ip: addresses.length === 1 ? (addresses[0] as string) : '', domain };
  }

  /**
   * Our addresses that may be refused: the one that the reply names or quotes, if it is ours; none if it names another; else the one
   * the log names, else those of the relay.
   */
  private refusedAddresses(
    { message, outboundIp, remoteIp, reply }: Refusal,
    named: string | undefined,
  ): readonly string[] {
    const configured = this.outbound.get(message.relay) ?? [];
    const logged = canonicalOf(outboundIp);
    const canonical = canonicalOf(named);
    const isUnknown = configured.length === 0 && logged === undefined;
    if (canonical !== undefined && (this.ours.has(canonical) || canonical === logged || isUnknown)) return [canonical];
    const quoted = this.oursIn(reply);
    if (quoted !== undefined) return [quoted];
    if (canonical !== undefined) return [];
    return logged === undefined ? ofFamily(configured, remoteIp) : [logged];
  }

  /** The first address of ours that a reply quotes anywhere: the receiver may quote its own before it. */
  private oursIn(reply: string): string | undefined {
    for (const [text] of reply.slice(0, MAX_REPLY).matchAll(ADDRESS)) {
      const address = canonicalOf(text);
      if (address !== undefined && this.ours.has(address)) return address;
    }
    return undefined;
  }

  /** What is refused of these addresses: the only one; or the only one that this receiver is known to refuse; else one of them. */
  private among(addresses: readonly string[], provider: string, at: number): Refused | undefined {
    const isRefused = (ip: string) => {
      const known = this.blocks.get(keyOf(ip, provider));
      return known !== undefined && Math.abs(at - known.lastRefusalAt) < OVER_MS;
    };
    const refused = addresses.length > 1 ? addresses.filter(isRefused) : addresses;
    if (refused.length === 1) return { ip: refused[0] as string };
    return addresses.length > 1 && addresses.length <= MOST_CANDIDATES ? { ip: '', oneOf: [...addresses] } : undefined;
  }

  /** Our domain that is refused: the one named; else the relay's name if the reply speaks of HELO, else the sender's domain. Only ours. */
  private refusedDomain({ message, reply }: Refusal, named: string | undefined): string | undefined {
    const implied = /\bhelo\b/i.test(reply) ? this.relayNames.get(message.relay) : domainOf(message.sender);
    const domain = named ?? implied ?? '';
    return this.ourDomains.has(domain) ? domain : undefined;
  }
}

/** What a finding quotes of a refusal; without the local part of the recipient. */
function evidenceOf(
  { at, message, recipient = '', reply }: Refusal,
  { code }: ReplyMeaning,
): Required<Pick<BlockFinding, 'code' | 'reply' | 'sample'>> {
  const sample = { at, queueId: message.queueId, recipientDomain: domainOf(recipient) };
  return { code, reply: reply.slice(0, MAX_REPLY), sample };
}

/** Text that may be an IPv4 or IPv6 address; parseIp decides. */
const ADDRESS = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])/gi;

function keyOf(refused: string, provider: string): string {
  return `blocklist|${refused}|${provider}`;
}

/** The addresses a relay can have spoken to a host from: those of the same family, if the log has the host's address. */
function ofFamily(addresses: readonly string[], remoteIp: string | undefined): readonly string[] {
  if (remoteIp === undefined || addresses.length < 2) return addresses;
  const isV6 = remoteIp.includes(':');
  return addresses.filter((address) => address.includes(':') === isV6);
}

/** Meanings of a permanent refusal that are about our address. A throttle is one when the receiver says that it will not end. */
const HARD: ReadonlySet<ReplyMeaning['meaning']> = new Set(['ip-block', 'dnsbl', 'ip-throttle']);

/** Reports whether a refusal is about our address or domain; most are about a recipient. */
function isBlock({ isPermanent, meaning }: ReplyMeaning): boolean {
  return isPermanent && (meaning === 'domain-block' || HARD.has(meaning));
}

/** Defaults for blocks saved by earlier versions, which did not have these fields. */
const BEFORE = { recent: [], isConfirmed: false };

/** Counts a refusal; reports whether it is news: the first, or the one that confirms. */
function noteRefusal(block: Block, at: number): boolean {
  block.refusals++;
  block.lastRefusalAt = at;
  block.recent = [...block.recent, at].slice(-CONFIRMED_BY);
  const isMany = block.recent.length === CONFIRMED_BY && Math.abs(at - (block.recent[0] ?? 0)) <= CONFIRMED_WITHIN_MS;
  const isNews = block.refusals === 1 || (isMany && !block.isConfirmed);
  block.isConfirmed ||= isMany;
  return isNews;
}

/** Who refuses: the blocklist that is named, else the receiver's id, else the domain of its host. */
function nameOf({ remoteHost, recipient = '' }: Refusal, { meaning, zone, provider }: ReplyMeaning): string {
  if (meaning === 'dnsbl' || meaning === 'domain-block') return zone ?? provider ?? 'unnamed-list';
  return provider ?? getDomain(remoteHost ?? '') ?? (domainOf(recipient) || 'unknown');
}

function canonicalOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : parseIp(address)?.toString();
}
