// A receiver, or a blocklist it asks, refuses one of our outbound addresses or a domain of ours: seen in its replies, with the first
// one, and told with the one at hand. Throttling is not a block, unless the receiver says that no retry will help. A reply may quote an address or a domain that is not
// ours (mail that was forwarded), which is not our listing. Where neither reply nor log names the address, it is the relay's only one of
// the family (IPv4 or IPv6) it spoke; of several it is one of them, and the finding says no more than that.
import { getDomain } from 'tldts';
import type { ReplyMeaning } from '../intake/replies/index.js';
import { domainOf } from '../mail/address.js';
import type { Delivery } from '../mail/event.js';
import { parseIp } from '../mail/ip.js';
import type { Directory } from '../partners/directory.js';
import { type BlockFinding, refusedOf } from './finding.js';
import { outboundAddressesOf } from './outbound.js';

const MINUTE_MS = 60_000;
/** No refusal for this long: what comes then is a new block. */
const OVER_MS = 24 * 60 * MINUTE_MS;
/** This many refusals within this time are no single receiver's slip. */
const CONFIRMED_BY = 3;
const CONFIRMED_WITHIN_MS = 10 * MINUTE_MS;
const MAX_CUSTOMERS = 500;
const MAX_REPLY = 1_000;

export interface Block extends BlockFinding {
  lastFindingAt: number;
  lastRefusalAt: number;
  /** When the last refusals came, the latest last; as many as confirm. */
  recent: number[];
}

/** What is refused: an address of ours, one of several, or a domain of ours. */
type Refused = Pick<BlockFinding, 'ip' | 'oneOf' | 'domain'>;

/** Of more addresses than this "one of them" is no help: then a reply that names one is waited for. */
const MOST_CANDIDATES = 16;

/** Blocks seen so far. Holds state; saved and restored by key. */
export class Blocks {
  private readonly blocks = new Map<string, Block>();
  readonly dirty = new Set<string>();
  private readonly outbound: Map<string, string[]>;
  private readonly ours: Set<string>;
  private readonly ourDomains: Set<string>;
  private readonly relayNames: Map<string, string>;

  constructor({ relays, customers }: Pick<Directory, 'relays' | 'customers'>) {
    this.outbound = new Map(relays.map((relay) => [relay.host, outboundAddressesOf(relay)]));
    this.ours = new Set([...this.outbound.values()].flat());
    this.relayNames = new Map(relays.map(({ host, name }) => [host, (name ?? host).toLowerCase()]));
    const domains = customers.flatMap((customer) => customer.domains.map((domain) => domain.toLowerCase()));
    this.ourDomains = new Set([...domains, ...this.relayNames.values()]);
  }

  /** Takes a refused delivery and what its reply means; `customer` is whom it hit, undefined for nobody. */
  see(delivery: Delivery, meaning: ReplyMeaning, customer: string | undefined): BlockFinding | undefined {
    if (!isBlock(meaning)) return undefined;
    const provider = nameOf(delivery, meaning);
    const refused = this.refusedBy(delivery, meaning, provider);
    if (refused === undefined) return undefined;
    const block = this.blockOf(delivery, meaning, refused, provider);
    const isNews = noteRefusal(block, delivery.at);
    if (customer !== undefined && block.customers.length < MAX_CUSTOMERS && !block.customers.includes(customer)) {
      block.customers.push(customer);
    }
    if (!isNews && Math.abs(delivery.at - block.lastFindingAt) < MINUTE_MS) return undefined;
    block.lastFindingAt = delivery.at;
    // Who resolved the first of it is to see what came since.
    Object.assign(block, evidenceOf(delivery, meaning));
    const { lastFindingAt: _, lastRefusalAt: __, recent: ___, ...finding } = block;
    return { ...finding, at: delivery.at, customers: [...block.customers] };
  }

  get(key: string): Block | undefined {
    return this.blocks.get(key);
  }

  all(): Iterable<Block> {
    return this.blocks.values();
  }

  restore(block: Block): void {
    this.blocks.set(block.key, { ...BEFORE, ...block });
  }

  /** Forgets blocks whose last refusal was before `since`: replies name the lists, so their number is the world's to choose. */
  forgetIdle(since: number): void {
    for (const [key, block] of this.blocks) {
      if (block.lastRefusalAt >= since) continue;
      this.blocks.delete(key);
      this.dirty.add(key);
    }
  }

  private blockOf(delivery: Delivery, meaning: ReplyMeaning, refused: Refused, provider: string): Block {
    const key = keyOf(refusedOf(refused), provider);
    const known = this.blocks.get(key);
    this.dirty.add(key);
    if (known && Math.abs(delivery.at - known.lastRefusalAt) < OVER_MS) return known;
    const { at, message } = delivery;
    const block: Block = {
      kind: 'blocklist',
      key,
      at,
      since: at,
      ...refused,
      relay: message.relay,
      provider,
      ...evidenceOf(delivery, meaning),
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

  private refusedBy(delivery: Delivery, meaning: ReplyMeaning, provider: string): Refused | undefined {
    const addresses = this.refusedAddresses(delivery, meaning.ip);
    if (meaning.meaning !== 'domain-block') return this.among(addresses, provider, delivery.at);
    const domain = this.refusedDomain(delivery, meaning.domain);
    return domain === undefined ? undefined : { ip: addresses.length === 1 ? (addresses[0] as string) : '', domain };
  }

  /** Our addresses that may be meant: the one the reply names if it is ours, else the one the log says, else those of the relay. */
  private refusedAddresses(
    { message, outboundIp, remoteIp, reply }: Delivery,
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

  /** The address of ours that a reply quotes, wherever: the receiver may name its own before it. */
  private oursIn(reply: string): string | undefined {
    for (const [text] of reply.slice(0, MAX_REPLY).matchAll(ADDRESS)) {
      const address = canonicalOf(text);
      if (address !== undefined && this.ours.has(address)) return address;
    }
    return undefined;
  }

  /** The one that is meant: of several, the one that the receiver is known to refuse; else one of them, whichever. */
  private among(addresses: readonly string[], provider: string, at: number): Refused | undefined {
    const isRefused = (ip: string) => {
      const known = this.blocks.get(keyOf(ip, provider));
      return known !== undefined && Math.abs(at - known.lastRefusalAt) < OVER_MS;
    };
    const refused = addresses.length > 1 ? addresses.filter(isRefused) : addresses;
    if (refused.length === 1) return { ip: refused[0] as string };
    return addresses.length > 1 && addresses.length <= MOST_CANDIDATES ? { ip: '', oneOf: [...addresses] } : undefined;
  }

  /** Our domain that was refused: the one named, else by the words our host's name or the envelope sender's; none that is not ours. */
  private refusedDomain({ message, reply }: Delivery, named: string | undefined): string | undefined {
    const implied = /\bhelo\b/i.test(reply) ? this.relayNames.get(message.relay) : domainOf(message.sender);
    const domain = named ?? implied ?? '';
    return this.ourDomains.has(domain) ? domain : undefined;
  }
}

/** One bounce, without its recipient's name. */
function evidenceOf(
  { at, message, recipient, reply }: Delivery,
  { code }: ReplyMeaning,
): Required<Pick<BlockFinding, 'code' | 'reply' | 'sample'>> {
  const sample = { at, queueId: message.queueId, recipientDomain: domainOf(recipient) };
  return { code, reply: reply.slice(0, MAX_REPLY), sample };
}

/** What may be an address. */
const ADDRESS = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])/gi;

function keyOf(refused: string, provider: string): string {
  return `blocklist|${refused}|${provider}`;
}

/** Those a relay can have spoken to a host from: of the same family, where the log says which. */
function ofFamily(addresses: readonly string[], remoteIp: string | undefined): readonly string[] {
  if (remoteIp === undefined || addresses.length < 2) return addresses;
  const isV6 = remoteIp.includes(':');
  return addresses.filter((address) => address.includes(':') === isV6);
}

/** Refusals for good of an address. A throttle is one where the receiver says that it will not end. */
const HARD: ReadonlySet<ReplyMeaning['meaning']> = new Set(['ip-block', 'dnsbl', 'ip-throttle']);

/** Asked of every refusal; most are about a recipient. */
function isBlock({ isPermanent, meaning }: ReplyMeaning): boolean {
  return isPermanent && (meaning === 'domain-block' || HARD.has(meaning));
}

/** What blocks saved by earlier versions did not hold. */
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

/** Who refuses: the list that is named, else the receiver; one that is not known by the domain of its host. */
function nameOf({ remoteHost, recipient }: Delivery, { meaning, zone, provider }: ReplyMeaning): string {
  if (meaning === 'dnsbl' || meaning === 'domain-block') return zone ?? provider ?? 'unnamed-list';
  return provider ?? getDomain(remoteHost ?? '') ?? (domainOf(recipient) || 'unknown');
}

function canonicalOf(address: string | undefined): string | undefined {
  return address === undefined ? undefined : parseIp(address)?.toString();
}
