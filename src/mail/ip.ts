// IP addresses and networks as values. Pure; the parsing is ipaddr.js.
import ipaddr from 'ipaddr.js';

export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

export interface Network {
  base: Ip;
  prefix: number;
}

const FOUR_NUMBERS = /^\d+\.\d+\.\d+\.\d+$/;

/** Parses an address in its usual notation; an IPv4 address mapped into IPv6 comes out as IPv4. Undefined when it is none. */
export function parseIp(text: string): Ip | undefined {
  // Checked first, because ipaddr.js throws on other text, and an exception costs more than the parsing.
  const isUsualForm = text.includes(':')
    ? ipaddr.IPv6.isValid(text)
    : FOUR_NUMBERS.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text);
  return isUsualForm ? ipaddr.process(text) : undefined;
}

/** An address in the one way to write it; any other text as it is. */
export function canonicalIp(text: string): string {
  return parseIp(text)?.toString() ?? text;
}

/** Parses `address/prefix`; a bare address is a network of one. Host bits are dropped. Undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const base = parseIp(address);
  if (!base || rest.length > 0) return undefined;
  const width = base.kind() === 'ipv4' ? 32 : 128;
  if (prefixText === undefined) return { base, prefix: width };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > width) return undefined;
  const prefix = Number(prefixText);
  return { base: firstOf(base, prefix), prefix };
}

/** Reports whether the address lies in the network; never across address families. */
export function isInNetwork(ip: Ip, network: Network): boolean {
  return ip.kind() === network.base.kind() && ip.match(network.base, network.prefix);
}

/** How many addresses a network holds (1 for a /32). May be beyond what `number` counts exactly. */
export function networkSize(network: Network): number {
  return 2 ** (network.base.toByteArray().length * 8 - network.prefix);
}

/** Every address of a network, in order, without building the list. */
export function* addressesOf(network: Network): Generator<Ip> {
  const bytes = network.base.toByteArray();
  const count = networkSize(network);
  for (let i = 0; i < count; i++) {
    yield ipaddr.fromByteArray([...bytes]);
    increment(bytes);
  }
}

/** The network a client's address is counted under: /24 for IPv4, /48 for IPv6 (what one site usually holds). */
export function siteOf(ip: Ip): string {
  const prefix = ip.kind() === 'ipv4' ? 24 : 48;
  return `${firstOf(ip, prefix).toString()}/${prefix}`;
}

function firstOf(ip: Ip, prefix: number): Ip {
  const bytes = ip
    .toByteArray()
    .map((byte, i) => byte & (0xff << Math.max(0, Math.min(8, 8 * (i + 1) - prefix))) & 0xff);
  return ipaddr.fromByteArray(bytes);
}

function increment(bytes: number[]): void {
  for (let i = bytes.length - 1; i >= 0; i--) {
    const next = ((bytes[i] ?? 0) + 1) & 0xff;
    bytes[i] = next;
    if (next !== 0) return;
  }
}
