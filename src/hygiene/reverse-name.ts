// Reverse names: how an address is asked about, and whether a name was made by a machine for a whole range. Pure.
import { getSubdomain } from 'tldts';
import { type Ip, parseIp } from '../mail/ip.js';

/** The name that PTR records of an address stand under (RFC 1035 section 3.5, RFC 3596 section 2.5). Undefined when it is no address. */
export function reverseNameOf(text: string): string | undefined {
  const ip = parseIp(text);
  if (!ip) return undefined;
  const bytes = ip.toByteArray();
  if (ip.kind() === 'ipv4') return `${bytes.reverse().join('.')}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]).reverse();
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`;
}

/** Reports whether two texts are the same address, however it is written. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseIp(one), parseIp(other)];
  return a !== undefined && b !== undefined && a.toString() === b.toString();
}

/** Labels that access providers put into the names of their customers' lines. */
const LINE_WORDS =
  /(^|[.-])(dyn(amic)?(ip)?|dhcp|ppp(oe)?|dial-?up|[avsx]?dsl|cable|broadband|pool|unassigned|unused|nat)[0-9]*(?=[.-])/i;

/**
 * Reports whether the name looks generic: it spells the address, or names a kind of line. Receivers take such hosts for home machines.
 * Only what stands before the registered domain counts: a company may be called cable.example.
 */
export function isGenericName(name: string, ip: string): boolean {
  const host = `${getSubdomain(name.toLowerCase(), { allowPrivateDomains: true }) ?? ''}.`;
  const parsed = parseIp(ip);
  return LINE_WORDS.test(host) || (parsed !== undefined && spells(host, parsed));
}

function spells(name: string, ip: Ip): boolean {
  const bytes = ip.toByteArray();
  if (ip.kind() === 'ipv6') {
    const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
    // A range's prefix in a name says little; its last half is the one host.
    return name.replace(/[.-]/g, '').includes(digits.slice(16)) && !/^0{15}/.test(digits.slice(16));
  }
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (new RegExp(`(^|[^0-9a-f])${hex}([^0-9a-f]|$)`).test(name)) return true;
  const numbers = name.split(/[^0-9]+/).filter((number) => number !== '');
  const isIn = (wanted: readonly number[]) =>
    numbers.some((_, i) => wanted.every((byte, j) => Number(numbers[i + j] ?? -1) === byte));
  return [bytes, [...bytes].reverse()].some((order) => isIn(order) || isIn(order.slice(1)) || isIn(order.slice(0, 3)));
}
