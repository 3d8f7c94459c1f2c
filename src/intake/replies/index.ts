// Classifies a refusal: whose fault it is, and does another address help. The order of patterns is in order.ts, a provider's words are
// in providers/, and a status code decides where no words are known.
import { withoutOwnSite } from './asked-site.js';
import { meaningOfCode } from './codes.js';
import { buildFilter } from './compile/filter.js';
import { requiredWords } from './compile/literals.js';
import { unmasked, unmaskedDomain } from './mask.js';
import { Memory } from './memory.js';
import { hostIn, type Normalised, normalise, type Reply, replyOf, statusOf } from './normalise.js';
import { entries, matchOf, nextOf } from './order.js';
import { providers } from './providers/index.js';
import { isFinal, readMatch, theOnly } from './read.js';
import { recogniser } from './recognise.js';
import type { ReplyMeaning } from './reply.js';

export { replyPatterns } from './order.js';
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

const NOTHING: Asked = {};
const NOBODY: readonly string[] = [];

const marked = providers.flatMap(({ id, marks }) => (marks ? [{ id, marks }] : []));
/** Indexes of entries that may match, and behind them those of the providers whose marks stand in the text. */
const candidatesIn = buildFilter([
  ...entries.map(({ pattern }) => requiredWords(pattern)),
  ...marked.map(({ marks }) => [marks]),
]);
const { byHost, byDomain } = recogniser(providers);

/**
 * What a reply means, or undefined when it says nothing we know. Raw replies, multi-line replies joined by line ends or blanks, and
 * what a log writes around them are all taken; never throws.
 */
export function classifyReply(raw: string, asked: Asked = NOTHING): ReplyMeaning | undefined {
  const known = receiversOf(raw, asked);
  const dsn = asked.dsn !== undefined && STATUS.test(asked.dsn) ? asked.dsn : '';
  const normalised = normalise(raw, circumstances(known, dsn), asked.recipientDomain);
  const { code, masked } = normalised;
  // A success is no refusal, whatever its text says.
  if (code >= 200 && code < 300) return undefined;
  let meaning = memory.get(masked);
  if (meaning === undefined) {
    meaning = Object.freeze(read(normalised, known, dsn) ?? NO_MEANING);
    memory.set(masked, meaning);
  }
  if (meaning === NO_MEANING) return undefined;
  const said = withoutOwnSite(meaning, raw, asked.relayHost, asked.recipientDomain);
  const { ip, domain } = said;
  if (ip === undefined && domain === undefined) return said;
  return {
    ...said,
    ...(ip === undefined ? {} : { ip: unmasked(ip, masked.addresses) }),
    ...(domain === undefined ? {} : { domain: unmaskedDomain(domain, asked.recipientDomain) }),
  };
}

/** Says what nothing is known of: that can be remembered too. */
const NO_MEANING: ReplyMeaning = Object.freeze({
  meaning: 'policy',
  patternId: '',
  isPermanent: false,
  rerouteHelps: false,
  code: '',
});

/** By the masked text, so that it holds for all that are alike: nothing but the address is taken from the reply itself. */
const memory = new Memory<ReplyMeaning>();

/** What the meaning of a masked text depends on beside it, as a short text. */
function circumstances(known: readonly string[], dsn: string): string {
  if (known.length === 0) return `${dsn}|`;
  let names = namesOf.get(known);
  if (names === undefined) {
    names = known.join(' ');
    namesOf.set(known, names);
  }
  return `${names} ${dsn}|`;
}

/** Of arrays that the index of hosts and domains holds: they are few. */
const namesOf = new WeakMap<readonly string[], string>();
const STATUS = /^[245]\.\d{1,3}\.\d{1,3}$/;

function read(normalised: Normalised, asked: readonly string[], dsn: string): ReplyMeaning | undefined {
  const { bytes, from, to } = normalised.masked;
  const found = candidatesIn(bytes, from, to);
  const reply = replyOf(normalised);
  const known = asked.length > 0 ? asked : markedIn(found);
  for (let entry = nextOf(found, known, undefined); entry; entry = nextOf(found, known, entry)) {
    const match = matchOf(entry, reply.text);
    if (!match) continue;
    if (entry.id === SAYS_NOTHING && isShutOut(normalised, reply.text)) break;
    return readMatch(entry, match, reply, known, dsn);
  }
  return isShutOut(normalised, reply.text) ? shutOut(reply, known) : byCode(reply, known, dsn);
}

/** The pattern for refusals that say little else than that they are. */
const SAYS_NOTHING = 'refused';

/** Before anything but our address was known: for good, or in words that are no trouble of the server's own. */
function isShutOut({ code, isGreeting }: Normalised, text: string): boolean {
  if (!isGreeting || OWN_TROUBLE.test(text)) return false;
  if (code >= 400 && code < 500) return SHUTS_OUT.test(text) && !TAKES_NONE.test(text);
  return code >= 550 || (code === TAKES_NO_MAIL && REFUSES.test(text) && !TAKES_NONE.test(text));
}

/** Said by hosts that take mail from nobody (RFC 7504), and by others with the words of a refusal. */
const TAKES_NO_MAIL = 521;
const REFUSES =
  /denied|den(?:y|ies)|refus|reject|block|bann?ed|forbid|forbad|prohibit|go away|not (?:allowed|permitted|authori[sz]ed|welcome|accept)/i;
/** What is said to somebody; a connection may be refused to anybody for a while. */
const SHUTS_OUT =
  /\b(?:(?:access|permission) denied|go away|forbidden|bann?ed|blocked|not (?:allowed|permitted|welcome))\b/i;
const TAKES_NONE =
  /\b(?:no|all|any) (?:\S{1,12} )?(?:(?:e-?)?mails?|messages?)\b|accept\w* (?:\S{1,12} ){0,2}?(?:(?:e-?)?mails?|messages?)\b(?! from (?:you|your|this|that)\b)|\bonly (?:send|out)|(?:send|outbound|outgoing)[ -]?only|\b(?:nobody|anybody|anyone)\b/i;

/** What a server says of itself, whoever asks: X.3 is the state of the mail system (RFC 3463 section 3.4). */
const OWN_TROUBLE =
  /\b[45]\.3\.\d|no smtp service|out of disk|disk (?:is )?full|insufficient|system resources|not accepting network|shutting down|too busy/i;

function shutOut(reply: Reply, known: readonly string[]): ReplyMeaning {
  const provider = theOnly(known);
  return {
    meaning: 'ip-block',
    patternId: 'shut-out',
    ...(provider === undefined ? {} : { provider }),
    isPermanent: reply.code >= 500,
    rerouteHelps: true,
    code: statusOf(reply.text),
  };
}

/** Providers it may be, by host, else by domain; where neither tells, the reply's words may. */
function receiversOf(raw: string, { relayHost, recipientDomain }: Asked): readonly string[] {
  const host = relayHost ?? hostIn(raw);
  const hosted = host === undefined ? NOBODY : byHost(host);
  if (hosted.length > 0) return hosted;
  return recipientDomain === undefined ? NOBODY : byDomain(recipientDomain);
}

function markedIn(found: readonly number[]): readonly string[] {
  let named: string[] | undefined;
  for (const index of found) {
    if (index < entries.length) continue;
    named ??= [];
    named.push((marked[index - entries.length] as { id: string }).id);
  }
  return named ?? NOBODY;
}

/** Nothing in the text is known: what its status code says, and who said it. */
function byCode(reply: Reply, known: readonly string[], dsn: string | undefined): ReplyMeaning | undefined {
  const status = dsn || statusOf(reply.text);
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
