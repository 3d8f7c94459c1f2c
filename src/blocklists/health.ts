// Whether a list can be believed: asked about its own test entries, it must list the one and not the other (RFC 5782 section 5).
import type { DnsAnswer } from '../dns/answer.js';
import { isNoSuchName, judge, testEntryPrefix, unheardReason } from './listing.js';
import type { Blocklist, TargetKind } from './operator.js';

/**
 * sound: lists what it must and only that. unproven: nothing speaks against it, but no entry shows that it still lists anything; its
 * answers count. broken: its answers count for nothing. refused: it declines to answer us. silent: nobody could be heard.
 */
export interface ListHealth {
  state: 'sound' | 'unproven' | 'broken' | 'refused' | 'silent';
  /** Why, in our words; fit to be shown. */
  reason: string;
}

/** Asks one question. The name may hold an account key. */
export type Query = (name: string, type: 'A' | 'TXT') => Promise<DnsAnswer>;

/** Entries that no list may list: those of RFC 5782 section 5, for lists that document none of their own. */
export const CLEAN_BY_CONVENTION: Readonly<Record<TargetKind, string>> = {
  ipv4: '127.0.0.1',
  ipv6: '::ffff:7f00:1',
  domain: 'invalid',
};

/** What decides when the kinds of a list differ: the first that any of them has. */
const WORST_FIRST: ListHealth['state'][] = ['broken', 'refused', 'silent', 'unproven', 'sound'];

/**
 * Asks a list's test entries, at most two for each of its kinds. `zone` is the zone to ask, with the account key in it where the list
 * needs one. Rejects only when `query` does.
 */
export async function testList(
  query: Query,
  list: Blocklist,
  zone: string,
  kinds: readonly TargetKind[] = list.kinds,
): Promise<ListHealth> {
  const healths = await Promise.all(kinds.map((kind) => testKind(query, list, zone, kind)));
  const proven = healths.filter((_, index) => list.testListed[kinds[index] ?? 'ipv4'] !== undefined);
  // A kind with no entry to prove it takes nothing from one that was proven.
  const telling = proven.length > 0 && healths.every(({ state }) => isHarmless(state)) ? proven : healths;
  for (const state of WORST_FIRST) {
    const found = telling.find((health) => health.state === state);
    if (found) return found;
  }
  return { state: 'unproven', reason: 'it has no test entries' };
}

function isHarmless(state: ListHealth['state']): boolean {
  return state === 'sound' || state === 'unproven';
}

async function testKind(query: Query, list: Blocklist, zone: string, kind: TargetKind): Promise<ListHealth> {
  const ask = (entry: string) => query(`${testEntryPrefix(entry, kind)}.${zone}`, 'A');
  const listedEntry = list.testListed[kind];
  const cleanEntry = list.testClean[kind] ?? CLEAN_BY_CONVENTION[kind];
  const [listed, clean] = await Promise.all([
    listedEntry === undefined ? undefined : ask(listedEntry),
    ask(cleanEntry),
  ]);
  const fault = faultOf(list, cleanEntry, clean);
  if (fault?.state === 'broken' || listedEntry === undefined || listed === undefined)
    return fault ?? { state: 'unproven', reason: 'it has no entry that must be listed; its clean one is not listed' };
  const proof = proofOf(list, listedEntry, listed);
  return proof.state === 'broken' ? proof : (fault ?? proof);
}

/** What is wrong with the answer about an entry that must not be listed; undefined when nothing is. */
function faultOf(list: Blocklist, entry: string, answer: DnsAnswer): ListHealth | undefined {
  if (isNoSuchName(answer)) return undefined;
  if (answer.kind !== 'answer') return unheard(answer);
  const { verdict, meanings } = judge(list, answer.addresses);
  if (verdict === 'clear') return undefined;
  if (verdict === 'refused') return { state: 'refused', reason: meanings.join('; ') };
  if (verdict === 'listed')
    return { state: 'broken', reason: `it lists the world: its clean entry ${entry} is listed` };
  const isRemark = answer.addresses.every((address) => list.noteCodes?.[address] !== undefined);
  return isRemark ? undefined : { state: 'broken', reason: `its clean entry ${entry} ${meanings.join('; ')}` };
}

/** What the answer about an entry that must be listed proves. */
function proofOf(list: Blocklist, entry: string, answer: DnsAnswer): ListHealth {
  if (isNoSuchName(answer)) return missing(list, entry);
  if (answer.kind !== 'answer') return unheard(answer);
  // Whether a test entry has one of the codes that stand for a listing is nowhere laid down: any answer shows that the list lives.
  const { other: _, ...errorCodes } = list.errorCodes;
  const { verdict, meanings } = judge({ ...list, errorCodes }, answer.addresses);
  switch (verdict) {
    case 'listed':
      return { state: 'sound', reason: `its test entry ${entry} is listed` };
    case 'clear':
      return missing(list, entry);
    case 'refused':
      return { state: 'refused', reason: meanings.join('; ') };
    case 'unknown':
      return {
        state: answer.addresses.some((address) => !address.startsWith('127.')) ? 'broken' : 'unproven',
        reason: `its test entry ${entry} ${meanings.join('; ')}`,
      };
  }
}

/** An entry that only the RFC asks for may never have been there; one that the operator documents must be. */
function missing({ testBasis }: Blocklist, entry: string): ListHealth {
  return testBasis === 'documented'
    ? { state: 'broken', reason: `it lists nothing: its own test entry ${entry} is not listed` }
    : { state: 'unproven', reason: `the usual test entry ${entry} is not listed; the operator does not promise it` };
}

function unheard(answer: Parameters<typeof unheardReason>[0]): ListHealth {
  return { state: answer.kind === 'refused' ? 'refused' : 'silent', reason: unheardReason(answer) };
}
