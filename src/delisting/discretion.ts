// What an operator need not know: who our customers are. Names, domains, addresses and logins are taken out of every text that goes
// outside, before a person sees the draft. Pure.

import { oneLine } from './words.js';

export interface Privacy {
  /** Names, domains and logins of customers and partners. */
  secrets: readonly string[];
  /** What has to stay readable although it may be a customer's: the address or domain that is listed. */
  keep: string;
}

/** Shorter words are in half of all sentences. */
const SHORTEST = 3;

/** Bounded on both sides of the @, so that a long text without one costs no more than its length. */
const MAIL_ADDRESS = /[^\s<>()[\]:;,"'`@]{1,64}@[\p{L}\p{N}.-]{1,255}/gu;

/** The text with `[customer]` for a customer's or partner's name and `[address]` for a mail address of theirs. */
export function discreet(text: string, { secrets, keep }: Privacy): string {
  const words = [...new Set(secrets.map(folded))]
    .filter((secret) => secret.length >= SHORTEST && secret !== folded(keep))
    .toSorted((a, b) => b.length - a.length);
  if (words.length === 0) return text;
  const isTheirs = (address: string) => isOfAny(folded(address), words);
  const pattern = patternOf(words);
  return apartFrom(text.normalize('NFKC'), keep, (part) =>
    part.replace(MAIL_ADDRESS, (address) => (isTheirs(address) ? '[address]' : address)).replace(pattern, '[customer]'),
  );
}

/** Longer texts are cut: of a bounce or a note nothing matters that far down. */
const MOST_READ = 4_000;

/**
 * Outsiders' text, fit to go outside: one line, nothing hidden, nobody named, at most `max` characters. Hidden characters go first, for
 * they would hide a name; the cut comes last, for half a name is one too.
 */
export function fitForOutside(text: string, max: number, privacy: Privacy): string {
  return oneLine(discreet(oneLine(text, MOST_READ), privacy), max);
}

/** What our own people wrote for each other may name anybody: no mail address of it goes outside. */
export function withoutAddresses(text: string): string {
  return text.normalize('NFKC').replace(MAIL_ADDRESS, '[address]');
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase().replace(/\s+/g, ' ');
}

function isOfAny(address: string, words: readonly string[]): boolean {
  return words.some((word) => address === word || address.endsWith(`@${word}`) || address.endsWith(`.${word}`));
}

/** Whole words only: a customer named Post does not eat the postmaster. */
function patternOf(words: readonly string[]): RegExp {
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s+'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

/** Changes what stands around every mention of `keep`. */
function apartFrom(text: string, keep: string, change: (part: string) => string): string {
  if (keep === '') return change(text);
  const mention = new RegExp(`(${keep.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`, 'gi');
  return text
    .split(mention)
    .map((part, i) => (i % 2 === 1 ? part : change(part)))
    .join('');
}
