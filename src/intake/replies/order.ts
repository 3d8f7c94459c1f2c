// All patterns in the order they are tried: servers that misread a list's answer, the provider that is known to be asked, what other
// providers are known to say, zones that tell countries, refusals that name a DNS list, and what all share.
import { dnsbl, misreadListAnswers } from './dnsbl.js';
import { placeLists } from './generic/about-place.js';
import { generic } from './generic/index.js';
import { mentions, waits } from './list-mentions.js';
import { providers } from './providers/index.js';
import type { ReplyPattern } from './reply.js';

/** A pattern made ready: every field there, in the same order, which the engine needs to be quick. */
export interface Entry {
  id: string;
  pattern: RegExp;
  also: RegExp | undefined;
  unless: RegExp | undefined;
  provider: string | undefined;
  isShared: boolean;
  /** Less is earlier: where its provider is not known to be asked, and where it is. */
  rank: number;
  askedRank: number;
  meaning: ReplyPattern['meaning'];
  isPermanent: ReplyPattern['isPermanent'];
  rerouteHelps: boolean;
  code: string;
  zone: string | undefined;
  zoneOfCode: ReplyPattern['zoneOfCode'];
  alsoOf: readonly string[] | undefined;
}

/** Every pattern, in the order they are tried when nothing is known of the receiver. */
export const replyPatterns: readonly ReplyPattern[] = [
  ...misreadListAnswers,
  ...providers.flatMap(({ patterns }) => patterns),
  ...waits,
  ...placeLists,
  ...dnsbl,
  ...mentions,
  ...generic,
];

const providerOf = new Map(providers.flatMap(({ id, patterns }) => patterns.map((pattern) => [pattern, id] as const)));

export const entries: readonly Entry[] = replyPatterns.map((pattern, index) => ({
  id: pattern.id,
  pattern: pattern.pattern,
  also: pattern.also,
  unless: pattern.unless,
  provider: providerOf.get(pattern),
  isShared: pattern.isShared ?? false,
  rank: index < misreadListAnswers.length ? index : replyPatterns.length + index,
  askedRank: index,
  meaning: pattern.meaning,
  isPermanent: pattern.isPermanent,
  rerouteHelps: pattern.rerouteHelps,
  code: pattern.code ?? '',
  zone: pattern.zone,
  zoneOfCode: pattern.zoneOfCode,
  alsoOf: pattern.alsoOf,
}));

/** The match of a pattern in a text, when all that it asks for holds. */
export function matchOf({ pattern, also, unless }: Entry, text: string): RegExpExecArray | undefined {
  const match = ready(pattern).exec(text);
  if (match === null || (also && !ready(also).test(text)) || (unless && ready(unless).test(text))) return undefined;
  return match;
}

const compiled = new WeakSet<RegExp>();
/** From a text of 1,000 characters on V8 compiles an expression to machine code at once (kTierUpForSubjectLengthValue in its sources). */
const LONG_TEXT = ' '.repeat(1_024);

/**
 * The expression, compiled. At the first text V8 would make bytecode of it and at the second machine code, and to make bytecode of the long
 * ones takes twice as long as machine code does.
 */
function ready(expression: RegExp): RegExp {
  if (!compiled.has(expression)) {
    compiled.add(expression);
    expression.test(LONG_TEXT);
  }
  return expression;
}

/** The candidate with the least rank above that of `after`; undefined for none. Few are tried before one matches: no need to sort. */
export function nextOf(
  found: readonly number[],
  known: readonly string[],
  after: Entry | undefined,
): Entry | undefined {
  const above = after === undefined ? -1 : rankOf(after, known);
  let next: Entry | undefined;
  let least = Number.MAX_SAFE_INTEGER;
  for (const index of found) {
    const entry = entries[index];
    if (entry === undefined) continue;
    const rank = rankOf(entry, known);
    if (rank <= above || rank >= least) continue;
    least = rank;
    next = entry;
  }
  return next;
}

/** Where a candidate stands in the order; -1 when it does not count. */
function rankOf(entry: Entry, known: readonly string[]): number {
  if (known.length > 0 && entry.provider !== undefined && known.includes(entry.provider)) return entry.askedRank;
  return entry.isShared ? -1 : entry.rank;
}
