// Which of our addresses mail left from: the one in the log, else the only one of the relay. The name of a relay with several stands for
// them all.
import { canonicalIp } from '../../mail/ip.js';
import { outboundAddressesOf, type Relay } from '../../partners/directory.js';
import { OTHER } from './counter-cells.js';

const REMEMBERED = 10_000;

export class Outbound {
  /** The address of each relay that has only one. */
  private readonly sole: ReadonlyMap<string, string>;
  /** The relay of each address. */
  private readonly relays: ReadonlyMap<string, string>;
  /** Cache of the canonical forms of addresses in the log. */
  private readonly canonical = new Map<string, string>();

  constructor(relays: readonly Relay[]) {
    const having = relays.map((relay) => ({ host: relay.host, addresses: outboundAddressesOf(relay) }));
    this.sole = new Map(
      having.flatMap(({ host, addresses: [only, ...more] }) => (only && more.length === 0 ? [[host, only]] : [])),
    );
    this.relays = new Map(having.flatMap(({ host, addresses }) => addresses.map((address) => [address, host])));
  }

  /** The address in canonical form, or the relay's host name. */
  of(outboundIp: string | undefined, relay: string): string {
    if (outboundIp === undefined) return this.sole.get(relay) ?? (relay || OTHER);
    return this.canonical.get(outboundIp) ?? this.seen(outboundIp);
  }

  /** The relay that has an address; '' when none is known. */
  relayOf(outboundIp: string | undefined): string {
    return outboundIp === undefined ? '' : (this.relays.get(this.of(outboundIp, '')) ?? '');
  }

  private seen(outboundIp: string): string {
    const address = canonicalIp(outboundIp);
    if (this.canonical.size >= REMEMBERED) this.canonical.clear();
    this.canonical.set(outboundIp, address);
    return address;
  }
}
