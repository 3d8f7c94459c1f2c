// The way off a list in words: the gate's checklist, requests and what holds them up. Lines for cards, digests and forms.
import type { AuditRow } from '../../../audit/record.js';
import { type Gate, type GatePoint, openPoints, whenMet } from '../../../delisting/gate.js';
import { type DelistingRequest, isRunning } from '../../../delisting/request.js';
import type { Trouble } from '../../../delisting/troubleshoot.js';
import { esc } from '../text/escape.js';
import { inReadersZone, span, when } from '../text/time.js';

/** The checklist: what keeps it shut first. */
export function gateLines(gate: Gate): string[] {
  const met = gate.points.filter(({ isMet }) => isMet);
  return [...openPoints(gate), ...met].map(pointLine);
}

/** One point, with the time at which it is met by itself. */
export function pointLine(point: GatePoint): string {
  return `${point.isMet ? ':white_check_mark:' : ':lock:'} ${inReadersZone(esc(point.text, 250))}${whenMet(point, when)}`;
}

const MARKS: Record<Trouble['state'], string> = { ok: ':white_check_mark:', bad: ':x:', unknown: ':grey_question:' };

/** Why a removal does not come, as far as the bot can tell. */
export function troubleLine({ state, text, opensAt }: Pick<Trouble, 'state' | 'text' | 'opensAt'>): string {
  return `${MARKS[state]} ${inReadersZone(esc(text, 300))}${opensAt === undefined ? '' : `, from ${when(opensAt)}`}`;
}

/** `:hourglass_flowing_sand: 203.0.113.17 at Spamhaus ZEN: asked by Ann today 14:02, attempt 2 · next look …` */
export function requestLine(request: DelistingRequest, listName: string): string {
  const { target, attempt, requestedAt, requestedByName, reference, overrideReason } = request;
  const again = attempt > 1 ? `, attempt ${attempt}` : '';
  const number = reference ? ` · ${esc(reference, 60)}` : '';
  const overridden = overrideReason ? ' · asked before the checklist was met' : '';
  const who = `asked by ${esc(requestedByName, 60)} ${when(requestedAt)}${again}`;
  return `${emojiOf(request)} \`${esc(target, 80)}\` at ${esc(listName, 80)}: ${who}${number}${overridden} · ${standOf(request)}`;
}

function emojiOf({ state }: DelistingRequest): string {
  return {
    waiting: ':hourglass_flowing_sand:',
    cleared: ':large_green_circle:',
    refused: ':no_entry_sign:',
    overdue: ':alarm_clock:',
  }[state];
}

function standOf(request: DelistingRequest): string {
  const { state, answer, halfAt, halfDoneAt, fullAt, closedAt } = request;
  const said = answer ? ` (${esc(answer, 120)})` : '';
  if (state === 'cleared') return `*gone*${closedAt ? ` ${when(closedAt)}` : ''}`;
  if (state === 'refused') return `*refused*${said}`;
  if (!isRunning(request)) return 'asked again since';
  if (state === 'overdue') return `*overdue* since ${when(fullAt)}${said}`;
  return `next look ${when(halfDoneAt === null ? halfAt : fullAt)}${said}`;
}

/** `was taken off on … after a request by Ann, who claimed: …` */
export function relistedLine(request: DelistingRequest, listName: string): string {
  const { target, closedAt, requestedAt, requestedByName, claim } = request;
  const off = closedAt === null ? '' : ` ${when(closedAt)}`;
  return `:repeat: \`${esc(target, 80)}\` was taken off ${esc(listName, 80)}${off}, after the request of ${esc(requestedByName, 60)} (${when(requestedAt)}), who claimed: “${esc(claim, 400)}”`;
}

/** The button of a request that a machine has refused. */
export const ASK_A_PERSON = 'Ask for a person';

type Line = (who: string, row: AuditRow) => string;

/** What the ledger puts on record, as lines of an incident's thread. */
export const DELISTING_LINES: Record<string, Line> = {
  'gate-open': () => ':unlock: Every point of the checklist is met: *removal may be asked for now*',
  'gate-locked': (_who, { details }) => `:lock: *Removal has to wait again*${unmetIn(details)}`,
  'no-culprit': (who) => `:detective: ${who} says that no culprit of ours is behind it`,
  'unsay-no-culprit': (who) => `:detective: ${who} took back that no culprit of ours is behind it`,
  'request-delisting': (who, { details }) => {
    const attempt = Number(details.attempt) > 1 ? ` (attempt ${Number(details.attempt)})` : '';
    const did = details.isReply ? 'answered the refusal for' : 'asked for the removal of';
    const again = typeof details.fullAt === 'number' ? `; expected by ${when(details.fullAt)}` : '';
    return `:outbox_tray: ${who} ${did} ${pairOf(details)}${attempt}${overriddenOf(details)}${again}`;
  },
  'keep-draft': (who, { details }) =>
    `:floppy_disk: ${who}’s text for the removal of ${pairOf(details)} is kept for whoever asks: *not sent*`,
  'record-answer': (who, { details }) => {
    const what = { accepted: 'accepted the request for', refused: 'refused the request for' }[String(details.answer)];
    const number = typeof details.reference === 'string' ? ` · number ${esc(details.reference, 80)}` : '';
    const next = details.isUnqualified ? `. A reply that asks for a person is ready under *${ASK_A_PERSON}*` : '';
    return what
      ? `:inbox_tray: Recorded by ${who}: ${nameOf(details)} ${what} ${targetOf(details)}${number}${next}`
      : `:label: ${who} noted an answer about ${pairOf(details)}${number}`;
  },
  'withdraw-request': (who, { details }) =>
    `:leftwards_arrow_with_hook: ${who} took back that the removal of ${pairOf(details)} was asked for: *not sent*`,
  're-check': (_who, { details }) =>
    `:mag: Looked again at ${details.stage === 'half' ? 'half the expected wait' : 'the end of the expected wait'}: ${pairOf(details)}, ${esc(String(details.result ?? ''), 200)}`,
  overdue: (_who, { details }) => {
    const troubles = Array.isArray(details.troubles) ? details.troubles.filter(isTrouble).slice(0, 6) : [];
    const head = `:alarm_clock: *Overdue*: ${pairOf(details)}, ${esc(String(details.result ?? ''), 200)}. What may hold it up:`;
    return [head, ...troubles.map(troubleLine)].join('\n');
  },
  delisted: (_who, { details }) => {
    const waited = typeof details.waitedMs === 'number' ? ` ${span(details.waitedMs)} after` : ' after';
    return `:tada: ${pairOf(details)} is gone,${waited} the request of ${esc(String(details.by ?? ''), 60)}`;
  },
  relisted: (_who, { details }) => {
    const off = typeof details.closedAt === 'number' ? ` ${when(details.closedAt)}` : '';
    return `:repeat: Listed again: ${pairOf(details)} was taken off${off} after the request of ${esc(String(details.by ?? ''), 60)}, who claimed: “${esc(String(details.claim ?? ''), 500)}”`;
  },
};

function unmetIn({ unmet }: AuditRow['details']): string {
  if (!Array.isArray(unmet) || unmet.length === 0) return '';
  const [first, second, ...more] = unmet.map((each) => inReadersZone(esc(String(each), 250)));
  return `: ${first}${second ? `; ${second}` : ''}${more.length > 0 ? `; and ${more.length} more` : ''}`;
}

function isTrouble(value: unknown): value is Pick<Trouble, 'state' | 'text'> {
  const { state, text } = (value ?? {}) as Record<string, unknown>;
  return typeof state === 'string' && Object.hasOwn(MARKS, state) && typeof text === 'string';
}

type Details = AuditRow['details'];

function pairOf(details: Details): string {
  return `${targetOf(details)} at ${nameOf(details)}`;
}

function targetOf({ target }: Details): string {
  return `\`${esc(String(target ?? ''), 80)}\``;
}

function nameOf({ listName, list }: Details): string {
  return esc(String(listName ?? list ?? ''), 80);
}

function overriddenOf({ override, shut }: Details): string {
  if (!override) return '';
  const points = Array.isArray(shut) ? shut.slice(0, 4).map((point) => esc(String(point), 120)) : [];
  return `, *although the checklist was not met*${points.length > 0 ? ` (${points.join('; ')})` : ''}`;
}
