// A reply as a log, a notification or a person gives it → one line that begins with its code: `550 5.7.1 text`. Multi-line replies
// repeat their code before each line (RFC 5321 section 4.2.1), joined by line ends or, as Postfix logs them, by blanks: the repeats
// would stand in the middle of sentences.

export interface Reply {
  /** Code, enhanced code and text; without what the relay wrote around them. */
  text: string;
  /** Host that said it, where the relay's log names it. */
  host?: string;
  /** Reply code, 0 when there is none. */
  code: number;
  /** Enhanced status code (RFC 3463), '' when there is none. */
  status: string;
}

/** A reply is a few hundred bytes; beyond that nothing is worth reading, and it is outsiders' text. */
const MAX_REPLY = 2_000;
/** Where the code stands at the latest: behind the host's name and what the relay says of it. */
const MAX_PREFIX = 400;

/** Never throws; never slower than the first 2,000 characters. */
export function normaliseReply(raw: string): Reply {
  let text = raw.length > MAX_REPLY ? raw.slice(0, MAX_REPLY) : raw;
  const host = hostIn(text);
  text = withoutFrame(text);
  const head = /^(\d{3})([ -]|$)(?:(?:#|\()?([245]\.\d{1,3}\.\d{1,3})\b\)?)?/.exec(text);
  const code = head ? Number(head[1]) : 0;
  const status = head?.[3] ?? statusIn(text);
  if (head && isManyLines(text, head[1] as string, head[2] as string)) text = joinLines(text, head[1] as string);
  if (NEEDS_BLANKS.test(text)) text = text.replace(BLANKS, ' ').trim();
  return { text, code, status, ...(host === undefined ? {} : { host }) };
}

const NEEDS_BLANKS = /[\t\r\n]| {2}|^ | $/;
const BLANKS = /[ \t\r\n]+/g;

/** Postfix: `host mx.example[192.0.2.1] said: …`, `… refused to talk to me: …`. Exim: `host mx.example [192.0.2.1]: …`. */
function hostIn(text: string): string | undefined {
  if (!/^host /i.test(text)) return undefined;
  return /^host ([\w.-]{1,255})/i.exec(text)?.[1]?.toLowerCase();
}

/** Cuts off what the relay, a notification or a mail program wrote before the code and behind the text. */
function withoutFrame(text: string): string {
  const start = codeAt(text);
  const end = text.lastIndexOf(' (in reply to ');
  if (start === 0 && end < 0) return text;
  return text.slice(start, end > start ? end : undefined);
}

/** Where the first reply code is: at the beginning, or behind `said: `, `smtp; `, a quote; 0 when there is none. */
function codeAt(text: string): number {
  if (/^[245]\d\d(?![\d.])/.test(text)) return 0;
  const found = BEHIND_WORDS.exec(text.slice(0, MAX_PREFIX));
  return found ? found.index + (found[1] as string).length : 0;
}

const BEHIND_WORDS = /(^\s{1,20}|[:;] {1,4}|<<< |['"])[245]\d\d(?=[ -](?:#?[245]\.\d|\D))/;

function isManyLines(text: string, code: string, separator: string): boolean {
  return separator === '-' || text.includes(`\n${code}`) || text.includes(` ${code}-`);
}

/** Takes the repeated codes out, and the enhanced codes behind them. */
function joinLines(text: string, code: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf(code, 1); at >= 0; at = text.indexOf(code, at + 3)) {
    const before = text[at - 1];
    const after = text[at + 3];
    const isRepeat = (before === ' ' || before === '\n') && (after === '-' || after === ' ' || after === undefined);
    if (!isRepeat) continue;
    out += text.slice(from, at);
    from = at + 4;
    const status = /^#?[245]\.\d{1,3}\.\d{1,3} ?/.exec(text.slice(from, from + 12));
    if (status) from += status[0].length;
  }
  const joined = out + text.slice(from);
  return `${joined.slice(0, 3)} ${joined.slice(4)}`;
}

/** qmail and others write it behind the text, `(#5.7.1)`; some write it with a word before. */
function statusIn(text: string): string {
  if (!text.includes('.')) return '';
  return /(?:^|[\s(#])#?([245]\.[0-7]\.\d{1,3})(?![\w.])/.exec(text)?.[1] ?? '';
}
