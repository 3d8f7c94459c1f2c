// The answer to /dnscheck: ticks first, readable in five seconds; then what to do, with the record to publish.
import type { KnownBlock } from '@slack/types';
import {
  type DnsRecord,
  isWithoutDkim,
  type Look,
  type Point,
  type PointState,
  pointsOf,
  stateOf,
  written,
} from '../../hygiene/look.js';
import { nameOf, strangerText } from '../../hygiene/subjects.js';
import { actions, button, context, fitParts, type Message, message, section } from './blocks.js';
import { esc, fitLines } from './text/escape.js';
import { when } from './text/time.js';

export const DNSCHECK_BUTTONS = { again: 'dnscheck-repeat', share: 'dnscheck-share' };

/** A finished look, kept for its buttons. */
export interface FinishedLook {
  id: string;
  /** As it was asked for. */
  target: string;
  at: number;
  looks: Look[];
  /** Domains among them that nobody here has. */
  strangers: string[];
}

const TICKS: Record<PointState, string> = { ok: ':white_check_mark:', bad: ':x:', unknown: ':grey_question:' };
const LIGHTS: Record<PointState, string> = {
  ok: ':large_green_circle:',
  bad: ':red_circle:',
  unknown: ':white_circle:',
};

/** The line that is there at once. */
export function dnscheckProgress(target: string, done = 0, of?: number): Message {
  const text = `:hourglass_flowing_sand: Looking at the DNS of \`${esc(target, 100)}\` …${of ? `  ${done} of ${of}` : ''}`;
  return message(text, [section(text)]);
}

/** The result. `sharedBy` makes it the channel's: named, and without the buttons of the person who asked. */
export function dnscheckResult({ id, target, at, looks, strangers }: FinishedLook, sharedBy?: string): Message {
  const isStrangers = strangers.length > 0;
  const headline = headlineOf(target, looks, isStrangers ? 'wrong* for its owner to mend' : 'to mend*');
  const isOne = looks.length === 1;
  const isNameless = looks.some((look) => isOne && look.kind === 'domain' && look.name);
  const parts = isNameless ? [] : looks.flatMap((look) => partOf(look, isOne ? undefined : titleOf(look)));
  const own = [
    button({ action: DNSCHECK_BUTTONS.again, label: 'Check again', value: id }),
    button({ action: DNSCHECK_BUTTONS.share, label: 'Share to channel', value: id }),
  ];
  const head = [section(headline), ...(isNameless ? [] : strangers.slice(0, 3).map(strangerBlock))];
  const foot = [
    context(`Looked ${when(at)}${sharedBy ? ` by ${esc(sharedBy, 60)}` : ' · only you see this'}`),
    ...(sharedBy === undefined ? [actions(`dnscheck-${id}`, own)] : []),
  ];
  const { shown, left } = fitParts(head, parts.slice(0, 40), [TOO_MUCH, ...foot]);
  const blocks: KnownBlock[] = [...head, ...shown, ...(left > 0 ? [TOO_MUCH] : []), ...foot];
  return message(headline, blocks);
}

const TOO_MUCH = context('… and more than fits here: look at one domain by itself, `/dnscheck example.com`');

/** Looks for a private answer, without buttons. */
export function lookNote(looks: readonly Look[]): Message {
  const lines = looks.flatMap((look) => [titleOf(look), ...pointLines(look)]);
  const text = looks.length === 0 ? ':grey_question: Nothing could be told.' : fitLines(lines, ROOM);
  const parts = looks.length === 0 ? [section(text)] : looks.flatMap((look) => partOf(look, titleOf(look)));
  const { shown, left } = fitParts([], parts.slice(0, 40), [TOO_MUCH]);
  return message(text, [...shown, ...(left > 0 ? [TOO_MUCH] : [])]);
}

function strangerBlock(domain: string): KnownBlock {
  return section(`:information_source: ${strangerText(code(domain))}`);
}

function headlineOf(target: string, looks: readonly Look[], toMend: string): string {
  const name = `\`${esc(target, 100)}\`${takenFor(target, looks)}`;
  const [only] = looks;
  if (only?.kind === 'domain' && only.name && looks.length === 1)
    return `${LIGHTS[only.name.state]} ${name}: ${namelessText(only.name)}`;
  const points = looks.flatMap(pointsOf);
  const bad = points.filter(({ point }) => point.state === 'bad').length;
  const unknown = points.filter(({ point }) => point.state === 'unknown').length;
  if (bad > 0) return `${LIGHTS.bad} ${name}: *${bad} of ${points.length} ${toMend}`;
  if (points.length === 0 || unknown === points.length)
    return `${LIGHTS.unknown} ${name}: *nothing could be found out*. That does not mean that something is missing: ask again in a while.`;
  if (unknown > 0) return `${LIGHTS.unknown} ${name}: nothing wrong, *${unknown} could not be found out*`;
  return `${LIGHTS.ok} ${name}: ${inOrder(looks)}`;
}

/** Nobody's eye stops at "all" where something was not looked at. */
function inOrder(looks: readonly Look[]): string {
  const withoutDkim = looks.filter(isWithoutDkim).length;
  if (withoutDkim === 0) return '*all in order*';
  if (withoutDkim === looks.length) return '*SPF and DMARC in order*; DKIM not looked at';
  return `*what was looked at is in order*; DKIM of ${withoutDkim} not looked at`;
}

/** Of a name that is not in the DNS nothing else is told. */
function namelessText({ state, text, advice = '' }: Point): string {
  if (state === 'bad') return `*${esc(text, 200)}*. ${esc(advice, 200)}`;
  return `*nothing could be found out*: ${esc(text, 200)}. In the practice workspace these are the made-up ones.`;
}

/** Whoever typed a customer's name reads which domain was looked at; of several, each has its title. */
function takenFor(target: string, looks: readonly Look[]): string {
  const [only, ...others] = looks;
  const name = only && others.length === 0 ? nameOf(only) : target;
  return name.toLowerCase() === target.trim().toLowerCase() ? '' : ` (${esc(name, 100)})`;
}

function titleOf(look: Look): string {
  return `${LIGHTS[stateOf(look)]} \`${esc(nameOf(look), 100)}\``;
}

function partOf(look: Look, title: string | undefined): KnownBlock[] {
  return [
    section(fitLines([...(title ? [title] : []), ...pointLines(look)], ROOM)),
    ...packed(adviceLines(look)).map(section),
  ];
}

/** Characters of a section's text; Slack takes 3,000. */
const ROOM = 2900;

/** Joins lines to texts that fit a section each. No line is parted: a record is to be copied whole. */
function packed(lines: readonly string[]): string[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= ROOM) texts[texts.length - 1] = `${last}\n${line}`;
    else texts.push(line);
  }
  return texts;
}

function pointLines(look: Look): string[] {
  const lines = pointsOf(look).map(({ name, point }) => `${TICKS[point.state]} *${esc(name, 60)}*  ${said(point)}`);
  return isWithoutDkim(look) ? [...lines, NO_DKIM] : lines;
}

/** What nobody looked at is neither fine nor wrong, and has to be said. */
const NO_DKIM = ':information_source: *DKIM*  not looked at: no selector is known (`hygiene.dkimSelectors`)';

function said({ state, text, lastKnown }: Point): string {
  if (state !== 'unknown') return esc(text, 400);
  const before = lastKnown
    ? ` · last known ${when(lastKnown.at)}: ${TICKS[lastKnown.state]} ${esc(lastKnown.text, 200)}`
    : '';
  return `cannot be found out now: ${esc(text, 200)}${before}`;
}

/** What is wrong comes first; what is only better comes after. */
function adviceLines(look: Look): string[] {
  const advised = pointsOf(look).filter(({ point }) => point.advice !== undefined);
  const order = (point: Point) => (point.state === 'bad' ? 0 : 1);
  return advised
    .sort((a, b) => order(a.point) - order(b.point))
    .flatMap(({ name, point }) => [
      `:point_right: *${esc(name, 60)}*: ${esc(point.advice ?? '', 900)}`,
      ...(point.publish ?? []).flatMap((record) => recordLines(record, nameOf(look))),
    ]);
}

/**
 * A record to publish: new, or by what it replaces, which comes first, each text by itself. The value is a block that a finger can copy:
 * whole, or not at all.
 */
function recordLines(record: DnsRecord, target: string): string[] {
  const { name, type, replaces = [] } = record;
  const at = `at ${code(name)}`;
  if (replaces.length === 0) return [valueLine(`*New* ${type} record ${at}`, record, target)];
  const what = replaces.length === 1 ? `the ${type} record` : `these ${replaces.length} ${type} records`;
  return [`*Replace* ${what} ${at}:`, ...replaces.map(code), valueLine('by this one', record, target)];
}

function valueLine(title: string, record: DnsRecord, target: string): string {
  const { value, strings } = record;
  const shown = esc(written(record), ROOM);
  const parts = strings === undefined ? '' : `, in ${strings.length} strings`;
  const line = `${title}${parts}:\n\`\`\`${shown}\`\`\``;
  // A cut ends in an ellipsis, and a backtick would be shown as another sign.
  if (line.length <= ROOM && !shown.endsWith('…') && !value.includes('`')) return line;
  return `${title}: cannot be shown whole here; \`relaywarden dnscheck --json ${esc(target, 100)}\` has it`;
}

/** A record as code; an empty one has no marks, which would not be code. */
export function code(record: string): string {
  const text = esc(record, 900);
  return text === '' ? '(empty)' : `\`${text}\``;
}
