// Noise in words: what was taught, by whom and until when, and which alarms that silenced; as a line, and as a list with a way back.
import type { KnownBlock, SectionBlock } from '@slack/types';
import { NO_SENDER } from '../../../detection/identities/routes.js';
import type { PutBack, Undone } from '../../../incidents/noise/mark-noise.js';
import {
  NOISE_WORDS,
  type NoiseKind,
  type NoiseScope,
  scopeOf,
  type Teaching,
  type WasNoise,
} from '../../../incidents/noise/noise.js';
import { count } from '../../../words.js';
import { actions, button, context, header, type Message, message, section } from '../blocks.js';
import { buttonValue } from '../button-value.js';
import { whomOf } from '../containment-lines.js';
import { esc } from '../text/escape.js';
import { clock, day, when } from '../text/time.js';
import { BUTTONS, CONTAINMENTS, kindsText } from '../text/words.js';

export const SCOPE_WORDS: Record<NoiseScope, string> = {
  sender: 'this sender only',
  entry: 'everything behind this login or address',
  customer: 'everything of this customer',
};

export const KIND_WORDS: Record<NoiseKind, string> = {
  single: 'one address',
  multiple: 'many addresses',
  both: 'one address or many',
};

/** A teaching with the alarms it silenced in some time. */
export interface NoiseLine {
  teaching: Teaching;
  customerName: string;
  /** Runs of mail. */
  runs: number;
  recipients: number;
  /** Runs that were told before and went on, with all their recipients. */
  ongoing?: { runs: number; recipients: number };
  /** Ended ones cannot be taken back. */
  isInForce: boolean;
  /** What holds such alarms back although this one does not (any more). */
  stillBy?: Teaching;
}

/** Lines with a button each; more do not fit a phone. */
const NOISE_SHOWN = 5;
const NOISE_PAGE = 8;

/** `news@acme.example`, `login kim@acme.example`, `all of Acme Mills`. */
function whatOf({ key, sender }: Pick<Teaching, 'key' | 'sender'>, customerName: string): string {
  if (sender === NO_SENDER) return 'mail without a sender';
  if (sender !== null) return `\`${esc(sender, 100) || '–'}\``;
  return key === null ? `all of *${esc(customerName, 80)}*` : entryName(key);
}

/** The entry point in a finding's key, `acme|login:kim@acme.example`, for people. */
function entryName(key: string): string {
  const [, kind = '', whole = ''] = /\|(login|address|sender):(.*)$/s.exec(key) ?? [];
  const bounces = whole.endsWith(`|${NO_SENDER}`) ? 'mail without a sender from ' : '';
  const name = bounces ? whole.slice(0, -NO_SENDER.length - 1) : whole;
  const words = { login: 'login', address: 'client address', sender: 'senders at' }[kind];
  return words ? `${bounces}${words} \`${esc(name, 100) || '–'}\`` : `\`${esc(key, 100) || '–'}\``;
}

/** ``news@acme.example` · Acme Mills: 3 alarms silenced`, and below it `Newsletter, marked by Ann, until 3 March` */
export function noiseText(line: NoiseLine): string {
  const { teaching, customerName, isInForce } = line;
  const held = heldText(line);
  const kind = scopeOf(teaching) === 'sender' ? '' : `, ${KIND_WORDS[teaching.kind]}`;
  const whose = scopeOf(teaching) === 'customer' ? '' : ` · ${esc(customerName, 80)}`;
  const end = isInForce ? `until ${day(teaching.until)}` : 'over';
  return `:mute: ${whatOf(teaching, customerName)}${whose}: *${held}*\n${capital(NOISE_WORDS[teaching.reason])}${kind}, marked by ${esc(teaching.byName, 60)}, ${end}${noteOf(teaching)}`;
}

/** `3 alarms silenced, 90 recipients; 1 from before went on, 400 recipients in all` */
function heldText({ runs, recipients, ongoing }: NoiseLine): string {
  const parts = [
    ...(runs > 0 ? [`${count(runs, 'alarm')} silenced, ${count(recipients, 'recipient')}`] : []),
    ...(ongoing && ongoing.runs > 0
      ? [`${ongoing.runs} from before went on, ${count(ongoing.recipients, 'recipient')} in all`]
      : []),
  ];
  return parts.join('; ') || 'nothing silenced yet';
}

export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function noteOf({ note }: Teaching): string {
  return note ? ` _“${esc(note, 120)}”_` : '';
}

/** The line with its Undo; an ended one has none. `page` of the list that is to be drawn anew when it is pressed. */
function noiseBlock(line: NoiseLine, page?: number): SectionBlock {
  const { teaching, isInForce } = line;
  const text = section(noiseText(line));
  return isInForce ? { ...text, accessory: undoButton(teaching, 'Undo', page) } : text;
}

export function undoButton({ incidentId, id }: Pick<Teaching, 'incidentId' | 'id'>, label: string, page?: number) {
  const arg = page === undefined ? String(id) : `${id}|${page}`;
  return button({ action: 'undo-noise', label, value: buttonValue({ id: incidentId, rev: 0 }, arg) });
}

/** The part of a digest: what was held back, and how to see the rest. Without Undo for one reader whom it would refuse. */
export function noiseBlocks(
  lines: readonly NoiseLine[],
  { idle, mayUndo }: { idle: number; mayUndo: boolean },
): KnownBlock[] {
  const left = lines.length - NOISE_SHOWN;
  const more = [
    ...(left > 0 ? [`${left} more silenced something`] : []),
    ...(idle > 0 ? [`${idle} more in force silenced nothing`] : []),
  ];
  return [
    ...lines.slice(0, NOISE_SHOWN).map((line) => (mayUndo ? noiseBlock(line) : section(noiseText(line)))),
    ...(more.length > 0 ? [context(`… and ${more.join(', ')}: \`/relay noise\``)] : []),
  ];
}

/** Answer to /relay noise: a page of what is in force, newest first. `news` is what came of an Undo in the list. */
export function noiseList(
  lines: readonly NoiseLine[],
  asked: number,
  { news, mayUndo = true }: { news?: Message; mayUndo?: boolean } = {},
): Message {
  const first = news?.blocks ?? [];
  if (lines.length === 0)
    return message(news?.text ?? 'Nothing is marked as noise.', [
      ...first,
      section(':loud_sound: Nothing is marked as noise: every alarm opens an incident.'),
    ]);
  const pages = Math.ceil(lines.length / NOISE_PAGE);
  const page = Math.min(Math.max(1, Math.trunc(asked)), pages);
  const title = `${lines.length} marked as noise`;
  const shown = lines.slice((page - 1) * NOISE_PAGE, page * NOISE_PAGE);
  const next = page < pages ? `. More: \`/relay noise ${page + 1}\`` : '';
  return message(news?.text ?? title, [
    ...first,
    header(title),
    ...shown.map((line) => (mayUndo ? noiseBlock(line, page) : section(noiseText(line)))),
    context(
      `Newest first, page ${page} of ${pages}${next}. This mail is let through; what looks otherwise than it was marked opens an incident all the same.`,
    ),
  ]);
}

/** On the card of what was marked: what is held back now, or who took it back. */
export function noiseState({ teaching, customerName, runs, isInForce, stillBy }: NoiseLine): string {
  if (!isInForce && stillBy) return `:mute: ${stillHeld(stillBy)}`;
  if (teaching.undoneAt !== null)
    return `:loud_sound: Taken back by ${esc(teaching.undoneByName ?? '', 60)}, ${when(teaching.undoneAt)}: the next alarm like it opens an incident`;
  if (!isInForce) return `:loud_sound: Held for noise until ${day(teaching.until)}; that is over`;
  const soFar = runs > 0 ? `, ${runs.toLocaleString('en-US')} so far` : '';
  return `:mute: Alarms like it are silenced until ${day(teaching.until)}${soFar}: ${whatOf(teaching, customerName)}`;
}

function stillHeld({ byName, incidentId, until }: Teaching): string {
  return `Alarms like it are silenced until ${day(until)} by what ${esc(byName, 60)} marked on incident ${incidentId}`;
}

/** On the card of what is an alarm although it was judged before. */
export function wasNoiseText({ at, byName, reason, note, now, incidentId }: WasNoise): string {
  const why = note ? `${NOISE_WORDS[reason]}: “${esc(note, 150)}”` : NOISE_WORDS[reason];
  return `:mute: Was marked noise ${when(at)} by ${esc(byName, 60)} (${why}; incident ${incidentId}). *Now there is also*: ${esc(now.join('; '), 500)}`;
}

/** Answer to Undo: what became of the incident, with Re-open where it stayed closed. `link` opens its card. */
export function undoneNote(outcome: Answered, link?: string): Message {
  const text = undoneText(outcome, link);
  const isOffered = outcome.kind === 'done' && isLeftClosed(outcome.putBack) && !outcome.putBack.mayNotReopen;
  const closed = isOffered ? outcome.putBack.incident : undefined;
  const reopen = closed && button({ action: 'reopen', label: BUTTONS.reopen, value: buttonValue(closed) });
  return message(text, [section(text), ...(reopen ? [actions(`undone-${closed.id}`, [reopen])] : [])]);
}

type Answered = Exclude<Undone, { kind: 'not-found' }>;

/** `stillBy` holds such alarms back all the same: whoever takes one back is not to believe that all is told again. */
function undoneText(outcome: Answered, link: string | undefined): string {
  const { stillBy } = outcome;
  const said = endedText(outcome);
  const became = outcome.kind === 'done' ? putBackText(outcome.putBack, stillBy !== undefined, link) : undefined;
  if (stillBy)
    return `:warning: ${said} *${stillHeld(stillBy)}*: \`/relay noise\` has its Undo.${became ? ` ${became}` : ''}`;
  switch (outcome.kind) {
    case 'done':
      return `:leftwards_arrow_with_hook: ${said} ${became}`;
    case 'lost-race':
      return `:busts_in_silhouette: ${said} Nothing was done twice.`;
    case 'ended':
      return `:information_source: ${said} Nothing is silenced by it.`;
  }
}

function endedText({ kind, teaching }: Answered): string {
  const { undoneByName, undoneAt, at, until } = teaching;
  switch (kind) {
    case 'done':
      return 'Taken back.';
    case 'lost-race':
      return `Already taken back by ${esc(undoneByName ?? '', 60)}, ${clock(undoneAt ?? at)}.`;
    case 'ended':
      return `That ended by itself, ${when(until)}.`;
  }
}

function isLeftClosed({ incident, newer }: PutBack): boolean {
  return incident.state === 'resolved' && newer === undefined;
}

function putBackText(putBack: PutBack, isHeld: boolean, link: string | undefined): string {
  const { incident, newer, lifted } = putBack;
  const name = `incident ${incident.id}`;
  if (newer !== undefined) return `Incident ${newer} of the same cause is open already.`;
  if (isLeftClosed(putBack)) {
    const because = putBack.mayNotReopen
      ? ' To re-open it takes another role: ask a lead.'
      : ' Nothing like it was seen for a week.';
    const why = isHeld ? '' : because;
    return `${isHeld ? '' : 'The next alarm like it opens an incident. '}${capital(name)} stays closed.${why}`;
  }
  const again = `*${link ? `<${link}|${capital(name)}>` : capital(name)} is ${incident.state} again.*`;
  if (lifted.length === 0) return again;
  return `${again} ${liftedText(lifted)} To hold the mail again, press Block sender or Suspend outbound on the card.`;
}

/** `The block of kim@acme.example was lifted and is not placed again.`; of several how many of each kind. */
function liftedText(lifted: PutBack['lifted']): string {
  const [first, ...others] = lifted;
  if (!first || others.length > 0) return `${kindsText(lifted)} were lifted and are not placed again.`;
  const noun = CONTAINMENTS[first.action].noun.toLowerCase();
  const whom = first.action === 'block-sender' ? ` of ${esc(whomOf(first), 100)}` : '';
  return `The ${noun}${whom} was lifted and is not placed again.`;
}
