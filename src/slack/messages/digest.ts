// The digest: what is open, what holds mail back and since when, what came and went, and how much mail there was.
import type { KnownBlock, TableBlock } from '@slack/types';
import type { DelistingRequest } from '../../delisting/request.js';
import type { SenderSigns, TopSenders } from '../../detection/traffic/sender-signs.js';
import { andMore, count } from '../../words.js';
import { context, divider, fitParts, header, type Message, message, section } from './blocks.js';
import { titleOf } from './card.js';
import { type ContainmentView, doneOf, whomOf } from './containment-lines.js';
import { changeLine, type NamedChange } from './dnscheck-news.js';
import { type ListedLine, listedText, type OpenLine, wordsOf } from './home.js';
import { requestLine } from './listing/delisting.js';
import { type NoiseLine, noiseBlocks } from './noise/noise.js';
import { esc, fitLines, plain } from './text/escape.js';
import { when } from './text/time.js';
import { CONTAINMENTS, inForceText, proofText, STATES } from './text/words.js';

interface VolumeLine {
  customerName: string;
  messages: number;
  recipients: number;
  bounced: number;
  refused: number;
}

/** Hostile text in `sender`. */
interface SenderLine extends SenderSigns {
  customerName: string;
}

/** Everything a digest shows, read at `to`. */
export interface DigestView {
  from: number;
  to: number;
  open: OpenLine[];
  /** What was resolved in the period, the latest first. */
  resolved: Pick<OpenLine, 'incident' | 'customerName' | 'link'>[];
  inForce: ContainmentView[];
  /** What was lifted in the period, the latest first. */
  lifted: ContainmentView[];
  opened: ListedLine[];
  cleared: ListedLine[];
  /** Requests to operators that wait for their end, the overdue first. */
  requests: (DelistingRequest & { listName: string })[];
  /** Largest first. */
  volumes: VolumeLine[];
  /** Senders that stand out in the period, most first. */
  senders: Record<keyof TopSenders, SenderLine[]>;
  /** What changed in the DNS of our addresses and customers' domains. */
  dnsChanges: NamedChange[];
  /** What could not be checked or done, in words. Hostile text. */
  troubles: string[];
  /** What was held back as noise or marked so in the period, and how many more teachings are in force. */
  noise: { lines: NoiseLine[]; idle: number };
}

const VOLUME_ROWS = 10;
/** Characters for a part of the digest, and for the requests. */
const ROOM = 1900;
const REQUESTS_ROOM = 900;

/** Reports whether there is nothing to tell. */
export function isQuiet({
  open,
  inForce,
  lifted,
  opened,
  cleared,
  resolved,
  dnsChanges,
  troubles,
  noise,
}: DigestView): boolean {
  const lists = [open, inForce, lifted, opened, cleared, resolved, dnsChanges, troubles, noise.lines];
  return lists.every((list) => list.length === 0);
}

/**
 * `below` stands under it, in front of the table, which Slack shows last. `mayUndo`: of what is silenced as noise; false where one person
 * alone reads it, who would be refused.
 */
export function digestMessage(
  view: DigestView,
  { below = [], mayUndo = true }: { below?: readonly KnownBlock[]; mayUndo?: boolean } = {},
): Message {
  if (isQuiet(view)) {
    const line = `:large_green_circle: *Quiet* since ${when(view.from)}: ${volumeSum(view)}`;
    return message(`Digest: ${line}`, [section(line), ...below]);
  }
  const headline = headlineOf(view);
  const text = `Digest: ${headline}`;
  const parts: KnownBlock[][] = [
    part('Open incidents', view.open.map(incidentLine)),
    part('Blocks, suspensions and re-routes in force', view.inForce.map(inForceLine)),
    noisePart(view, mayUndo),
    part('Resolved', view.resolved.map(resolvedLine)),
    part('Lifted', liftedTogether(view.lifted).map(liftedLine)),
    part(
      'Newly listed',
      view.opened.map((row) => `${listedText(row)} · ${when(row.firstSeenAt)}`),
    ),
    part(
      'Removal asked for',
      view.requests.map((request) => requestLine(request, request.listName)),
      REQUESTS_ROOM,
    ),
    part(
      'Seen clear: no longer listed',
      view.cleared.map((row) => clearedLine(row)),
    ),
    part(
      'Could not be checked or done',
      view.troubles.map((line) => `:warning: ${esc(line, 250)}`),
    ),
    part('Changed in the DNS', view.dnsChanges.map(changeLine)),
    part('Senders that stand out', senderLines(view.senders)),
  ];
  const before = [header('Abuse desk digest'), section(headline)];
  const after = [context(`${when(view.from)} to ${when(view.to)}`), ...below, ...volumeTable(view)];
  const { shown, left } = fitParts(before, parts.flat(), [...after, context(MORE_THAN_FITS)]);
  return message(text, [...before, ...shown, ...(left > 0 ? [context(MORE_THAN_FITS)] : []), ...after]);
}

const MORE_THAN_FITS = '… there is more than fits here: `/relay incidents`, `/relay blocks`, `/relay noise`';

/** Nothing is silenced without a word: what was held back is told with the way to take that back. */
function noisePart({ noise: { lines, idle } }: DigestView, mayUndo: boolean): KnownBlock[] {
  if (lines.length === 0) return [];
  return [divider(), section('*Silenced as noise*'), ...noiseBlocks(lines, { idle, mayUndo })];
}

/** A digest names no sender with fewer than these: every mailing list has some refusals, everybody some new recipients. */
const LEAST_REFUSALS = 5;
const LEAST_NEW_RECIPIENTS = 50;

/** One line for each kind of sign, where anybody shows it. */
function senderLines({ byRefusals, byComplaints, byNewRecipients }: DigestView['senders']): string[] {
  const line = (title: string, senders: SenderLine[], figure: (sender: SenderLine) => string) =>
    senders.length === 0 ? [] : [`${title}: ${senders.map((one) => `${nameOf(one)} ${figure(one)}`).join(' · ')}`];
  const n = (value: number) => value.toLocaleString('en-US');
  return [
    ...line(
      'No such user, or refused as spam',
      byRefusals.filter(({ refused }) => refused >= LEAST_REFUSALS),
      ({ refused, messages }) => `${count(refused, 'recipient')} in ${count(messages, 'message')}`,
    ),
    ...line('Complaints', byComplaints, ({ complaints }) => n(complaints)),
    ...line(
      'Never written to before',
      byNewRecipients.filter(({ newRecipients }) => newRecipients >= LEAST_NEW_RECIPIENTS),
      ({ newRecipients }) => count(newRecipients, 'recipient'),
    ),
  ];
}

function nameOf({ sender, customerName }: SenderLine): string {
  return `${sender === '' ? 'the null sender' : `\`${esc(sender, 80)}\``} (${esc(customerName, 60)})`;
}

function headlineOf(view: DigestView): string {
  const { open, inForce, opened, cleared, resolved, noise } = view;
  const heldBack = noise.lines.reduce((sum, { runs }) => sum + runs, 0);
  const still = noise.lines.reduce((sum, { ongoing }) => sum + (ongoing?.runs ?? 0), 0);
  return [
    `*${count(open.length, 'open incident')}*`,
    inForceText(inForce),
    `${resolved.length} resolved`,
    `${count(opened.length, 'new listing')}`,
    `${cleared.length} seen clear`,
    ...(heldBack > 0 ? [`${count(heldBack, 'alarm')} silenced as noise`] : []),
    ...(still > 0 ? [`${count(still, 'silenced alarm')} still going on`] : []),
    volumeSum(view),
  ].join(' · ');
}

function volumeSum({ volumes }: DigestView): string {
  return count(
    volumes.reduce((sum, { messages }) => sum + messages, 0),
    'message',
  );
}

function part(title: string, lines: string[], room = ROOM): KnownBlock[] {
  return lines.length > 0 ? [divider(), section(fitLines([`*${title}*`, ...lines], room))] : [];
}

function incidentLine(line: OpenLine): string {
  const { emoji, word } = wordsOf(line);
  return `${emoji} ${incidentName(line)} · ${word} · opened ${when(line.incident.openedAt)}`;
}

/** Its title, which leads to its card, and whose it is. */
function incidentName({ incident, customerName, link }: Pick<OpenLine, 'incident' | 'customerName' | 'link'>): string {
  const title = esc(titleOf(incident, customerName), 160);
  const customer = incident.subject.kind === 'compromise' ? ` · ${esc(customerName, 80)}` : '';
  return `${link ? `<${link}|${title}>` : title}${customer}`;
}

/** Who ended it, when, and what they wrote: whoever comes in the morning has to find no card for that. */
function resolvedLine(line: DigestView['resolved'][number]): string {
  const { resolvedAt, resolvedBy, resolution } = line.incident;
  const said = resolution ? `\n> ${esc(resolution, 200)}` : '';
  return `${STATES.resolved.emoji} ${incidentName(line)} · ${when(resolvedAt ?? 0)}, by ${esc(resolvedBy ?? '', 60)}${said}`;
}

/** Re-routes of a hundred customers that one press lifted are one line. */
function liftedTogether(rows: readonly ContainmentView[]): ContainmentView[][] {
  const together = new Map<string, ContainmentView[]>();
  for (const row of rows) {
    const { action, id, incidentId, route, liftedAt } = row;
    const key = action === 'reroute' ? [incidentId, route, liftedAt].join('|') : `${id}`;
    together.set(key, [...(together.get(key) ?? []), row]);
  }
  return [...together.values()];
}

function liftedLine(rows: readonly ContainmentView[]): string {
  const [first] = rows;
  if (!first) return '';
  const names = rows.slice(0, 3).map(({ customerName }) => esc(customerName, 80));
  const what = first.action === 'block-sender' ? ` ${esc(whomOf(first), 100)}` : '';
  const hits = rows.reduce((sum, row) => sum + row.hits, 0);
  const said = first.liftReason ? `\n> ${esc(first.liftReason, 200)}` : '';
  return `:arrow_backward: ${doneOf(first)}${what} · ${andMore(names, rows.length)} · lifted ${when(first.liftedAt ?? 0)}, by ${esc(first.liftedBy ?? '', 60)} · ${proofText(hits, first.action)}${said}`;
}

function inForceLine(row: ContainmentView): string {
  const { emoji } = CONTAINMENTS[row.action];
  const what = row.action === 'block-sender' ? ` ${esc(whomOf(row), 100)}` : '';
  return `${emoji} ${doneOf(row)}${what} · ${esc(row.customerName, 80)} · since ${when(row.placedAt)}, by ${esc(row.placedBy, 60)} · ${proofText(row.hits, row.action)}`;
}

function clearedLine({ target, listName, clearedAt, lastSeenAt }: ListedLine): string {
  return `\`${esc(target, 80)}\` on ${esc(listName, 80)} · ${when(clearedAt ?? lastSeenAt)}`;
}

/** A table where Slack draws one; the plain version of a refused message leaves it out. */
function volumeTable({ volumes }: DigestView): KnownBlock[] {
  if (volumes.length === 0) return [];
  const rows = volumes
    .slice(0, VOLUME_ROWS)
    .map(({ customerName, messages, recipients, bounced, refused }) => [
      customerName,
      ...[messages, recipients, bounced, refused].map((n) => n.toLocaleString('en-US')),
    ]);
  const cell = (text: string) => ({ type: 'raw_text' as const, text: plainCell(text) });
  const table: TableBlock = {
    type: 'table',
    rows: [['Customer', 'Messages', 'Recipients', 'Bounced', 'Refused by us'], ...rows].map((row) => row.map(cell)),
    column_settings: [{ align: 'left' }, ...Array.from({ length: 4 }, () => ({ align: 'right' as const }))],
  };
  return [table];
}

function plainCell(text: string): string {
  return plain(text, 100) || '–';
}
