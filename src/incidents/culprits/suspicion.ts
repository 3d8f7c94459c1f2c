// What speaks for and against one customer as the cause of a listing: each sign as the logarithm of a likelihood ratio, P(this | its mail
// brought the listing) / P(this | it did not). Pure.
//
// Lists are fed by spam traps, by receivers' own filters and by their users, so the signs are what those see: recipients that do not exist
// (traps were mailboxes once, and a bought list has both), refusals for content, complaints, strangers written to, and a run of mail that
// its own past does not explain. The shares are those of a customer's whole mail, and one stolen mailbox is but a part of it: beside the
// pure run of spam stands one that is diluted by honest mail. Refusals of our address are no sign: they hit everybody on it.
//
// More of a sign never speaks for a customer. Where a plain ratio would (fewer dead addresses than usual look odd, too), it is held at its
// least.
import { clamp, learned, lnBurstyCount, lnShare, type Share } from '../../detection/signals/statistics.js';

/** A customer's mail over the listed addresses in some time. Sums; parts of a message where a relay has several addresses. */
export interface Mail {
  messages: number;
  sent: number;
  bounced: number;
  unknownUsers: number;
  contentRefusals: number;
  newRecipients: number;
  complaints: number;
}

export const NO_MAIL: Mail = {
  messages: 0,
  sent: 0,
  bounced: 0,
  unknownUsers: 0,
  contentRefusals: 0,
  newRecipients: 0,
  complaints: 0,
};

export interface View {
  mail: Mail;
  /** The customer's own before that; none where nothing can be compared. */
  before: Mail;
  /** All other customers over the same addresses in the same time. */
  others: Mail;
  /** Messages that its own past and everybody's rhythm let one expect; undefined without a past. */
  expected: number | undefined;
  /** How sure the detection was that somebody else sends with its name, 0..1, and how long before the listing it said so. */
  detected?: { confidence: number; msBefore: number } | undefined;
}

export interface Sign {
  /** Nats; above 0 speaks against the customer. */
  weight: number;
  /** For people, without markup. */
  sentence: string;
  /** Of reach alone: a mailing shows it, too, so nobody is named for it. */
  isReach?: boolean;
}

/** All signs that can be read from the view, in no order. */
export function signsOf(view: View): Sign[] {
  return [detection, unknownUsers, contentRefusals, complaints, strangers, volume].flatMap((read) => read(view) ?? []);
}

/**
 * The signs as one weight. They come from the same mail, so they are no independent witnesses: the strongest counts in full, further ones
 * by half. What speaks for the customer counts as it is.
 */
export function weightOf(signs: readonly Sign[]): number {
  const weights = signs.map(({ weight }) => weight);
  const against = weights.filter((weight) => weight > 0).toSorted((a, b) => b - a);
  const speaksFor = weights.filter((weight) => weight < 0).reduce((sum, weight) => sum + weight, 0);
  const [strongest = 0, ...further] = against;
  return clamp(strongest + further.reduce((sum, weight) => sum + weight / 2, 0) + speaksFor, -6, 12);
}

/** The weight of unknown users and content refusals alone: what receivers saw, for telling whether a customer still sends spam. */
export function receptionOf(mail: Mail): number {
  const view: View = { mail, before: NO_MAIL, others: NO_MAIL, expected: undefined };
  return weightOf([unknownUsers(view), contentRefusals(view)].filter((sign) => sign !== undefined));
}

export function handledOf({ sent, bounced }: Mail): number {
  return sent + bounced;
}

/**
 * Of the causes of a listing about six in ten are machines and mailboxes that the detection finds (the rest are bad lists); of customers
 * that are no cause, one in 400 has such a finding in six hours, at a stolen account a day for 200 customers. 0.6 / (1/400) = 240.
 */
const DETECTED = 240;

function detection({ detected }: View): Sign | undefined {
  if (!detected) return undefined;
  const sure = detected.confidence > 0.99 ? 'over 99 % sure' : `${Math.round(100 * detected.confidence)} % sure`;
  const when =
    detected.msBefore > 0 ? `${inWords(detected.msBefore)} before the listing` : 'after the listing was seen';
  return {
    weight: Math.log(1 + (DETECTED - 1) * clamp(detected.confidence, 0, 1)),
    sentence: `spam run found ${when} (${sure})`,
  };
}

/**
 * Shares of unknown users as beta distributions, the same as in the detection: people and systems 2 %, a list kept for years 6 %, spam
 * 17 %, spam among a customer's honest mail (`diluted`) 6 %.
 */
const DEAD = {
  honest: { yes: 0.4, no: 20 },
  oldList: { yes: 3, no: 45 },
  spam: { yes: 1.2, no: 6 },
  diluted: { yes: 1, no: 15 },
};
/** One honest sender in seven keeps an old list. */
const OLD_LIST = 0.15;

function unknownUsers({ mail, before }: View): Sign | undefined {
  const handled = handledOf(mail);
  if (handled === 0) return undefined;
  const own = learned(DEAD.honest, before.unknownUsers, handledOf(before), 100);
  const count = mail.unknownUsers;
  const against = (honest: Share) =>
    Math.max(ratio(count, handled, DEAD.spam, honest), ratio(count, handled, DEAD.diluted, honest)) - Math.LN2;
  const weight = Math.min(against(own) - Math.log(1 - OLD_LIST), against(DEAD.oldList) - Math.log(OLD_LIST));
  return {
    weight: clamp(weight, -3, 6),
    sentence: `${percent(count, handled)} unknown users (${whole(count)} of ${whole(handled)})${comparison(before.unknownUsers, handledOf(before))}`,
  };
}

/**
 * Shares of mail refused as spam: honest mail 3 in 1,000 at most; spam 7 in 100, because most filters file it silently; spam among honest
 * mail 2 in 100. Where receivers refuse everybody's mail more often, as with a listed address, the others' share counts as honest too.
 */
const CONTENT = { honest: { yes: 0.2, no: 60 }, spam: { yes: 0.8, no: 10 }, diluted: { yes: 0.6, no: 30 } };

function contentRefusals({ mail, before, others }: View): Sign | undefined {
  const handled = handledOf(mail);
  if (handled === 0) return undefined;
  const count = mail.contentRefusals;
  const against = (usual: Share) => {
    const honest = learned(usual, before.contentRefusals, handledOf(before), 60);
    return (
      Math.max(ratio(count, handled, CONTENT.spam, honest), ratio(count, handled, CONTENT.diluted, honest)) - Math.LN2
    );
  };
  const byOthers = learned(CONTENT.honest, others.contentRefusals, handledOf(others), 60);
  const beside = handledOf(others) > 0 ? `, others ${percent(others.contentRefusals, handledOf(others))}` : '';
  return {
    weight: clamp(Math.max(0, against(byOthers)) + Math.min(0, against(CONTENT.honest)), -1.5, 6),
    sentence: `${whole(count)} refused as spam (${percent(count, handled)})${beside}`,
  };
}

/** Amazon SES reviews a sender at 0.1 % complaints and stops one at 0.5 %. Few receivers tell us, so that none says nothing. */
const COMPLAINTS = { honest: { yes: 0.2, no: 800 }, spam: { yes: 1, no: 150 } };

function complaints({ mail }: View): Sign | undefined {
  if (mail.complaints === 0) return undefined;
  const delivered = Math.max(mail.sent, mail.complaints);
  return {
    weight: clamp(ratio(mail.complaints, delivered, COMPLAINTS.spam, COMPLAINTS.honest), 0, 6),
    sentence: `${whole(mail.complaints)} complaints about ${whole(delivered)} delivered`,
  };
}

/**
 * Shares of recipients never written to before: people one in four, spam nine in ten. A mailing has as many as spam, so the weight is
 * limited; and it is never below 0, because writing to acquaintances clears nobody.
 */
const STRANGERS = { honest: { yes: 4, no: 12 }, spam: { yes: 8, no: 1 } };

function strangers({ mail, before }: View): Sign | undefined {
  const tried = Math.max(handledOf(mail), mail.newRecipients);
  if (tried === 0) return undefined;
  const triedBefore = Math.max(handledOf(before), before.newRecipients);
  const honest = learned(STRANGERS.honest, before.newRecipients, triedBefore, 100);
  return {
    weight: clamp(ratio(mail.newRecipients, tried, STRANGERS.spam, honest), 0, 2),
    isReach: true,
    sentence: `${percent(mail.newRecipients, tried)} of its recipients never written to before${comparison(before.newRecipients, triedBefore)}`,
  };
}

/** A spam run is five times the usual and a hundred messages at least. A mailing looks the same, so the weight is limited. */
const RUN = { times: 5, atLeast: 100, shape: 0.5 };

function volume({ mail, expected }: View): Sign | undefined {
  if (expected === undefined) return undefined;
  const usual = Math.max(expected, 0.5);
  const run = Math.max(RUN.times * usual, RUN.atLeast);
  const weight = lnBurstyCount(mail.messages, run, RUN.shape) - lnBurstyCount(mail.messages, usual, RUN.shape);
  return {
    weight: clamp(weight, -1, 2.5),
    isReach: true,
    sentence: `${whole(mail.messages)} messages, usual ${whole(expected)} in that time`,
  };
}

/**
 * Logarithm of how much likelier `count` of `total` is when guilty than when honest. More never weighs less: below the count at which the
 * plain ratio is smallest, that smallest value is given.
 */
function ratio(count: number, total: number, guilty: Share, honest: Share): number {
  const least = clamp(leastOf(total, guilty, honest), 0, total);
  const held = Math.max(count, least);
  return lnShare(held, total, guilty) - lnShare(held, total, honest);
}

/** The count at which the ratio of the two beta-binomial likelihoods is smallest: there it stops falling and begins to rise. */
function leastOf(total: number, guilty: Share, honest: Share): number {
  const slope = honest.yes + honest.no - guilty.yes - guilty.no;
  const at0 = honest.yes * (guilty.no + total - 1) - guilty.yes * (honest.no + total - 1);
  return slope > 0 ? Math.ceil(at0 / slope) : 0;
}

function comparison(count: number, total: number): string {
  return total >= 20 ? `, usual ${percent(count, total)}` : '';
}

function percent(part: number, of: number): string {
  const value = (100 * part) / of;
  return `${value >= 1 || value === 0 ? Math.round(value) : value.toFixed(1)} %`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function inWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
