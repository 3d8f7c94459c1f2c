// Classifies a refusal. Order: servers that misread a list's answer, the provider that is known to be asked, what other providers are
// known to say, refusals that name a DNS list, what all share, and at last the status code.
import { parseIp } from '../../mail/ip.js';
import { meaningOfCode } from './codes.js';
import { buildFilter } from './compile/filter.js';
import { requiredWords } from './compile/literals.js';
import { dnsbl, misreadListAnswers } from './dnsbl.js';
import { generic } from './generic.js';
import { zoneNamed } from './list-names.js';
import { normaliseReply, type Reply } from './normalise.js';
import { providers } from './providers/index.js';
import { recogniser } from './recognise.js';
import { IP, type ReplyMeaning, type ReplyPattern, re } from './reply.js';

export { providers } from './providers/index.js';
export type { Meaning, Provider, ReplyMeaning, ReplyPattern } from './reply.js';

/** What is known of a refusal beside its text; each is optional. */
export interface Asked {
  /** The log's enhanced status code, used when the text does not decide. */
  dsn?: string;
  /** Host that was spoken to. */
  relayHost?: string | undefined;
  recipientDomain?: string | undefined;
}

/** Where a pattern stands in the order; providers' own come second, and first of them those of the provider asked. */
const TIERS = { misread: 0, asked: 1, provider: 2, dnsbl: 3, generic: 4 } as const;

interface Entry {
  pattern: ReplyPattern;
  provider?: string;
  tier: keyof typeof TIERS;
}

const entries: readonly Entry[] = [
  ...misreadListAnswers.map((pattern) => ({ pattern, tier: 'misread' as const })),
  ...providers.flatMap(({ id, patterns }) =>
    patterns.map((pattern) => ({ pattern, provider: id, tier: 'provider' as const })),
  ),
  ...dnsbl.map((pattern) => ({ pattern, tier: 'dnsbl' as const })),
  ...generic.map((pattern) => ({ pattern, tier: 'generic' as const })),
];

/** Every pattern, in the order they are tried when nothing is known of the receiver. */
export const replyPatterns: readonly ReplyPattern[] = entries.map(({ pattern }) => pattern);

const marked = providers.flatMap(({ id, marks }) => (marks ? [{ id, marks }] : []));
const filter = buildFilter([
  ...entries.map(({ pattern }) => requiredWords(pattern.pattern)),
  ...marked.map(({ marks }) => [marks]),
]);
const { byHost, byDomain } = recogniser(providers);

/**
 * What a reply means, or undefined when it says nothing we know. Raw replies, multi-line replies joined by line ends or blanks, and
 * what a log writes around them are all taken; never throws.
 */
export function classifyReply(raw: string, asked: Asked = {}): ReplyMeaning | undefined {
  const reply = normaliseReply(raw);
  // A success is no refusal, whatever its text says.
  if (reply.code >= 200 && reply.code < 300) return undefined;
  const found = filter(reply.text);
  const known = receiverOf(reply, asked, found);
  for (const entry of inOrder(found, known)) {
    const match = entry.pattern.pattern.exec(reply.text);
    if (match) return readMatch(entry, match.groups ?? {}, reply, known, asked.dsn);
  }
  return byCode(reply, asked.dsn, known);
}

/** Providers it may be, by host, else by domain, else by its words. */
function receiverOf(reply: Reply, { relayHost, recipientDomain }: Asked, found: readonly number[]): readonly string[] {
  const host = relayHost ?? reply.host;
  const hosted = host === undefined ? [] : byHost(host);
  if (hosted.length > 0) return hosted;
  const served = recipientDomain === undefined ? [] : byDomain(recipientDomain);
  if (served.length > 0) return served;
  const named = found.filter((index) => index >= entries.length);
  return named.map((index) => (marked[index - entries.length] as { id: string }).id);
}

function inOrder(found: readonly number[], known: readonly string[]): Entry[] {
  const candidates: { entry: Entry; rank: number }[] = [];
  for (const index of found) {
    const entry = entries[index];
    if (!entry) continue;
    const isAsked = entry.provider !== undefined && known.includes(entry.provider);
    if (entry.pattern.isShared && !isAsked) continue;
    candidates.push({ entry, rank: TIERS[isAsked ? 'asked' : entry.tier] * entries.length + index });
  }
  return candidates.sort((a, b) => a.rank - b.rank).map(({ entry }) => entry);
}

function readMatch(
  { pattern, provider }: Entry,
  groups: Record<string, string | undefined>,
  reply: Reply,
  known: readonly string[],
  dsn: string | undefined,
): ReplyMeaning {
  const code = groups.code?.toUpperCase() ?? pattern.code ?? '';
  const named = groups.zone ?? pattern.zoneOfCode?.[code] ?? pattern.zone;
  const zone = named === undefined ? undefined : zoneNamed(named);
  const ip = ourAddress(groups, pattern, reply);
  const who = pattern.alsoOf?.find((id) => known.includes(id)) ?? provider ?? theOnly(known);
  return {
    meaning: pattern.meaning,
    patternId: pattern.id,
    ...(who === undefined ? {} : { provider: who }),
    isPermanent: pattern.isPermanent === 'by-code' ? isFinal(reply, dsn) : pattern.isPermanent,
    rerouteHelps: pattern.rerouteHelps,
    ...(ip === undefined ? {} : { ip }),
    ...(zone === undefined ? {} : { zone }),
    ...(groups.domain === undefined ? {} : { domain: domainIn(groups.domain) }),
    code,
  };
}

/** Nothing in the text is known: what its status code says, and who said it. */
function byCode(reply: Reply, dsn: string | undefined, known: readonly string[]): ReplyMeaning | undefined {
  const status = dsn || reply.status;
  const meaning = meaningOfCode(status, reply.code);
  if (!meaning) return undefined;
  const provider = theOnly(known);
  return {
    meaning,
    patternId: `code-${status || reply.code}`,
    ...(provider === undefined ? {} : { provider }),
    isPermanent: isFinal(reply, dsn),
    rerouteHelps: false,
    code: status,
  };
}

function theOnly(known: readonly string[]): string | undefined {
  return known.length === 1 ? known[0] : undefined;
}

function isFinal({ code, status }: Reply, dsn: string | undefined): boolean {
  if (code >= 400) return code >= 500;
  return !(dsn || status).startsWith('4');
}

/** Meanings that are about a recipient, or about a server that is not ours: an address in the text is not ours either. */
const NOT_ABOUT_US = new Set([
  'unknown-user',
  'mailbox-full',
  'recipient-volume',
  'temporary',
  'receiver-misconfigured',
]);

/** In brackets, behind a word that says what it is, or first of all: other numbers with full stops are codes. */
const NAMED_ADDRESS = re`(?:[[(<]|^\d{3} (?:\d\.\d{1,3}\.\d{1,3} )?|[?&](?:ip|v)=|\b(?:from|ips?|address|host|client|server|mta|ipsrc|for|cox|comcast)[ :=]{1,3}[[(]?)${IP}`;

function ourAddress(groups: Record<string, string | undefined>, { meaning }: ReplyPattern, { text }: Reply) {
  if (groups.ip !== undefined) return addressIn(groups.ip);
  return NOT_ABOUT_US.has(meaning) ? undefined : addressIn(NAMED_ADDRESS.exec(text)?.groups?.ip);
}

/** An address as the value it is; undefined for digits that are none. */
function addressIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text)) return text;
  return parseIp(text.replace(/(?<!:):$/, ''))?.toString();
}

/** The domain of an address, or the name as it is; lower case, without brackets and full stops around it. */
function domainIn(text: string): string {
  return text
    .slice(text.lastIndexOf('@') + 1)
    .replace(/^[<[(]+|[\])>.,;:]+$/g, '')
    .toLowerCase();
}
