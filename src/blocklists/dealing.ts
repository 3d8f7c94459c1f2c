// Which question comes next in a check: how many may be open, and how long a list that does not answer is waited for.
import type { DnsAnswer } from '../dns/answer.js';

/** Questions of a check that may be open at once: enough to keep the resolver busy even when its servers are far away. */
const MOST_OPEN = 512;
/** Open questions to a list that has not answered yet in this check: a dead list must not use up the places of the others. */
const MOST_UNHEARD = 16;
/** After so many unanswered questions in a row a list is not asked further: one that never answered in this check, and one that did. */
const SILENCES_OF_THE_UNHEARD = 16;
const SILENCES_OF_THE_HEARD = 128;
/** Jobs set aside for such lists, so that a check of any size needs bounded memory. */
const MOST_PARKED = 20_000;
/** Results told in one go before others have their turn. */
const MOST_AT_ONCE = 1_000;

/** What a check has learnt of a list's way of answering. */
export interface Hearing {
  open: number;
  silences: number;
  wasHeard: boolean;
}

export function newHearing(): Hearing {
  return { open: 0, silences: 0, wasHeard: false };
}

export function remember(hearing: Hearing, { kind }: DnsAnswer): void {
  if (kind === 'timeout' || kind === 'servfail') hearing.silences++;
  if (kind !== 'answer' && kind !== 'none' && kind !== 'refused') return;
  hearing.silences = 0;
  hearing.wasHeard = true;
}

function isGivenUp({ wasHeard, silences }: Hearing): boolean {
  return silences >= (wasHeard ? SILENCES_OF_THE_HEARD : SILENCES_OF_THE_UNHEARD);
}

interface Work<J> {
  hearingOf: (job: J) => Hearing;
  /** Does the job. */
  start: (job: J) => Promise<void>;
  /** Tells that the job is not done because its list was given up. */
  skip: (job: J) => void;
}

/** Deals the jobs out until all are done. Rejects with the first error, or the signal's reason; nobody waits for the open jobs then. */
export function deal<J>(jobs: Iterator<J>, work: Work<J>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => new Deal(jobs, work, signal, resolve, reject).go());
}

class Deal<J> {
  /** Jobs of lists that were not heard yet; the first answer, or giving the list up, lets them go on. */
  private readonly parked = new Map<Hearing, J[]>();
  private parkedCount = 0;
  private open = 0;
  private isOver = false;

  constructor(
    private readonly jobs: Iterator<J>,
    private readonly work: Work<J>,
    private readonly signal: AbortSignal | undefined,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  readonly go = (): void => {
    try {
      if (!this.isOver) this.goOn();
    } catch (error) {
      this.fail(error);
    }
  };

  private goOn(): void {
    let told = 0;
    while (this.open < MOST_OPEN) {
      this.signal?.throwIfAborted();
      const job = this.next();
      if (job === undefined) break;
      const hearing = this.work.hearingOf(job);
      if (!isGivenUp(hearing)) this.start(job, hearing);
      else {
        this.work.skip(job);
        if (++told < MOST_AT_ONCE) continue;
        setImmediate(this.go);
        return;
      }
    }
    if (this.open > 0) return;
    this.isOver = true;
    this.resolve();
  }

  private start(job: J, hearing: Hearing): void {
    this.open++;
    hearing.open++;
    this.work.start(job).then(() => {
      this.open--;
      hearing.open--;
      this.go();
    }, this.fail);
  }

  private next(): J | undefined {
    for (const [hearing, waiting] of this.parked) {
      if (mustWait(hearing)) continue;
      const job = waiting.pop();
      if (job !== undefined) {
        this.parkedCount--;
        return job;
      }
      this.parked.delete(hearing);
    }
    while (this.parkedCount < MOST_PARKED) {
      const dealt = this.jobs.next();
      if (dealt.done) return undefined;
      const hearing = this.work.hearingOf(dealt.value);
      if (!mustWait(hearing)) return dealt.value;
      this.park(dealt.value, hearing);
    }
    return undefined;
  }

  private park(job: J, hearing: Hearing): void {
    const waiting = this.parked.get(hearing);
    if (waiting) waiting.push(job);
    else this.parked.set(hearing, [job]);
    this.parkedCount++;
  }

  private readonly fail = (error: unknown): void => {
    this.isOver = true;
    this.reject(error);
  };
}

function mustWait(hearing: Hearing): boolean {
  return !hearing.wasHeard && hearing.open >= MOST_UNHEARD && !isGivenUp(hearing);
}
