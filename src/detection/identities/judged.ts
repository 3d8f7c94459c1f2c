// Which identities a message counts for: its sender, its entry point as a whole, and the strangers there when its sender is one of them.
import type { Identities } from './identities.js';
import { type Identity, STRANGER_MS, strangersOf } from './identity.js';
import { NO_SENDER, type Route } from './routes.js';

/** Ordinary messages an entry must have sent before new senders there are strangers: at first all are new. */
const SETTLED_MESSAGES = 20;

/** Finds the identities of a route once and keeps them with it, until one is dropped from memory. */
export class Judged {
  constructor(private readonly identities: Identities) {}

  /** The identities a message counts for. Declared bulk mail and mail without a sender count for themselves alone, not for their entry. */
  of(route: Route, at: number): Identity[] {
    const { whole, own } = route;
    if (!own || own.isGone || whole?.isGone) return this.findJudged(route, at);
    return whole && own !== whole && isStranger(own, whole, at) ? this.withStrangers(route, at) : route.judged;
  }

  private findJudged(route: Route, at: number): Identity[] {
    const { sender, entry, owner } = route;
    const { identities } = this;
    const isWhole = sender === entry.name && !owner.isDeclaredBulk;
    const own = isWhole
      ? identities.of(entry.key, 'entry', entry, at, owner.isDeclaredBulk)
      : identities.of(`${entry.key}|${sender}`, 'sender', entry, at, owner.isDeclaredBulk);
    route.own = own;
    // Bounces and automatic replies (RFC 3834 section 3.3) are written by programs, whatever the people behind the entry do.
    if (owner.isDeclaredBulk || sender === NO_SENDER) {
      route.judged = [own];
      return route.judged;
    }
    const whole = identities.of(entry.key, 'entry', entry, at);
    route.whole = whole;
    route.judged = own === whole ? [whole] : [whole, own];
    return own !== whole && isStranger(own, whole, at) ? this.withStrangers(route, at) : route.judged;
  }

  private withStrangers(route: Route, at: number): Identity[] {
    const { entry, judged, strangers } = route;
    if (
      !strangers ||
      strangers.isGone ||
      route.judgedAsStranger[0] !== judged[0] ||
      route.judgedAsStranger[1] !== judged[1]
    ) {
      route.strangers = this.identities.of(strangersOf(entry), 'strangers', entry, at);
      route.judgedAsStranger = [...judged, route.strangers];
    }
    return route.judgedAsStranger;
  }
}

function isStranger(own: Identity, whole: Identity, at: number): boolean {
  return at - own.habit.firstAt < STRANGER_MS && whole.habit.messages >= SETTLED_MESSAGES;
}
