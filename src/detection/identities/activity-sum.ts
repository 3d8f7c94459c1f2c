// Adds up runs of mail: into the part of a spell that was set aside, or into a passing view of the whole spell for the signals.

import { setUnion } from '../structures/distinct.js';
import { Tally } from '../structures/tally.js';
import { type Activity, addAddress, addSender, newActivity } from './activity.js';
import { addedRefusals } from './attempts.js';
import type { Mark } from './onset.js';

/** Adds a later activity to an earlier one, for good. */
export function addActivity(past: Activity, later: Activity): void {
  setSum(past, past, later);
  past.unknownByDomain = addedTo(past.unknownByDomain, later.unknownByDomain);
  past.slowedByReceiver = addedTo(past.slowedByReceiver, later.slowedByReceiver);
  past.refusedByDomain = addedTo(past.refusedByDomain, later.refusedByDomain);
  past.programs = addedTo(past.programs, later.programs);
  const { senders, clientIps } = later;
  for (let i = 0; i < senders.size; i++) addSender(past, senders.nameAt(i), senders.valueAt(i));
  for (const clientIp of clientIps) addAddress(past, clientIp);
}

/**
 * Both as one, for the signals and the habit, which ask neither for senders nor for counts by domain: senders and addresses are those of
 * `past` alone, counts by domain are missing. Always the same object, overwritten by the next call.
 */
export function summed(past: Activity, later: Activity): Activity {
  SUM.since = past.since;
  SUM.senders = past.senders;
  SUM.senderCount = past.senderCount;
  SUM.clientIps = past.clientIps;
  SUM.programs = together(past.programs, later.programs);
  SUM.clock.clear();
  SUM.clock.addAll(past.clock);
  setSum(SUM, past, later);
  return SUM;
}

const SUM = newActivity(0.5);

function setSum(sum: Activity, past: Activity, later: Activity): void {
  // Before the messages are added: `sum` may be `past` itself.
  sum.newNetworkFrom = past.newNetworkFrom ?? behind(past, later.newNetworkFrom);
  sum.strangeFrom = past.strangeFrom ?? behind(past, later.strangeFrom);
  sum.lastAt = Math.max(past.lastAt, later.lastAt);
  sum.messages = past.messages + later.messages;
  sum.recipients = past.recipients + later.recipients;
  sum.tried = past.tried + later.tried;
  sum.newRecipients = past.newRecipients + later.newRecipients;
  sum.newDomains = past.newDomains + later.newDomains;
  sum.unknownUsers = past.unknownUsers + later.unknownUsers;
  sum.contentRefusals = past.contentRefusals + later.contentRefusals;
  sum.slowedDown = past.slowedDown + later.slowedDown;
  sum.refusals = addedRefusals(past.refusals, later.refusals);
  sum.choices = past.choices + later.choices;
  setUnion(sum.reached, past.reached, later.reached);
  sum.newSenders = past.newSenders + later.newSenders;
  sum.newNumbered = past.newNumbered + later.newNumbered;
  sum.furtherNumbered = past.furtherNumbered + later.furtherNumbered;
  sum.phantomSenders = past.phantomSenders + later.phantomSenders;
  sum.failedLogins = Math.max(past.failedLogins, later.failedLogins);
  sum.guesses = Math.max(past.guesses, later.guesses);
  sum.lateMessages = past.lateMessages + later.lateMessages;
  sum.lateRecipients = past.lateRecipients + later.lateRecipients;
  sum.networks = together(past.networks, later.networks);
  sum.networkCount = sum.networks?.size ?? 0;
  sum.clock.addAll(later.clock);
  sum.compared = past.compared + later.compared;
  sum.alike = past.alike + later.alike;
  sum.inSessions = past.inSessions + later.inSessions;
  sum.sameSession = past.sameSession + later.sameSession;
  sum.strange = past.strange + later.strange;
  sum.complaints = past.complaints + later.complaints;
  sum.lookAt = later.lookAt;
}

/** A mark of the later activity in the sum of both. */
function behind({ messages, recipients }: Activity, mark: Mark | undefined): Mark | undefined {
  return mark && { at: mark.at, messages: messages + mark.messages, recipients: recipients + mark.recipients };
}

function addedTo(sum: Tally<number> | undefined, other: Tally<number> | undefined): Tally<number> | undefined {
  if (!sum || !other) return sum ?? other;
  for (let i = 0; i < other.size; i++) {
    const name = other.nameAt(i);
    sum.set(name, (sum.get(name) ?? 0) + other.valueAt(i));
  }
  return sum;
}

/** The names of both; where both have one, with the value of `one`. */
function together<T extends string | number>(
  one: Tally<T> | undefined,
  other: Tally<T> | undefined,
): Tally<T> | undefined {
  if (!one || !other) return one ?? other;
  let both = one;
  for (let i = 0; i < other.size; i++) {
    const name = other.nameAt(i);
    if (both.has(name)) continue;
    if (both === one) both = Tally.of(one.toJSON());
    both.set(name, other.valueAt(i));
  }
  return both;
}
