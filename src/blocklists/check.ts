// Asks every list about every target and tells each result as it comes.
import type { DnsAnswer } from '../dns/answer.js';
import type { Resolver } from '../dns/resolver.js';
import { deal, type Hearing, newHearing, remember } from './dealing.js';
import type { Query } from './health.js';
import { isNoSuchName, type Judgement, judge, prefixesOf, unheardReason, type Verdict } from './listing.js';
import { type AccountKeys, askedZone, type Blocklist, isAskable, type TargetKind, zoneOf } from './operator.js';
import { Proof } from './proof.js';
import { reasonText } from './reason.js';
import type { Target } from './target.js';

interface CheckDeps {
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

/** A listing that was seen: by the watch, to which a second answer confirmed it, in a person's check, or in what a receiver reports. */
export interface SeenListing extends Pick<CheckResult, 'target' | 'list' | 'codes' | 'meanings' | 'text'> {
  /** ms */
  at: number;
  /** Reports whether nobody had looked before. */
  isFirstLook?: boolean;
}

export type CheckTotals = Record<Verdict, number>;

interface CheckOptions {
  signal?: AbortSignal | undefined;
  onResult: (result: CheckResult) => void;
}

const KINDS: TargetKind[] = ['ipv4', 'ipv6', 'domain'];

/** How many questions `checkTargets` will put: the total of a progress line. */
export function countQuestions(
  { lists, keys = {} }: Pick<CheckDeps, 'lists' | 'keys'>,
  targets: readonly Target[],
): number {
  const perKind = { ipv4: 0, ipv6: 0, domain: 0 };
  for (const kind of KINDS) perKind[kind] = lists.filter((list) => isAskable(list, kind, keys)).length;
  return targets.reduce((sum, { kind }) => sum + perKind[kind], 0);
}

/**
 * Asks each list that covers a target's kind; `onResult` gets one result per target and list, in the order the answers come.
 * However many targets there are, memory stays bounded: hand them over as they are made. Resolves with the number of each verdict; rejects
 * only with the signal's reason when aborted, or with what `onResult` throws.
 */
export async function checkTargets(
  deps: CheckDeps,
  targets: Iterable<Target>,
  { signal, onResult }: CheckOptions,
): Promise<CheckTotals> {
  const totals: CheckTotals = { listed: 0, clear: 0, refused: 0, unknown: 0 };
  const query: Query = (name, type) => deps.resolver.query(name, type, { signal });
  const lists = deps.lists.map((list) => listInCheck(list, deps, query));
  const tell = (result: CheckResult) => {
    totals[result.verdict]++;
    onResult(result);
  };
  await deal(
    jobsFor(targets, lists),
    {
      hearingOf: ({ asked }) => asked.hearing,
      start: (job) => checkOne(query, job, tell),
      skip: (job) => tell(resultOf(job, GIVEN_UP, '', performance.now())),
    },
    signal,
  );
  return totals;
}

/** The exit code of `relaywarden check`: 0 nothing listed, 1 something listed, 3 too few verdicts to say that nothing is. */
export function exitCodeFor(totals: CheckTotals): 0 | 1 | 3 {
  if (totals.listed > 0) return 1;
  return totals.clear > 0 && !isMostlySilent(totals) ? 0 : 3;
}

/** Nothing is listed, and most lists gave no verdict: no all-clear. */
export function isMostlySilent({ listed, clear, refused, unknown }: CheckTotals): boolean {
  return listed === 0 && refused + unknown > clear;
}

/** A list and what this check has learnt of it. */
interface ListInCheck {
  list: Blocklist;
  /** Shown, and asked. */
  shownZone: string;
  zone: string;
  key: string | undefined;
  hearing: Hearing;
  /** What it says of its own test entries; undefined for kinds it cannot be asked about. */
  proof: Record<TargetKind, Proof | undefined>;
}

function listInCheck(list: Blocklist, { keys = {} }: CheckDeps, query: Query): ListInCheck {
  const shownZone = zoneOf(list, keys);
  const zone = askedZone(list, keys);
  const proofOf = (kind: TargetKind) =>
    isAskable(list, kind, keys) ? new Proof((name) => query(name, 'A'), list, zone, kind) : undefined;
  return {
    list,
    shownZone,
    zone,
    key: shownZone.includes('{key}') ? keys[list.id] : undefined,
    hearing: newHearing(),
    proof: { ipv4: proofOf('ipv4'), ipv6: proofOf('ipv6'), domain: proofOf('domain') },
  };
}

interface Job {
  target: Target;
  asked: ListInCheck;
  /** What stands before the zone. */
  prefix: string;
  proof: Proof;
}

/** Target by target, so that a slow list's questions are spread among the others'. */
function* jobsFor(targets: Iterable<Target>, lists: readonly ListInCheck[]): Generator<Job, undefined> {
  for (const target of targets) {
    const prefixes = prefixesOf(target);
    for (const asked of lists) {
      const proof = asked.proof[target.kind];
      if (proof) yield { target, asked, prefix: prefixes[asked.list.domainForm], proof };
    }
  }
}

type Tell = (result: CheckResult) => void;

/** Asks one list about one target. Nearly every answer is "no such name" from a list with a proven test entry: that way is kept short. */
function checkOne(query: Query, job: Job, tell: Tell): Promise<void> {
  const { asked, prefix, proof } = job;
  const startMs = performance.now();
  proof.begin();
  const name = `${prefix}.${asked.zone}`;
  return query(name, 'A').then((answer) => {
    remember(asked.hearing, answer);
    const judgement = judgeAnswer(asked.list, answer);
    if (judgement.verdict === 'clear' && proof.isListedEntryThere) {
      tell(resultOf(job, judgement, '', startMs));
      return undefined;
    }
    return prove(query, job, name, answer, judgement).then(({ proven, text }) =>
      tell(resultOf(job, proven, text, startMs)),
    );
  });
}

/** Holds a verdict against the list's own test entries, and asks for the reason (TXT) of a listing. */
async function prove(
  query: Query,
  { asked, proof }: Job,
  name: string,
  answer: DnsAnswer,
  judgement: Judgement,
): Promise<{ proven: Judgement; text: string }> {
  if (judgement.verdict === 'clear')
    return { proven: (await proof.lacksListedEntry()) ? IS_MUTE : judgement, text: '' };
  if (answer.kind !== 'answer') return { proven: judgement, text: '' };
  if (judgement.verdict === 'listed') {
    const [listsTheWorld, reason] = await Promise.all([proof.listsCleanEntry(), query(name, 'TXT')]);
    if (listsTheWorld) return { proven: { ...LISTS_THE_WORLD, codes: judgement.codes }, text: '' };
    return { proven: judgement, text: reasonText(reason.kind === 'answer' ? reason.texts : [], asked.key) };
  }
  const isMadeUp = await proof.saysTheSameOfCleanEntry(answer.addresses);
  return { proven: isMadeUp ? { ...IS_MADE_UP, codes: judgement.codes } : judgement, text: '' };
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
const LISTS_THE_WORLD = without(
  'unknown',
  'its own clean test entry is listed too: the list lists the world, or the DNS server asked makes answers up',
);
const IS_MADE_UP = without(
  'unknown',
  'the same answer comes for its clean test entry: the DNS server asked makes answers up, or the zone is parked',
);

const CLEAR: Judgement = { verdict: 'clear', codes: [], meanings: [] };

/** What a DNS answer means on this list; whatever is not an answer about the target is never clear. */
function judgeAnswer(list: Blocklist, answer: DnsAnswer): Judgement {
  if (answer.kind === 'answer') return judge(list, answer.addresses);
  if (isNoSuchName(answer)) return CLEAR;
  return without(answer.kind === 'refused' ? 'refused' : 'unknown', unheardReason(answer));
}

function without(verdict: 'refused' | 'unknown', meaning: string): Judgement {
  return { verdict, codes: [], meanings: [meaning] };
}
