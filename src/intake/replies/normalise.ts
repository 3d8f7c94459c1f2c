// A reply as a log, a notification or a person gives it → one line that begins with its code: `550 5.7.1 text`. Multi-line replies
// repeat their code before each line (RFC 5321 section 4.2.1), joined by line ends or, as Postfix logs them, by blanks: the repeats
// would stand in the middle of sentences.
import { type Masked, maskReply, textOf } from './mask.js';

export interface Reply {
  /** Code, enhanced code and text, without what the relay wrote around them, and masked. */
  text: string;
  /** Reply code, 0 when there is none. */
  code: number;
  addresses: readonly string[];
}

/** A reply before its text is put together, which one that is remembered does without. */
export interface Normalised {
  code: number;
  /** Said in place of a greeting, as the relay's log has it or by its form: before anybody had told who writes to whom. */
  isGreeting: boolean;
  masked: Masked;
}

/** A reply is a few hundred bytes; beyond that nothing is worth reading, and it is outsiders' text. */
const MAX_REPLY = 2_000;
/** Where the code stands at the latest: behind the host's name and what the relay says of it. */
const MAX_PREFIX = 400;

/** Never throws; reads no further than the first 2,000 characters. */
export function normaliseReply(raw: string): Reply {
  return replyOf(normalise(raw, ''));
}

/** As normaliseReply, in two steps; for `before` and `domain` see maskReply. Holds until the next call. */
export function normalise(raw: string, before: string, domain?: string): Normalised {
  const cut = raw.length > MAX_REPLY ? raw.slice(0, MAX_REPLY) : raw;
  const start = codeOf(cut) === 0 ? codeAt(cut) : 0;
  const text = withoutFrame(cut, start);
  const code = codeOf(text);
  const isGreeting = start > 0 ? isBehindGreeting(cut, start) : code === 554 && GREETING.test(cut);
  const key = isGreeting ? `!${before}` : before;
  return { code, isGreeting, masked: maskReply(isOfLines(text, code) ? joinLines(text) : text, key, domain) };
}

function isBehindGreeting(text: string, start: number): boolean {
  if (text.startsWith(REFUSED_TO_TALK, start - REFUSED_TO_TALK.length)) return true;
  const at = text.lastIndexOf(INITIAL_CONNECTION, start);
  return at >= 0 && HOST_OR_NOTHING.test(text.slice(at + INITIAL_CONNECTION.length, start));
}

/** Postfix, of a host that greets with a refusal. */
const REFUSED_TO_TALK = ' talk to me: ';
/** Exim, of the same; older versions name the host behind it. */
const INITIAL_CONNECTION = 'after initial connection: ';
const HOST_OR_NOTHING = /^(?:host \S{1,255}(?: \[[^\]]{1,64}\])?: )?$/;
/** Nothing but a host's name is how a server greets whom it will not serve (RFC 5321 section 3.1); sendmail adds words. */
const GREETING =
  /^554[ -][\w.-]{1,255}(?:\.[a-z]{2,24}\.?(?: E?SMTP)?| E?SMTP not accepting (?:messages|mail|connections))(?:\s{1,2}554)?\s*$/i;

export function replyOf({ code, masked }: Normalised): Reply {
  return { text: textOf(masked), code, addresses: masked.addresses };
}

function isOfLines(text: string, code: number): boolean {
  return code !== 0 && (text[3] === '-' || text.includes('\n'));
}

/** Enhanced status code in a normalised reply, mostly behind its code; some write it behind the text, `(#5.7.1)`. '' when there is none. */
export function statusOf(text: string): string {
  return /(?:^|[\s(#])#?([245]\.[0-7]\.\d{1,3})(?![\w.])/.exec(text)?.[1] ?? '';
}

/**
 * Host that said it, where the relay's log names it. Postfix: `host mx.example[192.0.2.1] said: …`, `… refused to talk to me: …`.
 * Exim: `host mx.example [192.0.2.1]: …`.
 */
export function hostIn(text: string): string | undefined {
  return text.startsWith('host ') ? /^host ([\w.-]{1,255})/.exec(text)?.[1] : undefined;
}

/** Cuts off what the relay, a notification or a mail program wrote before the code and behind the text. */
function withoutFrame(text: string, start: number): string {
  const end = text.lastIndexOf(' (in reply to ');
  if (start === 0 && end < 0) return text;
  return text.slice(start, end > start ? end : undefined);
}

/** The reply code a text begins with; 0 when it does not. */
function codeOf(text: string): number {
  const first = text.charCodeAt(0) - ZERO;
  const second = text.charCodeAt(1) - ZERO;
  const third = text.charCodeAt(2) - ZERO;
  if (!(first >= 2 && first <= 5 && second >= 0 && second <= 9 && third >= 0 && third <= 9)) return 0;
  const isEnd = text.length === 3 || ' -\t\r\n'.includes(text[3] as string);
  return isEnd ? first * 100 + second * 10 + third : 0;
}

const ZERO = 48;

/** Where the code is that stands behind `said: `, `smtp; `, a quote; 0 when there is none. */
function codeAt(text: string): number {
  for (const words of [' said: ', REFUSED_TO_TALK]) {
    const at = text.indexOf(words) + words.length;
    if (at >= words.length && at < MAX_PREFIX && codeOf(text.slice(at, at + 4)) !== 0) return at;
  }
  const found = BEHIND_WORDS.exec(text.slice(0, MAX_PREFIX));
  return found ? found.index + (found[1] as string).length : 0;
}

const BEHIND_WORDS = /(^\s{1,20}|[:;] {1,4}|<<< |['"])[245]\d\d(?=[ -](?:#?[245]\.\d|\D))/;

/** Takes the repeated codes out, and the enhanced codes behind them. */
function joinLines(text: string): string {
  const code = text.slice(0, 3);
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
  return `${code} ${(out + text.slice(from)).slice(4)}`;
}
