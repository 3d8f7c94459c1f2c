// The card of a listing: what is listed where, what it costs now, who may be behind it, and the way off the list. Each part is a block or
// two, and stays away while it has nothing to say.
import type { KnownBlock } from '@slack/types';
import type { delistingRequests } from '../../../db/schema.js';
import type { Gate } from '../../../delisting/gate.js';
import { isDomain } from '../../../delisting/read.js';
import type { Draft } from '../../../delisting/store.js';
import type { Trouble } from '../../../delisting/troubleshoot.js';
import type { Suspect } from '../../../incidents/culprits/suspect.js';
import {
  type Incident,
  type ListedEntry,
  type ListingSubject,
  openEntries,
  seenClearAt,
  seriousEntries,
} from '../../../incidents/incident.js';
import { STORM_KEY } from '../../../incidents/listings/group.js';
import type { Impact } from '../../../incidents/listings/impact.js';
import { type Severity, severityOf, worstFirst } from '../../../incidents/listings/severity.js';
import { andMore, count } from '../../../words.js';
import { context, percent, section } from '../blocks.js';
import { capital } from '../noise/noise.js';
import { esc, fitLines, plain } from '../text/escape.js';
import { when } from '../text/time.js';
import { isNearlyAll, SEVERITY } from '../text/words.js';
import { entriesBlock } from './listing-entries.js';
import { reroutedBlocks, suspectBlocks, wayOffBlocks } from './listing-steps.js';

/** Characters of a reply on the card: a line on a screen, two on a phone. */
const SAMPLE = 80;
/** What Postfix writes before a reply, where the card has room for the reply alone. */
const WHO_SAID = /^host \S{1,300} (?:said|refused to talk to me): /;
/** Names of customers that were refused; a phone has room for no more in two lines. */
const HIT_SHOWN = 2;

/** A request to an operator, as the ledger has it. */
export type DelistingRequest = typeof delistingRequests.$inferSelect;

/** What is known around a listing beside the incident itself; what is left out is not shown. */
export interface ListingView {
  impact?: Impact;
  /** Those that send now first, then the most likely, with names; empty when nobody stands out. */
  suspects?: SuspectView[];
  gate?: Gate;
  /** Incidents that re-routed mail over what is listed, and of how many customers. */
  reroutedBy?: { id: number; rev: number; customers: number; link?: string }[];
  /** Requests of this incident, oldest first. */
  requests?: DelistingRequest[];
  /** Texts that were kept for whoever asks, of what is listed and asked of nobody now, the newest first. */
  drafts?: Omit<Draft, 'text' | 'incidentId'>[];
  /** Requests whose time is up, with what may hold them up. */
  overdue?: { request: DelistingRequest; troubles: Trouble[] }[];
  /** Requests that had taken off what is listed again now. */
  relisted?: (DelistingRequest & { listName: string })[];
  notices?: NoticeCounts;
  /** What Microsoft SNDS says of the addresses, a line each. */
  snds?: string[];
}

export interface SuspectView extends Suspect {
  customerName: string;
  /** Address of its compromise incident's card in Slack. */
  link?: string;
  /** Since when that incident's mail comes, where it still does. */
  sendingSince?: number;
}

/** How many partners were told, and how many could be on a click. */
export interface NoticeCounts {
  sent: number;
  drafted: number;
  /** Those among both who were told of some of what is listed, and not of the rest. */
  more?: { partners: number; told: string[]; untold: string[] };
}

/** What of a card's view these blocks read. */
export interface ListingCard {
  incident: Incident;
  /** Names of the customers it hit. */
  hitNames: string[];
  listing?: ListingView;
}

/** `Blocklisted: 203.0.113.17 on Spamhaus CSS`, or how many on how many; no markup in it. */
export function listingTitle({ key, subject }: { key?: string; subject: ListingSubject }): string {
  const names = [...new Set(inTitle(subject).map(({ listName }) => listName))];
  const where = names.length === 1 ? plain(names[0] ?? '', 60) : count(names.length, 'list');
  return `${key === STORM_KEY ? 'Blocklist storm' : 'Blocklisted'}: ${listedWhat(subject)} on ${where}`;
}

/** `203.0.113.17`, or how many; no markup in it. */
export function listedWhat(subject: ListingSubject): string {
  const targets = [...new Set(inTitle(subject).map(({ target }) => target))];
  return targets.length === 1 ? plain(targets[0] ?? '', 60) : targetCount(targets);
}

function inTitle(subject: ListingSubject): readonly ListedEntry[] {
  const open = seriousEntries(subject);
  return open.length > 0 ? open : subject.entries;
}

function targetCount(targets: readonly string[]): string {
  if (targets.every(isDomain)) return count(targets.length, 'domain');
  return targets.some(isDomain)
    ? count(targets.length, 'address or domain', 'addresses and domains')
    : count(targets.length, 'address', 'addresses');
}

/** The lines under the title: how bad, how it stands, what it costs. */
export function listingState(card: ListingCard, subject: ListingSubject): string[] {
  const { impact } = card.listing ?? {};
  const clearAt = seenClearAt(subject);
  const head =
    clearAt === undefined
      ? `${severityWord(severityOf(subject, impact?.share))} · ${stateOf(card.incident)} · ${refusedPart(subject)}`
      : `:large_green_circle: *Seen clear* ${when(clearAt)} · mark it resolved when it stays so`;
  return [head, ...(impact ? [`*${capital(impactLine(impact, isOfAddress(subject)))}*`] : []), ...beginnings(subject)];
}

/** `:rotating_light: *Critical*` */
function severityWord(severity: Severity): string {
  const { emoji, word } = SEVERITY[severity];
  return `${emoji} *${word}*`;
}

/** What of it is held back is listed below, with whose mail. */
function stateOf({ state }: Incident): string {
  return state === 'contained' ? 'listed, mail re-routed' : 'listed';
}

function refusedPart({ entries }: ListingSubject): string {
  const refusals = entries.reduce((sum, entry) => sum + entry.refusals, 0);
  return refusals > 0 ? `${count(refusals, 'message')} refused` : 'no refusal seen yet';
}

/** `affects 4 % of our mail, 212 customers · 3 of 4 outgoing addresses clean`: as `/relay status` counts them. */
export function impactLine({ share, customers, addresses, cleanAddresses }: Impact, isOfAddress = true): string {
  const mail =
    share === undefined
      ? 'a share of our mail that is not known'
      : isNearlyAll(share)
        ? 'nearly all our mail'
        : `${percent(share)} of our mail`;
  const left = isOfAddress
    ? ` · ${cleanAddresses} of ${count(addresses, 'outgoing address', 'outgoing addresses')} clean`
    : '';
  return `affects ${mail}, ${count(customers, 'customer')}${left}`;
}

/** No address is the cleaner for another domain. */
function isOfAddress({ entries }: ListingSubject): boolean {
  return entries.some(({ scope }) => scope !== 'domain');
}

function beginnings({ isFirstLook, earlierIncident }: ListingSubject): string[] {
  return [
    ...(isFirstLook ? [':eyes: First look: listed before relaywarden began to watch'] : []),
    ...(earlierIncident ? [`:repeat: Listed again: incident ${earlierIncident} was about the same`] : []),
  ];
}

/** Everything between the state and the containments. */
export function listingBlocks(card: ListingCard, subject: ListingSubject): (KnownBlock | undefined)[] {
  const { incident, hitNames } = card;
  const ordered = worstFirst(subject, card.listing?.impact?.share);
  const steps = openEntries(subject).length > 0 ? wayOffBlocks(card) : requestsOnly(card);
  return [
    entriesBlock(ordered, incident.key === STORM_KEY),
    hits(hitNames),
    ...(card.listing?.snds ?? []).slice(0, 3).map((line) => context(esc(line, 200))),
    ...(incident.state === 'resolved' ? [] : [...reroutedBlocks(card), ...suspectBlocks(card), ...steps]),
    sample(ordered),
  ];
}

function requestsOnly(card: ListingCard): KnownBlock[] {
  const { gate: _, ...listing } = card.listing ?? {};
  return wayOffBlocks({ ...card, listing });
}

/** How a reply or reason begins; the whole of each is in the history. */
function sample(ordered: readonly ListedEntry[]): KnownBlock | undefined {
  const entry =
    ordered.find(({ text, refusals }) => text !== '' && refusals > 0) ?? ordered.find(({ text }) => text !== '');
  return entry ? section(`> ${esc(entry.text.replace(WHO_SAID, ''), SAMPLE)}${doubtLine(entry)}`) : undefined;
}

/** `1 refusal so far: not confirmed yet` */
function doubtLine({ bounce, isConfirmed, refusals }: ListedEntry): string {
  return bounce && isConfirmed === false ? `\n_${count(refusals, 'refusal')} so far: not confirmed yet_` : '';
}

/** Replies and reasons word for word, the worst first: what an operator asks for. '' when there are none. */
export function repliesText(subject: ListingSubject): string {
  const said = worstFirst(subject, undefined).filter(({ text }) => text !== '');
  return fitLines(
    said.map((entry) => {
      const { target, listName, text, bounce } = entry;
      // Nobody's domain, where it is what one host said before the next was tried.
      const to = bounce?.recipientDomain ? ` to ${esc(bounce.recipientDomain, 80)}` : '';
      const of = bounce ? `: message ${esc(bounce.queueId, 30)}${to}, ${when(bounce.at)}` : '';
      return `*${esc(target, 80)}* on *${esc(listName, 80)}*${of}\n> ${esc(text, 600)}`;
    }),
    2500,
  );
}

function hits(names: readonly string[]): KnownBlock | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, HIT_SHOWN).map((name) => esc(name, 60));
  return context(`Refused so far: ${andMore(shown, names.length)}`);
}

/** One line for the notification: the title says what, this says how bad. */
export function listingHeadline({ incident, listing }: ListingCard, subject: ListingSubject): string {
  if (incident.state === 'resolved') return 'resolved';
  if (seenClearAt(subject) !== undefined) return 'seen clear';
  const { word } = SEVERITY[severityOf(subject, listing?.impact?.share)];
  const costs = listing?.impact ? impactLine(listing.impact, isOfAddress(subject)) : refusedPart(subject);
  return `${word.toLowerCase()}, ${costs}`;
}
