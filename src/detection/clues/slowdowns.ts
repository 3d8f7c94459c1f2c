// Whose mail receivers slow down. Who gets too much of what its users did not ask for puts the next of it off: "unusual rate of
// unsolicited mail", "too many messages". The words mostly name our address, and others behind it are put off as well; but whoever is the
// cause is put off first and most. So what counts is how much of the mail a receiver put off lately is one customer's. Where nobody is
// put off, nothing is stored.
import { getDomain } from 'tldts';
import type { ReplyMeaning } from '../../intake/replies/index.js';
import { domainOf } from '../../mail/address.js';
import type { Delivery } from '../../mail/event.js';

const HALF_LIFE_MS = 3_600_000;
/** What is this recent need not be decayed again. */
const RECENT_MS = 60_000;
/** Logs of several relays are further apart than this only when a clock is wrong. */
const LAG_MS = 6 * HALF_LIFE_MS;
/** Receivers that are remembered; who has put nothing off for longest goes first. */
const MOST_RECEIVERS = 2_000;
/** Customers that are remembered for a receiver; further ones count among all, and are no cause. */
const MOST_CUSTOMERS = 500;

/** Limits of connections or of recipients at a time are not among them: those are about how a relay delivers. */
const SLOWING: ReadonlySet<ReplyMeaning['meaning']> = new Set(['ip-throttle', 'domain-throttle']);

/** A recipient whose receiver put the mail off. */
export interface Slowdown {
  /** The registered domain of the host, for one host receives for many recipients' domains. */
  receiver: string;
  /** How much of the receiver's recent slow-downs is the customer's, this one included: above 0, at most 1. */
  share: number;
}

/** Decayed counts of the recipients a receiver put off. */
interface PutOff {
  at: number;
  all: number;
  byCustomer: Map<string, number>;
}

/** Holds what receivers put off in the last hours; it is not saved. */
export class Slowdowns {
  private readonly receivers = new Map<string, PutOff>();

  /** Takes an attempt with what its reply means; undefined when it is no slow-down, or a retry. */
  see(event: Delivery, { meaning }: ReplyMeaning, customer: string): Slowdown | undefined {
    if (!event.isFirstAttempt || !SLOWING.has(meaning)) return undefined;
    const receiver = receiverOf(event);
    const putOff = this.of(receiver, event.at);
    const known = putOff.byCustomer.get(customer);
    if (known === undefined && putOff.byCustomer.size >= MOST_CUSTOMERS) {
      putOff.all++;
      return { receiver, share: 1 / putOff.all };
    }
    const own = (known ?? 0) + 1;
    putOff.byCustomer.set(customer, own);
    putOff.all++;
    return { receiver, share: own / putOff.all };
  }

  /** A receiver's counts as they are at `at`; it becomes the last to be forgotten. */
  private of(receiver: string, at: number): PutOff {
    const putOff = this.receivers.get(receiver) ?? { at, all: 0, byCustomer: new Map() };
    this.receivers.delete(receiver);
    this.receivers.set(receiver, putOff);
    const [oldest] = this.receivers.keys();
    if (this.receivers.size > MOST_RECEIVERS && oldest !== undefined) this.receivers.delete(oldest);
    decay(putOff, at);
    return putOff;
  }
}

function receiverOf({ remoteHost, recipient }: Delivery): string {
  const host = remoteHost ?? domainOf(recipient);
  return getDomain(host) ?? host;
}

/** Relays whose clocks or logs lag behind others' decay nothing twice; a clock that was set back by more starts anew from there. */
function decay(putOff: PutOff, at: number): void {
  const passedMs = at - putOff.at;
  if (passedMs < RECENT_MS && passedMs > -LAG_MS) return;
  putOff.at = at;
  if (passedMs < 0) return;
  const keep = 2 ** (-passedMs / HALF_LIFE_MS);
  putOff.all *= keep;
  for (const [customer, count] of putOff.byCustomer) {
    if (count * keep < FORGOTTEN) putOff.byCustomer.delete(customer);
    else putOff.byCustomer.set(customer, count * keep);
  }
}

/** A count that is as good as none. */
const FORGOTTEN = 0.01;
