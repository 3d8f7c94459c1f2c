// Joins the signals of one activity into a verdict: how likely is it that a spammer, not the customer, is sending?
//
// The test. Every signal compares two hypotheses, spam and this identity's honest mail, and gives the logarithm of their likelihood
// ratio. Their sum is looked at after every message and every reply, which is a sequential test: by Ville's inequality an honest
// identity's likelihood ratio ever exceeds A with probability at most 1/A, however often one looks. An activity that speaks for
// honesty (sum ≤ 0) is closed, learned and begun anew, as in Page's CUSUM, so an old quiet hour never hides a new run of spam.
//
// The numbers. A relay provider with 200 customers of about 20 identities, most with one or two runs of mail a day, sees some 7,000
// runs a day, and on a bad day two stolen accounts: prior odds of 1 : 3,500; who only came is a little likelier to be a fraud (0.55
// nats). We speak up when spam is as likely as not, because a look that was not needed costs a person a minute, and a miss costs every
// customer the address. That is ln 3,500 = 8.2 nats of evidence; by the bound above at most one honest run in 3,500 would be reported
// if the models were exact. They are not, and their errors are not independent, so no signal counts alone: signals with the same honest
// cause form a group, and no group can reach 8.2 by itself. A mailing has reach and nothing else; an old list has unknown users; a
// journey has new networks; a new system has new senders. An alarm needs two of these at once.
//
// Against the field: 5 spam in 10 minutes locks a mailbox at Mail Assure, 25 hard bounces an hour at UwUMail, 100 invalid recipients
// an hour in Exim's BlockCracking, cPanel after 5 refusals. Fixed counts are late for a slow drip and early for a mailing; here 10
// unknown of 40 recipients and the pace of 40 in an hour from a mailbox that sends 4 are enough, and neither is without the other.
import { reachOf } from './activity.js';
import { hoursKnown } from './habit.js';
import { signals } from './signals/index.js';
import { experience, type Group, type View } from './signals/signal.js';
import { clamp } from './statistics.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.js';

export { DEFAULT_THRESHOLDS, type Thresholds };

/**
 * Most and least a group may say, in nats; `cold` is the most before the identity has a day of history. Bounces and automatic replies are
 * no mailing: hundreds to strangers answer forged mail, unless they all arrive.
 */
const REACH = { newcomer: 6.3, cold: 5, most: 6, notices: 8, least: -4 };
const LIMITS: Record<Exclude<Group, 'reach'>, { cold: number; most: number; least: number }> = {
  reception: { cold: 8, most: 7.5, least: -2.5 },
  access: { cold: 5.5, most: 5.5, least: -1 },
  senders: { cold: 7, most: 7.5, least: -1 },
  rhythm: { cold: 0.5, most: 1.2, least: -0.5 },
  text: { cold: 0, most: 0, least: -2.5 },
};

/** Who came today is likelier to have come for spam. */
const NEWCOMER_NATS = 0.55;
/** One or two letters to many are letters to many. */
const LEAST_MESSAGES = 3;

const GROUPS = Object.keys(LIMITS) as Exclude<Group, 'reach'>[];

export interface Assessment {
  /** Sum of the groups, in nats. */
  evidence: number;
  /** The same without `reach`: what is more than much mail. */
  beyondReach: number;
  isAlarm: boolean;
  /** Posterior probability of spam. */
  confidence: number;
  /** Strongest first; only what speaks for spam. Empty while nobody would be told: there is little evidence. */
  sentences: string[];
  /** The signals that said them, in the same order. */
  signs: { id: string; weight: number }[];
  /** The mail they speak of: its first and last, ms. */
  from: number;
  to: number;
}

/** What a signal says of an activity. */
export interface Said {
  id: string;
  group: Group;
  /** Above 0 speaks for spam, below 0 against it; nats, before the limit of its group. */
  weight: number;
  sentence: string;
}

/** Everything the signals say, for spam and against it. Pure. */
export function weigh(view: View, isDeclaredBulk: boolean): Said[] {
  const all: Said[] = [];
  for (const signal of signals) {
    if (isDeclaredBulk && !signal.appliesToDeclaredBulk) continue;
    const weight = signal.weigh(view);
    if (weight !== undefined) all.push({ id: signal.id, group: signal.group, weight, sentence: signal.say(view) });
  }
  return all;
}

/** From so much evidence on somebody may be told the reasons. */
const SPOKEN = 3;
const NO_REASONS: Said[] = [];

function reasonsOf(view: View, isDeclaredBulk: boolean): Said[] {
  return weigh(view, isDeclaredBulk)
    .filter(({ weight }) => weight > 0.3)
    .sort((a, b) => b.weight - a.weight);
}

/** Weighs one activity. Pure and cheap enough to be asked after every event. */
export function assess(view: View, isDeclaredBulk: boolean, thresholds: Thresholds = DEFAULT_THRESHOLDS): Assessment {
  const byGroup = weighGroups(view, isDeclaredBulk);
  const known = experience(hoursKnown(view.habit));
  const newcomer = 1 - experience(hoursKnown(view.customerHabit));
  const reach = clamp(byGroup.reach, REACH.least, mostOfReach(view, known, newcomer));
  const beyondReach = sumOfOthers(byGroup, known);
  const evidence = reach + beyondReach + NEWCOMER_NATS * newcomer;
  const reasons = evidence >= SPOKEN ? reasonsOf(view, isDeclaredBulk) : NO_REASONS;
  const logOdds = evidence - Math.log(thresholds.honestPerSpam);
  return {
    evidence,
    beyondReach,
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
  // Before anything is known of the customer everybody is a stranger to it, and reach is volume alone, which then may say more.
  return Math.max(REACH.newcomer * newcomer, REACH.cold + (REACH.most - REACH.cold) * known);
}

/** What the signals say in each group. The same object every time: this is asked for every few messages. */
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
