// Phantom senders: sender addresses that do not exist, which whoever sent with them has invented. One is seen when a relay's non-delivery
// notice to the sender is refused because there is no such user.
import { NULL_SENDER } from '../../mail/address.js';
import type { Identities } from '../identities/identities.js';
import { strangersOf } from '../identities/identity.js';
import type { Route } from '../identities/routes.js';
import { RecentMap } from '../structures/recent-map.js';
import type { Familiar } from './familiar.js';

const REMEMBERED = 20_000;

export class Phantoms {
  /** The route by which each sender's mail last came in; the oldest are forgotten. */
  private readonly recent = new RecentMap<string, Route>(REMEMBERED);

  constructor(
    private readonly identities: Identities,
    private readonly familiar: Familiar,
  ) {}

  /** Notes that a sender's mail came in by a route. */
  noteSender(route: Route): void {
    const { recent } = this;
    if (route.recentIn === recent.era || route.from === NULL_SENDER) return;
    const last = recent.get(route.from);
    if (last && last !== route) last.recentIn = -1;
    recent.set(route.from, route);
    route.recentIn = recent.era;
  }

  /**
   * Notes that a notice to this sender was refused: it does not exist. It counts once at an entry, for the entry as a whole and for its
   * strangers.
   */
  noteReturned(sender: string): void {
    const route = this.recent.get(sender);
    if (!route || !this.familiar.meet(this.familiar.behind(route), route.phantomHash)) return;
    for (const key of [route.entry.key, strangersOf(route.entry)]) {
      const identity = this.identities.get(key);
      if (!identity?.activity) continue;
      identity.activity.phantomSenders++;
      identity.activity.lookAt = 0;
      this.identities.touch(identity);
    }
  }
}
