// Senders that do not exist: a non-delivery notice of ours to one of them is refused, and whoever sent as it invented it.
import { NULL_SENDER } from '../mail/address.js';
import type { Familiar } from './familiar.js';
import type { Identities } from './identities.js';
import { strangersOf } from './identity.js';
import { RecentMap } from './recent-map.js';
import type { Route } from './routes.js';

const REMEMBERED = 20_000;

/** Holds state. */
export class Phantoms {
  /** Where a sender's mail last came in; the oldest are forgotten. */
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

  /** A notice to a sender was refused: that sender does not exist. It counts once for each entry it came in by. */
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
