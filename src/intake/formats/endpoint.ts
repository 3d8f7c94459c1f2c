// Addresses of hosts as logs write them: bare, in brackets, with a port behind. Pure.
import { parseIp } from '../../mail/ip.js';

/** Longer than any IPv6 address with brackets, zone and port. */
const MAX_LENGTH = 80;

/** The canonical address in `192.0.2.1`, `192.0.2.1:25`, `[192.0.2.1]:25`, `2001:db8::1` or `[2001:db8::1]:25`; else undefined. */
export function readEndpoint(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const close = text.indexOf(']');
  if (text.startsWith('[') && close > 0) return parseIp(withoutTag(text.slice(1, close)))?.toString();
  const colon = text.indexOf(':');
  // One colon is a port; more are an IPv6 address.
  const bare = colon > 0 && colon === text.lastIndexOf(':') ? text.slice(0, colon) : text;
  return parseIp(withoutTag(bare))?.toString();
}

/** RFC 5321 section 4.1.3 writes `[IPv6:2001:db8::1]`. */
function withoutTag(text: string): string {
  return /^ipv6:/i.test(text) ? text.slice(5) : text;
}
