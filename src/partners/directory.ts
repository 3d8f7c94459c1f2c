// Who is who: relays, partners, customers. The shape of samples/customers.json as a zod schema, and look-ups in it. Pure.
import { z } from 'zod';
import { UNATTRIBUTED } from '../mail/customer.js';
import { canonicalIp, parseIp } from '../mail/ip.js';

const text = z.string().trim().min(1);
/** One IP address. */
export const Address = text.refine(
  (value) => parseIp(value) !== undefined,
  'expected one IP address, for example 203.0.113.21',
);

export const Partner = z.strictObject({
  id: text,
  name: text,
  contact: text.optional(),
  slack_channel: text.optional(),
});
export type Partner = z.infer<typeof Partner>;

export const Customer = z.strictObject({
  id: text.refine((id) => id !== UNATTRIBUTED, 'is what mail that is nobody’s is counted under; take another id'),
  name: text,
  partner: text.optional(),
  contact: text.optional(),
  /** How it hands mail in; informative. */
  auth: text.optional(),
  /** Sender domains. */
  domains: z.array(text).default([]),
  sasl_users: z.array(text).default([]),
  sasl_domains: z.array(text).default([]),
  /** Client addresses or networks that are this customer's alone. */
  ips: z.array(text).default([]),
  /** Addresses it shares with others (hosted mail platforms): never attribute by themselves. */
  shared_ips: z.array(text).default([]),
  /** Senders of declared bulk mail (newsletters). */
  declared_senders: z.array(text).default([]),
});
export type Customer = z.infer<typeof Customer>;

export const Relay = z.strictObject({
  /** Host name as the log gives it. */
  host: text,
  name: text.optional(),
  outbound_ip: Address.optional(),
  outbound_ips: z.array(Address).default([]),
  /** Name it greets with, or names by outbound address; `host` or `name`, whichever is a full name, unless it is said. */
  helo: z.union([text, z.record(Address, text)]).optional(),
  pool: text.default('default'),
});
export type Relay = z.infer<typeof Relay>;

/** Every address a relay sends from, once and in canonical form, in the order they stand in. */
export function outboundAddressesOf({ outbound_ip, outbound_ips }: Relay): string[] {
  const all = outbound_ip === undefined ? outbound_ips : [outbound_ip, ...outbound_ips];
  return [...new Set(all.map(canonicalIp))];
}

/** What a relay may be called by another: its full names and its addresses, each → its host. */
export function namesOfRelays(relays: readonly Relay[]): Map<string, string> {
  const names = relays.flatMap((relay) => {
    const { host, name, helo = [] } = relay;
    const greetings = typeof helo === 'string' ? [helo] : Object.values(helo);
    const full = [host, name, ...greetings].flatMap((each) => (each?.includes('.') ? [each.toLowerCase()] : []));
    return [...full, ...outboundAddressesOf(relay)].map((each) => [each, host] as const);
  });
  return new Map(names);
}

function isTimeZone(text: string): boolean {
  if (/^([+-]\d{2}:?\d{2}|Z)$/.test(text)) return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}

/** The customer file: JSON or YAML of this shape; the same keys may stand inline in config.yml. */
export const Directory = z.strictObject({
  relays: z.array(Relay).default([]),
  partners: z.array(Partner).default([]),
  customers: z.array(Customer).default([]),
  /** For logs without a year and zone (traditional syslog). */
  log_year: z.number().int().optional(),
  log_timezone: text.refine(isTimeZone, 'expected an offset such as +01:00, or a name such as Europe/Oslo').optional(),
  attribution: z.string().optional(),
});
export type Directory = z.infer<typeof Directory>;
