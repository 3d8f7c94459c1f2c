// The root message of an incident: one card, always showing the current state, readable in five seconds on a phone.
import type { KnownBlock } from '@slack/types';
import { RELAYWARDEN } from '../../audit/record.js';
import { isLifted } from '../../containment/containment.js';
import {
  type CompromiseSubject,
  type Incident,
  isBackscatter,
  type ListingSubject,
  seenClearAt,
} from '../../incidents/incident.js';
import { type Run, SILENT_AFTER_MS } from '../../incidents/running.js';
import { type PartBlock, partBlock, type Targets } from '../../incidents/targets.js';
import { UNATTRIBUTED } from '../../mail/customer.js';
import { context, fitBlocks, header, type Message, message, quotation, section } from './blocks.js';
import { cardActions } from './card-actions.js';
import { factLines, isNoise } from './compromise-facts.js';
import {
  type ContainmentView,
  containmentsLine,
  doneOf,
  ownContainmentLine,
  placedTogether,
  type SuspensionView,
  suspensionLine,
} from './containment-lines.js';
import {
  type ListingView,
  listedWhat,
  listingBlocks,
  listingHeadline,
  listingState,
  listingTitle,
} from './listing/listing-card.js';
import { type NoiseLine, noiseState, wasNoiseText } from './noise/noise.js';
import { esc, fitLines, plain } from './text/escape.js';
import { runLine } from './text/run.js';
import { stretch, when } from './text/time.js';
import { CONTAINMENTS, holdText, inForceText, STATES, sure } from './text/words.js';

/** Everything a card shows. Made by slack/read.ts. */
export interface CardView {
  incident: Incident;
  /** All containments of the incident, lifted ones too, with live counts. */
  containments: ContainmentView[];
  /** Compromise: suspensions of the customer in force that were placed on another incident. */
  suspensions?: SuspensionView[];
  customerName: string;
  partnerName: string | undefined;
  /** Messages of the customer in the last 24 h, for the consequence of a suspension. */
  messagesPerDay: number | undefined;
  /** Listing: names of the customers it hit. */
  hitNames: string[];
  /** Compromise: whom a block would take. */
  targets: Targets;
  /** Route that Hotmail mail would take. */
  routeName: string | undefined;
  /** Listing: what is known around it. */
  listing?: ListingView;
  /** Compromise: whether its mail goes on, as far as it is counted. */
  run?: Run;
  /** Compromise: what marking it as noise has taught last. */
  noise?: NoiseLine;
}

/** Renders the card. */
export function incidentCard(view: CardView): Message {
  const { incident } = view;
  const title = titleOf(incident, view.customerName);
  const details =
    incident.subject.kind === 'listing'
      ? listingBlocks(view, incident.subject)
      : compromiseBlocks(view, incident.subject);
  // The proof that a step works stands beside the state; a listing first says what is listed.
  const inForce = containmentBlock(view);
  const isFirst = incident.kind === 'compromise';
  const blocks = fitBlocks(
    [header(title), ...stateBlocks(view), isFirst ? inForce : undefined].filter(isThere),
    details.filter(isThere),
    [isFirst ? undefined : inForce, context(footer(view)), cardActions(view)].filter(isThere),
  );
  return message(notification(view, title), blocks);
}

function isThere<T>(block: T | undefined): block is T {
  return block !== undefined;
}

/** `Compromised mailbox: …`, `Compromised machine at …`, `Blocklisted: … on …`; no markup in it. */
export function titleOf({ key, subject }: Pick<Incident, 'subject'> & { key?: string }, customerName: string): string {
  if (subject.kind === 'listing') return listingTitle({ ...(key ? { key } : {}), subject });
  if (isBackscatter(subject)) return `Bounces to strangers${customerName ? ` from ${plain(customerName, 100)}` : ''}`;
  if (subject.shape === 'single')
    return `Compromised mailbox: ${plain(subject.senders[0] ?? subject.logins[0] ?? '(no sender)', 100)}`;
  return `Compromised machine at ${plain(customerName, 100)}`;
}

function stateBlocks(view: CardView): KnownBlock[] {
  const { state, resolution } = view.incident;
  if (state !== 'resolved') return [section(fitLines(stateLines(view)))];
  const held = view.noise ? [section(noiseState(view.noise))] : [];
  return [section(fitLines(resolvedLines(view))), ...quotation(resolution ?? '', 600), ...held];
}

function resolvedLines({ incident: { resolvedBy, resolvedAt }, containments }: CardView): string[] {
  const { emoji, word } = STATES.resolved;
  const who = `${emoji} *${word}* by ${esc(resolvedBy ?? '', 60)}${resolvedAt ? `, ${when(resolvedAt)}` : ''}`;
  const left = containments.filter((row) => !isLifted(row));
  if (left.length === 0) return [who];
  const them = left.length === 1 ? 'it' : 'them';
  return [who, `:warning: *${inForceText(left)} still*, until somebody lifts ${them}: see below`];
}

function stateLines(view: CardView): string[] {
  const { incident } = view;
  const { emoji, word } = STATES[incident.state];
  if (incident.subject.kind === 'listing') return listingState(view, incident.subject);
  return [
    holdLine(view, `${emoji} *${word}* · ${holdText(incident.state, partOf(view))}`),
    ...(view.run ? [runLine(view.run)] : []),
  ];
}

/** Whether the mail is held back, or what keeps us from it. */
function holdLine({ containments, suspensions = [] }: CardView, otherwise: string): string {
  const waiting = [...containments, ...suspensions].find((row) => !isLifted(row) && row.effectiveAt === null);
  if (!waiting) return otherwise;
  const { noun, doing } = CONTAINMENTS[waiting.action];
  return waiting.failure
    ? `:warning: *${noun} FAILED* · not in force, see below`
    : `:hourglass_flowing_sand: *${doing}…* (@${esc(waiting.placedBy, 60)})`;
}

/** How much of it the blocks in force take, where they leave some of it out. */
export function partOf({ incident, targets, containments, suspensions = [] }: CardView): PartBlock | undefined {
  return partBlock(incident, targets, [...containments, ...suspensions]);
}

/** Why, before the figures: a phone shows no more. What was judged before and does not hold comes first: somebody may know this mail. */
function compromiseBlocks(view: CardView, subject: CompromiseSubject): (KnownBlock | undefined)[] {
  const { incident } = view;
  return [
    subject.wasNoise && incident.state !== 'resolved' ? section(wasNoiseText(subject.wasNoise)) : undefined,
    evidenceBlock(view, subject),
    isBackscatter(subject) && incident.state !== 'resolved' ? section(backscatterText(incident)) : undefined,
    section(fitLines(factLines(view, subject))),
  ];
}

/** Reports whether the reasons are of an earlier stretch. Mail that came since was judged, too, and said less; it may be honest or not. */
function isPast({ lastSeenAt }: Incident, { evidenceOf }: CompromiseSubject): boolean {
  return evidenceOf !== undefined && lastSeenAt - evidenceOf.to >= SILENT_AFTER_MS;
}

const REASONS_SHOWN = 3;

/** One address or many, how sure, and the strongest reasons; the rest is behind Why? */
function evidenceBlock(view: CardView, subject: CompromiseSubject): KnownBlock | undefined {
  const { evidence, openedBy, since } = view.incident;
  const lines = evidence.slice(0, REASONS_SHOWN).map((line) => `• ${esc(line, 300)}`);
  if (lines.length === 0) return undefined;
  // What a person laid to a customer is as sure as that person was, and who marked it as noise knew better.
  const isFound = openedBy === RELAYWARDEN.id && !isNoise(view);
  const how = isFound ? ` · ${surenessOf(subject)}` : '';
  // The figures are of the stretch that says most: without its times they seem not to add up with all that was sent.
  const { evidenceOf } = subject;
  const isOld = isPast(view.incident, subject);
  const of = evidenceOf
    ? `judged by ${mailJudged(evidenceOf.sender, isOld)}${isOld || evidenceOf.sender ? ',' : ' of'} ${stretch(evidenceOf.from, evidenceOf.to)}`
    : `since ${when(since)}`;
  const later = isOld && goesOn(view) ? [OF_THEN] : [];
  return section(fitLines([`*${shapeOf(subject)}*${how} · ${of}`, ...lines, ...later]));
}

/** Of several mailboxes the figures are of one. */
function mailJudged(sender: string | undefined, isOld: boolean): string {
  const mail = isOld ? 'worst mail' : 'mail';
  return sender === undefined ? `its ${mail}` : `the ${mail} of ${esc(sender, 80)}`;
}

const OF_THEN = ':information_source: Figures of then; *Why?* shows now.';

/** Reports whether mail still comes that nothing holds back. */
function goesOn({ incident, run }: CardView): boolean {
  return incident.state === 'open' && run?.state === 'on';
}

/** What it is, and what helps: no button does. */
function backscatterText({ customer }: Incident): string {
  const stop =
    customer === UNATTRIBUTED
      ? ''
      : ' *Suspend outbound* in the menu stops it at once, and all other mail of the customer, too.';
  return `:information_source: Bounces or automatic replies to people whose addresses spammers forged; there is no sender to block. What helps: ask the customer to refuse unwanted mail at its door, and to switch automatic replies to strangers off.${stop}`;
}

function shapeOf(subject: CompromiseSubject): string {
  const { shape, senderCount } = subject;
  if (isBackscatter(subject)) return 'Mail without a sender';
  return shape === 'single' ? 'One address' : `Many addresses (${senderCount.toLocaleString('en-US')})`;
}

function surenessOf({ confidence, isCold }: CompromiseSubject): string {
  return `${sure(confidence)}${isCold ? ', *less sure: no history yet*' : ''}`;
}

function containmentBlock({ containments, suspensions = [], incident }: CardView): KnownBlock | undefined {
  const isListing = incident.kind === 'listing';
  const inForce = containments.filter((row) => !isLifted(row));
  // Of what is resolved a card shows what is its own to lift.
  const others = incident.state === 'resolved' ? [] : suspensions.map(suspensionLine);
  const lines = isListing
    ? placedTogether(inForce).map(containmentsLine)
    : [...inForce.map(ownContainmentLine), ...others];
  return lines.length > 0 ? section(fitLines(lines.slice(0, 12), isListing ? 1500 : 2500)) : undefined;
}

/** Which incident, whose and how it stands, once more: a phone that shows the buttons may not show the top of the card. */
function footer(view: CardView): string {
  const { id, subject } = view.incident;
  const about = `Incident ${id} · ${whoseOf(view)} · ${nowOf(view)}`;
  if (subject.kind === 'listing') return [about, ...lastSign(view.incident, subject)].join(' · ');
  return subject.earlierIncident === undefined ? about : `${about} · again after incident ${subject.earlierIncident}`;
}

/**
 * `last refusal today 10:42`. Where a blocklist refused mail, too, the time may be that of what it said anew. What the lists go on to say
 * draws no card, so of a listing that nothing was refused for there is no such time.
 */
function lastSign({ lastSeenAt }: Incident, { entries }: ListingSubject): string[] {
  if (entries.every(({ refusals }) => refusals === 0)) return [];
  return [`last ${entries.some(({ inDns }) => inDns) ? 'news' : 'refusal'} ${when(lastSeenAt)}`];
}

function whoseOf({ incident: { subject }, customerName }: CardView): string {
  if (subject.kind === 'listing') return esc(listedWhat(subject), 60);
  const [first = subject.logins[0]] = subject.senders;
  const isOne = subject.shape === 'single' && !isBackscatter(subject) && first;
  return esc(isOne ? first : customerName, 60);
}

/** `:no_entry: Sender blocked`, `:hourglass_flowing_sand: Blocking…`, `:warning: Block FAILED`, `:red_circle: Open, blocked in part` */
function nowOf(view: CardView): string {
  const { incident, containments, suspensions = [] } = view;
  const { state, subject } = incident;
  const inForce = [...containments.filter((row) => !isLifted(row)), ...suspensions];
  const waiting = inForce.find(({ effectiveAt }) => effectiveAt === null);
  const { emoji, word } = STATES[state];
  if (waiting?.failure) return `:warning: ${CONTAINMENTS[waiting.action].noun} FAILED`;
  if (waiting) return `:hourglass_flowing_sand: ${CONTAINMENTS[waiting.action].doing}…`;
  if (state !== 'resolved' && subject.kind === 'listing' && seenClearAt(subject) !== undefined)
    return ':large_green_circle: Seen clear';
  const first = inForce.find(({ action }) => action === 'suspend-outbound') ?? inForce[0];
  if (state === 'contained' && first) return `${CONTAINMENTS[first.action].emoji} ${doneOf(first)}`;
  return `${emoji} ${word}${partOf(view) ? ', blocked in part' : ''}`;
}

function notification(view: CardView, title: string): string {
  const { incident, customerName } = view;
  const { subject } = incident;
  if (subject.kind === 'listing') return `${esc(title, 200)}: ${listingHeadline(view, subject)}`;
  const isInTitle = subject.shape === 'multiple' || isBackscatter(subject);
  const customer = isInTitle ? '' : ` (${esc(customerName, 80)})`;
  const headline = incident.evidence[0] ? `. ${esc(incident.evidence[0], 200)}` : '';
  return `${esc(title, 200)}${customer}: ${STATES[incident.state].word.toLowerCase()}${headline}`;
}
