// Why there is an alarm, or why there is none, in words: what it sends, what is usual for it, what speaks for spam and what against, and how
// far that is from an alarm. Nothing is said that the numbers do not say.
import type { KnownBlock } from '@slack/types';
import type { Explanation } from '../../../detection/explanation.js';
import { NO_SENDER } from '../../../detection/identities/routes.js';
import type { Incident } from '../../../incidents/incident.js';
import { UNATTRIBUTED } from '../../../partners/attribution.js';
import { context, count, divider, fitBlocks, header, type Message, message, percent, section } from '../blocks.js';
import { titleOf } from '../card.js';
import { type HeldBack, heldBackBlocks } from '../in-force.js';
import { esc, fitLines } from '../text/escape.js';
import { span, stretch, when, whenAgo } from '../text/time.js';
import { inForceText, STATES, sure } from '../text/words.js';
import { type NoiseLine, noiseText } from './noise.js';

export type KnownAbout = Explanation & { customerName: string };

export interface WhyView {
  /** What was asked for. Hostile text. */
  query: string;
  /** The one customer that has it in its name, id or domain (`by`). */
  takenFor?: { name: string; by: string };
  /** Of nobody known, what was meant perhaps; hostile text in the names. */
  near?: { named: { name: string; customerName: string }[]; more: number };
  at: number;
  /** late: the detection did not answer in time. not-there: there is none here. */
  answer: 'answered' | 'late' | 'not-there';
  known: KnownAbout[];
  /** Unresolved ones about it. */
  incidents: { incident: Incident; customerName: string; link: string | undefined }[];
  /** The one that somebody resolved last, of late. */
  resolved?: { incident: Incident; link: string | undefined };
  /** What is in force of it, of resolved incidents, too. */
  inForce: HeldBack[];
  /** What is held back of it. */
  noise: NoiseLine[];
  /** Mail of the one customer it is about, in the last 24 h. */
  volume?: { customerName: string; messages: number; recipients: number; bounced: number };
}

const SHOWN = 3;
const SIGNS_SHOWN = 4;
const INCIDENTS_SHOWN = 5;
/** Of the first as many as a finding has, for the card shows three; of the others no more than the card, so that there is room for them. */
const REASONS_SHOWN = { first: 8, others: 3 };
/** Below this its own habit counts only in part; see the signals' `experience`. */
const HOURS_TO_BE_KNOWN = 12;
/** Nats: twenty times, and twice as likely with spam as without. */
const STRONG = 3;
const SOME = 0.7;

/** The whole answer. */
export function whyMessage(view: WhyView): Message {
  const name = esc(view.query, 120);
  const known = view.known.toSorted((a, b) => closeness(b) - closeness(a));
  const alarms = known.filter(({ isAlarm }) => isAlarm).length;
  const title = `Why: ${view.query || '?'}`;
  const left = known.length - SHOWN;
  const middle: KnownBlock[] = [
    ...incidentBlocks(view),
    // The first in full, and every alarm; of the rest a line says that they are none.
    ...known.slice(0, SHOWN).flatMap((each, i) => {
      const text = i === 0 || each.isAlarm ? explanationText(each) : briefText(each);
      return [divider(), section(text)];
    }),
    ...(left > 0 ? [context(`… and ${left} more behind it, further from an alarm. Ask for one by its address.`)] : []),
  ];
  const verdict = verdictOf(view, alarms);
  const after = [
    ...(view.volume ? [context(volumeText(view.volume))] : []),
    context(
      `${view.answer === 'answered' ? 'Read now, from the logs so far' : 'As it was last found'}. Only you see this.`,
    ),
  ];
  const before = [header(title), section(verdict), ...heldBackBlocks(view.inForce)];
  return message(`Why ${name || '?'}: ${verdict}`, fitBlocks(before, middle, after));
}

/** Those nearest to an alarm, or furthest beyond it, first; what sends nothing now behind what does. */
function closeness({ evidence, needed, isAlarm, activity }: Explanation): number {
  return (isAlarm ? 1_000 : activity ? 0 : -1_000) + evidence - needed;
}

function verdictOf(view: WhyView, alarms: number): string {
  return `${takenText(view)}${verdictAbout(view, alarms)}`;
}

/** Nobody is to take the answer for one about something else. */
function takenText({ query, takenFor }: WhyView): string {
  if (!takenFor) return '';
  const { name, by } = takenFor;
  const where = by === name ? '' : ` (${esc(by, 80)})`;
  return `\`${esc(query, 80) || '–'}\` is taken for *${esc(name, 80)}*${where}.\n`;
}

function nearText({ near }: WhyView): string {
  if (!near || near.named.length === 0) return '';
  const names = near.named.map(({ name, customerName }) => {
    const whose = customerName && customerName !== name ? ` (${esc(customerName, 60)})` : '';
    return `\`${esc(name, 80) || '–'}\`${whose}`;
  });
  return ` *Did you mean* ${names.join(', ')}${near.more > 0 ? ` or one of ${count(near.more, 'other', 'others')}` : ''}?`;
}

function verdictAbout(view: WhyView, alarms: number): string {
  const { answer, known, incidents, takenFor } = view;
  const query = takenFor?.name ?? view.query;
  const name = `\`${esc(query, 120) || '–'}\``;
  if (answer === 'not-there')
    return `:information_source: The detection cannot be asked here. What is on record of ${name} stands below.${nearText(view)}`;
  if (answer === 'late')
    return `:hourglass: The detection is busy and did not answer in two seconds. Ask again; what is on record of ${name} stands below.${nearText(view)}`;
  if (known.length === 0 && nearText(view)) return `:grey_question: Nothing is known of ${name}.${nearText(view)}`;
  if (known.length === 0)
    return `:grey_question: Nothing is known of ${name}${incidents.length > 0 ? ' now' : ''}: no mail of it was seen, or none for 45 days. Ask for a customer, a sender address, a login or a client address.`;
  if (alarms > 0) {
    const whom = alarms === known.length ? name : `${alarms} of ${known.length} behind ${name}`;
    // Of a customer it may be another sender that was marked.
    if (incidents.length === 0 && view.noise.length > 0)
      return `:mute: *Alarm* for ${whom}, and no open incident: what is silenced as noise stands below`;
    if (incidents.length === 0 && view.resolved) return resolvedText(view.resolved, whom);
    const isHeld = incidents.length > 0 && incidents.every(({ incident }) => incident.state === 'contained');
    return isHeld
      ? `:large_yellow_circle: *Alarm* for ${whom}, and *held back* until somebody lifts it`
      : `:rotating_light: *Alarm* for ${whom}`;
  }
  if (view.inForce.length > 0)
    return `:no_entry: *No alarm* for ${name}, but *${inForceText(view.inForce.map(({ row }) => row))}* until somebody lifts it`;
  return `:large_green_circle: *No alarm* for ${name}${incidents.length > 0 ? ' now; what was found before stands below' : ''}`;
}

/** Closed by a person, which the detection does not know of. */
function resolvedText({ incident, link }: NonNullable<WhyView['resolved']>, whom: string): string {
  const { id, resolvedBy, resolvedAt } = incident;
  const name = link ? `<${link}|Incident ${id}>` : `Incident ${id}`;
  const at = resolvedAt === null ? '' : `, ${when(resolvedAt)}`;
  return `:white_check_mark: ${name} was *resolved* by ${esc(resolvedBy ?? '', 60)}${at}. The alarm for ${whom} is still on: if its mail goes on, a new incident opens`;
}

function incidentBlocks({ incidents, noise, known }: WhyView): KnownBlock[] {
  // What the detection says now is nearer than what the card said, and twice the same is once too much.
  const withReasons = !known.some(({ isAlarm }) => isAlarm);
  const lines = [
    ...incidents
      .slice(0, INCIDENTS_SHOWN)
      .map((each, i) => incidentLine(each, withReasons ? REASONS_SHOWN[i === 0 ? 'first' : 'others'] : undefined)),
    ...(incidents.length > INCIDENTS_SHOWN
      ? [`… and ${count(incidents.length - INCIDENTS_SHOWN, 'more incident')}`]
      : []),
  ];
  const silenced = noise.slice(0, INCIDENTS_SHOWN).map(noiseText);
  return [lines, silenced].filter(({ length }) => length > 0).map((each) => section(fitLines(each, 2500)));
}

/** What the card of an open incident says; how sure and why only where the detection says no alarm, or cannot be asked. */
function incidentLine({ incident, customerName, link }: WhyView['incidents'][number], mostReasons?: number): string {
  const { id, subject, state, evidence, since } = incident;
  const name = link ? `<${link}|Incident ${id}>` : `Incident ${id}`;
  const { emoji, word } = STATES[state];
  const how =
    subject.kind === 'compromise' && mostReasons !== undefined
      ? `, ${sure(subject.confidence)}${subject.isCold ? ', less sure: no history yet' : ''}`
      : '';
  const title = esc(titleOf(incident, customerName), 120);
  const reasons = evidence.slice(0, mostReasons ?? 0).map((line) => `\n• ${esc(line, 200)}`);
  return `${emoji} *${name}* · ${title}: ${word.toLowerCase()}, since ${when(since)}${how}${reasons.join('')}`;
}

/** One login, address or sender: at most some 2,700 characters. */
export function explanationText(known: KnownAbout): string {
  return fitLines(
    [
      titleLine(known),
      ...declaredLines(known),
      activityLine(known),
      ...habitLines(known),
      ...signLines(known),
      distanceLine(known),
    ],
    2700,
  );
}

function briefText(known: KnownAbout): string {
  return fitLines([titleLine(known), ...declaredLines(known), activityLine(known)], 2700);
}

const ENTRY_WORDS: Record<Explanation['entry']['kind'], string> = {
  login: 'login',
  address: 'client address',
  sender: 'sender domain',
};

function titleLine(known: KnownAbout): string {
  const { scope, name, entry, customer, customerName, isAlarm, confidence, activity, evidence, needed } = known;
  const through = `${ENTRY_WORDS[entry.kind]} \`${esc(entry.name, 120) || '–'}\``;
  const what = {
    sender: `${name === NO_SENDER ? 'Mail without a sender' : `\`${esc(name, 120) || '–'}\``} (through ${through})`,
    entry: `Everything behind ${through}`,
    strangers: `Senders nobody knows behind ${through}`,
  }[scope];
  const whose = customer === UNATTRIBUTED ? 'belongs to no customer that is configured' : esc(customerName, 80);
  const since = isAlarm && activity ? `, since ${when(activity.since)}` : '';
  // Once reached an alarm goes on; how sure the last stretch alone would be is not how sure it is.
  const how = evidence >= needed ? `, ${sure(confidence)}` : ', still on';
  const verdict = isAlarm ? `:rotating_light: *Alarm*${how}${since}` : ':large_green_circle: *No alarm*';
  return `*${what}* · ${whose}\n${verdict}`;
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
  return `Sent ${count(Math.ceil(messages), 'message')} to ${count(Math.round(recipients), 'recipient')}${from} in ${span(lastAt - since)}, the last ${whenAgo(lastAt)}.`;
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
  const isPart = signsOf && activity && (signsOf.from > activity.since || signsOf.to < activity.lastAt);
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
export function weightWord(weight: number): 'strong' | 'some' | 'weak' {
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

function volumeText({ customerName, messages, recipients, bounced }: NonNullable<WhyView['volume']>): string {
  return `${esc(customerName, 80)} in the last 24 h: ${count(messages, 'message')} to ${count(recipients, 'recipient')}, ${bounced.toLocaleString('en-US')} bounced`;
}
