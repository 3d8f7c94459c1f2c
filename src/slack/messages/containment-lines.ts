// A containment as a line, wherever one is shown: what holds which mail back, who placed it, when, and the proof that it works.
import type { ContainmentRow } from '../../incidents/store.js';
import { andMore, count } from '../../words.js';
import { esc } from './text/escape.js';
import { when } from './text/time.js';
import { CONTAINMENTS, proofText } from './text/words.js';

/** A containment as it is shown: with live counts and the customer's name. */
export type ContainmentView = ContainmentRow & { customerName: string };

/** A suspension of the customer that was placed on another incident. `link` leads to that incident's card. */
export type SuspensionView = ContainmentView & { link: string | undefined };

/** What stands in one line. */
type Together = [ContainmentView, ...ContainmentView[]];

/** Re-routes that one press placed for several customers: a line each would hide the rest of a card. */
export function placedTogether(rows: readonly ContainmentView[]): Together[] {
  const groups = new Map<string, Together>();
  for (const [i, row] of rows.entries()) {
    const { action, route, placedBy, placedAt, effectiveAt, failure } = row;
    const isAlike = action === 'reroute' && effectiveAt !== null && failure === null;
    const key = isAlike ? [route, placedBy, placedAt].join('|') : `${i}`;
    const together = groups.get(key);
    if (together) together.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

/** What stands together in a line, with whose mail below it. */
export function containmentsLine(rows: Together): string {
  const [first, ...others] = rows;
  if (others.length === 0) return containmentLine(first);
  const hits = rows.reduce((sum, row) => sum + row.hits, 0);
  const names = rows.map(
    (row) => `${esc(row.customerName, 80)}${row.hits > 0 ? ` (${count(row.hits, 'recipient')})` : ''}`,
  );
  const line = containmentLine({ ...first, hits, customerName: count(rows.length, 'customer') });
  return `${line}\n> ${names.join(', ')}`;
}

/** One containment as a line: what, whose mail, who, when, and the proof that it works. */
export function containmentLine(row: ContainmentView): string {
  return lineOf(row, ` · ${esc(row.customerName, 80)}`);
}

/** The line on the card of a compromise, which names the customer itself. */
export function ownContainmentLine(row: ContainmentRow): string {
  return lineOf(row, '');
}

/** The line on the card of an incident that is held back by what was placed on another: there it is lifted. */
export function suspensionLine({ link, ...row }: SuspensionView): string {
  const name = `incident ${row.incidentId}`;
  return lineOf(row, ` on ${link ? `<${link}|${name}>` : name}`);
}

function lineOf(row: ContainmentRow, whose: string): string {
  const { doing, noun, proof, emoji } = CONTAINMENTS[row.action];
  const done = doneOf(row);
  const by = esc(row.placedBy, 60);
  const since = when(row.placedAt);
  const what = `${whose}${row.route ? ` via ${esc(row.route, 60)}` : ''}`;
  if (row.effectiveAt === null && row.failure !== null)
    return `:x: *${noun} FAILED*${what} (@${by}, ${since}): ${esc(row.failure, 300)}`;
  if (row.effectiveAt === null) return `:hourglass_flowing_sand: *${doing}…*${what} (@${by}, ${since})`;
  const soFar =
    row.hits > 0 ? `${proofText(row.hits, row.action)} since ${since}` : `since ${since}, none ${proof} yet`;
  const unsaved = row.failure === null ? '' : `\n> :warning: ${esc(row.failure, 300)}. It is tried again`;
  return `${emoji} *${done}*${what} by ${by} · ${soFar}${unsaved}`;
}

/** Whom a block takes, for a line: the first address, or login, and how many more. */
export function whomOf({ senders, logins }: Pick<ContainmentRow, 'senders' | 'logins'>): string {
  const [first] = senders.length > 0 ? senders : logins;
  return first ? andMore([first], Math.max(senders.length, 1)) : '';
}

/** `Sender blocked`, or how many were. */
export function doneOf({ action, senders }: Pick<ContainmentRow, 'action' | 'senders'>): string {
  return action === 'block-sender' && senders.length > 1
    ? `${count(senders.length, 'sender')} blocked`
    : CONTAINMENTS[action].done;
}
