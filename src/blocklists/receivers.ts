// Receivers that keep a list of their own which no DNS query shows: one learns of it from their replies. How one gets off each.
// A new receiver is an entry in one of the files in receivers/; how it words its refusals stands in intake/replies/.
import { americas } from './receivers/americas.js';
import { asia } from './receivers/asia.js';
import { europe } from './receivers/europe.js';
import { gateways } from './receivers/gateways.js';
import { microsoft } from './receivers/microsoft.js';
import type { Receiver, Removal } from './receivers/receiver.js';
import { worldwide } from './receivers/worldwide.js';

export const receivers: readonly Receiver[] = [
  ...microsoft,
  ...worldwide,
  ...americas,
  ...europe,
  ...asia,
  ...gateways,
];

const byId = new Map(receivers.map((receiver) => [receiver.id, receiver]));

/** A receiver by its id; undefined for one that is not known. */
export function findReceiver(id: string): Receiver | undefined {
  return byId.get(id);
}

/** Reports whether the id is of a receiver that only its own mail asks: its block is no blocklist, which others ask, too. */
export function isOwnBlock(id: string): boolean {
  return findReceiver(id)?.kind === 'mailbox';
}

/** How removal is asked for after a refusal with this code of the receiver's own; '' when it gave none. */
export function removalFor(receiver: Receiver, code = ''): Removal {
  const special = receiver.byCode?.find(({ codes }) => codes.test(code));
  const { removalUrl, lookupUrl, mail, method, asks, expectedHours, notes } = special ?? receiver;
  return {
    method,
    asks,
    expectedHours,
    ...(removalUrl === undefined ? {} : { removalUrl }),
    ...(lookupUrl === undefined ? {} : { lookupUrl }),
    ...(mail === undefined ? {} : { mail }),
    ...(notes === undefined ? {} : { notes }),
  };
}
