// Addresses of hosts as logs write them: bare, in brackets, with a port behind. Pure.
import { type Ip, parseIp } from '../../mail/ip.js';

/** Longer than any IPv6 address with brackets, zone and port. */
const MAX_LENGTH = 80;

/** The canonical address in `192.0.2.1`, `192.0.2.1:25`, `[192.0.2.1]:25`, `2001:db8::1` or `[2001:db8::1]:25`; else undefined. */
export function readEndpoint(text: string): string | undefined {
  return ipOf(text)?.toString();
}

/**
 * The same for an address that mail left from. One that nobody outside can see (behind NAT) is none: the relay's own in the directory
 * is then nearer to the truth.
 */
export function readOutboundEndpoint(text: string): string | undefined {
  const ip = ipOf(text);
  return ip && !INSIDE.has(ip.range()) ? ip.toString() : undefined;
}

const INSIDE: ReadonlySet<string> = new Set([
  'unspecified',
  'loopback',
  'private',
  'carrierGradeNat',
  'linkLocal',
  'uniqueLocal',
]);

function ipOf(text: string): Ip | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const close = text.indexOf(']');
  if (text.startsWith('[') && close > 0) return parseIp(withoutTag(text.slice(1, close)));
  const colon = text.indexOf(':');
  // One colon is a port; more are an IPv6 address.
  const bare = colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
  return parseIp(withoutTag(bare));
}

/** RFC 5321 section 4.1.3 writes `[IPv6:2001:db8::1]`. */
function withoutTag(text: string): string {
  return /^ipv6:/i.test(text) ? text.slice(5) : text;
}
