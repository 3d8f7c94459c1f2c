// The SPF record to publish instead: what stands there, with what is missing put in before the end. Pure.
import { parseSpf } from './record.js';

/** `ip4:203.0.113.17` or `ip6:2001:db8::25`. */
export function addressTerm(ip: string): string {
  return `${ip.includes(':') ? 'ip6' : 'ip4'}:${ip}`;
}

/** A whole record for a domain that has none. */
export function newRecord(terms: readonly string[]): string {
  return ['v=spf1', ...terms, '~all'].join(' ');
}

/** The record with the terms put in where they count: before `all` and redirect=, and nothing that no receiver can read. */
export function withTerms(text: string, added: readonly string[]): string {
  const { terms, redirect } = parseSpf(text);
  const before = terms.filter(({ mechanism }) => mechanism !== 'all').map((term) => term.text);
  const all = terms.find(({ mechanism }) => mechanism === 'all');
  // +all would let everybody in, whatever stands before it.
  const end = all ? (all.qualifier === '+' ? '~all' : all.text) : redirect ? `redirect=${redirect}` : '~all';
  return ['v=spf1', ...new Set([...before, ...added]), end].join(' ');
}

/** One record in place of several: all their terms, and the first one's end. */
export function merged(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  const terms = others.flatMap((text) => parseSpf(text).terms.filter(({ mechanism }) => mechanism !== 'all'));
  return withTerms(
    first,
    terms.map(({ text }) => text),
  );
}
