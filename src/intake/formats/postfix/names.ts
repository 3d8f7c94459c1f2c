// The names a log repeats, each made a string once: addresses and logins under the form they are compared by, hosts and codes as they
// stand. Shared by all logs of a format.
import { normaliseAddress } from '../../../mail/address.js';
import { ByteCache } from '../byte-cache.js';

export interface Names {
  /** Envelope addresses and logins: lower case, without brackets. */
  addresses: ByteCache<string>;
  /** Hosts, IP addresses, status codes. */
  names: ByteCache<string>;
}

export function createNames(): Names {
  return {
    addresses: new ByteCache(64 * 1024, (page, from, to) => normaliseAddress(page.text(from, to))),
    names: new ByteCache(16 * 1024, (page, from, to) => page.text(from, to)),
  };
}
