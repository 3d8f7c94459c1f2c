// Names that ask a blocklist, and what its answer means (RFC 5782 sections 2 and 4). Pure.
import ipaddr from 'ipaddr.js';
import type { DnsAnswer, Records } from '../dns/answer.js';
import type { Blocklist, TargetKind } from './operator.js';
import type { Target } from './target.js';

/** refused: the list declined to answer us. unknown: nobody can tell from this answer. Neither is ever shown as clear or listed. */
export type Verdict = 'listed' | 'clear' | 'refused' | 'unknown';

export interface Judgement {
  verdict: Verdict;
  /** The addresses the list answered with, in its order. */
  codes: string[];
  /** What they mean, or why there is no verdict; our words. */
  meanings: string[];
}

/**
 * What stands before the zone in a question: reversed octets, reversed nibbles (RFC 5782 section 2.4) or the domain,
 * by the form a list wants domains in.
 */
export function prefixesOf(target: Target): Record<Blocklist['domainForm'], string> {
  if (target.kind === 'domain') return { 'as-given': target.text, registered: target.registered };
  const reversed = reversedAddress(target.ip);
  return { 'as-given': reversed, registered: reversed };
}

/**
 * The part before the zone for one of a list's test entries, e.g. `2.0.0.127`, or `example.com`.
 * An entry like `::ffff:7f00:2` is asked as IPv6 (RFC 5782 section 5), one like `127.0.0.2` as IPv4 on a domain list too.
 */
export function testEntryPrefix(entry: string, kind: TargetKind): string {
  const isAddress = kind === 'ipv6' ? ipaddr.IPv6.isValid(entry) : ipaddr.IPv4.isValidFourPartDecimal(entry);
  return isAddress ? reversedAddress(ipaddr.parse(entry)) : entry.toLowerCase();
}

function reversedAddress(ip: ipaddr.IPv4 | ipaddr.IPv6): string {
  const bytes = ip.toByteArray().reverse();
  if (ip.kind() === 'ipv4') return bytes.join('.');
  return bytes.map((byte) => `${(byte & 15).toString(16)}.${(byte >> 4).toString(16)}`).join('.');
}

/** What one address in an answer says. */
interface Reading {
  sense: 'broken' | 'refused' | 'listed' | 'undocumented' | 'noted';
  meanings: string[];
}

/**
 * From what weighs most to what weighs least: a zone that is not the list's own any more says nothing, whatever else it says, and what a
 * list only remarks takes nothing from a listing beside it.
 */
const WEIGHT: Reading['sense'][] = ['broken', 'refused', 'listed', 'undocumented', 'noted'];
const VERDICTS: Record<Reading['sense'], Verdict> = {
  broken: 'unknown',
  refused: 'refused',
  listed: 'listed',
  undocumented: 'unknown',
  noted: 'unknown',
};

/** A hostile answer over TCP may hold thousands of addresses; no list has so many codes. */
const MOST_KEPT = 64;

/** Reads the A records of an answer by the list's own rules. No records mean clear. */
export function judge(list: CodeRules, addresses: readonly string[]): Judgement {
  if (addresses.length === 0) return { verdict: 'clear', codes: [], meanings: [] };
  const readings = addresses.map((address) => readCode(list, address));
  const sense = WEIGHT.find((candidate) => readings.some((reading) => reading.sense === candidate)) ?? 'undocumented';
  const telling = readings.filter((reading) => reading.sense === sense);
  return {
    verdict: VERDICTS[sense],
    codes: addresses.slice(0, MOST_KEPT),
    meanings: [...new Set(telling.flatMap((reading) => reading.meanings))].slice(0, MOST_KEPT),
  };
}

/** What of a list is needed to read its answers. */
type CodeRules = Pick<Blocklist, 'match' | 'returnCodes' | 'errorCodes' | 'noteCodes'>;

function readCode(list: CodeRules, address: string): Reading {
  if (!address.startsWith('127.')) {
    return {
      sense: 'broken',
      meanings: [`answered ${address}, outside 127.0.0.0/8: the zone is parked or no longer the list's own`],
    };
  }
  const error = errorMeaning(list, address);
  if (error !== undefined) return { sense: 'refused', meanings: [error] };
  const notes = codeMeanings(list.noteCodes ?? {}, address);
  if (notes.length > 0) return { sense: 'noted', meanings: notes };
  const meanings =
    list.match === 'bitmask' ? bitMeanings(list.returnCodes, address) : codeMeanings(list.returnCodes, address);
  if (meanings.length > 0 && !isUndocumentedLoopback(list, address)) return { sense: 'listed', meanings };
  // RFC 5782 section 5 keeps 127.0.0.1 out of lists; as an answer it is what refusing lists and captive resolvers give.
  if (address === '127.0.0.1')
    return { sense: 'refused', meanings: ['answered 127.0.0.1, which is no listing code of this list'] };
  if (list.match === 'any') return { sense: 'listed', meanings: ['listed'] };
  if (list.errorCodes.other !== undefined) return { sense: 'refused', meanings: [list.errorCodes.other] };
  return { sense: 'undocumented', meanings: [`answered ${address}, a code the list does not document`] };
}

/** Reports whether the DNS says that there is no such entry: the name does not exist, and is no alias. */
export function isNoSuchName(answer: DnsAnswer): boolean {
  return answer.kind === 'none' && answer.alias === undefined;
}

/** Why an answer without an address, and other than `isNoSuchName`, says nothing of the entry; fit to be shown. */
export function unheardReason(answer: Exclude<DnsAnswer, Records>): string {
  switch (answer.kind) {
    case 'none':
      return 'answered with an alias that leads to no address';
    case 'refused':
      return 'the DNS server refused the question';
    case 'servfail':
      return `the list's servers could not be asked (${answer.rcode})`;
    case 'timeout':
      return 'no answer in time';
    case 'unreachable':
      return `the DNS server cannot be reached (${answer.reason})`;
    case 'malformed':
      return `no readable answer (${answer.reason})`;
  }
}

/** Reports whether the list itself says what this answer means: a listing, a refusal or a remark. */
export function isDocumented(list: CodeRules, address: string): boolean {
  if (!address.startsWith('127.')) return false;
  if (errorMeaning(list, address) !== undefined || codeMeanings(list.noteCodes ?? {}, address).length > 0) return true;
  const codes = list.returnCodes;
  if (list.match === 'bitmask') return bitMeanings(codes, address).length > 0;
  return codeMeanings(codes, address).length > 0 && !isUndocumentedLoopback(list, address);
}

function errorMeaning({ match, errorCodes }: CodeRules, address: string): string | undefined {
  const [own] = codeMeanings(errorCodes, address);
  if (own !== undefined) return own;
  if (address.startsWith('127.255.255.')) return `answered ${address}: the list refused the question`;
  return match === 'bitmask' ? bitMeanings(errorCodes, address)[0] : undefined;
}

/** A pattern for a whole octet range does not document 127.0.0.1. */
function isUndocumentedLoopback({ match, returnCodes }: CodeRules, address: string): boolean {
  return address === '127.0.0.1' && match !== 'bitmask' && returnCodes[address] === undefined;
}

function codeMeanings(codes: Readonly<Record<string, string>>, address: string): string[] {
  const exact = codes[address];
  if (exact !== undefined) return [exact];
  return Object.entries(codes)
    .filter(([key]) => (key.endsWith('.*') ? address.startsWith(key.slice(0, -1)) : isInRange(key, address)))
    .map(([, meaning]) => meaning);
}

function isInRange(key: string, address: string): boolean {
  const [first, last] = key.split('-');
  if (first === undefined || last === undefined) return false;
  const value = toNumber(address);
  return value >= toNumber(first) && value <= toNumber(last);
}

function bitMeanings(codes: Readonly<Record<string, string>>, address: string): string[] {
  const lastOctet = toNumber(address) & 255;
  return Object.entries(codes)
    .filter(([bit]) => /^\d{1,3}$/.test(bit) && (lastOctet & Number(bit)) !== 0)
    .map(([, meaning]) => meaning);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}
