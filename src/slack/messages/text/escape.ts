// Outsiders' text made harmless for Slack. Every sender, reply, TXT record and note passes through here where it is put into a message.

/** Control characters, marks that turn text round, and characters that take no room: they hide what a text really says. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** Of those, the ones that make text read otherwise than it is; in a person's own text the others may have a meaning. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '`': "'" };
const BRACKETS: Record<string, string> = { '<': '‹', '>': '›' };

/**
 * Text for mrkdwn: one line, `& < >` as entities so that no mention or link survives, no backtick that could open a code span.
 * The result has at most `max` characters; the cut falls between code points of the source, never inside an entity.
 */
export function esc(text: string, max = 300): string {
  return cut(text, max, ENTITIES);
}

/**
 * Text for plain_text objects and notifications' headlines: nothing is parsed there, but clients differ in reading entities, so angle
 * brackets become look-alikes.
 */
export function plain(text: string, max = 75): string {
  return cut(text, max, BRACKETS);
}

/** Text of several lines that a form begins with. */
export function withoutTurns(text: string): string {
  return text.replace(TURNS, '');
}

/** A person's words as mrkdwn that quotes them, in which `*word*` turns bold; a block of their own takes them asTyped. */
export function quoted(text: string, max: number): string {
  return linesOf(text, max, ENTITIES)
    .map((line) => `> ${line}`)
    .join('\n');
}

/** A person's words and lines for plain_text objects, where Slack reads no marks; angle brackets as in plain. */
export function asTyped(text: string, max: number): string {
  return linesOf(text, max, BRACKETS).join('\n');
}

/** The lines of a text that say something; `max` characters of them at most, and `…` where that leaves some out. */
function linesOf(text: string, max: number, replace: Record<string, string>): string[] {
  const lines: string[] = [];
  let room = max;
  for (const line of text.split(/\r?\n/).filter((each) => cut(each, max, replace) !== '')) {
    if (room <= 0) return [...lines.slice(0, -1), `${lines.at(-1)?.replace(/…$/, '')}…`];
    const shown = cut(line, room, replace);
    lines.push(shown);
    room -= shown.length + 1;
  }
  return lines;
}

/** Joins lines until the next one would not fit; says how many are left out. */
export function fitLines(lines: readonly string[], max = 2900): string {
  const kept = lines.slice(0, fitCount(lines, max));
  const left = lines.length - kept.length;
  return left === 0 ? kept.join('\n') : [...kept, `… and ${left} more`].join('\n');
}

/** How many of the lines fitLines keeps. */
export function fitCount(lines: readonly string[], max = 2900): number {
  let length = 0;
  const first = lines.findIndex((line) => {
    length += line.length + 1;
    return length > max - 20;
  });
  return first === -1 ? lines.length : first;
}

function cut(text: string, max: number, replace: Record<string, string>): string {
  const clean = text
    .slice(0, max * 8)
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .replace(INVISIBLE, '')
    .trim();
  let out = '';
  let fits = 0;
  for (const char of clean) {
    const piece = replace[char] ?? char;
    if (out.length + piece.length > max) return `${out.slice(0, fits)}…`;
    out += piece;
    if (out.length < max) fits = out.length;
  }
  return out;
}
