// A signal looks at one trait of an activity and says how much more it looks like spam than like this identity's honest mail.
import type { Activity } from '../identities/activity.js';
import type { Habit } from '../identities/habit.js';
import { clamp } from './statistics.js';

/**
 * What a signal may look at. `habit` is the identity's own, `customerHabit` that of all the customer's mail: it stands in while
 * an identity is new.
 */
export interface View {
  activity: Activity;
  habit: Habit;
  customerHabit: Habit;
  /** Habit of the entry as a whole that the identity belongs to. */
  entryHabit: Habit;
  /** One sender, the entry as a whole, or its strangers; see identity.ts. */
  scope: 'sender' | 'entry' | 'strangers';
  /** Kind of its entry point; only a login has client networks worth learning. */
  entry: 'login' | 'address' | 'sender';
  /** Mail without a sender: bounces and automatic replies. */
  isNullSender?: boolean;
}

/**
 * Signals of one group have the same honest explanation, so the sum of a group is bounded (assess.ts). The explanations: `reach` a mailing,
 * `reception` an old address list, `access` somebody travelling, `senders` a new system behind the entry, `rhythm` somebody who writes at
 * night. `text` only ever speaks for honest mail.
 */
export type Group = 'reach' | 'reception' | 'access' | 'senders' | 'rhythm' | 'text';

export interface Signal {
  id: string;
  group: Group;
  /** False for what is to be expected of senders that the customer file declares as bulk mail (`declared_senders`). */
  appliesToDeclaredBulk: boolean;
  /**
   * Natural logarithm of P(this | spam) / P(this | honest): above 0 speaks for spam, below 0 against it. Undefined: the trait cannot be
   * judged here.
   */
  weigh(view: View): number | undefined;
  /**
   * What was weighed, for people, without markup: "38 % unknown users (57 of 150)". `weight` is what `weigh` found: a sentence that speaks
   * against spam says so in its words. Called only when somebody may read it.
   */
  say(view: View, weight: number): string;
}

/** `only 3`: a number above 0 would look like a sign of spam where it speaks against it. */
export function only(weight: number, value: number | string): string {
  return weight < 0 ? `only ${value}` : String(value);
}

/** How far a habit can be trusted: 0 when nothing was seen before, 1 from twelve hours with mail on. */
export function experience(hours: number): number {
  return Math.min(1, hours / 12);
}

/**
 * The share of the tried recipients that counts as independent choices, 0..1: those of one envelope were picked together, so a letter to
 * thirty strangers is not thirty strangers picked one by one, and each after the first counts 0.3.
 */
export function independentShare({ messages, tried }: Activity): number {
  return tried <= messages ? 1 : (messages + 0.3 * (tried - messages)) / tried;
}

/**
 * A factor: 1 when at least 70 % of the recipients are new, 0 when at most 30 % are. New senders count only with new recipients, because
 * a forwarder brings senders from all over the world, to the recipients it always has.
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
