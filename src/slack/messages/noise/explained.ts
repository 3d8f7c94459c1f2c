// What is known of one login, address or sender, in words: what it sends, what is usual for it, what speaks for spam and what against, and how
// far that is from an alarm.
import type { Explanation } from '../../../detection/explanation.js';
import { NO_SENDER } from '../../../detection/identities/routes.js';
import { UNATTRIBUTED } from '../../../mail/customer.js';
import { count } from '../../../words.js';
import { percent } from '../blocks.js';
import { esc, fitLines } from '../text/escape.js';
import { span, stretch, when, whenAgo } from '../text/time.js';
import { sure } from '../text/words.js';

export type KnownAbout = Explanation & { customerName: string };

const SIGNS_SHOWN = 4;
/** Below this its own habit counts only in part; see the signals' `experience`. */
const HOURS_TO_BE_KNOWN = 12;
/** Nats: twenty times, and twice as likely with spam as without. */
const STRONG = 3;
const SOME = 0.7;

/** One login, address or sender: at most some 2,700 characters. `above` is what of it was said already. */
export function explanationText(known: KnownAbout, above?: 'name and verdict' | 'verdict'): string {
  const title = above === 'verdict' ? [nameLine(known)] : [nameLine(known), verdictLine(known)];
  return fitLines(
    [
      ...(above === 'name and verdict' ? [] : title),
      ...declaredLines(known),
      activityLine(known),
      ...habitLines(known),
      ...signLines(known),
      distanceLine(known),
    ],
    2700,
  );
}

export function briefText(known: KnownAbout): string {
  return fitLines([nameLine(known), verdictLine(known), ...declaredLines(known), activityLine(known)], 2700);
}

const ENTRY_WORDS: Record<Explanation['entry']['kind'], string> = {
  login: 'login',
  address: 'client address',
  sender: 'sender domain',
};

function nameLine({ scope, name, entry, customer, customerName }: KnownAbout): string {
  const through = `${ENTRY_WORDS[entry.kind]} \`${esc(entry.name, 120) || '–'}\``;
  const what = {
    sender: `${name === NO_SENDER ? 'Mail without a sender' : `\`${esc(name, 120) || '–'}\``} (through ${through})`,
    entry: `Everything behind ${through}`,
    strangers: `Senders nobody knows behind ${through}`,
  }[scope];
  const whose = customer === UNATTRIBUTED ? 'belongs to no customer that is configured' : esc(customerName, 80);
  return `*${what}* · ${whose}`;
}

function verdictLine(known: KnownAbout): string {
  return known.isAlarm ? `:rotating_light: *Alarm*${alarmWords(known)}` : ':large_green_circle: *No alarm*';
}

/** How sure an alarm is and since when it is on: `, 98 % sure, since today 10:15`. */
export function alarmWords({ confidence, activity, evidence, needed }: Explanation): string {
  const since = activity ? `, since ${when(activity.since)}` : '';
  // Once reached an alarm goes on; how sure the last stretch alone would be is not how sure it is.
  return `${evidence >= needed ? `, ${sure(confidence)}` : ', still on'}${since}`;
}

function declaredLines({ isDeclaredBulk }: Explanation): string[] {
  return isDeclaredBulk
    ? [':newspaper: Declared as bulk mail: reach and volume are expected of it; it is judged by what receivers say.']
    : [];
}

function activityLine({ activity }: Explanation): string {
  if (!activity) return 'Sends nothing now.';
  const { since, lastAt, messages, recipients, senders } = activity;
  const from = senders > 1 ? ` from ${count(Math.round(senders), 'sender')}` : '';
  const much = `${count(Math.ceil(messages), 'message')} to ${count(Math.round(recipients), 'recipient')}${from}`;
  if (Math.ceil(messages) === 1) return `Sent ${much}, ${whenAgo(lastAt)}.`;
  return `Sent ${much} in ${span(lastAt - since)}, the last ${whenAgo(lastAt)}.`;
}

function habitLines({ habit, hoursKnown, knownSince }: Explanation): string[] {
  if (hoursKnown < 1)
    return [`:hatching_chick: *No history yet*: known since ${when(knownSince)}, so it is compared with others.`];
  const { messagesADay, recipientsAnHour, newRecipientShare, unknownUserShare } = habit;
  const fresh = newRecipientShare === 0 ? 'none of them new' : `${percent(newRecipientShare)} of them new`;
  const unknown = unknownUserShare === 0 ? 'no unknown users' : `${percent(unknownUserShare)} unknown users`;
  const usual = `Usual for it: ${ofThem(messagesADay, 'message')} a day, ${ofThem(recipientsAnHour, 'recipient')} in an hour in which it sends, ${fresh}, ${unknown}.`;
  const hours = count(Math.floor(hoursKnown), 'hour with mail', 'hours with mail');
  const little = `:hatching_chick: *Little history*: ${hours} since ${when(knownSince)}. Below ${HOURS_TO_BE_KNOWN} hours it is compared with others, too.`;
  return hoursKnown < HOURS_TO_BE_KNOWN ? [usual, little] : [usual];
}

function signLines({ signs, signsOf, activity }: Explanation): string[] {
  const strongest = signs.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const speaksFor = strongest.filter(({ weight }) => weight > 0);
  const against = strongest.filter(({ weight }) => weight < 0);
  const isPart = signsOf && activity && (signsOf.from !== activity.since || signsOf.to < activity.lastAt);
  const of = isPart ? [`Judged by its mail of ${stretch(signsOf.from, signsOf.to)}:`] : [];
  return [
    ...(signs.length > 0 ? of : []),
    ...part('Speaks for spam', speaksFor),
    ...part('Speaks for honest mail', against),
  ];
}

function part(title: string, signs: Explanation['signs']): string[] {
  if (signs.length === 0) return [];
  // Weak ones say little, and a phone is small: they share a line.
  const telling = signs.filter(({ weight }, i) => i === 0 || weightWord(weight) !== 'weak').slice(0, SIGNS_SHOWN);
  const lines = telling.map(({ weight, sentence }) => `• ${esc(sentence, 200)} (${weightWord(weight)})`);
  const weaker = signs.slice(telling.length).map(({ sentence }) => esc(sentence, 120));
  return [`*${title}*`, ...lines, ...(weaker.length > 0 ? [`• weaker: ${weaker.join(' · ')}`] : [])];
}

/** The weight of a sign for people: from twenty times, and from twice as likely. */
function weightWord(weight: number): 'strong' | 'some' | 'weak' {
  const size = Math.abs(weight);
  if (size >= STRONG) return 'strong';
  return size >= SOME ? 'some' : 'weak';
}

/** How far from an alarm, or beyond one. */
function distanceLine({ evidence, needed, stake = 0, learned = 0, isAlarm, activity }: Explanation): string {
  if (isAlarm && evidence < needed)
    return 'The alarm is on since it was reached; the last stretch alone would not make one.';
  if (isAlarm && evidence < needed + stake)
    return 'The signs alone would not make an alarm. They do because it has reached so many people it never wrote to before.';
  if (isAlarm && evidence < needed - learned)
    return 'Usually this would not be enough for an alarm. Here less is needed, because our customers’ honest mail seldom looks like spam.';
  if (isAlarm) return `Together the signs are ${MARGINS[weightWord(evidence - needed)]} for an alarm.`;
  if (!activity) return 'An alarm needs mail that looks like spam.';
  if (evidence <= 0) return 'All in all it looks like honest mail.';
  if (evidence < needed && evidence >= needed - learned)
    return 'Usually this would be enough for an alarm. Here more is needed, because our customers’ honest mail often looks like spam.';
  if (evidence < needed && evidence >= needed + stake)
    return 'Of more mail this would be enough for an alarm. It has reached few people yet, so it is watched.';
  const missing = needed - evidence;
  if (missing <= 0) return 'The evidence is enough, but it is too little mail yet to judge.';
  return `Together the signs speak for spam, but are not enough for an alarm: ${farness(evidence / needed)}.`;
}

/** How far beyond. */
const MARGINS = { strong: 'far more than enough', some: 'clearly enough', weak: 'just enough' };

function farness(share: number): string {
  if (share >= 0.8) return 'close to it';
  return share >= 0.5 ? 'more than half way' : 'far from it';
}

/** `1 message`, `2.5 messages` */
function ofThem(value: number, one: string): string {
  const text = rounded(value);
  return `${text} ${text === '1' ? one : `${one}s`}`;
}

function rounded(value: number): string {
  if (value >= 3 || value === 0) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(1).replace(/\.0$/, '');
}
