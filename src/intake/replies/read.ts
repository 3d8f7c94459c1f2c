// What a pattern that matched says of one reply: the meaning it stands for, with address, list, domain and code out of the text.
import { parseIp } from '../../mail/ip.js';
import { readAskedSite } from './asked-site.js';
import { zoneNamed } from './list-names.js';
import { zoneAround } from './list-sites.js';
import { type Reply, statusOf } from './normalise.js';
import { opinionIn } from './opinions.js';
import type { Entry } from './order.js';
import { IP, type Meaning, type ReplyMeaning, re, ZONE } from './reply.js';

type Groups = Readonly<Record<string, string | undefined>>;
const NO_GROUPS: Groups = {};

/** `known` are the providers it may be; `dsn` is the log's enhanced status code. */
export function readMatch(
  entry: Entry,
  match: RegExpExecArray,
  reply: Reply,
  known: readonly string[],
  dsn: string | undefined,
): ReplyMeaning {
  const groups: Groups = match.groups ?? NO_GROUPS;
  const { meaning, id: patternId, rerouteHelps } = entry;
  const isPermanent = entry.isPermanent === 'by-code' ? isFinal(reply, dsn) : entry.isPermanent;
  const code = groups.code?.toUpperCase() ?? entry.code;
  const read: ReplyMeaning = { meaning, patternId, isPermanent, rerouteHelps, code };
  const provider = entry.alsoOf?.find((id) => known.includes(id)) ?? entry.provider ?? theOnly(known);
  if (provider !== undefined) read.provider = provider;
  const ip = groups.ip === undefined ? addressBeside(meaning, reply) : addressIn(groups.ip);
  if (ip !== undefined) read.ip = ip;
  const site = groups.site === undefined ? undefined : zoneAround(reply.text, groups.site, match.index);
  const zone = groups.zone ?? site ?? entry.zoneOfCode?.[code] ?? entry.zone ?? zoneBeside(meaning, reply);
  if (zone !== undefined) read.zone = zoneNamed(zone);
  else if (entry.provider === undefined && OUR_ADDRESS_REFUSED.has(meaning)) readWhoseOpinion(read, reply.text);
  if (groups.domain !== undefined) read.domain = domainIn(groups.domain);
  return read;
}

/** A company keeps no list in the DNS, whatever the refusal calls its opinion. */
function readWhoseOpinion(read: ReplyMeaning, text: string): void {
  const company = opinionIn(text);
  if (company === undefined) readAskedSite(read, text);
  else {
    read.meaning = 'ip-block';
    read.provider = company;
  }
}

/** The provider, when it can be only one. */
export function theOnly(known: readonly string[]): string | undefined {
  return known.length === 1 ? known[0] : undefined;
}

/** Reports whether the codes say that a retry is no use. */
export function isFinal({ code, text }: Reply, dsn: string | undefined): boolean {
  if (code >= 400) return code >= 500;
  return !(dsn || statusOf(text)).startsWith('4');
}

/** Meanings that are about our address: then one in the text is ours, where it stands as ours would. */
const ABOUT_ADDRESS: ReadonlySet<Meaning> = new Set(['ip-block', 'ip-throttle', 'dnsbl', 'ptr', 'volume']);

/** Of these, any address in the text is ours rather than anybody else's. */
const OUR_ADDRESS_REFUSED: ReadonlySet<Meaning> = new Set(['ip-block', 'dnsbl']);
/** Addresses in a text, of which the first that is one counts. */
const MOST_ADDRESSES = 8;
const ANY_ADDRESS = new RegExp(IP, 'gi');

/** In brackets, behind a word that says what it is, or first of all: other numbers with full stops are codes. */
const NAMED_ADDRESS = re`(?:[[(<]|^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?|[?&](?:ip|v)=|\b(?:from|ips?|address|host|client|server|mta|ipsrc|for|cox|comcast)[ :=]{1,3}[[(]?)${IP}`;

/** The address in the text, where the pattern does not say where it stands. */
function addressBeside(meaning: Meaning, { text }: Reply): string | undefined {
  if (!ABOUT_ADDRESS.has(meaning) || !(text.includes(':') || FOUR_PARTS.test(text))) return undefined;
  const named = addressIn(NAMED_ADDRESS.exec(text)?.groups?.ip);
  return named ?? (OUR_ADDRESS_REFUSED.has(meaning) ? firstAddress(text) : undefined);
}

/** What is said to have been asked, where the pattern knows the refusal by its other words; of a message, the lists of links. */
function zoneBeside(meaning: Meaning, { text }: Reply): string | undefined {
  if (OUR_ADDRESS_REFUSED.has(meaning) || meaning === 'temporary') return ASKED_LIST.exec(text)?.groups?.zone;
  return meaning === 'content' ? LIST_OF_LINKS.exec(text)?.groups?.zone : undefined;
}

/** By name or page. */
const LIST_OF_LINKS = re`\b(?<zone>SURBL|URIBL)\b(?! ?_)`;
const ASKED_LIST = re`(?:(?:blocked|rejected) using|is in an RBL on) ${ZONE}`;

/** What a list answers is an address too, of 127.0.0.0/8. */
function firstAddress(text: string): string | undefined {
  ANY_ADDRESS.lastIndex = 0;
  for (let i = 0; i < MOST_ADDRESSES; i++) {
    const found = ANY_ADDRESS.exec(text)?.groups?.ip;
    if (found === undefined) return undefined;
    const address = found.startsWith('127.') ? undefined : addressIn(found);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** An address as the value it is; undefined for digits that are none. */
function addressIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!text.includes(':')) return IPV4.test(text) ? text : undefined;
  // Times and codes have colons too.
  if (!text.includes('::') && text.split(':').length !== IPV6_PARTS) return undefined;
  return parseIp(text.replace(/(?<!:):$/, ''))?.toString();
}

const FOUR_PARTS = /\d\.\d{1,3}\.\d{1,3}\.\d/;
const IPV6_PARTS = 8;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** The domain of an address, or the name as it is; lower case, without brackets and full stops around it. */
function domainIn(text: string): string {
  return text
    .slice(text.lastIndexOf('@') + 1)
    .replace(/^[<[(]+|[\])>.,;:]+$/g, '')
    .toLowerCase();
}
