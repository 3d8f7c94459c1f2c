// Asks every list about every target and tells each result as it comes.
import type { DnsAnswer } from '../dns/answer.js';
import type { Resolver } from '../dns/resolver.js';
import { type Judgement, judge, prefixesOf, testEntryPrefix, type Verdict } from './listing.js';
import { type AccountKeys, type Blocklist, isAskable, zoneOf } from './operator.js';
import type { Target } from './target.js';

export interface CheckDeps {
  resolver: Pick<Resolver, 'query'>;
  lists: readonly Blocklist[];
  keys?: AccountKeys;
}

/** One target on one list. As JSON it is a line of `relaywarden check --json`. */
export interface CheckResult {
  /** Normalised: see Target.text. */
  target: string;
  /** Id of the list. */
  list: string;
  /** The zone asked, an account key in it shown as `{key}`. */
  zone: string;
  verdict: Verdict;
  /** A records of the answer. */
  codes: string[];
  /** What the codes mean, or why there is no verdict. */
  meanings: string[];
  /** The list's own reason (TXT) for a listing; outsiders' text on one line, '' when it gives none. */
  text: string;
  ms: number;
}

export type CheckTotals = Record<Verdict, number>;

export interface CheckOptions {
  signal?: AbortSignal | undefined;
  onResult: (result: CheckResult) => void;
}

/** Checks under way at once; above the resolver's window, so that it never runs dry. */
const CONCURRENCY = 256;
/** A list silent for so many questions in a row, and never heard in this check, is not asked further. */
const SILENCES_BEFORE_GIVING_UP = 16;
const MAX_TEXT_LENGTH = 500;

/** How many questions `checkTargets` will put: the total of a progress line. */
export function countQuestions(
  { lists, keys = {} }: Pick<CheckDeps, 'lists' | 'keys'>,
  targets: readonly Target[],
): number {
  return targets.reduce((sum, { kind }) => sum + lists.filter((list) => isAskable(list, kind, keys)).length, 0);
}

/**
 * Asks each list that covers a target's kind; `onResult` gets one result per target and list, in the order the answers come.
 * Resolves with the number of each verdict; rejects only with the signal's reason when aborted.
 */
export async function checkTargets(
  deps: CheckDeps,
  targets: readonly Target[],
  { signal, onResult }: CheckOptions,
): Promise<CheckTotals> {
  const totals: CheckTotals = { listed: 0, clear: 0, refused: 0, unknown: 0 };
  const lists = deps.lists.map((list) => listInCheck(list, deps));
  const jobs = jobsFor(targets, lists);
  const query: Query = (name, type) => deps.resolver.query(name, type, { signal });
  const worker = async () => {
    for (const job of jobs) {
      signal?.throwIfAborted();
      const result = await checkOne(query, job);
      totals[result.verdict]++;
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return totals;
}

type Query = (name: string, type: 'A' | 'TXT') => Promise<DnsAnswer>;

/** The exit code of `relaywarden check`: 0 nothing listed, 1 something listed, 3 no list gave a verdict. */
export function exitCodeFor(totals: CheckTotals): 0 | 1 | 3 {
  if (totals.listed > 0) return 1;
  return totals.clear > 0 ? 0 : 3;
}

/** A list and what this check has learnt of it. */
interface ListInCheck {
  list: Blocklist;
  /** Shown, and asked. */
  shownZone: string;
  zone: string;
  key: string | undefined;
  isAskableFor: (kind: Target['kind']) => boolean;
  silences: number;
  wasHeard: boolean;
  /** Whether it lists what must never be listed; asked when it first lists something. */
  listsTheWorld: Partial<Record<Target['kind'], Promise<boolean>>>;
  /** Whether its own test entry is missing; asked beside the first question of a kind. */
  lacksTestEntry: Partial<Record<Target['kind'], Promise<boolean>>>;
}

function listInCheck(list: Blocklist, { keys = {} }: CheckDeps): ListInCheck {
  const shownZone = zoneOf(list, keys);
  const key = keys[list.id];
  return {
    list,
    shownZone,
    zone: key === undefined ? shownZone : shownZone.replaceAll('{key}', key),
    key: shownZone.includes('{key}') ? key : undefined,
    isAskableFor: (kind) => isAskable(list, kind, keys),
    silences: 0,
    wasHeard: false,
    listsTheWorld: {},
    lacksTestEntry: {},
  };
}

interface Job {
  target: Target;
  asked: ListInCheck;
  /** The question, key and all. */
  name: string;
}

/** Target by target, so that a slow list's questions are spread among the others'. */
function* jobsFor(targets: readonly Target[], lists: readonly ListInCheck[]): Generator<Job> {
  for (const target of targets) {
    const prefixes = prefixesOf(target);
    for (const asked of lists) {
      if (asked.isAskableFor(target.kind))
        yield { target, asked, name: `${prefixes[asked.list.domainForm]}.${asked.zone}` };
    }
  }
}

async function checkOne(query: Query, job: Job): Promise<CheckResult> {
  const { target, asked, name } = job;
  const startMs = performance.now();
  if (isGivenUp(asked)) return resultOf(job, GIVEN_UP, '', startMs);
  asked.lacksTestEntry[target.kind] ??= lacksTestEntry(query, target.kind, asked);
  const answer = await query(name, 'A');
  remember(asked, answer);
  const judgement = judgeAnswer(asked.list, answer);
  if (judgement.verdict === 'clear' && (await asked.lacksTestEntry[target.kind]))
    return resultOf(job, IS_MUTE, '', startMs);
  if (judgement.verdict !== 'listed') return resultOf(job, judgement, '', startMs);
  asked.listsTheWorld[target.kind] ??= listsCleanEntry(query, target.kind, asked);
  const isVoid = await asked.listsTheWorld[target.kind];
  if (isVoid) return resultOf(job, { ...LISTS_THE_WORLD, codes: judgement.codes }, '', startMs);
  return resultOf(job, judgement, reasonIn(await query(name, 'TXT'), asked.key), startMs);
}

function resultOf({ target, asked }: Job, judgement: Judgement, text: string, startMs: number): CheckResult {
  const { verdict, codes, meanings } = judgement;
  const ms = Math.round(performance.now() - startMs);
  return { target: target.text, list: asked.list.id, zone: asked.shownZone, verdict, codes, meanings, text, ms };
}

const GIVEN_UP = without('unknown', 'not asked: the list answered none of the questions before');
const IS_MUTE = without(
  'unknown',
  'its own test entry is not listed: the list is gone, or the DNS server asked answers for it',
);
const LISTS_THE_WORLD = without('unknown', 'the list lists the world: its own clean test entry is listed too');

function isGivenUp({ wasHeard, silences }: ListInCheck): boolean {
  return !wasHeard && silences >= SILENCES_BEFORE_GIVING_UP;
}

function remember(asked: ListInCheck, { kind }: DnsAnswer): void {
  if (kind === 'timeout' || kind === 'servfail') asked.silences++;
  if (kind === 'answer' || kind === 'none' || kind === 'refused') asked.wasHeard = true;
}

/** What a DNS answer means on this list; whatever is not an answer about the target is never clear. */
export function judgeAnswer(list: Blocklist, answer: DnsAnswer): Judgement {
  switch (answer.kind) {
    case 'answer':
      return judge(list, answer.addresses);
    case 'none':
      return judge(list, []);
    case 'refused':
      return without('refused', 'the DNS server refused the question');
    case 'servfail':
      return without('unknown', `the list's servers could not be asked (${answer.rcode})`);
    case 'timeout':
      return without('unknown', 'no answer in time');
    case 'unreachable':
      return without('unknown', `the DNS server cannot be reached (${answer.reason})`);
    case 'malformed':
      return without('unknown', `no readable answer (${answer.reason})`);
  }
}

function without(verdict: 'refused' | 'unknown', meaning: string): Judgement {
  return { verdict, codes: [], meanings: [meaning] };
}

const CLEAN_BY_CONVENTION = { ipv4: '127.0.0.1', ipv6: '::ffff:7f00:1', domain: 'invalid' };

/** Whether a list lists what must never be listed (RFC 5782 section 5): then it lists the world, and its listings say nothing. */
async function listsCleanEntry(query: Query, kind: Target['kind'], { list, zone }: ListInCheck): Promise<boolean> {
  const entry = list.testClean[kind] ?? CLEAN_BY_CONVENTION[kind];
  const answer = await query(`${testEntryPrefix(entry, kind)}.${zone}`, 'A');
  return judgeAnswer(list, answer).verdict === 'listed';
}

/**
 * Whether a list says "not listed" of the entry that must always be listed (RFC 5782 section 5): then it lists nothing, or a DNS server
 * on the way makes its answers up, and its "not listed" of anything else says nothing. An entry that could not be asked proves nothing.
 */
async function lacksTestEntry(query: Query, kind: Target['kind'], { list, zone }: ListInCheck): Promise<boolean> {
  const entry = list.testListed[kind];
  if (entry === undefined) return false;
  // An aborted check is told by its own question; this one is asked beside it and must not fail alone.
  const answer = await query(`${testEntryPrefix(entry, kind)}.${zone}`, 'A').catch(() => undefined);
  return answer !== undefined && judgeAnswer(list, answer).verdict === 'clear';
}

function reasonIn(answer: DnsAnswer, key: string | undefined): string {
  if (answer.kind !== 'answer') return '';
  const line = answer.texts
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return [...withoutKey(line, key)].slice(0, MAX_TEXT_LENGTH).join('');
}

/** Some lists quote the name that was asked, and with it our key. */
function withoutKey(text: string, key: string | undefined): string {
  if (key === undefined) return text;
  const literal = key.replace(/[^A-Za-z0-9]/g, '\\$&');
  return text.replace(new RegExp(literal, 'gi'), '{key}');
}
