// What to do about a listing: who may be behind it, what keeps the gate shut, what was asked of whom, and which partners know.

import type { KnownBlock, SectionBlock } from '@slack/types';
import { type GatePoint, type Mend, SHOW_INCIDENT, whenMet } from '../../../delisting/gate.js';
import { isUnqualified } from '../../../delisting/request.js';
import type { Incident } from '../../../incidents/incident.js';
import { findEntry } from '../../../incidents/listings/entries.js';
import { andMore, count } from '../../../words.js';
import { button, context, isWebAddress, linkButton, section } from '../blocks.js';
import { buttonValue, FROM_ANOTHER_CARD } from '../button-value.js';
import { esc, fitLines } from '../text/escape.js';
import { inReadersZone, when } from '../text/time.js';
import { BUTTONS, odds } from '../text/words.js';
import { ASK_A_PERSON, relistedLine, troubleLine } from './delisting.js';
import type { DelistingRequest, ListingCard, ListingView, NoticeCounts, SuspectView } from './listing-card.js';

const SUSPECTS_SHOWN = 3;
const POINTS_SHOWN = 6;
const REQUESTS_SHOWN = 3;
const OVERDUE_SHOWN = 2;
const RELISTED_SHOWN = 2;
const TARGETS_SHOWN = 3;
const REROUTES_SHOWN = 3;

/** Mail that is re-routed over what is listed: whoever lifts it lifts it here, on whichever card it was re-routed. */
export function reroutedBlocks({ listing }: ListingCard): KnownBlock[] {
  const all = listing?.reroutedBy ?? [];
  const shown = all.slice(0, REROUTES_SHOWN).map(({ id, rev, customers, link }) => {
    const text = `:twisted_rightwards_arrows: Re-routed mail of *${count(customers, 'customer')}* leaves from what is listed here · ${nameOf(id, link)}`;
    const value = buttonValue({ id, rev }, FROM_ANOTHER_CARD);
    return { ...section(text), accessory: button({ action: 'lift', label: BUTTONS.lift, value }) };
  });
  const more = all.length - shown.length;
  return [...shown, ...(more > 0 ? [context(`… and ${more} more: \`/relay blocks\``)] : [])];
}

/** Who sends now and the likeliest customers, each with the button that opens a compromise incident for it. */
export function suspectBlocks({ incident, listing }: ListingCard): KnownBlock[] {
  const { suspects } = listing ?? {};
  if (!suspects) return [];
  if (suspects.length === 0) return [context(':mag: No customer stands out')];
  const more = suspects.slice(SUSPECTS_SHOWN).filter(({ sendingSince }) => sendingSince !== undefined).length;
  return [
    ...suspects.slice(0, SUSPECTS_SHOWN).map((suspect) => suspectBlock(incident, suspect)),
    ...(more > 0 ? [context(`… and ${count(more, 'more customer')} still sending: \`/relay incidents\``)] : []),
  ];
}

function suspectBlock(incident: Incident, suspect: SuspectView): SectionBlock {
  const { customer, customerName, likelihood, evidence, incidentId, isLinked, link, sendingSince } = suspect;
  const why = evidence[0] ? `\n${esc(evidence[0], 200)}` : '';
  const known = incidentId === undefined ? '' : ` · ${isLinked ? 'linked to ' : ''}${nameOf(incidentId, link)}`;
  // Whom a person linked although the ranking does not name it has no odds.
  const how = likelihood > 0 ? ` ${odds(likelihood)}` : '';
  const now = sendingSince === undefined ? '' : ` · *still sending*, since ${when(sendingSince)}`;
  const text = `:bust_in_silhouette: *${esc(customerName, 80)}*${how}${now}${known}${why}`;
  if (incidentId !== undefined && isLinked)
    return withButton(incident, text, { action: 'unlink', label: BUTTONS.unlink, arg: String(incidentId) });
  const label = incidentId === undefined ? BUTTONS['open-compromise'] : `Link incident ${incidentId}`;
  return withButton(incident, text, { action: 'open-compromise', label, arg: customer });
}

function nameOf(incidentId: number, link: string | undefined): string {
  return link ? `<${link}|incident ${incidentId}>` : `incident ${incidentId}`;
}

/** The gate as a checklist, the latest requests, and the partners. */
export function wayOffBlocks(card: ListingCard): KnownBlock[] {
  const { incident, listing = {} } = card;
  const { gate, requests = [], notices } = listing;
  return [
    ...(gate ? gateBlocks(incident, gate.points, (listing.suspects ?? []).length > 0) : []),
    ...relistedBlocks(listing),
    ...latestRequests(requests).map((request) => requestBlock(incident, request)),
    ...draftBlocks(incident, listing),
    ...overdueBlocks(incident, listing),
    ...(notices ? noticeBlocks(notices) : []),
  ];
}

/** Open points with the button that mends each, and how many are met: which they are the form of the request says. */
function gateBlocks(incident: Incident, points: readonly GatePoint[], hasSuspects: boolean): KnownBlock[] {
  const open = points.filter(({ isMet }) => !isMet);
  const shown = open.slice(0, POINTS_SHOWN).map((point) => pointBlock(incident, point, hasSuspects));
  // A word of a person opens it: whoever reads the card has to see whose.
  const said = points.flatMap(({ isMet, text, mend }) =>
    isMet && mend ? [withButton(incident, `:detective: ${inReadersZone(esc(text, 200))}`, mend)] : [],
  );
  const more = open.length - shown.length;
  const met = points.length - open.length;
  return [
    ...shown,
    ...(more > 0 ? [context(`… and ${count(more, 'more point')} to mend`)] : []),
    ...said,
    ...(met > 0 ? [context(`:white_check_mark: To ask for removal: ${met} of ${points.length} points met`)] : []),
  ];
}

function pointBlock(incident: Incident, point: GatePoint, hasSuspects: boolean): SectionBlock {
  const { text, mend, otherwise } = point;
  const line = `:white_large_square: ${inReadersZone(esc(text, 200))}${whenMet(point, when)}`;
  // The suspects above have that button already.
  const isAbove = hasSuspects && mend?.action === 'open-compromise';
  const chosen = isAbove ? (otherwise ?? undefined) : mend;
  return chosen ? withButton(incident, line, chosen) : section(line);
}

/** The latest request of each target and list, the newest first. */
function latestRequests(requests: readonly DelistingRequest[]): DelistingRequest[] {
  const latest = new Map(requests.map((request) => [`${request.list}|${request.target}`, request]));
  return [...latest.values()].toSorted((a, b) => b.requestedAt - a.requestedAt).slice(0, REQUESTS_SHOWN);
}

/** `Asked 14:02 by Ann, attempt 1, ref 4711 · next look 20:02` */
function requestBlock(incident: Incident, request: DelistingRequest): SectionBlock {
  const { target, requestedAt, requestedByName, attempt, reference, closedAt } = request;
  const ref = `${reference ? `, ref ${esc(reference, 60)}` : ''}${request.overrideReason ? ', asked before the checklist was met' : ''}`;
  const text = `:outbox_tray: ${esc(target, 60)}${onList(incident, request)}: asked ${when(requestedAt)} by ${esc(requestedByName, 60)}, attempt ${attempt}${ref} · ${outcomeOf(request)}`;
  const isMachines = request.state === 'refused' && isUnqualified(request);
  if (closedAt !== null && !isMachines) return section(text);
  const label = isMachines ? ASK_A_PERSON : BUTTONS['record-answer'];
  return withButton(incident, text, { action: 'record-answer', label, arg: String(request.id) });
}

/** So that nobody writes what a colleague has written. */
function draftBlocks(incident: Incident, { drafts = [] }: ListingView): KnownBlock[] {
  const lines = drafts.slice(0, REQUESTS_SHOWN).map((draft) => {
    const who = `kept by ${esc(draft.savedBy, 60)} ${when(draft.savedAt)}`;
    return `:floppy_disk: ${esc(draft.target, 60)}${onList(incident, draft)}: text ${who}, *not sent*`;
  });
  return lines.length > 0 ? [context(lines.join('\n'))] : [];
}

/** What was claimed when it was taken off the last time. */
function relistedBlocks({ relisted = [] }: ListingView): KnownBlock[] {
  const lines = relisted.slice(0, RELISTED_SHOWN).map((request) => relistedLine(request, request.listName));
  return lines.length > 0 ? [section(fitLines(lines, 1200))] : [];
}

/** The troubleshooting path of the requests that are overdue, with the button of the next step. */
function overdueBlocks(incident: Incident, { overdue = [] }: ListingView): SectionBlock[] {
  return overdue.slice(0, OVERDUE_SHOWN).map(({ request, troubles }) => {
    const title = `:alarm_clock: *${esc(request.target, 60)} is overdue*: what may hold it up`;
    const text = fitLines([title, ...troubles.map(troubleLine)], 1200);
    const next = troubles.find(({ state, mend }) => state !== 'ok' && isPressable(mend)) ?? troubles.at(-1);
    return next?.mend && isPressable(next.mend) ? withButton(incident, text, next.mend) : section(text);
  });
}

/** Another incident's card is reached by its link alone. */
function isPressable(mend: Mend | undefined): boolean {
  return mend !== undefined && (mend.action !== SHOW_INCIDENT || isWebAddress(mend.url));
}

function onList({ subject }: Incident, request: Pick<DelistingRequest, 'target' | 'list'>): string {
  if (subject.kind !== 'listing') return '';
  const entry = findEntry(subject, request);
  return entry ? ` on ${esc(entry.listName, 60)}` : '';
}

function outcomeOf({ state, answer, halfAt, fullAt, halfDoneAt, closedAt }: DelistingRequest): string {
  const said = answer ? `: ${esc(answer, 150)}` : '';
  switch (state) {
    case 'waiting':
      return `next look ${when(halfDoneAt === null ? halfAt : fullAt)}${said}`;
    case 'cleared':
      return `*seen clear*${closedAt === null ? '' : ` ${when(closedAt)}`}`;
    case 'refused':
      return `*refused*${said}`;
    case 'overdue':
      return `:hourglass: *overdue* since ${when(fullAt)}${said}`;
  }
}

/** `2 partners told of 203.0.113.12; not of 203.0.113.11` */
function noticeBlocks({ sent, drafted, more }: NoticeCounts): KnownBlock[] {
  if (sent + drafted === 0) return [];
  const told = sent > 0 ? [`${count(sent, 'partner')} told`] : [];
  const first = drafted - (more?.partners ?? 0);
  const left = first > 0 ? [`${count(first, 'partner')} to tell`] : [];
  if (!more) return [context(`:mailbox_with_mail: ${[...told, ...left].join(', ')}`)];
  const whole = sent === more.partners ? [] : told;
  const of = more.told.length > 0 ? ` of ${someOf(more.told)}` : '';
  const partly = `${count(more.partners, 'partner')} told${of}; not of ${someOf(more.untold)}`;
  return [context(`:mailbox_with_mail: ${[...whole, partly, ...left].join(' · ')}`)];
}

function someOf(targets: readonly string[]): string {
  const shown = targets.slice(0, TARGETS_SHOWN).map((target) => esc(target, 80));
  return andMore(shown, targets.length);
}

function withButton(incident: Incident, text: string, { action, label, arg, url }: Mend): SectionBlock {
  if (isWebAddress(url))
    return { ...section(text), accessory: linkButton(`mend-${arg ?? action}`.slice(0, 200), label, url) };
  return { ...section(text), accessory: button({ action, label, value: buttonValue(incident, arg) }) };
}
