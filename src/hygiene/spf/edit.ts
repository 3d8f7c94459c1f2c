// The SPF record to publish instead: what stands there, mended, with what is missing put in before the end. Pure.
import ipaddr from 'ipaddr.js';
import type { DnsRecord } from '../look.js';
import { parseSpf, type SpfTerm } from './record.js';

/** `ip4:203.0.113.17` or `ip6:2001:db8::25`. */
export function addressTerm(ip: string): string {
  return `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`;
}

/** As it is published: SPF is TXT and nothing else (RFC 7208 section 3.1). */
export function spfAt(name: string, value: string): DnsRecord[] {
  return [{ name, type: 'TXT', value }];
}

/**
 * A whole record for a domain that has none. It ends in ~all: a receiver may refuse mail at -all before it has looked at DKIM and DMARC
 * (RFC 7489 section 10.1), and nobody knows yet what else sends for the domain.
 */
export function newRecord(terms: readonly string[]): string {
  return ['v=spf1', ...terms, '~all'].join(' ');
}

/**
 * The record with terms put in where they count: before `all`, redirect= and an include with a macro, which may be broken for our
 * addresses alone. Without those in `without`, and without what no receiver can read.
 */
export function withTerms(text: string, added: readonly string[], without: readonly string[] = []): string {
  const { terms, redirect } = parseSpf(text);
  const kept = terms.filter((term) => term.mechanism !== 'all' && !without.includes(term.text));
  const all = terms.find(({ mechanism }) => mechanism === 'all');
  const isRedirected = redirect !== undefined && !without.includes(`redirect=${redirect}`);
  // +all would let everybody in, whatever stands before it.
  const end = all ? (all.qualifier === '+' ? '~all' : all.text) : isRedirected ? `redirect=${redirect}` : '~all';
  const macro = kept.findIndex(({ mechanism, value }) => mechanism === 'include' && value.includes('%{'));
  const words = kept.map((term) => term.text);
  words.splice(macro < 0 ? words.length : macro, 0, ...added);
  return ['v=spf1', ...new Set(words), end, ...otherModifiers(text)].join(' ');
}

/**
 * The record without a hard end: for one of which words are left out, whose mail must not be refused for that. ?all stays; the end that
 * redirect= would bring is not known.
 */
export function softened(text: string): string {
  const { terms, redirect } = parseSpf(text);
  const hasAll = terms.some(({ mechanism }) => mechanism === 'all');
  const words = wordsOf(text).map((word) => (/^-all$/i.test(word) ? '~all' : word));
  if (hasAll || redirect === undefined) return words.join(' ');
  return words.flatMap((word) => (/^redirect=/i.test(word) ? [`include:${redirect}`, '~all'] : [word])).join(' ');
}

/** exp= and what is not known: it changes no result (section 6), and is not ours to take away. */
function otherModifiers(text: string): string[] {
  const [, ...words] = wordsOf(text);
  const isKept = (word: string) => /^(?!redirect=|v=)[a-z][a-z0-9_.-]*=[\x21-\x7e]*$/i.test(word);
  return words.filter((word) => isKept(word) && parseSpf(`v=spf1 ${word}`).faults.length === 0);
}

/**
 * One record in place of several: all their terms, those that refuse at the end, and the mildest of their ends. What redirect= names is
 * included, for its end is its own.
 */
export function merged(texts: readonly string[]): Mended {
  const parts = texts.map(mended);
  const records = parts.map(({ text }) => parseSpf(text));
  const isAll = ({ mechanism }: SpfTerm) => mechanism === 'all';
  const terms = records.flatMap((record) => record.terms.filter((term) => !isAll(term)));
  const included = records.flatMap(({ redirect }) => (redirect === undefined ? [] : [`include:${redirect}`]));
  const letting = terms.filter(({ qualifier }) => qualifier === '+').map(({ text }) => text);
  const others = terms.filter(({ qualifier }) => qualifier !== '+').map(({ text }) => text);
  const ends = records.map((record) => record.terms.find(isAll)?.qualifier ?? '~');
  const end = (['?', '~'] as const).find((mild) => ends.includes(mild)) ?? '-';
  const modifiers = otherModifiers(parts[0]?.text ?? '');
  return {
    text: ['v=spf1', ...new Set([...letting, ...included, ...others]), `${end}all`, ...modifiers].join(' '),
    leftOut: parts.flatMap(({ leftOut }) => leftOut),
  };
}

export interface Mended {
  text: string;
  /** Words that are not in it, for nobody can tell what they mean. */
  leftOut: string[];
}

/** A record whose slips are put right, and the words of which nobody can tell what is meant; it is softened where there are any. */
export function mended(text: string): Mended {
  const plain = text
    .trim()
    .replace(/[\u2010-\u2015\u2212](?=all\b)/g, '-')
    .replace(/["\u201c\u201d\u00a0]/g, ' ')
    // Between terms, and not within a macro, where they may stand.
    .replace(/[,;]+(?![^{\s]*\})/g, ' ')
    // A blank behind the colon: "include: spf.example.net".
    .replace(/(?<=[\s+\-~?](?:include|exists|ip[46]?|a|mx):|\sredirect=) +/gi, '');
  const [, ...words] = wordsOf(plain);
  const tried = words.filter((word) => !/^v=spf1$/i.test(word)).map((word) => ({ word, right: rightWord(word) }));
  const isRead = ({ right }: { right: string }) => parseSpf(`v=spf1 ${right}`).faults.length === 0;
  const read = tried.filter(isRead).map(({ right }) => right);
  const leftOut = tried.filter((each) => !isRead(each)).map(({ word }) => word);
  const whole = withTerms(['v=spf1', ...read].join(' '), []);
  return { text: leftOut.length > 0 ? softened(whole) : whole, leftOut };
}

/** `ip:`, `ipv4:` and a bare address are meant as ip4: or ip6:, whichever the address is. */
function rightWord(word: string): string {
  const [, qualifier = '', address = '', prefix = ''] =
    /^([+\-~?]?)(?:ip(?:v?[46])?[:=])?([0-9a-f.:]+)(\/\d+)?$/i.exec(word) ?? [];
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return `${qualifier}ip4:${address}${prefix}`;
  return address.includes(':') && ipaddr.IPv6.isValid(address) ? `${qualifier}ip6:${address}${prefix}` : word;
}

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}
