// The names a log repeats, each made a string once: addresses and logins under the form they are compared by, hosts and codes as they
// stand. Shared by all logs of a format.
import { normaliseAddress } from '../../../mail/address.js';
import { ByteCache } from '../byte-cache.js';
import type { Page } from '../page.js';

/** `mx.example[192.0.2.1]:25`, `mx.example[private/lmtp]`, `none`, `local`: host and address where there are any. */
export interface Host {
  name: string | undefined;
  ip: string | undefined;
}

export interface Names {
  /** Envelope addresses and logins: lower case, without brackets. Senders and logins are fewer, and near together for that. */
  recipients: ByteCache<string>;
  senders: ByteCache<string>;
  /** Clients and receivers, as `name[address]:port`. */
  hosts: ByteCache<Host>;
  /** Addresses and status codes by themselves. */
  names: ByteCache<string>;
}

export function createNames(): Names {
  return {
    recipients: new ByteCache(64 * 1024, addressOf),
    senders: new ByteCache(16 * 1024, addressOf),
    hosts: new ByteCache(8 * 1024, (page, from, to) => hostOf(page.text(from, to))),
    names: new ByteCache(4 * 1024, (page, from, to) => page.text(from, to)),
  };
}

function addressOf(page: Page, from: number, to: number): string {
  return normaliseAddress(page.text(from, to));
}

function hostOf(text: string): Host {
  const open = text.indexOf('[');
  const close = text.indexOf(']', open);
  if (open < 0 || close < 0) return { name: undefined, ip: undefined };
  const address = text.slice(open + 1, close);
  return { name: own(text.slice(0, open)), ip: address.includes('/') ? undefined : own(address) };
}

/** A copy: V8 keeps the whole text alive for a slice of it. */
function own(text: string): string {
  return Buffer.from(text).toString();
}
