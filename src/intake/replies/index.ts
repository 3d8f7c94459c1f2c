// Classifies a refusal: whose fault it is, and does another address help. The order of patterns is in order.ts, a provider's words are
// in providers/, and a status code decides where no words are known.
import { meaningOfCode } from './codes.js';
import { buildFilter } from './compile/filter.js';
import { requiredWords } from './compile/literals.js';
import { normaliseReply, type Reply, statusOf } from './normalise.js';
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
  const reply = normaliseReply(raw);
  // A success is no refusal, whatever its text says.
  if (reply.code >= 200 && reply.code < 300) return undefined;
  const found = candidatesIn(reply.text);
  const known = receiverOf(reply, asked, found);
  for (let entry = nextOf(found, known, undefined); entry; entry = nextOf(found, known, entry)) {
    const match = matchOf(entry, reply.text);
    if (match) return readMatch(entry, match, reply, known, asked.dsn);
  }
  return byCode(reply, known, asked.dsn);
}

/** Providers it may be, by host, else by domain, else by its words. */
function receiverOf(reply: Reply, { relayHost, recipientDomain }: Asked, found: readonly number[]): readonly string[] {
  const host = relayHost ?? reply.host;
  const hosted = host === undefined ? NOBODY : byHost(host);
  if (hosted.length > 0) return hosted;
  const served = recipientDomain === undefined ? NOBODY : byDomain(recipientDomain);
  return served.length > 0 ? served : markedIn(found);
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
