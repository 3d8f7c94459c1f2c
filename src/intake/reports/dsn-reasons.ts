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

/**
 * Answers for an address the reply that is about it, wherever the report has it; else the words beside it with the first reply that is nobody
 * else's. The report is gone through once, however many addresses it names.
 */
export function reasonsIn(lines: readonly string[], places: readonly Placed[]): (address: string) => string {
  const linesOf = new Map<string, Set<number>>();
  for (const { key, line } of places) linesOf.set(key, (linesOf.get(key) ?? new Set()).add(line));
  const sure = new Set(places.filter(({ place }) => place !== 'told').map(({ line }) => line));
  const replies = repliesIn(lines, places);
  return (address) => {
    const name = address.toLowerCase();
    const own = linesOf.get(name) ?? new Set();
    const isOthers = (line: number) => sure.has(line) && !own.has(line);
    const words = [...own].map((line) => wordsAt(line, name, lines, isOthers));
    const reply = words.find((text) => REPLY_CODE.test(text));
    if (reply !== undefined) return reply;
    const line = replies.find(({ about, at }) => !about || (about.get(name) ?? at + 1) <= at);
    return `${words[0] ?? ''} ${firstReply(line ? [line.text] : [])}`.trim().slice(0, MAX_TEXT);
  };
}

/** The first line of the report with a reply code; '' for none. */
export function firstReply(lines: readonly string[]): string {
  const line = lines.find(hasReply) ?? '';
  return line.replace(ANSWERED, '').trim().slice(0, MAX_TEXT);
}

function hasReply(line: string): boolean {
  return REPLY_CODE.test(line.slice(0, 500));
}

/** What stands behind an address on its line and below it, or was answered to the command that names it. */
function wordsAt(at: number, name: string, lines: readonly string[], isOthers: (line: number) => boolean): string {
  const first = lines[at] as string;
  if (ASKED.test(first)) return answersBelow(at, lines);
  const reason = [first.slice(first.toLowerCase().indexOf(name) + name.length).replace(/^[>\])"':.\s]+/, '')];
  for (const line of lines.slice(at + 1, endOf(at, lines, isOthers))) reason.push(line.trim());
  const text = reason.join(' ').trim().slice(0, MAX_TEXT);
  if (REPLY_CODE.test(text) || !REPLY_CODE.test(first)) return text;
  return first.replace(ANSWERED, '').trim().slice(0, MAX_TEXT);
}

/** The first line below that is empty, about somebody else, or of another command. */
function endOf(at: number, lines: readonly string[], isOthers: (line: number) => boolean): number {
  let end = at + 1;
  const isPart = (line: string) => line.trim() !== '' && !ASKED.test(line) && !NEXT_SERVER.test(line);
  while (end < Math.min(at + MAX_LINES, lines.length) && !isOthers(end) && isPart(lines[end] as string)) end++;
  return end;
}

function answersBelow(at: number, lines: readonly string[]): string {
  const below = lines.slice(at + 1, at + MAX_LINES);
  const end = below.findIndex((line) => !ANSWERED.test(line));
  const answers = below.slice(0, end < 0 ? undefined : end).map((line) => line.replace(ANSWERED, '').trim());
  return answers.join(' ').slice(0, MAX_TEXT);
}

/** A line with a reply; `about`: whom the lines before it name, by the line that does, undefined for nobody. */
interface ReplyLine {
  at: number;
  text: string;
  about: ReadonlyMap<string, number> | undefined;
}

/** What follows a recipient's name is about that one, up to an empty line; names that stand in a row share what follows. */
function repliesIn(lines: readonly string[], places: readonly Placed[]): ReplyLine[] {
  const named = new Map<number, Placed[]>();
  for (const each of places) {
    if (each.place === 'told') continue;
    const there = named.get(each.line);
    if (there) there.push(each);
    else named.set(each.line, [each]);
  }
  const replies: ReplyLine[] = [];
  let about: Map<string, number> | undefined;
  let isInRow = false;
  for (const [at, text] of lines.entries()) {
    const names = named.get(at);
    if (text.trim() === '' || NEXT_SERVER.test(text)) about = undefined;
    if (names) {
      if (!about || !isInRow) about = new Map();
      for (const { key } of names) if (!about.has(key)) about.set(key, at);
    }
    isInRow = names !== undefined && !/\s/.test(text.trim());
    if (hasReply(text)) replies.push({ at, text, about });
  }
  return replies;
}
