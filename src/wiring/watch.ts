// The watch, wired: what is watched, on which lists, by which clock, and who is told.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseLists } from '../blocklists/choice.js';
import { blocklists } from '../blocklists/operators/index.js';
import { seededRandom } from '../blocklists/watch/plan.js';
import { watchedTargets } from '../blocklists/watch/targets.js';
import { Watch } from '../blocklists/watch/watch.js';
import type { Config } from '../config.js';
import type { Context, ListingReaders } from '../context.js';
import { takeCleared, takeListed } from '../incidents/listings/take-seen.js';
import { outboundAddresses } from '../incidents/relays.js';
import type { Directory } from '../partners/directory.js';
import type { Parts } from './context.js';

export function createWatch({ config, directory, db, resolver, now, speed }: Parts, ctx: Context): Watch {
  const lists = chooseLists(blocklists, config.blocklists);
  const names = watchedNames(config, directory);
  const { criticalMinutes, otherMinutes, holdShare } = config.blocklists.watch;
  return new Watch({
    db,
    clock: { now, sleep: (ms, signal) => delay(ms / speed, undefined, { signal }) },
    resolver,
    lists: () => lists,
    names: () => names,
    keys: config.blocklists.keys,
    rhythm: { criticalMinutes, otherMinutes },
    holdShare,
    random: seededRandom(randomUUID()),
    onListed(seen) {
      takeListed(ctx, seen);
      ctx.outbox.wake();
    },
    onCleared(pairs) {
      takeCleared(ctx, pairs);
      ctx.outbox.wake();
    },
    wake: () => ctx.outbox.wake(),
    onError(error, list) {
      ctx.noteDatabaseTrouble(error);
      ctx.log.error({ list, err: error }, 'a sweep failed');
    },
  });
}

/** Which list the watch asks about which target, as the configuration is. Names are read when first wanted. */
export function askedPairs(
  config: Config,
  directory: Directory,
  describeList: Context['describeList'],
): ListingReaders['isAsked'] {
  let watched: Set<string> | undefined;
  return (target, list) => {
    watched ??= new Set(watchedTargets(watchedNames(config, directory)).targets.map(({ text }) => text));
    return watched.has(target) && describeList(list).inDns;
  };
}

/** Every address that mail leaves from, and every domain that it is sent as. */
function watchedNames(config: Config, directory: Directory): string[] {
  const { domains, customerDomains } = config.blocklists.watch;
  const ofCustomers = customerDomains ? directory.customers.flatMap((customer) => customer.domains) : [];
  return [...new Set([...outboundAddresses(directory, config), ...domains, ...ofCustomers])];
}
