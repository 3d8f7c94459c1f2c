// The answer to /dnscheck: ticks first, readable in five seconds; then what to do, with the record to publish.
import type { KnownBlock } from '@slack/types';
import { type DnsRecord, type Look, type Point, type PointState, pointsOf, stateOf } from '../../hygiene/look.js';
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
  /** Domains among them that are no customer's. */
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
  const headline = headlineOf(target, looks);
  const isOne = looks.length === 1;
  const parts = looks.flatMap((look) => partOf(look, isOne ? undefined : titleOf(look)));
  const own = [
    button({ action: DNSCHECK_BUTTONS.again, label: 'Check again', value: id }),
    button({ action: DNSCHECK_BUTTONS.share, label: 'Share to channel', value: id }),
  ];
  const head = [section(headline), ...(strangers.length > 0 ? [context(strangerText(strangers))] : [])];
  const foot = [
    context(`Looked ${when(at)}${sharedBy ? ` by ${esc(sharedBy, 60)}` : ' · only you see this'}`),
    ...(sharedBy === undefined ? [actions(`dnscheck-${id}`, own)] : []),
  ];
  const { shown, left } = fitParts(head, parts.slice(0, 40), [TOO_MUCH, ...foot]);
  const blocks: KnownBlock[] = [...head, ...shown, ...(left > 0 ? [TOO_MUCH] : []), ...foot];
  return message(headline, blocks);
}

const TOO_MUCH = context('… and more than fits here: look at one domain by itself, `/dnscheck example.com`');

/** Everything is judged as if it sent through us: a stranger's record owes us nothing. */
function strangerText(domains: readonly string[]): string {
  const names = domains.slice(0, 3).map((domain) => `\`${esc(domain, 100)}\``);
  return `:information_source: ${names.join(', ')} belongs to no customer here. That its SPF does not name our addresses is a fault only if it is to send through us.`;
}

/** One look in a few lines, for a private answer. */
export function lookText(look: Look): string {
  return fitLines([titleOf(look), ...pointLines(look), ...adviceLines(look)], 2900);
}

function headlineOf(target: string, looks: readonly Look[]): string {
  const name = `\`${esc(target, 100)}\`${takenFor(target, looks)}`;
  const points = looks.flatMap(pointsOf);
  const bad = points.filter(({ point }) => point.state === 'bad').length;
  const unknown = points.filter(({ point }) => point.state === 'unknown').length;
  if (bad > 0) return `${LIGHTS.bad} ${name}: *${bad} of ${points.length} to mend*`;
  if (points.length === 0 || unknown === points.length)
    return `${LIGHTS.unknown} ${name}: *nothing could be found out*. That does not mean that something is missing: ask again in a while.`;
  if (unknown > 0) return `${LIGHTS.unknown} ${name}: nothing wrong, *${unknown} could not be found out*`;
  return `${LIGHTS.ok} ${name}: *all in order*`;
}

/** Whoever typed a customer's name reads which domain was looked at; of several, each has its title. */
function takenFor(target: string, looks: readonly Look[]): string {
  const [only, ...others] = looks;
  const name = only && others.length === 0 ? nameOf(only) : target;
  return name.toLowerCase() === target.trim().toLowerCase() ? '' : ` (${esc(name, 100)})`;
}

function nameOf(look: Look): string {
  return look.kind === 'address' ? look.ip : look.domain;
}

function titleOf(look: Look): string {
  return `${LIGHTS[stateOf(look)]} \`${esc(nameOf(look), 100)}\``;
}

function partOf(look: Look, title: string | undefined): KnownBlock[] {
  const advice = adviceLines(look);
  return [
    section(fitLines([...(title ? [title] : []), ...pointLines(look)], 2900)),
    ...(advice.length > 0 ? [section(fitLines(advice, 2900))] : []),
  ];
}

function pointLines(look: Look): string[] {
  const lines = pointsOf(look).map(({ name, point }) => `${TICKS[point.state]} *${esc(name, 60)}*  ${said(point)}`);
  return look.kind === 'domain' && look.dkim.length === 0 ? [...lines, NO_DKIM] : lines;
}

/** What nobody looked at is neither fine nor wrong, and has to be said. */
const NO_DKIM =
  ':information_source: *DKIM*  not looked at: no selector of this domain is known (`hygiene.dkimSelectors` in config.yml)';

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
    .map(({ name, point }) => {
      const stands = point.state === 'bad' && point.record ? `\n> now: ${code(point.record)}` : '';
      const publish = (point.publish ?? []).map(recordLine).join('');
      return `:point_right: *${esc(name, 60)}*: ${esc(point.advice ?? '', 900)}${publish}${stands}`;
    });
}

/** Name and value each by itself, so that they can be copied. */
function recordLine({ name, type, value }: DnsRecord): string {
  return `\n> ${type} at ${code(name)}: ${code(value)}`;
}

/** A record as code; an empty one has no marks, which would not be code. */
export function code(record: string): string {
  const text = esc(record, 900);
  return text === '' ? '(empty)' : `\`${text}\``;
}
