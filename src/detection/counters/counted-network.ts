// The client network that a message is counted for (counters.ts).
import { UNATTRIBUTED } from '../../mail/customer.js';
import { parseIp, parseNetwork, siteOf } from '../../mail/ip.js';
import { OTHER } from './counter-cells.js';

/** Size of the cache from client address to network, for all customers. */
const REMEMBERED_NETWORKS = 50_000;

/** Cache of networkOf for the addresses of customers: the same ones come every hour. */
const ofCustomers = new Map<string, string>();

/** The same as networkOf, asked for every hour. */
export function networkCounted(clientIp: string, customer: string): string {
  if (customer === UNATTRIBUTED) return networkOf(clientIp, customer);
  let network = ofCustomers.get(clientIp);
  if (network === undefined) {
    network = networkOf(clientIp, customer);
    if (ofCustomers.size >= REMEMBERED_NETWORKS) ofCustomers.clear();
    ofCustomers.set(clientIp, network);
  }
  return network;
}

/** The /24 or /48 of a customer's client; of unattributed mail the IPv4 address, or the /64 of an IPv6 one, which is one site. */
export function networkOf(clientIp: string, customer: string): string {
  const ip = parseIp(clientIp);
  if (!ip) return OTHER;
  if (customer !== UNATTRIBUTED) return siteOf(ip);
  return ip.kind() === 'ipv4' ? ip.toString() : networkText(`${ip.toString()}/64`);
}

function networkText(text: string): string {
  const network = parseNetwork(text);
  return network ? `${network.base.toString()}/${network.prefix}` : OTHER;
}
