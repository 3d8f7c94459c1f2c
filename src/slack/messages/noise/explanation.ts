// Why there is an alarm, or why there is none, in words: what it sends, what is usual for it, what speaks for spam and what against, and
// how far that is from an alarm. Nothing is said that the numbers do not say.
import type { KnownBlock } from '@slack/types';
import type { Explanation } from '../../../detection/explanation.js';
import { NO_SENDER } from '../../../detection/identities/routes.js';
import type { Incident } from '../../../incidents/incident.js';
import { type PartBlock, partWords } from '../../../incidents/targets.js';
import { andMore, count, series } from '../../../words.js';
import { context, divider, fitBlocks, header, type Message, message, section } from '../blocks.js';
import { titleOf } from '../card.js';
import { type HeldBack, heldBackBlocks } from '../in-force.js';
import { esc, fitLines } from '../text/escape.js';
import { when } from '../text/time.js';
import { inForceText, STATES, sure } from '../text/words.js';
import { alarmWords, briefText, explanationText, type KnownAbout } from './explained.js';
import { type NoiseLine, noiseText } from './noise.js';

export interface WhyView {
  /** What was asked for. Hostile text. */
  query: string;
  /** It is an address that our mail leaves from; `incidents` are then of its listings, too. */
  isOurs?: boolean;
  /** The one customer that has it in its name, id or domain (`by`). */
  takenFor?: { name: string; by: string };
  /** It is a partner, with the names of its customers; `incidents` are then of these. Hostile text in the names. */
  partner?: { name: string; customers: string[] };
  /** Of nobody known, what was meant perhaps; hostile text in the names. */
  near?: { named: { name: string; customerName: string }[]; more: number };
  at: number;
  /** late: the detection did not answer in time. */
  answer: 'answered' | 'late';
  known: KnownAbout[];
  /** Unresolved ones about it. */
  incidents: {
    incident: Incident;
    customerName: string;
    link: string | undefined;
    /** How much of it is blocked, where some of its mail passes. */
    part?: PartBlock | undefined;
  }[];
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
const INCIDENTS_SHOWN = 5;
const ADDRESSES_SHOWN = 10;
const CUSTOMERS_SHOWN = 5;
/** Of the first as many as a finding has, for the card shows three; of the others no more than the card, so that there is room for them. */
const REASONS_SHOWN = { first: 8, others: 3 };

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
      const above = aboveOf(view, known);
      const text = i === 0 || each.isAlarm ? explanationText(each, above) : briefText(each);
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

/** What of the one that is known stands at the top already. */
function aboveOf({ query }: WhyView, known: readonly KnownAbout[]): 'name and verdict' | 'verdict' | undefined {
  const [only] = known;
  if (!only || known.length > 1) return undefined;
  return isSame(only.name, query) ? 'name and verdict' : 'verdict';
}

function isSame(name: string | undefined, query: string): boolean {
  return name?.toLowerCase() === query.toLowerCase();
}

function verdictOf(view: WhyView, alarms: number): string {
  if (view.isOurs) return oursText(view, alarms);
  if (view.partner) return partnerText(view.partner);
  if (view.query === NO_SENDER && view.known.length === 0)
    return ':information_source: That is *mail without a sender*, which is how every server sends bounces. Ask for the customer or the client address it comes from.';
  return `${takenText(view)}${verdictAbout(view, alarms)}`;
}

/** What leaves from there is everybody's mail; only a relay that hands mail to another of ours is known as a sender there. */
function oursText(view: WhyView, alarms: number): string {
  const name = `\`${esc(view.query, 80)}\``;
  const more =
    view.known.length > 0
      ? `\n${verdictAbout(view, alarms)}`
      : ' Why? is for whoever sends over it: ask for a customer, a sender address, a login or a client address.';
  return `:information_source: ${name} is *our own*: our mail leaves from it. Whether it is listed, \`/blcheck ${esc(view.query, 80)}\` tells.${more}`;
}

/** The detection knows no partners: what leads on is a customer of theirs. */
function partnerText({ name, customers }: NonNullable<WhyView['partner']>): string {
  const who = `:information_source: *${esc(name, 80)}* is a *partner*`;
  if (customers.length === 0) return `${who}, and looks after none of our customers.`;
  const most = customers.length === CUSTOMERS_SHOWN + 1 ? customers.length : CUSTOMERS_SHOWN;
  const named = customers.slice(0, most).map((each) => `\`${esc(each, 60) || '–'}\``);
  const left = customers.length - named.length;
  const any = left > 0 ? `${named.join(', ')} or one of ${count(left, 'other')}` : series(named, 'or');
  const whom = customers.length === 1 ? 'that customer' : 'one of them';
  return `${who}, and looks after ${count(customers.length, 'customer')}. Why? is for ${whom}: ask for ${any}.`;
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
  if (answer === 'late')
    return `:hourglass: The detection is busy and did not answer in two seconds. Ask again; what is on record of ${name} stands below.${nearText(view)}`;
  if (known.length === 0 && nearText(view)) return `:grey_question: Nothing is known of ${name}.${nearText(view)}`;
  if (known.length === 0)
    return `:grey_question: Nothing is known of ${name}${incidents.length > 0 ? ' now' : ''}: no mail of it was seen, or none for 45 days. Ask for a customer, a sender address, a login or a client address.`;
  // The header names whom it is about.
  const about = takenFor ? ` for ${name}` : '';
  const [only] = known.length === 1 ? known : [];
  const whose = only && isSame(only.name, query) ? ` · ${esc(only.customerName, 80)}` : '';
  if (alarms > 0) {
    const whom = alarms === known.length ? about : ` for ${alarms} of ${known.length} behind ${name}`;
    const alarm = `*Alarm*${whom}${only ? alarmWords(only) : ''}`;
    // Of a customer it may be another sender that was marked.
    if (incidents.length === 0 && view.noise.length > 0)
      return `:mute: ${alarm}, and no open incident: what is silenced as noise stands below`;
    if (incidents.length === 0 && view.resolved)
      return resolvedText(view.resolved, alarms === known.length ? name : whom.slice(5));
    const isHeld = incidents.length > 0 && incidents.every(({ incident }) => incident.state === 'contained');
    return isHeld
      ? `:large_yellow_circle: ${alarm}, and *held back* until somebody lifts it${whose}`
      : `:rotating_light: ${alarm}${whose}`;
  }
  if (view.inForce.length > 0)
    return `:no_entry: *No alarm*${about}, but *${inForceText(view.inForce.map(({ row }) => row))}* until somebody lifts it`;
  return `:large_green_circle: *No alarm*${about}${whose}${incidents.length > 0 ? ' now; what was found before stands below' : ''}`;
}

/** Closed by a person, which the detection does not know of. */
function resolvedText({ incident, link }: NonNullable<WhyView['resolved']>, whom: string): string {
  const { id, resolvedBy, resolvedAt } = incident;
  const name = link ? `<${link}|Incident ${id}>` : `Incident ${id}`;
  const at = resolvedAt === null ? '' : `, ${when(resolvedAt)}`;
  return `:white_check_mark: ${name} was *resolved* by ${esc(resolvedBy ?? '', 60)}${at}. The alarm for ${whom} is still on: if its mail goes on, a new incident opens`;
}

function incidentBlocks({ query, partner, incidents, noise, known }: WhyView): KnownBlock[] {
  // What the detection says now is nearer than what the card said, and twice the same is once too much.
  const withReasons = !known.some(({ isAlarm }) => isAlarm);
  const lines = [
    ...incidents
      .slice(0, INCIDENTS_SHOWN)
      .map((each, i) =>
        incidentLine(
          each,
          partner ? undefined : query,
          withReasons ? REASONS_SHOWN[i === 0 ? 'first' : 'others'] : undefined,
        ),
      ),
    ...(incidents.length > INCIDENTS_SHOWN
      ? [`… and ${count(incidents.length - INCIDENTS_SHOWN, 'more incident')}`]
      : []),
  ];
  const silenced = noise.slice(0, INCIDENTS_SHOWN).map(noiseText);
  return [lines, silenced].filter(({ length }) => length > 0).map((each) => section(fitLines(each, 2500)));
}

/**
 * What the card of an open incident says; how sure and why only where the detection says no alarm, or cannot be asked. Its customer is
 * named where no one sender or customer was asked for.
 */
function incidentLine(
  { incident, customerName, link, part }: WhyView['incidents'][number],
  query: string | undefined,
  mostReasons?: number,
): string {
  const { id, subject, state, evidence, since } = incident;
  const name = link ? `<${link}|Incident ${id}>` : `Incident ${id}`;
  const { emoji, word } = STATES[state];
  const how =
    subject.kind === 'compromise' && mostReasons !== undefined
      ? `, ${sure(subject.confidence)}${subject.isCold ? ', less sure: no history yet' : ''}`
      : '';
  // The null sender tells nothing of whose mail it is.
  const [single] = subject.kind === 'compromise' && subject.shape === 'single' ? subject.senders : [];
  const isAsked = query !== undefined && single !== NO_SENDER && isSame(single, query);
  const whose =
    query === undefined && single !== undefined && single !== NO_SENDER ? ` · ${esc(customerName, 80)}` : '';
  const title = isAsked ? '' : ` · ${esc(titleOf(incident, customerName), 120)}${whose}`;
  const blocked = part ? ` (${partWords(part)})` : '';
  const reasons = evidence.slice(0, mostReasons ?? 0).map((line) => `\n• ${esc(line, 200)}`);
  return `${emoji} *${name}*${title}: ${word.toLowerCase()}${blocked}, since ${when(since)}${how}${cameFrom(subject)}${reasons.join('')}`;
}

/** Where it came from, which the card cuts to the first. */
function cameFrom(subject: Incident['subject']): string {
  if (subject.kind !== 'compromise' || subject.clientIps.length < 2) return '';
  const shown = subject.clientIps.slice(0, ADDRESSES_SHOWN).map((ip) => esc(ip, 60));
  return `\nFrom IP: ${andMore(shown, subject.clientIps.length)}`;
}

function volumeText({ customerName, messages, recipients, bounced }: NonNullable<WhyView['volume']>): string {
  return `${esc(customerName, 80)} in the last 24 h: ${count(messages, 'message')} to ${count(recipients, 'recipient')}, ${bounced.toLocaleString('en-US')} bounced`;
}
