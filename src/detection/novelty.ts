// How new a login's client address is. Pure.
import { parseIp, siteOf } from '../mail/ip.js';
import type { Activity } from './activity.js';
import type { Habit } from './habit.js';

/**
 * `named` and `nameless`: new, with and without a name in DNS, `new` where the relay does not tell. `neighbour`: a new address in a network
 * that is known, or that another address of this activity is in.
 */
export type Novelty = 'new' | 'named' | 'nameless' | 'neighbour' | 'known';

export function isNew(novelty: Novelty): boolean {
  return novelty === 'new' || novelty === 'named' || novelty === 'nameless';
}

/**
 * How new an address is that the running activity has not seen: to its own habit, its customer's, and the activity. `naming` is what its
 * relay tells of its name.
 */
export function noveltyOf(
  address: string,
  activity: Activity,
  own: Habit,
  customer: Habit,
  naming?: 'named' | 'nameless',
): Novelty {
  if (own.networks?.has(address) || customer.networks?.has(address)) return 'known';
  const network = networkOf(address);
  const isNear = own.networks?.has(network) || customer.networks?.has(network);
  return isNear || hasIn(activity, network) ? 'neighbour' : (naming ?? 'new');
}

/** `192.0.2.0/24` of `192.0.2.7`, as siteOf has it; IPv4 by its text, because a run of mail asks it again and again. */
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
