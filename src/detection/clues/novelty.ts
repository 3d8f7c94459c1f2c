// How new a client address is to a login. Pure.
import { parseIp, siteOf } from '../../mail/ip.js';
import type { Activity } from '../identities/activity.js';
import type { Habit } from '../identities/habit.js';

/**
 * `known`: the login or its customer used the address before. `neighbour`: a new address in a network (/24, /48) that they used, or that
 * another address of this run is in. All others are new: `named` and `nameless` with and without a name in DNS, `new` where the relay's
 * log does not tell (client-names.ts).
 */
export type Novelty = 'new' | 'named' | 'nameless' | 'neighbour' | 'known';

export function isNew(novelty: Novelty): boolean {
  return novelty === 'new' || novelty === 'named' || novelty === 'nameless';
}

/**
 * How new an address is that the run has not counted yet: by the habits of login and customer, and the other addresses of the run. `naming`
 * says whether it has a name in DNS.
 */
export function noveltyOf(
  address: string,
  activity: Activity,
  own: Habit,
  customer: Habit,
  naming?: 'named' | 'nameless',
): Novelty {
  if (own.networks?.has(address) || customer.networks?.has(address)) return 'known';
  const isNear = isOfUsualNetwork(address, own, customer) || hasIn(activity, networkOf(address));
  return isNear ? 'neighbour' : (naming ?? 'new');
}

/** Reports whether login or customer used the network of an address before, by their habits. */
export function isOfUsualNetwork(address: string, own: Habit, customer: Habit): boolean {
  const network = networkOf(address);
  return own.networks?.has(network) === true || customer.networks?.has(network) === true;
}

/** The network of an address, as siteOf in mail/ip.ts: `192.0.2.0/24` for `192.0.2.7`. IPv4 is cut as text: this is called often. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const ip = parseIp(address);
  return ip ? siteOf(ip) : address;
}

function hasIn({ networks }: Activity, network: string): boolean {
  if (!networks) return false;
  for (let i = 0; i < networks.size; i++) if (networkOf(networks.nameAt(i)) === network) return true;
  return false;
}
