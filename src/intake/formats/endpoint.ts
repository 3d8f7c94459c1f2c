// Addresses of hosts as logs write them: bare, in brackets, with a port behind. Pure.
import { parseIp } from '../../mail/ip.js';

/** Longer than any IPv6 address with brackets, zone and port. */
const MAX_LENGTH = 80;

/** The canonical address in `192.0.2.1`, `192.0.2.1:25`, `[192.0.2.1]:25`, `2001:db8::1` or `[2001:db8::1]:25`; else undefined. */
export function readEndpoint(text: string): string | undefined {
  return addressIn(text).address;
}

/**
 * The same for an address that mail left from. One that nobody outside can see (behind NAT) is none: the relay's own in the directory
 * is then nearer to the truth.
 */
export function readOutboundEndpoint(text: string): string | undefined {
  const { address, isInside } = addressIn(text);
  return isInside ? undefined : address;
}

const INSIDE: ReadonlySet<string> = new Set([
  'unspecified',
  'loopback',
  'private',
  'carrierGradeNat',
  'linkLocal',
  'uniqueLocal',
]);

function addressIn(text: string): Known {
  if (text.length > MAX_LENGTH || text === '') return NONE;
  const close = text.indexOf(']');
  if (text.startsWith('[') && close > 0) return known(withoutTag(text.slice(1, close)));
  const colon = text.indexOf(':');
  // One colon is a port; more are an IPv6 address.
  const bare = colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
  return known(withoutTag(bare));
}

/** RFC 5321 section 4.1.3 writes `[IPv6:2001:db8::1]`. */
function withoutTag(text: string): string {
  return /^ipv6:/i.test(text) ? text.slice(5) : text;
}

interface Known {
  address: string | undefined;
  isInside: boolean;
}
const NONE: Known = { address: undefined, isInside: false };

/** A log has the same few addresses over and over, and parsing one costs more than the rest of a line. */
const remembered = new Map<string, Known>();
const MOST_REMEMBERED = 20_000;

function known(text: string): Known {
  const before = remembered.get(text);
  if (before) return before;
  const ip = parseIp(text);
  const found = ip ? { address: ip.toString(), isInside: INSIDE.has(ip.range()) } : NONE;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  // A copy: the text may be a part of a whole line, which would be held on to.
  remembered.set(` ${text}`.slice(1), found);
  return found;
}
