// A receiver, or a blocklist it asks, refuses one of our outbound addresses: seen in its replies, with the first one. Throttling is
// not a block. A reply may quote an address that is not ours (mail that was forwarded), which is not our listing.
import type { ReplyMeaning } from '../intake/replies/index.js';
import type { Delivery } from '../mail/event.js';
import { parseIp } from '../mail/ip.js';
import type { Relay } from '../partners/directory.js';
import type { BlockFinding } from './finding.js';

const MINUTE_MS = 60_000;
/** No refusal for this long: what comes then is a new block. */
const OVER_MS = 24 * 60 * MINUTE_MS;
const MAX_CUSTOMERS = 500;
const MAX_REPLY = 1_000;

export interface Block extends BlockFinding {
  lastFindingAt: number;
  lastRefusalAt: number;
}

/** Blocks seen so far. Holds state; saved and restored by key. */
export class Blocks {
  private readonly blocks = new Map<string, Block>();
  readonly dirty = new Set<string>();
  private readonly outbound: Map<string, string[]>;
  private readonly ours: Set<string>;

  constructor(relays: Relay[]) {
    this.outbound = new Map(relays.map((relay) => [relay.host, outboundOf(relay)]));
    this.ours = new Set([...this.outbound.values()].flat());
  }

  /** Takes a refused delivery and what its reply means; `customer` is whom it hit, undefined for nobody. */
  see(delivery: Delivery, meaning: ReplyMeaning, customer: string | undefined): BlockFinding | undefined {
    if (!meaning.isPermanent || (meaning.meaning !== 'ip-block' && meaning.meaning !== 'dnsbl')) return undefined;
    const ip = this.refusedAddress(delivery.message.relay, meaning.ip);
    if (ip === undefined) return undefined;
    const provider = meaning.meaning === 'dnsbl' ? (meaning.zone ?? 'unnamed-list') : (meaning.provider ?? 'unknown');
    const block = this.blockOf(`blocklist|${ip}|${provider}`, delivery, ip, provider, meaning.code);
    block.refusals++;
    block.lastRefusalAt = delivery.at;
    if (customer !== undefined && block.customers.length < MAX_CUSTOMERS && !block.customers.includes(customer)) {
      block.customers.push(customer);
    }
    if (block.refusals > 1 && Math.abs(delivery.at - block.lastFindingAt) < MINUTE_MS) return undefined;
    block.lastFindingAt = delivery.at;
    const { lastFindingAt: _, lastRefusalAt: __, ...finding } = block;
    return { ...finding, at: delivery.at, customers: [...block.customers] };
  }

  get(key: string): Block | undefined {
    return this.blocks.get(key);
  }

  all(): Iterable<Block> {
    return this.blocks.values();
  }

  restore(block: Block): void {
    this.blocks.set(block.key, block);
  }

  /** Forgets blocks whose last refusal was before `since`: replies name the lists, so their number is the world's to choose. */
  forgetIdle(since: number): void {
    for (const [key, block] of this.blocks) {
      if (block.lastRefusalAt >= since) continue;
      this.blocks.delete(key);
      this.dirty.add(key);
    }
  }

  private blockOf(key: string, delivery: Delivery, ip: string, provider: string, code: string): Block {
    const known = this.blocks.get(key);
    this.dirty.add(key);
    if (known && Math.abs(delivery.at - known.lastRefusalAt) < OVER_MS) return known;
    const block: Block = {
      kind: 'blocklist',
      key,
      at: delivery.at,
      since: delivery.at,
      ip,
      relay: delivery.message.relay,
      provider,
      code,
      reply: delivery.reply.slice(0, MAX_REPLY),
      refusals: 0,
      customers: [],
      lastFindingAt: delivery.at,
      lastRefusalAt: delivery.at,
    };
    this.blocks.set(key, block);
    return block;
  }

  /** Our address that was refused: the one the reply names if it is ours, else the relay's only one. */
  private refusedAddress(relay: string, named: string | undefined): string | undefined {
    const configured = this.outbound.get(relay) ?? [];
    const canonical = named === undefined ? undefined : parseIp(named)?.toString();
    if (canonical !== undefined && (this.ours.has(canonical) || configured.length === 0)) return canonical;
    if (canonical !== undefined) return undefined;
    return configured.length === 1 ? configured[0] : undefined;
  }
}

function outboundOf(relay: Relay): string[] {
  const all = relay.outbound_ip === undefined ? relay.outbound_ips : [relay.outbound_ip, ...relay.outbound_ips];
  return [...new Set(all.map((text) => parseIp(text)?.toString() ?? text))];
}
