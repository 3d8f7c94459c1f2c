// Where a sender's mail comes in, whose it is and who is judged by it: found out once for a sender behind an entry, not for every
// message. The answers are remembered by what decides them, the login or else the client's address, and the sender.
import { NULL_SENDER } from '../../mail/address.js';
import { KEPT, type MessageHead } from '../../mail/event.js';
import type { Attribution } from '../../partners/attribution.js';
import { type Acquaintances, hashOf } from '../clues/familiar.js';
import { isForwarding, NUMBER, shapeOf } from '../clues/sender-shape.js';
import type { Spot } from '../counters/counters.js';
import type { CustomerHabit } from './customer-habits.js';
import { type EntryPoint, entryOf, type Identity } from './identity.js';
import type { Owners } from './owners.js';

export interface Route extends Spot {
  /** See Routes. */
  readonly era: object;
  /** The sender as the message has it, and what it came in by: the login, else the client's address. */
  readonly from: string;
  readonly door: string;
  readonly clientIp: string | undefined;
  readonly owner: Attribution;
  /** The login alone decides whose it is. */
  readonly isByLogin: boolean;
  /** The envelope sender, or NO_SENDER. */
  readonly sender: string;
  /** Whose it is follows from how it comes in, and is not learned or told with each message. */
  readonly isSettled: boolean;
  readonly entry: EntryPoint;
  /** See sender-shape.ts. */
  readonly shape: string;
  /** The address has a number that the shape leaves out. */
  readonly hasNumber: boolean;
  /** Of the sender's shape at this entry, and of its being a phantom there; see familiar.ts. */
  readonly senderHash: number;
  readonly phantomHash: number;
  /** Mail of others that is handed on. */
  readonly isForwarding: boolean;
  acquaintances: Acquaintances | undefined;
  customer: CustomerHabit | undefined;
  /** Everything behind the entry; undefined where that is not judged by this sender's mail. */
  whole: Identity | undefined;
  own: Identity | undefined;
  strangers: Identity | undefined;
  /** Those of them that are judged, without and with the strangers. */
  judged: Identity[];
  judgedAsStranger: Identity[];
  /** The login whose regulars have the sender's shape; see shared-login.ts. */
  regularOf: Identity | undefined;
  /** The generation of acquaintances that the shape was met in. */
  metIn: number;
  /** The era of recent senders in which it was the last one of its sender; see recent-map.ts. */
  recentIn: number;
}

/** How mail without a sender is written. */
export const NO_SENDER = '<>';

const SETTLED: ReadonlySet<Attribution['by']> = new Set(['login', 'address', 'sender']);
const MOST = 200_000;

/** Holds what was found out; bounded. */
export class Routes {
  private readonly byEntry = new Map<string, Map<string, Route>>();
  /** By sender the route of its last message, which is mostly that of the next: one look-up, where the above takes two. */
  private readonly last = new Map<string, Route>();
  /** How many are held. */
  size = 0;
  /** Routes from before there were too many, or of another detector that takes the same messages, are not ours. */
  private era = {};
  /** The last message that came. */
  private arrived: MessageHead | undefined;

  constructor(private readonly owners: Owners) {}

  /** What was found out about a message before. */
  private kept(message: MessageHead): Route | undefined {
    const kept = message[KEPT] as Route | undefined;
    return kept !== undefined && kept.era === this.era && kept.from === message.sender ? kept : undefined;
  }

  /** A message's route; undefined for the relay's own notifications, which are nobody's. */
  of(message: MessageHead): Route | undefined {
    const kept = this.kept(message);
    if (kept) return kept;
    if (message.origin === 'notification') return undefined;
    const known = this.known(message);
    const isDecided = known?.isSettled && message.customer === undefined;
    const route = isDecided ? known : this.routeBy(message, known, this.owners.of(message));
    if (route) message[KEPT] = route;
    return route;
  }

  /** The same for a message that just came: whose it is may have been learned anew. */
  ofArrival(message: MessageHead, at: number): Route | undefined {
    if (message.origin === 'notification') return undefined;
    const again = message === this.arrived ? this.kept(message) : undefined;
    if (again) return again;
    this.arrived = message;
    const known = this.known(message);
    if (known?.isSettled && message.customer === undefined) {
      this.owners.learn(message, known.owner, at);
      message[KEPT] = known;
      return known;
    }
    const route = this.routeBy(message, known, this.owners.arrived(message, at));
    if (route) message[KEPT] = route;
    return route;
  }

  /** The known route, if it is of the message's owner: customers that the relay names may have the sender in common. */
  private routeBy(message: MessageHead, known: Route | undefined, owner: Attribution | undefined): Route | undefined {
    return known && owner && isSame(known.owner, owner) ? known : this.found(message, owner);
  }

  /** Lets go of those whose sender was let go of. */
  forgetIdle(): void {
    for (const [door, senders] of this.byEntry) {
      for (const [sender, route] of senders) {
        if (!route.own?.isGone) continue;
        letGo(route);
        senders.delete(sender);
        this.last.delete(sender);
        this.size--;
      }
      if (senders.size === 0) this.byEntry.delete(door);
    }
  }

  private clear(): void {
    this.byEntry.clear();
    this.last.clear();
    this.size = 0;
    this.era = {};
  }

  private known(message: MessageHead): Route | undefined {
    const { sender, clientIp } = message;
    const door = doorOf(message);
    let route = this.last.get(sender);
    if (route === undefined || route.door !== door) {
      route = this.byEntry.get(door)?.get(sender);
      if (route) this.last.set(sender, route);
    }
    // A login decides alone where it is known; where it is not, the address it came from does.
    return route && (route.isByLogin || route.clientIp === clientIp) ? route : undefined;
  }

  private found(message: MessageHead, owner: Attribution | undefined): Route | undefined {
    if (!owner) return undefined;
    if (this.size >= MOST) this.clear();
    const { sender, clientIp } = message;
    const entry = entryOf(message, owner);
    const shape = shapeOf(sender);
    const door = doorOf(message);
    // What every message asks for first: it lies together then, and the rest need not be fetched from memory.
    const route: Route = {
      from: sender,
      door,
      clientIp,
      isByLogin: owner.by === 'login',
      isSettled: message.customer === undefined && SETTLED.has(owner.by),
      era: this.era,
      owner,
      hour: undefined,
      place: undefined,
      customer: undefined,
      own: undefined,
      whole: undefined,
      judged: [],
      metIn: -1,
      recentIn: -1,
      acquaintances: undefined,
      isForwarding: isForwarding(sender),
      regularOf: undefined,
      entry,
      sender: sender === NULL_SENDER ? NO_SENDER : sender,
      shape: sender === NULL_SENDER ? NO_SENDER : shape,
      hasNumber: shape.includes(NUMBER),
      senderHash: hashOf(`s:${entry.key}|${shape}`),
      phantomHash: hashOf(`p:${entry.key}|${shape}`),
      strangers: undefined,
      judgedAsStranger: [],
    };
    let senders = this.byEntry.get(door);
    if (!senders) {
      senders = new Map();
      this.byEntry.set(door, senders);
    }
    if (!senders.has(sender)) this.size++;
    senders.set(sender, route);
    this.last.set(sender, route);
    return route;
  }
}

/** Lets a route hold nothing that is large: messages that wait in a queue keep their route. What it held is looked up again. */
function letGo(route: Route): void {
  route.own = route.whole = route.strangers = route.regularOf = undefined;
  route.judged = [];
  route.judgedAsStranger = [];
  route.customer = undefined;
  route.hour = undefined;
  route.place = undefined;
}

function doorOf({ login, clientIp }: MessageHead): string {
  return login ?? clientIp ?? '';
}

function isSame(known: Attribution, owner: Attribution): boolean {
  return known === owner || (known.customer === owner.customer && known.by === owner.by);
}
