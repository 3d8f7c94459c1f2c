// A signal looks at one trait of an activity and says how much more it looks like spam than like this identity's honest mail.
import type { Activity } from '../activity.js';
import type { Habit } from '../habit.js';
import { clamp } from '../statistics.js';

/**
 * What a signal may look at. `habit` is the identity's own, `customerHabit` that of all the customer's mail: it stands in while
 * an identity is new.
 */
export interface View {
  activity: Activity;
  habit: Habit;
  customerHabit: Habit;
  /** Habit of everything behind the entry the identity belongs to. */
  entryHabit: Habit;
  /** One mailbox, or everything behind a login, an address or a domain. */
  scope: 'sender' | 'entry' | 'strangers';
  /** What the identity is known by; only a login has client networks worth learning. */
  entry: 'login' | 'address' | 'sender';
  /** Mail without a sender: bounces and automatic replies. */
  isNullSender?: boolean;
}

/**
 * Signals of one group have the same honest explanation, so together they count no more than the group may:
 * `reach` a mailing, `reception` an old address list, `access` somebody travelling, `senders` a new system behind the entry, `rhythm` a
 * sleepless night.
 */
export type Group = 'reach' | 'reception' | 'access' | 'senders' | 'rhythm' | 'text';

export interface Signal {
  id: string;
  group: Group;
  /** Senders declared as bulk mail are expected to have reach and are not judged by it. */
  appliesToDeclaredBulk: boolean;
  /**
   * Natural logarithm of P(this | spam) / P(this | honest): above 0 speaks for spam, below 0 against it. Undefined: the trait cannot be
   * judged here.
   */
  weigh(view: View): number | undefined;
  /** What was weighed, for people, without markup: "38 % unknown users (57 of 150)". Asked seldom: most looks end in silence. */
  say(view: View): string;
}

/** 0 for an identity never seen before, 1 after two working days' hours with mail: how far its own habit can be trusted. */
export function experience(hours: number): number {
  return Math.min(1, hours / 12);
}

/**
 * How many independent choices of recipients an activity holds: those of one envelope were picked together, so a letter to thirty
 * strangers is not thirty strangers picked one by one.
 */
export function independentShare({ messages, tried }: Activity): number {
  return tried <= messages ? 1 : (messages + 0.3 * (tried - messages)) / tried;
}

/**
 * 1 when the mail goes to people never written to, 0 when it goes to those who always get it: a forwarder's senders are the whole
 * world, its recipients are its own.
 */
export function toStrangers(activity: Activity): number {
  const { newRecipients, tried } = activity;
  return tried === 0 ? 0 : clamp((newRecipients / tried - 0.3) / 0.4, 0, 1);
}

/** `27 min`, `3 h`. */
export function inWords(hours: number): string {
  const minutes = Math.max(1, Math.round(hours * 60));
  return minutes < 120 ? `${minutes} min` : `${Math.round(hours)} h`;
}

/** `4`, `0.5`: as many digits as a person wants. */
export function rounded(value: number): string {
  return value >= 3 || value === 0 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}
