// Joins the signals of one activity into a verdict: how likely is it that a spammer, not the customer, is sending?
//
// Evidence. Every signal compares two hypotheses, spam and this identity's honest mail, and gives the natural logarithm of their
// likelihood ratio, in nats: above 0 the mail is likelier as spam, below 0 as honest mail. The evidence is the sum of all signals.
//
// The test. The evidence is looked at again and again as mail and replies come, which is a sequential test: by Ville's inequality an
// honest identity's likelihood ratio ever exceeds A with probability at most 1/A, however often one looks. A run that speaks for honesty
// (sum ≤ 0) is set aside and a new one begins, as in Page's CUSUM, so that an old quiet hour never hides new spam.
//
// The numbers. A relay provider with 200 customers of about 20 identities, most with one or two runs of mail a day, sees some 7,000 runs
// a day, and on a bad day two stolen accounts: prior odds of 1 : 3,500. A customer that is new is a little likelier to be a fraud (0.55
// nats). These are the usual odds; background.ts learns from a provider's mail which are right there. An alarm is given when spam is as
// likely as not, because a false alarm costs a person a minute, and a miss costs every customer the address. That is ln 3,500 = 8.2 nats
// of evidence; by the bound above at most one honest run in 3,500 would be reported if the models were exact. They are not, and their
// errors are not independent. So signals with the same honest cause form a group, and each group has a bound below 8.2: a mailing has
// reach and nothing else; an old list has unknown users; a journey has new networks; a new system has new senders. An alarm needs two of
// these at once (or one at its bound, at a customer of which nothing is known yet).
//
// What is at stake. A false alarm costs the same whatever it is about. A miss costs more the more people it reaches: each recipient that
// never heard of the sender may be a spam trap or press the spam button. And waiting costs little while a run is small: a mailing to
// twenty is over before more could be learned, spam goes on and shows more of itself with every reply. So the odds that an alarm asks for
// are those above at 140 recipients; they fall in proportion to the strangers reached beyond, by 3 nats at most, and rise in the same
// proportion before: at fourteen recipients ten to one. A mailing that receivers take is still no alarm, and one that filters refuse here and
// there is the sooner the larger it is. The evidence itself stays as it is, for what is learned as a habit goes by it.
//
// Compared with fixed limits: 5 spam in 10 minutes locks a mailbox at Mail Assure, 25 hard bounces an hour at UwUMail, 100 invalid
// recipients an hour in Exim's BlockCracking, 5 refusals at cPanel. Such limits are late for a slow drip and early for a mailing. Here 10
// unknown users of 40 recipients, and 40 recipients in an hour from a mailbox that usually sends 4, give an alarm together, not alone.
import { reachOf } from './identities/activity.js';
import { hoursKnown } from './identities/habit.js';
import { signals } from './signals/index.js';
import { experience, type Group, type View } from './signals/signal.js';
import { clamp } from './signals/statistics.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.js';

/**
 * Bounds of what a group adds to the evidence, in nats. The upper bound goes from `cold`, for an identity never seen before, to `most` as
 * its habit becomes known (see `experience`). Of `reach`, `newcomer` is the upper bound at a customer never seen before, and `notices`
 * that of mail without a sender: bounces and automatic replies are no mailing, so hundreds of them to strangers answer forged mail, unless
 * they all arrive (which `reception` says).
 */
const REACH = { newcomer: 6.3, cold: 5, most: 6, notices: 8, least: -4 };
const LIMITS: Record<Exclude<Group, 'reach'>, { cold: number; most: number; least: number }> = {
  reception: { cold: 8, most: 7.5, least: -2.5 },
  access: { cold: 5.5, most: 5.5, least: -1 },
  senders: { cold: 7, most: 7.5, least: -1 },
  rhythm: { cold: 0.5, most: 1.2, least: -0.5 },
  text: { cold: 0, most: 0, least: -2.5 },
};

/** Added for a customer never seen before: it is likelier to have come for spam. Fades as its habit becomes known. */
const NEWCOMER_NATS = 0.55;
/** Recipients of one run at which the usual evidence makes an alarm, and by how much less is enough of more at the most. */
const STAKE = { recipients: 140, mostNats: 3 };
/** Fewer messages are never an alarm: somebody wrote a letter or two to many people. */
const LEAST_MESSAGES = 3;

const GROUPS = Object.keys(LIMITS) as Exclude<Group, 'reach'>[];

export interface Assessment {
  /** Sum of the groups and of how new the customer is, in nats. */
  evidence: number;
  /** The same without `reach`: what speaks for spam besides the amount of mail. */
  beyondReach: number;
  /** By how much less evidence is enough for an alarm, because many were reached; below 0 more, because few were yet. Nats. */
  stake: number;
  isAlarm: boolean;
  /** Posterior probability of spam, 0..1. */
  confidence: number;
  /** What speaks for spam, in words, strongest first. Empty while there is too little evidence for anybody to be told. */
  sentences: string[];
  /** The signals of the sentences, in the same order. */
  signs: { id: string; weight: number }[];
  /** Times of the first and last mail that was assessed, ms. */
  from: number;
  to: number;
}

/** What one signal found in an activity. */
export interface SignalResult {
  id: string;
  group: Group;
  /** Nats: above 0 speaks for spam, below 0 against it. Before the bounds of its group. */
  weight: number;
  sentence: string;
}

/** The results of all signals that apply, for spam and against it. Pure. */
export function weigh(view: View, isDeclaredBulk: boolean): SignalResult[] {
  const all: SignalResult[] = [];
  for (const signal of signals) {
    if (isDeclaredBulk && !signal.appliesToDeclaredBulk) continue;
    const weight = signal.weigh(view);
    if (weight !== undefined)
      all.push({ id: signal.id, group: signal.group, weight, sentence: signal.say(view, weight) });
  }
  return all;
}

/** Nats. With less evidence nothing is ever reported (see JOINT_LEAST in alarms.ts), so the sentences need not be made. */
const SPOKEN = 3;
const NO_REASONS: SignalResult[] = [];

/** The results that speak for spam, strongest first. */
function reasonsOf(view: View, isDeclaredBulk: boolean): SignalResult[] {
  return weigh(view, isDeclaredBulk)
    .filter(({ weight }) => weight > 0.3)
    .sort((a, b) => b.weight - a.weight);
}

/** Assesses one activity. Pure, and takes microseconds. */
export function assess(view: View, isDeclaredBulk: boolean, thresholds: Thresholds = DEFAULT_THRESHOLDS): Assessment {
  const byGroup = weighGroups(view, isDeclaredBulk);
  const known = experience(hoursKnown(view.habit));
  const newcomer = 1 - experience(hoursKnown(view.customerHabit));
  const reach = clamp(byGroup.reach, REACH.least, mostOfReach(view, known, newcomer));
  const beyondReach = sumOfOthers(byGroup, known);
  const stake = stakeOf(view, isDeclaredBulk);
  const evidence = reach + beyondReach + NEWCOMER_NATS * newcomer;
  const reasons = evidence >= SPOKEN ? reasonsOf(view, isDeclaredBulk) : NO_REASONS;
  const logOdds = evidence + stake - Math.log(thresholds.honestPerSpam);
  return {
    evidence,
    beyondReach,
    stake,
    isAlarm:
      logOdds >= Math.log(thresholds.alarmOdds) &&
      reachOf(view.activity) >= thresholds.leastRecipients &&
      view.activity.messages + view.activity.lateMessages >= LEAST_MESSAGES,
    confidence: 1 / (1 + Math.exp(-logOdds)),
    sentences: reasons.map(({ sentence }) => sentence),
    signs: reasons.map(({ id, weight }) => ({ id, weight })),
    from: view.activity.since,
    to: view.activity.lastAt,
  };
}

function mostOfReach({ isNullSender }: View, known: number, newcomer: number): number {
  if (isNullSender) return REACH.notices;
  // While nothing is known of the customer every recipient is new to it, so that `reach` is volume alone, which may then count for more.
  return Math.max(REACH.newcomer * newcomer, REACH.cold + (REACH.most - REACH.cold) * known);
}

/**
 * Nats for how many a run has reached. Beyond the usual number only strangers count; of declared bulk mail, and of bounces and automatic
 * replies, whose recipients wrote first, nobody is one.
 */
function stakeOf({ activity, isNullSender }: View, isDeclaredBulk: boolean): number {
  const reached = reachOf(activity);
  if (reached < STAKE.recipients) return Math.log(Math.max(1, reached) / STAKE.recipients);
  if (isDeclaredBulk || isNullSender || activity.newRecipients <= STAKE.recipients) return 0;
  return Math.min(STAKE.mostNats, Math.log(activity.newRecipients / STAKE.recipients));
}

/** The sums of the signals by group, without bounds. Always the same object, overwritten by the next call: this is a hot path. */
function weighGroups(view: View, isDeclaredBulk: boolean): Record<Group, number> {
  for (const group of ALL_GROUPS) SUMS[group] = 0;
  for (const signal of signals) {
    if (isDeclaredBulk && !signal.appliesToDeclaredBulk) continue;
    const weight = signal.weigh(view);
    if (weight !== undefined) SUMS[signal.group] += weight;
  }
  return SUMS;
}

const SUMS: Record<Group, number> = { reach: 0, reception: 0, access: 0, senders: 0, rhythm: 0, text: 0 };
const ALL_GROUPS = Object.keys(SUMS) as Group[];

function sumOfOthers(byGroup: Record<Group, number>, known: number): number {
  let sum = 0;
  for (const group of GROUPS) {
    const { cold, most, least } = LIMITS[group];
    sum += clamp(byGroup[group], least, cold + (most - cold) * known);
  }
  return sum;
}
