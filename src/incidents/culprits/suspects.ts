// Whose mail brought a listing: every customer by the odds that it was the cause, and the odds that it was none of them. Pure.
//
// The test. Bayes' rule over exclusive causes: this customer, that customer, none of them. The prior of each is what is known before any
// sign; the signs multiply it (suspicion.ts); the sum is made 1. So two suspects share what there is, and a listing that nobody's mail
// explains is left to "none of them".
//
// The priors. An address is listed for what it sent: in seven cases of ten we take it for one customer's doing, in three for none that
// the counters can show (spam too little to see, an operator's mistake, mail older than the window). A list of ranges or networks tells
// of the neighbours far more than of us. Half of a prior is the same for each customer with mail over the address, half goes by its share
// of that mail: more mail means more chances, but thieves do not choose by size. No prior is above one in ten, and nobody is named
// without a sign of their own that a mailing would not show as well: to be there, to write to many, or to be left over when the others are
// cleared, is no reason to be accused.
//
// The time. Lists react within hours; some within a day or two. So each customer may have done it in the last hours (near) or earlier
// (far), and the likelihoods are added by those odds; where nobody knows since when the address is listed, earlier is likelier.
import { andMore } from '../../words.js';
import type { RankedCustomer } from './suspect.js';
import { handledOf, type Mail, NO_MAIL, type Sign, signsOf, type View, weightOf } from './suspicion.js';

/** A customer with mail that may have left over the listed addresses. */
export interface Candidate {
  customer: string;
  /** In the window before the listing was first seen, and in the background before that window. */
  near: Mail;
  before: Mail;
  /** What the detection found in its mail, and how long before the listing was first seen; negative for after. */
  detected?: { confidence: number; msBefore: number } | undefined;
}

export interface Case {
  candidates: readonly Candidate[];
  /** Hours of the window and of the background. */
  nearHours: number;
  beforeHours: number;
  /** Widest claim of the lists: about the address itself, its range, or the whole network. */
  scope: 'address' | 'range' | 'network';
  /** Reports whether it was listed when anybody looked for the first time. */
  isFirstLook: boolean;
  /** What left over the listed addresses, for people: "the mail over 203.0.113.17". */
  what: string;
}

/** The least odds at which a customer is named, in a hundred. One wrong name in six costs a look; a missed one costs the address. */
export const NAMED_FROM = 0.15;
/** A sign of one's own: five times likelier with guilt than without. */
const OWN_SIGN = Math.log(5);
const MAX_NAMED = 5;
const OURS = { address: 0.7, range: 0.25, network: 0.05 };
const MOST_PRIOR = 0.1;
const NEAR = { known: 0.8, firstLook: 0.3 };

/**
 * Names the customers that stand out, likeliest first; nobody is a possible answer. It goes in small steps, a customer each, for who must
 * let others have their turn between them.
 */
export function* rankingSteps(given: Case): Generator<undefined, RankedCustomer[]> {
  return named(yield* judging(given));
}

function named(judged: Judged[]): RankedCustomer[] {
  return judged
    .filter(({ likelihood, telling }) => likelihood >= NAMED_FROM && telling >= OWN_SIGN)
    .slice(0, MAX_NAMED)
    .map(({ customer, likelihood, evidence }) => ({ customer, likelihood, evidence }));
}

export interface Judged extends RankedCustomer {
  /** What speaks against the customer, in nats, and what of it is more than reach. */
  weight: number;
  telling: number;
}

/** Everybody's odds, likeliest first, in the same steps. What is missing to 1 is "none of them". */
export function* judging(given: Case): Generator<undefined, Judged[]> {
  const present = given.candidates.filter(({ near, before }) => amountOf(near) + amountOf(before) > 0);
  const totals = totalsOf(present);
  const judged: ReturnType<typeof judge>[] = [];
  for (const candidate of present) {
    judged.push(judge(given, candidate, totals, present.length));
    yield;
  }
  return normalised(judged);
}

function totalsOf(candidates: readonly Candidate[]): Totals {
  return { near: sum(candidates.map(({ near }) => near)), before: sum(candidates.map(({ before }) => before)) };
}

function normalised(judged: ReturnType<typeof judge>[]): Judged[] {
  const ours = judged.reduce((all, { prior, weight }) => all + prior * Math.exp(weight), 0);
  const none = 1 - judged.reduce((all, { prior }) => all + prior, 0);
  return judged
    .map(({ prior, ...rest }) => ({ ...rest, likelihood: (prior * Math.exp(rest.weight)) / (ours + none) }))
    .toSorted((a, b) => b.likelihood - a.likelihood || (a.customer < b.customer ? -1 : 1));
}

/**
 * A listed domain is its owner's, whoever's address the mail left over: the owner is named, with what its mail shows besides. Several
 * owners share the odds.
 */
export function suspectOwners(owned: { customer: string; domains: string[] }[], mail: Case): RankedCustomer[] {
  const isOwner = ({ customer }: Candidate) => owned.some((owner) => owner.customer === customer);
  const judged = mail.candidates
    .filter(isOwner)
    .map((candidate) => judge(mail, candidate, totalsOf(mail.candidates), mail.candidates.length));
  const weights = owned.map(({ customer }) =>
    Math.max(0, judged.find((each) => each.customer === customer)?.weight ?? 0),
  );
  const all = weights.reduce((sum, weight) => sum + Math.exp(weight), 0);
  return owned
    .map(({ customer, domains }, i) => {
      const known = judged.find((each) => each.customer === customer);
      const owns = `owns ${andMore(domains.slice(0, 3), domains.length)}`;
      return {
        customer,
        likelihood: (OWNER * Math.exp(weights[i] ?? 0)) / all,
        evidence: [owns, ...(known && known.telling >= OWN_SIGN ? known.evidence : [])],
      };
    })
    .filter(({ likelihood }) => likelihood >= NAMED_FROM)
    .toSorted((a, b) => b.likelihood - a.likelihood || (a.customer < b.customer ? -1 : 1))
    .slice(0, MAX_NAMED);
}

/** The owner's odds: of ten listed domains, one was forged in others' mail or hijacked elsewhere. */
const OWNER = 0.9;

interface Totals {
  near: Mail;
  before: Mail;
}

function judge(given: Case, candidate: Candidate, totals: Totals, count: number) {
  const near = signsOf(nearView(given, candidate, totals));
  const far = signsOf(farView(candidate, totals));
  const odds = given.isFirstLook ? NEAR.firstLook : NEAR.known;
  const sentNear = odds * enough(candidate.near);
  const sentFar = (1 - odds) * enough(plus(candidate.near, candidate.before));
  const either = (ofNear: number, ofFar: number) => Math.log(sentNear * Math.exp(ofNear) + sentFar * Math.exp(ofFar));
  const share = shareOf(candidate, totals);
  const prior = Math.min(MOST_PRIOR, OURS[given.scope] * (0.5 / count + 0.5 * share.of));
  const isNear = sentNear * Math.exp(weightOf(near)) >= sentFar * Math.exp(weightOf(far));
  return {
    customer: candidate.customer,
    prior,
    weight: either(weightOf(near), weightOf(far)),
    telling: either(weightOf(beyondReach(near)), weightOf(beyondReach(far))),
    evidence: sentences(given, isNear ? near : far, isNear, share, count),
  };
}

/** So many messages are enough to get an address listed; with fewer, the chance that they did is in proportion. */
const A_RUN = 20;

function enough(mail: Mail): number {
  return Math.min(1, amountOf(mail) / A_RUN);
}

function beyondReach(signs: readonly Sign[]): Sign[] {
  return signs.filter(({ isReach }) => !isReach);
}

function nearView({ nearHours, beforeHours }: Case, { near, before, detected }: Candidate, totals: Totals): View {
  return {
    mail: near,
    before,
    others: minus(totals.near, near),
    expected: expectedOf(near, before, totals, nearHours / Math.max(1, beforeHours)),
    detected,
  };
}

/** Over both times together, with nothing before to compare with. */
function farView({ near, before, detected }: Candidate, totals: Totals): View {
  const mail = plus(near, before);
  return {
    mail,
    before: NO_MAIL,
    others: minus(plus(totals.near, totals.before), mail),
    expected: undefined,
    detected,
  };
}

/**
 * Messages that the customer's own past lets one expect in the window, scaled by how everybody else's mail rose or fell since: nights and
 * Sundays are quiet for all. Undefined when there is no past.
 */
function expectedOf(near: Mail, before: Mail, totals: Totals, hours: number): number | undefined {
  if (before.messages === 0 && totals.before.messages === 0) return undefined;
  const othersNow = totals.near.messages - near.messages;
  const othersBefore = totals.before.messages - before.messages;
  // A hundred invented messages before, and as many in proportion now, keep a few real ones from swinging the ratio.
  const tide = (othersNow + 100 * hours) / (othersBefore + 100);
  return before.messages * Math.min(tide, 1);
}

function shareOf({ near, before }: Candidate, totals: Totals): { of: number; isNear: boolean } {
  const isNear = amountOf(totals.near) > 0;
  const of = isNear ? amountOf(near) / amountOf(totals.near) : amountOf(before) / amountOf(totals.before);
  return { of, isNear };
}

/** What speaks against a customer, strongest first, with its share of the mail among it. */
function sentences(
  given: Case,
  signs: Sign[],
  isNear: boolean,
  share: ReturnType<typeof shareOf>,
  count: number,
): string[] {
  const percent = share.of >= 0.01 ? Math.round(100 * share.of) : (100 * share.of).toFixed(1);
  const hours = share.isNear ? given.nearHours : given.beforeHours;
  const portion = {
    weight: Math.log(Math.max(1, share.of * count)),
    sentence: `${percent} % of ${given.what} in the ${Math.round(hours)} h before`,
  };
  const since = isNear ? '' : `, in the ${Math.round(given.nearHours + given.beforeHours)} h before`;
  const told = signs
    .filter(({ weight }) => weight > 0.3)
    .map((sign) => ({ ...sign, sentence: `${sign.sentence}${since}` }));
  return [...told, portion].toSorted((a, b) => b.weight - a.weight).map(({ sentence }) => sentence);
}

/** Messages taken in, or delivered from the queue: either is mail over the address. */
function amountOf(mail: Mail): number {
  return Math.max(mail.messages, handledOf(mail));
}

function sum(mails: Mail[]): Mail {
  return mails.reduce(plus, NO_MAIL);
}

function plus(one: Mail, other: Mail): Mail {
  return each((name) => one[name] + other[name]);
}

function minus(all: Mail, part: Mail): Mail {
  return each((name) => Math.max(0, all[name] - part[name]));
}

function each(value: (name: keyof Mail) => number): Mail {
  return {
    messages: value('messages'),
    sent: value('sent'),
    bounced: value('bounced'),
    unknownUsers: value('unknownUsers'),
    contentRefusals: value('contentRefusals'),
    newRecipients: value('newRecipients'),
    complaints: value('complaints'),
  };
}
