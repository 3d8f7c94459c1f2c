// What a list says of its own test entries in one check (RFC 5782 section 5): the ground on which its other answers are believed.
import type { DnsAnswer } from '../dns/answer.js';
import { CLEAN_BY_CONVENTION } from './health.js';
import { isDocumented, isNoSuchName, judge, testEntryPrefix } from './listing.js';
import type { Blocklist, TargetKind } from './operator.js';

type AskAddress = (name: string) => Promise<DnsAnswer>;

/** For one list and kind of target; each entry is asked once, and only when its answer is needed. */
export class Proof {
  /** True once "not listed" can be believed at once. */
  isListedEntryThere: boolean;
  private listedEntry: Promise<boolean> | undefined;
  private cleanEntry: Promise<DnsAnswer | undefined> | undefined;

  constructor(
    private readonly ask: AskAddress,
    private readonly list: Blocklist,
    private readonly zone: string,
    private readonly kind: TargetKind,
  ) {
    this.isListedEntryThere = list.testListed[kind] === undefined;
  }

  /** Asks for the entry that must be listed, beside the first question. */
  begin(): void {
    if (!this.isListedEntryThere) void this.lacksListedEntry();
  }

  /**
   * Whether the list says "not listed" of the entry that must always be listed: then it lists nothing, or a DNS server on the way makes
   * its answers up, and its "not listed" of anything else says nothing. An entry that could not be asked proves nothing.
   */
  lacksListedEntry(): Promise<boolean> {
    this.listedEntry ??= this.askEntry(this.list.testListed[this.kind]).then((answer) => {
      const lacksIt = answer !== undefined && isNoSuchName(answer);
      this.isListedEntryThere = !lacksIt;
      return lacksIt;
    });
    return this.listedEntry;
  }

  /** Whether it lists what must never be listed: then its listings say nothing. */
  async listsCleanEntry(): Promise<boolean> {
    const answer = await this.askCleanEntry();
    return answer?.kind === 'answer' && judge(this.list, answer.addresses).verdict === 'listed';
  }

  /** Whether an answer the list does not document comes for the clean entry too, as from a server that rewrites "no such name". */
  async saysTheSameOfCleanEntry(addresses: readonly string[]): Promise<boolean> {
    const strange = addresses.filter((address) => !isDocumented(this.list, address));
    if (strange.length === 0) return false;
    const answer = await this.askCleanEntry();
    return answer?.kind === 'answer' && strange.some((address) => answer.addresses.includes(address));
  }

  private askCleanEntry(): Promise<DnsAnswer | undefined> {
    this.cleanEntry ??= this.askEntry(this.list.testClean[this.kind] ?? CLEAN_BY_CONVENTION[this.kind]);
    return this.cleanEntry;
  }

  /** An aborted check is told by its own question; those asked beside it must not fail alone. */
  private async askEntry(entry: string | undefined): Promise<DnsAnswer | undefined> {
    if (entry === undefined) return undefined;
    return this.ask(`${testEntryPrefix(entry, this.kind)}.${this.zone}`).catch(() => undefined);
  }
}
