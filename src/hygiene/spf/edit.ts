// SPF records as texts that are changed: terms put in where they count, ends made milder, several made one. Pure.
import { type DnsRecord, txtAt } from '../look.js';
import { parseSpf, type SpfRecord, type SpfTerm } from './record.js';

/** `ip4:203.0.113.17` or `ip6:2001:db8::25`. */
export function addressTerm(ip: string): string {
  return `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`;
}

/** As it is published: SPF is TXT and nothing else (RFC 7208 section 3.1). */
export function spfAt(name: string, value: string): DnsRecord[] {
  return [txtAt(name, value)];
}

/**
 * A whole record for a domain that has none. It ends in ~all: a receiver may refuse mail at -all before it has looked at DKIM and DMARC
 * (RFC 7489 section 10.1), and nobody knows yet what else sends for the domain.
 */
export function newRecord(terms: readonly string[]): string {
  return ['v=spf1', ...terms, '~all'].join(' ');
}

/** The sign of `all`; undefined without one. */
export function endOf({ terms }: SpfRecord): SpfTerm['qualifier'] | undefined {
  return terms.find(isAll)?.qualifier;
}

/** Terms that receivers pass over (RFC 7208 section 5.1). */
export function behindAll({ terms }: SpfRecord): string[] {
  const end = terms.findIndex(isAll);
  return end < 0 ? [] : terms.slice(end + 1).map(({ text }) => text);
}

/**
 * The record with terms put in where they count: SPF stops at the first term that fits (section 4.6.2), so they come before any that may
 * refuse our mail. Everybody else gets what they got. Without those in `without`, and without what no receiver can read or reach.
 */
export function withTerms(text: string, added: readonly string[], without: readonly string[] = []): string {
  const { terms, redirect } = parseSpf(text);
  const all = terms.find(isAll);
  const reached = all ? terms.slice(0, terms.indexOf(all)) : terms;
  const kept = reached.filter((term) => !without.includes(term.text) && !isOverruled(term, added));
  const isRedirected = redirect !== undefined && !without.includes(`redirect=${redirect}`);
  const end = all ? [all.text] : isRedirected ? [`redirect=${redirect}`] : [];
  const refusing = kept.findIndex(mayRefuse);
  const words = kept.map((term) => term.text);
  words.splice(refusing < 0 ? words.length : refusing, 0, ...added);
  // What stands there twice stays so: with fewer look-ups it might be heeded, and refuse mail that it did not.
  const once = words.filter((word, i) => !added.includes(word) || words.indexOf(word) === i);
  return ['v=spf1', ...once, ...end, ...otherModifiers(text)].join(' ');
}

/** The record with terms at its very beginning: they count before a limit or a mistake is reached. */
export function inFront(text: string, terms: readonly string[]): string {
  return ['v=spf1', ...terms, ...wordsOf(text).slice(1)].join(' ');
}

function isAll({ mechanism }: SpfTerm): boolean {
  return mechanism === 'all';
}

/** A macro may lead to another record for every address. */
function mayRefuse({ qualifier, value }: SpfTerm): boolean {
  return qualifier !== '+' || value.includes('%{');
}

/** The same term with another sign never fits behind one of ours: `-ip4:203.0.113.17`. */
function isOverruled({ qualifier, text }: SpfTerm, added: readonly string[]): boolean {
  return qualifier !== '+' && added.includes(text.slice(1).toLowerCase());
}

/**
 * The record with ~ wherever it refuses mail: for one that receivers heed in part or not at all, so that nobody's mail is refused that
 * was not before. ?all stays; the end that redirect= would bring is not known.
 */
export function softened(text: string): string {
  const { redirect } = parseSpf(text);
  const words = closed(text)
    .split(' ')
    .map((word) => word.replace(/^-/, '~'));
  if (words.some((word) => /^[~?]all$/i.test(word)) || redirect === undefined) return words.join(' ');
  return words.flatMap((word) => (/^redirect=/i.test(word) ? [`include:${redirect}`, '~all'] : [word])).join(' ');
}

/** The record with ~all in place of an end that lets everybody in, or of none; modifiers stay behind it. */
export function closed(text: string): string {
  const record = parseSpf(text);
  const end = endOf(record);
  if (end === '+') return withEnd(text, '~all');
  return end === undefined && record.redirect === undefined ? withEnd(text, '~all') : text;
}

/** The record with another end. */
export function withEnd(text: string, end: string): string {
  const words = withTerms(text, []).split(' ');
  const at = words.findIndex((word) => /^[+\-~?]?all$/i.test(word));
  if (at >= 0) words[at] = end;
  else words.splice(words.length - otherModifiers(text).length, 0, end);
  return words.join(' ');
}

/** exp= and what is not known: it changes no result (section 6), and is not ours to take away. */
function otherModifiers(text: string): string[] {
  const [, ...words] = wordsOf(text);
  const isKept = (word: string) => /^(?!redirect=|v=)[a-z][a-z0-9_.-]*=[\x21-\x7e]*$/i.test(word);
  return words.filter((word) => isKept(word) && parseSpf(`v=spf1 ${word}`).faults.length === 0);
}

/**
 * One record in place of several sound ones: all their terms, those that refuse at the end, and the mildest of their ends. What redirect=
 * names is included, for its end is its own.
 */
export function merged(texts: readonly string[]): string {
  const records = texts.map((text) => parseSpf(text));
  const terms = records.flatMap((record) => {
    const end = record.terms.findIndex(isAll);
    return end < 0 ? record.terms : record.terms.slice(0, end);
  });
  const redirected = records.filter((record) => endOf(record) === undefined);
  const included = redirected.flatMap(({ redirect }) => (redirect === undefined ? [] : [`include:${redirect}`]));
  const letting = terms.filter(({ qualifier }) => qualifier === '+').map(({ text }) => text);
  const others = terms.filter(({ qualifier }) => qualifier !== '+').map(({ text }) => text);
  const ends = records.map((record) => endOf(record) ?? '~');
  const end = (['?', '~'] as const).find((mild) => ends.includes(mild)) ?? '-';
  const modifiers = otherModifiers(texts[0] ?? '');
  return ['v=spf1', ...new Set([...letting, ...included, ...others]), `${end}all`, ...modifiers].join(' ');
}

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}
