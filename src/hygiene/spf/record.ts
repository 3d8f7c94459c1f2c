// An SPF record as a value (RFC 7208 sections 4.5, 4.6 and 12), with every mistake named by the term it is in. Pure.
import ipaddr from 'ipaddr.js';

type Qualifier = '+' | '-' | '~' | '?';

const MECHANISMS = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'] as const;
type Mechanism = (typeof MECHANISMS)[number];

export interface SpfTerm {
  /** As it stands in the record. */
  text: string;
  qualifier: Qualifier;
  mechanism: Mechanism;
  /** Domain, or address with its prefix for ip4 and ip6; '' when there is none. */
  value: string;
}

export interface SpfRecord {
  text: string;
  terms: SpfTerm[];
  /** Target of `redirect=`; only counts when there is no `all` (section 6.1). */
  redirect?: string;
  /** What makes a receiver give up on it (permerror), in words; empty when it is sound. */
  faults: string[];
  /** Words that receivers take for unknown modifiers, and that were meant as terms: `include=example.com`. */
  slips: string[];
}

/** Longer records do not come from people who want their mail read. */
const MAX_CHARACTERS = 10_000;

/** A word is a domain with some macros; longer ones only keep readers busy. */
export const WORD_AT_MOST = 300;

/** The texts among TXT records that are SPF records (section 4.5). */
export function spfRecordsAmong(texts: readonly string[]): string[] {
  return texts.filter((text) => /^v=spf1( |$)/i.test(text.trimEnd()));
}

/**
 * The terms in a word that lacks a blank between them: strings of a record are joined without any (section 3.3). `ip4:192.0.2.1-all`
 * gives `ip4:192.0.2.1`, `-all`.
 */
export function parted(word: string): string[] {
  return word
    .replace(/(?<=[^\s+\-~?])(?=[+\-~?]?(?:include:|ip[46]:|exists:|redirect=))/gi, ' ')
    .replace(/(?<=\d)(?=[+\-~?]?mx\b)/gi, ' ')
    .replace(/(?<=[^\s+\-~?])(?=[+\-~?]all$)/i, ' ')
    .split(' ');
}

/** Reads a record. Never throws; a term that cannot be read is a fault and left out. */
export function parseSpf(text: string): SpfRecord {
  const record: SpfRecord = { text, terms: [], faults: [], slips: [] };
  if (text.length > MAX_CHARACTERS) record.faults.push(`the record is ${text.length} characters long`);
  if (/[^\x20-\x7e]/.test(text)) record.faults.push('the record holds characters that are not ASCII');
  const [, ...words] = text.slice(0, MAX_CHARACTERS).trim().split(/ +/);
  for (const word of words) readTerm(record, word);
  return record;
}

function readTerm(record: SpfRecord, word: string): void {
  const [, name, value] = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(word) ?? [];
  if (name !== undefined) {
    readModifier(record, word, name.toLowerCase(), value ?? '');
    return;
  }
  const [, qualifier, mechanism = '', rest = ''] = /^([+\-~?]?)([a-z0-9]+)(.*)$/i.exec(word) ?? [];
  const known = MECHANISMS.find((candidate) => candidate === mechanism.toLowerCase());
  if (!known) {
    record.faults.push(`"${word.slice(0, 80)}" is no SPF term${hintFor(word)}`);
    return;
  }
  const term: SpfTerm = {
    text: word,
    qualifier: (qualifier || '+') as Qualifier,
    mechanism: known,
    value: rest.startsWith(':') ? rest.slice(1) : rest,
  };
  const fault = faultIn(term, rest);
  const isJoined = parted(word).length > 1;
  if (fault) record.faults.push(`"${word.slice(0, 80)}": ${isJoined ? 'a blank is missing in it' : fault}`);
  else record.terms.push(term);
}

function readModifier(record: SpfRecord, word: string, name: string, value: string): void {
  if (/^ip(v?[46])?$/.test(name) || MECHANISMS.some((mechanism) => mechanism === name)) record.slips.push(word);
  if (name !== 'redirect' && name !== 'exp') return; // Unknown modifiers are to be ignored (section 6).
  if (!isDomainSpec(value)) record.faults.push(`"${word}": ${name}= needs a domain`);
  else if (name === 'redirect' && record.redirect !== undefined) record.faults.push('redirect= stands there twice');
  else if (name === 'redirect') record.redirect = value;
}

/** Mistakes that are seen often. */
function hintFor(word: string): string {
  if (/^[+\-~?]?ip:/i.test(word)) return ' (ip4: or ip6: is meant)';
  if (/^\d+\.\d+\.\d+\.\d+/.test(word)) return ' (ip4: is missing before it)';
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(word)) return ' (include: or a: is missing before it)';
  if (/^v=spf1$/i.test(word)) return ' (it stands there twice)';
  return parted(word).length > 1 ? ' (a blank is missing in it)' : '';
}

function faultIn({ mechanism, value }: SpfTerm, rest: string): string | undefined {
  switch (mechanism) {
    case 'all':
      return rest === '' ? undefined : 'all takes nothing behind it';
    case 'include':
    case 'exists':
      return rest.startsWith(':') && isDomainSpec(value)
        ? undefined
        : `${mechanism} needs a domain: ${mechanism}:example.com`;
    case 'ip4':
    case 'ip6':
      return rest.startsWith(':') ? networkFault(mechanism, value) : `${mechanism} needs an address: ${mechanism}:…`;
    case 'ptr':
      return rest === '' || (rest.startsWith(':') && isDomainSpec(value)) ? undefined : 'what follows is no domain';
    default:
      return hostFault(rest);
  }
}

/** `a` and `mx`: an optional domain, then optional prefixes, `/24//64`. */
function hostFault(rest: string): string | undefined {
  const [, colon, domain = '', four, six] =
    /^(:([^/]*))?(?:\/(0|[1-9]\d{0,2}))?(?:\/\/(0|[1-9]\d{0,2}))?$/.exec(rest) ?? [];
  const isRead = colon !== undefined || four !== undefined || six !== undefined || rest === '';
  if (!isRead) return 'what follows is no domain and no prefix';
  if (colon !== undefined && !isDomainSpec(domain)) return 'what follows is no domain';
  if (Number(four ?? 0) > 32 || Number(six ?? 0) > 128) return 'the prefix is too long';
  return undefined;
}

function networkFault(mechanism: 'ip4' | 'ip6', value: string): string | undefined {
  const [address = '', prefix, ...more] = value.split('/');
  const isAddress = mechanism === 'ip4' ? ipaddr.IPv4.isValidFourPartDecimal(address) : ipaddr.IPv6.isValid(address);
  if (!isAddress || address.includes('%')) return `"${address}" is no ${mechanism === 'ip4' ? 'IPv4' : 'IPv6'} address`;
  const longest = mechanism === 'ip4' ? 32 : 128;
  const isPrefix = prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= longest);
  return isPrefix && more.length === 0 ? undefined : `the prefix must be /0 to /${longest}`;
}

/** A domain that may hold macros (section 7.1): visible ASCII, well-formed macros, and a last label or a macro at its end. */
function isDomainSpec(value: string): boolean {
  if (value.length > WORD_AT_MOST || !/^[\x21-\x7e]+$/.test(value)) return false;
  const plain = value.replace(/%(?:%|_|-|\{[slodipvhcrt]\d{0,3}r?[.\-+,/_=]*\})/gi, '');
  // Commas and semicolons stand between terms of people who take SPF for another list; a colon or an end where a blank is missing.
  if (/[%,;:=]|[+\-~?]all$/i.test(plain)) return false;
  const [last = '', ...before] = value.replace(/\.$/, '').split('.').reverse();
  const isLabel = before.length > 0 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(last) && /[a-z]/i.test(last);
  return isLabel || /%\{[^}]*\}$/.test(value);
}
