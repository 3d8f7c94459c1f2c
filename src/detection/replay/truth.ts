// What is known to be true of the mail in past logs: runs of spam and of honest mail, from a file of labels (labels.ts) or from the desk's
// judgements, and which of them an incident reported by a replay is about. Pure.
import { normaliseAddress } from '../../mail/address.js';
import type { MailEvent } from '../../mail/event.js';
import type { CompromiseFinding, Finding } from '../finding.js';
import type { ToldIncident } from './told-incidents.js';

/** `spam` was a compromise; `honest` looked like one and was none. */
export type Verdict = 'spam' | 'honest';

export interface TrueRun {
  /** For people: `incident 12`, `stolen mailbox`. */
  name: string;
  verdict: Verdict;
  kind?: CompromiseFinding['kind'];
  customer: string;
  /** In lower case, the null sender as ''. This and the next two are empty when only the customer is known. */
  senders: string[];
  logins: string[];
  clientIps: string[];
  /** ms. */
  since: number;
  until: number;
}

/** A receiver refused our address. */
interface TrueBlock {
  ip: string;
  since: number;
  until: number;
}

export interface Truth {
  /** For people: where the truth comes from. */
  source: string;
  /** Reports whether it holds all spam, so that everything else that is reported is false. The desk only judged what it was shown. */
  isComplete: boolean;
  runs: TrueRun[];
  blocks: TrueBlock[];
}

/** A finding may come this long after the last message and still be about it, because replies and bounces come late. */
const AFTERMATH_MS = 3_600_000;
/** A label's times may be off by this much: they may be rounded, or taken from a later log line of the same mail. */
export const LABEL_SLACK_MS = 60_000;

/** What is known of a reported incident; undefined when nobody judged it, and for a block that is in no label. */
export function verdictOf(told: ToldIncident, truth: Truth): Verdict | undefined {
  const { first } = told;
  if (first.kind === 'blocklist') return truth.blocks.some((block) => isOfBlock(first, block)) ? 'spam' : undefined;
  const about = runsOf(told, truth);
  if (about.some(({ verdict }) => verdict === 'spam')) return 'spam';
  return about.length > 0 || truth.isComplete ? 'honest' : undefined;
}

/** The runs of mail that a reported incident is about: of its customer, at its time, with a sender, login or address in common. */
export function runsOf(told: ToldIncident, truth: Truth): TrueRun[] {
  return truth.runs.filter((run) => isAbout(told, run));
}

export function isAbout({ first, last }: ToldIncident, run: TrueRun): boolean {
  if (first.kind === 'blocklist' || last.kind === 'blocklist' || first.customer !== run.customer) return false;
  if (first.at < run.since - LABEL_SLACK_MS || Math.min(first.since, first.at) > run.until + AFTERMATH_MS) return false;
  const named = [...run.senders, ...run.logins, ...run.clientIps];
  const accused = new Set([...sendersOf(first), ...first.logins, ...first.clientIps, ...sendersOf(last)]);
  return named.length === 0 || named.some((name) => accused.has(name));
}

/** Senders of a finding as logs and labels have them: the null sender is ''. */
export function sendersOf({ senders }: Pick<CompromiseFinding, 'senders'>): string[] {
  return senders.map(normaliseAddress);
}

export function isOfBlock(finding: Finding, block: TrueBlock): boolean {
  if (finding.kind !== 'blocklist' || !(finding.oneOf ?? [finding.ip]).includes(block.ip)) return false;
  return finding.at >= block.since - LABEL_SLACK_MS && finding.at <= block.until + AFTERMATH_MS;
}

/** Notes, while the logs are read, when the recipients of each run were tried: to know how many were reached before an alarm. */
export class ReachTally {
  private readonly bySender = new Map<string, TrueRun[]>();
  private readonly triedAt = new Map<TrueRun, number[]>();

  constructor(runs: readonly TrueRun[]) {
    for (const run of runs) {
      this.triedAt.set(run, []);
      for (const sender of run.senders) this.bySender.set(sender, [...(this.bySender.get(sender) ?? []), run]);
    }
  }

  take(event: MailEvent): void {
    if (event.kind !== 'delivery' || !event.isFirstAttempt || event.isLate) return;
    const { message, at } = event;
    for (const run of this.bySender.get(message.sender) ?? []) {
      const isFrom = at >= run.since && message.acceptedAt <= run.until && isThrough(message, run);
      if (isFrom) this.triedAt.get(run)?.push(at);
    }
  }

  /** Recipients of a run tried by a time, or in all. */
  reached(run: TrueRun, at = Number.POSITIVE_INFINITY): number {
    return (this.triedAt.get(run) ?? []).reduce((count, each) => count + (each <= at ? 1 : 0), 0);
  }
}

/** Reports whether a message came by the run's login or client address: the owner of a stolen mailbox goes on writing from the office. */
function isThrough(
  { login, clientIp }: { login?: string; clientIp?: string },
  { logins, clientIps }: TrueRun,
): boolean {
  if (clientIps.length > 0) return clientIp === undefined || clientIps.includes(clientIp);
  return logins.length === 0 || login === undefined || logins.includes(login);
}
