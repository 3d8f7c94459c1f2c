// What the reader of feedback reports and bounces (intake/reports) asks about us, to tie a report to our message: our relays by name and
// address, our customers, and who sent which message.
import type { MessageIndex } from '../../intake/reports/message-index.js';
import type { OurSide } from '../../intake/reports/to-events.js';
import { canonicalIp } from '../../mail/ip.js';
import { outboundAddressesOf, type Relay } from '../../partners/directory.js';
import type { Owners } from '../identities/owners.js';

interface OurSideOptions {
  relays: readonly Relay[];
  owners: Pick<Owners, 'isCustomer' | 'ofSender'>;
  index: Pick<MessageIndex, 'find'>;
  /** Name of the header field in which the relays put the customer's id. */
  customerHeader?: string | undefined;
  now?: () => number;
}

/** Builds the look-ups of relays; those of customers are there already. */
export function buildOurSide({ relays, owners, index, customerHeader, now = Date.now }: OurSideOptions): OurSide {
  const byHost = new Map(relays.flatMap((relay) => namesOf(relay).map((name) => [name.toLowerCase(), relay.host])));
  const byIp = new Map(relays.flatMap((relay) => outboundAddressesOf(relay).map((ip) => [ip, relay.host])));
  return {
    find: (query) => index.find(query),
    relayOfHost: (host) => byHost.get(host.toLowerCase().replace(/\.$/, '')),
    relayOfIp: (ip) => byIp.get(canonicalIp(ip)),
    isCustomer: (id) => owners.isCustomer(id),
    customerOfSender: (sender) => owners.ofSender(sender),
    customerHeader: customerHeader?.toLowerCase(),
    now,
  };
}

function namesOf({ host, name, helo }: Relay): string[] {
  const greetings = typeof helo === 'string' ? [helo] : Object.values(helo ?? {});
  return [host, ...(name === undefined ? [] : [name]), ...greetings];
}
