// Where a sender's mail comes in, whose it is and who is judged by it: found out once for a sender behind an entry, not for every
// message. The answers are remembered by what decides them, the login or else the client's address, and the sender.
import { NULL_SENDER } from '../mail/address.js';
import { KEPT, type MessageHead } from '../mail/event.js';
import type { Attribution } from '../partners/attribution.js';
import type { Spot } from './counters.js';
import type { CustomerHabit } from './customer-habits.js';
import { type Acquaintances, hashOf } from './familiar.js';
import { type EntryPoint, entryOf, type Identity } from './identity.js';
import type { Owners } from './owners.js';
import { isForwarding, shapeOf } from './sender-shape.js';

export interface Route extends Spot {
  /** Of the directory that was in force; see Routes. */
  readonly era: object;
  /** As the message has it. */
  readonly from: string;
  /** The envelope sender, or NO_SENDER. */
  readonly sender: string;
  readonly clientIp: string | undefined;
  readonly owner: Attribution;
  /** Whose it is follows from how it comes in, and is not learned or told with each message. */
  readonly isSettled: boolean;
  readonly entry: EntryPoint;
  /** See sender-shape.ts. */
  readonly shape: string;
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
  private size = 0;
  /** Routes of another directory, or of another detector that takes the same messages, are not ours. */
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
    const route = this.known(message) ?? this.found(message, this.owners.of(message));
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
    const owner = this.owners.arrived(message, at);
    const route = known && owner && isSame(known.owner, owner) ? known : this.found(message, owner);
    if (route) message[KEPT] = route;
    return route;
  }

  /** Lets go of those whose sender was let go of. */
  forgetIdle(): void {
    for (const [door, senders] of this.byEntry) {
      for (const [sender, { own }] of senders) if (own?.isGone && senders.delete(sender)) this.size--;
      if (senders.size === 0) this.byEntry.delete(door);
    }
  }

  clear(): void {
    this.byEntry.clear();
    this.size = 0;
    this.era = {};
  }

  private known(message: MessageHead): Route | undefined {
    const route = this.byEntry.get(doorOf(message))?.get(message.sender);
    // A login decides alone where it is known; where it is not, the address it came from does.
    return route && (route.owner.by === 'login' || route.clientIp === message.clientIp) ? route : undefined;
  }

  private found(message: MessageHead, owner: Attribution | undefined): Route | undefined {
    if (!owner) return undefined;
    if (this.size >= MOST) this.clear();
    const { sender, clientIp } = message;
    const entry = entryOf(message, owner);
    const shape = shapeOf(sender);
    const route: Route = {
      era: this.era,
      from: sender,
      sender: sender === NULL_SENDER ? NO_SENDER : sender,
      clientIp,
      owner,
      isSettled: message.customer === undefined && SETTLED.has(owner.by),
      entry,
      shape: sender === NULL_SENDER ? NO_SENDER : shape,
      senderHash: hashOf(`s:${entry.key}|${shape}`),
      phantomHash: hashOf(`p:${entry.key}|${shape}`),
      isForwarding: isForwarding(sender),
      acquaintances: undefined,
      customer: undefined,
      whole: undefined,
      own: undefined,
      strangers: undefined,
      judged: [],
      judgedAsStranger: [],
      regularOf: undefined,
      metIn: -1,
      recentIn: -1,
      hour: undefined,
      place: undefined,
    };
    const door = doorOf(message);
    let senders = this.byEntry.get(door);
    if (!senders) {
      senders = new Map();
      this.byEntry.set(door, senders);
    }
    if (!senders.has(sender)) this.size++;
    senders.set(sender, route);
    return route;
  }
}

function doorOf({ login, clientIp }: MessageHead): string {
  return login ?? clientIp ?? '';
}

function isSame(known: Attribution, owner: Attribution): boolean {
  return known === owner || (known.customer === owner.customer && known.by === owner.by);
}
