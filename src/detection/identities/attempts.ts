// What delivery attempts add to a run's counts (activity.ts): the recipients that were tried, those that do not exist, those whose receiver
// would not have the mail, and those that are late. Counting allocates nothing but for what receivers refuse.

import type { Slowdown } from '../clues/slowdowns.js';
import { countDistinct } from '../structures/distinct.js';
import { Tally } from '../structures/tally.js';
import { type Activity, addSender } from './activity.js';

/** What a delivery attempt adds; see outcome.ts. */
export interface Attempted {
  /** Hash of the recipient, and of its domain. */
  recipient: number;
  domain: number;
  tried: number;
  newRecipients: number;
  newDomains: number;
  unknownUsers: number;
  contentRefusals: number;
  /** Many customers write to the recipient's domain; see popularity.ts. */
  isPopular: boolean;
}

/** Recipients, each counted whole: those that do not exist, those whose receiver refused the mail as spam, and those whose receiver put it off. */
export interface Refusals {
  unknown: number;
  asSpam: number;
  slowed: number;
}

/** How many unknown users of one domain count, unless it is popular: a firm that closed is one cause, not forty dead addresses. */
const MOST_OF_SMALL_DOMAIN = 2;

/** Content refusals of one recipient domain that count fully, and what each further one counts. */
const MOST_OF_RECEIVER = 2;
const BEYOND = 0.25;

/** Counts a delivery attempt for one recipient. */
export function addAttempt(activity: Activity, attempt: Attempted, at: number): void {
  if (at > activity.lastAt) activity.lastAt = at;
  activity.tried += attempt.tried;
  activity.newRecipients += attempt.newRecipients;
  activity.newDomains += attempt.newDomains;
  countDistinct(activity.reached, attempt.recipient);
  if (attempt.unknownUsers > 0) addUnknown(activity, attempt);
  if (attempt.contentRefusals > 0) addRefused(activity, attempt);
}

function addRefused(activity: Activity, { domain }: Attempted): void {
  refusalsOf(activity).asSpam++;
  activity.refusedByDomain ??= new Tally();
  const { refusedByDomain } = activity;
  const name = String(domain);
  const before = refusedByDomain.get(name) ?? 0;
  refusedByDomain.set(name, before + 1);
  activity.contentRefusals += before < MOST_OF_RECEIVER ? 1 : BEYOND;
}

/** Counts a recipient whose receiver put the mail off. */
export function addSlowdown(activity: Activity, { receiver, share }: Slowdown): void {
  refusalsOf(activity).slowed++;
  activity.slowedByReceiver ??= new Tally();
  const { slowedByReceiver } = activity;
  const before = slowedByReceiver.get(receiver) ?? 0;
  slowedByReceiver.set(receiver, before + 1);
  activity.slowedDown += before < MOST_OF_RECEIVER ? share : share * BEYOND;
  activity.lookAt = 0;
}

function addUnknown(activity: Activity, { unknownUsers, domain, isPopular }: Attempted): void {
  refusalsOf(activity).unknown++;
  activity.unknownByDomain ??= new Tally();
  const { unknownByDomain } = activity;
  const name = String(domain);
  const before = unknownByDomain.get(name) ?? 0;
  if (!isPopular && before >= MOST_OF_SMALL_DOMAIN) return;
  unknownByDomain.set(name, before + 1);
  activity.unknownUsers += unknownUsers;
}

function refusalsOf(activity: Activity): Refusals {
  activity.refusals ??= { unknown: 0, asSpam: 0, slowed: 0 };
  return activity.refusals;
}

/** Both added up. */
export function addedRefusals(one: Refusals | undefined, other: Refusals | undefined): Refusals | undefined {
  if (!one || !other) return one ?? other;
  return {
    unknown: one.unknown + other.unknown,
    asSpam: one.asSpam + other.asSpam,
    slowed: one.slowed + other.slowed,
  };
}

/** Counts the first attempt for one recipient of a message that was accepted before the spell. */
export function addLate(
  activity: Activity,
  { sender, recipientCount }: { sender: string; recipientCount: number },
): void {
  const share = 1 / Math.max(1, recipientCount);
  activity.lateMessages += share;
  activity.lateRecipients++;
  addSender(activity, sender, share);
}
