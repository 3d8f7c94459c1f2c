// What the reader of feedback reports and bounces (intake/reports) asks about us, to tie a report to our message: our relays by name and
// address, our customers, and who sent which message.
import type { MessageIndex } from '../../intake/reports/message-index.js';
import type { OurSide } from '../../intake/reports/to-events.js';
import { parseIp } from '../../mail/ip.js';
import { type Attribute, buildAttribution, UNATTRIBUTED } from '../../partners/attribution.js';
import type { Directory, Relay } from '../../partners/directory.js';

export interface OurSideOptions {
  directory: Directory;
  index: Pick<MessageIndex, 'find'>;
  localDomains?: readonly string[];
  /** Name of the header field in which the relays put the customer's id. */
  customerHeader?: string | undefined;
  now?: () => number;
}

/** Builds the look-ups; to be called again when the directory changes. */
export function buildOurSide({
  directory,
  index,
  localDomains,
  customerHeader,
  now = Date.now,
}: OurSideOptions): OurSide {
  const byHost = new Map(
    directory.relays.flatMap((relay) => namesOf(relay).map((name) => [name.toLowerCase(), relay.host])),
  );
  const byIp = new Map(
    directory.relays.flatMap((relay) => addressesOf(relay).map((ip) => [canonical(ip), relay.host])),
  );
  const customers = new Set(directory.customers.map(({ id }) => id));
  // Built when the first report needs it: most bots never get one, and with 100,000 customers it takes seconds.
  let attribution: Attribute | undefined;
  const attribute: Attribute = (origin) => {
    attribution ??= buildAttribution(directory, localDomains ? { localDomains } : {});
    return attribution(origin);
  };
  return {
    find: (query) => index.find(query),
    relayOfHost: (host) => byHost.get(host.toLowerCase().replace(/\.$/, '')),
    relayOfIp: (ip) => byIp.get(canonical(ip)),
    isCustomer: (id) => customers.has(id),
    customerOfSender: (sender) => {
      const { customer } = attribute({ sender });
      return customer === UNATTRIBUTED ? undefined : customer;
    },
    customerHeader: customerHeader?.toLowerCase(),
    now,
  };
}

function namesOf({ host, name, helo }: Relay): string[] {
  const greetings = typeof helo === 'string' ? [helo] : Object.values(helo ?? {});
  return [host, ...(name === undefined ? [] : [name]), ...greetings];
}

function addressesOf({ outbound_ip, outbound_ips }: Relay): string[] {
  return [...(outbound_ip === undefined ? [] : [outbound_ip]), ...outbound_ips];
}

function canonical(ip: string): string {
  return parseIp(ip)?.toString() ?? ip;
}
