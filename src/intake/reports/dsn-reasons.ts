// Which words of a report in text belong to which recipient. A transcript of Sendmail quotes the replies of several servers one after
// the other: a reply that was given to one recipient says nothing of the next.

/** How surely an address at its place is a failed recipient; the surest kind that occurs is taken, alone. */
export type Place = 'alone' | 'refused' | 'told';

export interface Placed {
  address: string;
  /** The address in lower case. */
  key: string;
  /** Index into the report's lines. */
  line: number;
  place: Place;
}

const MAX_TEXT = 2_000;
const MAX_LINES = 12;
const REPLY_CODE = /(?:^|[\s#:(>])(?:[45]\d\d[ -]|[45]\.\d{1,3}\.\d{1,3}\b)/;
/** In a transcript: what was asked, what was answered, and that another server comes now. */
const ASKED = /^\s*>>>/;
const ANSWERED = /^\s*<<<\s?/;
const NEXT_SERVER = /^\s*\.\.\. ?while talking to/i;

/** The reply that is about an address, wherever the report has it; else the words beside it with the first reply that is nobody else's. */
export function reasonOf(address: string, lines: readonly string[], places: readonly Placed[]): string {
  const name = address.toLowerCase();
  const own = places.filter(({ key }) => key === name).map(({ line }) => line);
  const others = linesOfOthers(name, places);
  const words = own.map((line) => wordsAt(line, name, lines, others));
  const reply = words.find((text) => REPLY_CODE.test(text));
  if (reply !== undefined) return reply;
  const text = words[0] ?? '';
  return `${text} ${firstReply(withoutOthers(name, lines, places))}`.trim().slice(0, MAX_TEXT);
}

/** The first line of the report with a reply code; '' for none. */
export function firstReply(lines: readonly string[]): string {
  const line = lines.find((each) => REPLY_CODE.test(each.slice(0, 500))) ?? '';
  return line.replace(ANSWERED, '').trim().slice(0, MAX_TEXT);
}

/** What stands behind an address on its line and below it, or was answered to the command that names it. */
function wordsAt(at: number, name: string, lines: readonly string[], others: ReadonlySet<number>): string {
  const first = lines[at] as string;
  if (ASKED.test(first)) return answersBelow(at, lines);
  const reason = [first.slice(first.toLowerCase().indexOf(name) + name.length).replace(/^[>\])"':.\s]+/, '')];
  for (const line of lines.slice(at + 1, endOf(at, lines, others))) reason.push(line.trim());
  const text = reason.join(' ').trim().slice(0, MAX_TEXT);
  if (REPLY_CODE.test(text) || !REPLY_CODE.test(first)) return text;
  return first.replace(ANSWERED, '').trim().slice(0, MAX_TEXT);
}

/** The first line below that is empty, about somebody else, or of another command. */
function endOf(at: number, lines: readonly string[], others: ReadonlySet<number>): number {
  let end = at + 1;
  const isPart = (line: string) => line.trim() !== '' && !ASKED.test(line) && !NEXT_SERVER.test(line);
  while (end < Math.min(at + MAX_LINES, lines.length) && !others.has(end) && isPart(lines[end] as string)) end++;
  return end;
}

function answersBelow(at: number, lines: readonly string[]): string {
  const below = lines.slice(at + 1, at + MAX_LINES);
  const end = below.findIndex((line) => !ANSWERED.test(line));
  const answers = below.slice(0, end < 0 ? undefined : end).map((line) => line.replace(ANSWERED, '').trim());
  return answers.join(' ').slice(0, MAX_TEXT);
}

/** Lines that surely name others and not this one. */
function linesOfOthers(name: string, places: readonly Placed[]): Set<number> {
  const own = new Set(places.filter(({ key }) => key === name).map(({ line }) => line));
  return new Set(places.filter(({ place, line }) => place !== 'told' && !own.has(line)).map(({ line }) => line));
}

/** The lines without those that follow another recipient's name, up to an empty one; names that stand in a row share what follows. */
function withoutOthers(name: string, lines: readonly string[], places: readonly Placed[]): string[] {
  const named = new Map<number, string[]>();
  for (const { key, line, place } of places) if (place !== 'told') named.set(line, [...(named.get(line) ?? []), key]);
  let about: string[] = [];
  let isInRow = false;
  return lines.filter((line, i) => {
    const names = named.get(i);
    if (line.trim() === '' || NEXT_SERVER.test(line)) about = [];
    if (names) about = isInRow ? [...about, ...names] : names;
    isInRow = names !== undefined && !/\s/.test(line.trim());
    return about.length === 0 || about.includes(name);
  });
}
