// Where a sender's mail comes in, whose it is and who is judged by it: found out once for a sender behind an entry, not for every
// message. The answers are remembered by what decides them, the login or else the client's address, and the sender.
import { NULL_SENDER } from '../mail/address.js';
import type { MessageHead } from '../mail/event.js';
import type { Attribution } from '../partners/attribution.js';
import { type Acquaintances, hashOf } from './familiar.js';
import { type EntryPoint, entryOf, type Identity } from './identity.js';
import type { Owners } from './owners.js';
import { isForwarding, shapeOf } from './sender-shape.js';

export interface Route {
  /** The envelope sender, or NO_SENDER. */
  readonly sender: string;
  readonly clientIp: string | undefined;
  readonly owner: Attribution;
  readonly entry: EntryPoint;
  /** Of the sender's shape at this entry, and of its being a phantom there; see familiar.ts. */
  readonly senderHash: number;
  readonly phantomHash: number;
  /** Mail of others that is handed on. */
  readonly isForwarding: boolean;
  acquaintances?: Acquaintances | undefined;
  whole?: Identity | undefined;
  own?: Identity | undefined;
  strangers?: Identity | undefined;
}

/** How mail without a sender is written. */
export const NO_SENDER = '<>';

const MOST = 200_000;

/** Holds what was found out; bounded. */
export class Routes {
  private readonly byEntry = new Map<string, Map<string, Route>>();
  private size = 0;

  constructor(private readonly owners: Owners) {}

  /** A message's route; undefined for the relay's own notifications, which are nobody's. */
  of(message: MessageHead): Route | undefined {
    if (message.origin === 'notification') return undefined;
    const known = this.known(message);
    if (known) return known;
    const owner = this.owners.of(message);
    return owner && this.add(message, owner);
  }

  /** The same for a message that just came: whose it is may have been learned anew. */
  ofArrival(message: MessageHead): Route | undefined {
    const owner = this.owners.of(message);
    if (!owner) return undefined;
    const known = this.known(message);
    return known && isSame(known.owner, owner) ? known : this.add(message, owner);
  }

  clear(): void {
    this.byEntry.clear();
    this.size = 0;
  }

  private known(message: MessageHead): Route | undefined {
    const route = this.byEntry.get(doorOf(message))?.get(message.sender);
    // A login decides alone where it is known; where it is not, the address it came from does.
    return route && (route.owner.by === 'login' || route.clientIp === message.clientIp) ? route : undefined;
  }

  private add(message: MessageHead, owner: Attribution): Route {
    if (this.size >= MOST) this.clear();
    const { sender, clientIp } = message;
    const entry = entryOf(message, owner);
    const shape = `${entry.key}|${shapeOf(sender)}`;
    const route: Route = {
      sender: sender === NULL_SENDER ? NO_SENDER : sender,
      clientIp,
      owner,
      entry,
      senderHash: hashOf(`s:${shape}`),
      phantomHash: hashOf(`p:${shape}`),
      isForwarding: isForwarding(sender),
      acquaintances: undefined,
      whole: undefined,
      own: undefined,
      strangers: undefined,
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
