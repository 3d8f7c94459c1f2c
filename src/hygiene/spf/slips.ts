// Texts that were meant as SPF records and are written wrong: whether one is, why receivers see none in it, and what was meant. Pure.
import ipaddr from 'ipaddr.js';
import { behindAll, closed, endOf, softened, withTerms } from './edit.js';
import { parseSpf, parted, spfRecordsAmong } from './record.js';

/** How they begin: `v=spf1;`, `v = spf1`, `"v=spf1`, `v=spf1include:…`, or as Sender ID does (`spf2.0/pra`, RFC 4406). */
const BEGINNING = /^[^a-z0-9]*(?:v\W{0,5}spf(?:\W?\d{1,2}(?:\.0)?(?![\d.]))?|spf2\.0(?:\/[a-z,]*)?|spf1(?![a-z0-9]))/i;

/** Terms without any version: `include:spf.example.net -all`. */
const WITHOUT_VERSION = /^\W*(?:(?:include|ip[46]|a|mx|exists):|redirect=|(?:a|mx)\s).{0,9999}[+\-~?]all\W*$/is;

/** The texts among TXT records that were meant as SPF records, and that receivers pass over. */
export function almostSpfAmong(texts: readonly string[]): string[] {
  const spf = new Set(spfRecordsAmong(texts));
  return texts.filter((text) => !spf.has(text) && (BEGINNING.test(text) || WITHOUT_VERSION.test(text)));
}

/** Why receivers see no SPF record in such a text, as a half sentence. */
export function whyNone(text: string): string {
  if (/^[ \t\r\n]/.test(text)) return 'a blank stands before v=spf1';
  if (/^["'\u201c-\u201f\u2018\u2019]/.test(text)) return 'it stands in quotation marks';
  if (/^[^\x20-\x7e]/.test(text)) return 'an invisible character stands before v=spf1';
  if (/^spf2/i.test(text)) return 'it is Sender ID (spf2.0), which nobody heeds any more';
  if (/^v=spf1[a-z+\-~?]/i.test(text)) return 'a blank is missing behind v=spf1';
  return `it begins with "${text.slice(0, 12)}" instead of "v=spf1 "`;
}

export interface Mended {
  text: string;
  /** Words that are not in it: nobody can tell what they mean, or they stood behind `all`. */
  leftOut: string[];
  /** Why it ends otherwise than what was meant, in whole sentences. */
  ends: string[];
}

/** What was meant, without the words of which nobody can tell. No receiver heeds it until now, so it refuses nothing. */
export function mended(text: string): Mended {
  const body = text.trim().replace(BEGINNING, ' ');
  // Strings that were pasted with their quotation marks: receivers would have joined them without a blank.
  const [apart, joined] = [' ', ''].map((between) => wordsIn(body.replace(/"\s*"/g, between)));
  const tried = apart && joined && faultsIn(joined) < faultsIn(apart) ? joined : (apart ?? []);
  const read = ['v=spf1', ...new Set(tried.filter(isRead).map(({ right }) => right))].join(' ');
  const leftOut = [...tried.filter((each) => !isRead(each)).map(({ word }) => word), ...behindAll(parseSpf(read))];
  const whole = closed(withTerms(read, []));
  const mild = softened(whole);
  return { text: mild, leftOut, ends: mild === whole ? endAdded(read) : [REFUSES_NOTHING] };
}

const REFUSES_NOTHING =
  'No receiver heeds it until now, so it refuses nothing yet: ~all may become -all once you know that all mail passes.';

function endAdded(text: string): string[] {
  const end = endOf(parseSpf(text));
  if (end === '+') return [CLOSED];
  return end === undefined ? ['It ends in ~all where no end was.'] : [];
}

/** In place of +all. */
export const CLOSED = 'It ends in ~all instead of +all, which lets everybody send.';

interface Tried {
  /** As it stands there. */
  word: string;
  /** As it is meant. */
  right: string;
}

function wordsIn(body: string): Tried[] {
  const plain = body
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/[\u2010-\u2015\u2212](?=\s*all\b)/g, '-')
    .replace(/["\u201c-\u201f\u00a0]/g, ' ')
    // Between terms, and not within a macro, where they may stand.
    .replace(/[,;]+(?![^{\s]*\})/g, ' ')
    // A blank behind the colon or the sign: "include: spf.example.net", "- all".
    .replace(/(?<=[\s+\-~?](?:include|exists|ip[46]?|a|mx):|\sredirect=) +/gi, '')
    .replace(/(?<=\s[+\-~?])\s+(?=all\b)/gi, '');
  const words = plain.split(/\s+/).flatMap(parted);
  const terms = words.filter((word) => word !== '' && !/^v=spf1$/i.test(word));
  return terms.map((word) => ({ word, right: rightWord(word) }));
}

function isRead({ right }: Tried): boolean {
  return parseSpf(`v=spf1 ${right}`).faults.length === 0;
}

function faultsIn(tried: readonly Tried[]): number {
  return tried.filter((each) => !isRead(each)).length;
}

/** `ip:`, `ipv4:` and a bare address are meant as ip4: or ip6:, whichever it is; `-all.` ends a sentence; `include=` lacks its colon. */
function rightWord(word: string): string {
  if (/^[+\-~?]?(include|a|mx|exists|ptr)=./i.test(word)) return word.replace('=', ':');
  const [, all] = /^([+\-~?]?all)[.:!']+$/i.exec(word) ?? [];
  if (all !== undefined) return all;
  const [, qualifier = '', address = '', prefix = ''] =
    /^([+\-~?]?)(?:ip(?:v?[46])?[:=])?([0-9a-f.:]+)(\/\d+)?$/i.exec(word) ?? [];
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return `${qualifier}ip4:${address}${prefix}`;
  return address.includes(':') && ipaddr.IPv6.isValid(address) ? `${qualifier}ip6:${address}${prefix}` : word;
}
