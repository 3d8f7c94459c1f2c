// The names a log repeats, each made a string once: senders and logins under the form they are compared by, hosts and codes as they
// stand. Shared by all logs of a format.
import { normaliseAddress } from '../../../mail/address.js';
import { isLoopback } from '../../hand-overs.js';
import type { OwnRelays } from '../../relay-chains.js';
import { ByteCache } from '../byte-cache.js';
import type { Page } from '../page.js';

const LESS = 0x3c;

/** `mx.example[192.0.2.1]:25`, `mx.example[private/lmtp]`, `none`, `local`: host and address where there are any. */
export interface Host {
  name: string | undefined;
  ip: string | undefined;
  /** The relay itself, as far as the text tells: a loopback address, a socket, an agent's name. */
  isNear: boolean;
  /** Another of our relays: what its log calls it. */
  relay: string | undefined;
  /** The address is in a private network: a content filter of ours may be there. */
  isPrivate: boolean;
}

export interface Names {
  /** Senders and logins: lower case, without brackets. */
  senders: ByteCache<string>;
  /** Clients and receivers, as `name[address]:port`. */
  hosts: ByteCache<Host>;
  /** Addresses and status codes by themselves. */
  names: ByteCache<string>;
}

const NO_RELAYS: OwnRelays = new Map();

export function createNames(relays: OwnRelays = NO_RELAYS): Names {
  return {
    senders: new ByteCache(16 * 1024, addressOf),
    hosts: new ByteCache(8 * 1024, (page, from, to) => hostOf(page.text(from, to), relays)),
    names: new ByteCache(4 * 1024, (page, from, to) => page.text(from, to)),
  };
}

/**
 * The address in bytes [from, to) under the form it is compared by. Recipients are made anew for every line: there are so many of them
 * that to wait for a remembered one's memory takes longer, for us and for whoever reads it.
 */
export function addressOf(page: Page, from: number, to: number): string {
  const first = page.byte(from);
  return (first === LESS ? undefined : page.plainText(from, to)) ?? normaliseAddress(page.text(from, to));
}

/** RFC 1918 and RFC 4193. */
const PRIVATE = /^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|f[cd][0-9a-f]{2}:)/i;

function hostOf(text: string, relays: OwnRelays): Host {
  const open = text.indexOf('[');
  const close = text.indexOf(']', open);
  if (open < 0 || close < 0)
    return { name: undefined, ip: undefined, isNear: true, relay: undefined, isPrivate: false };
  const address = text.slice(open + 1, close);
  const ip = address.includes('/') ? undefined : own(address);
  const name = own(text.slice(0, open));
  const isNear = isLoopback(ip);
  const relay = isNear || relays.size === 0 ? undefined : (relays.get(name.toLowerCase()) ?? relays.get(ip ?? ''));
  return { name, ip, isNear, relay, isPrivate: ip !== undefined && PRIVATE.test(ip) };
}

/** A copy: V8 keeps the whole text alive for a slice of it. */
function own(text: string): string {
  return Buffer.from(text).toString();
}
