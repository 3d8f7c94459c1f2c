// The log worker's side of the spool (intake/spool.ts): takes batches one by one between two reads of the logs. The id of a batch is saved
// in the transaction that saves what its events changed, and its file is deleted after that: so a crash before the transaction loses
// nothing, and a crash after it counts nothing twice.
import type { TrafficDb } from '../../db/open-traffic.js';
import { isDiskError } from '../../db/trouble.js';
import type { BatchFile, BatchKind } from '../../intake/spool.js';
import { SpoolReader } from '../../intake/spool-reader.js';
import type { MailEvent } from '../../mail/event.js';
import { createCountedBatches } from './counted-batches.js';

/** Reads a batch's content and hands on its events in order. */
type Taker = (bytes: Buffer, take: (event: MailEvent) => void) => void | Promise<void>;

export interface BatchTakerOptions {
  db: TrafficDb;
  /** The spool; without one there is never a batch. */
  dir: string | undefined;
  takers: Record<BatchKind, Taker>;
  /** Counts and judges an event. */
  take: (event: MailEvent) => void;
  /** Saves everything so far; must call `save`. */
  commit: () => void;
  /** Is told of a batch that could not be counted, or only in part. */
  trouble: (message: string) => void;
}

/** A batch that was taken and is not saved yet. */
interface InHand {
  batch: BatchFile;
  /** Why some of its events are not counted; undefined when all are. */
  failure?: unknown;
}

export class BatchTaker {
  private readonly spool: SpoolReader | undefined;
  private readonly counted: ReturnType<typeof createCountedBatches>;
  private inHand: InHand[] = [];
  private toldTrouble: string | undefined;

  constructor(private readonly options: BatchTakerOptions) {
    this.spool = options.dir === undefined ? undefined : new SpoolReader(options.dir);
    this.counted = createCountedBatches(options.db);
  }

  /** Takes the oldest batch; returns how many events it had, at least 1; 0 when none waits. The caller must commit some time later. */
  async takeNext(): Promise<number> {
    const { spool } = this;
    const batch = this.peek();
    if (!spool || !batch) return 0;
    if (this.isCounted(batch)) spool.remove(batch);
    else if (spool.isHopeless(batch)) this.setAside(batch, new Error('the log worker died of it again and again'));
    else if (spool.isSuspect(batch)) return await this.takeAlone(spool, batch);
    else return await this.take(spool, batch);
    return 1;
  }

  /** Runs `save` and saves the ids of the batches taken, in one transaction; then deletes their files. Throws what `save` throws. */
  save(save: () => void): void {
    if (this.inHand.length === 0) save();
    else this.saveWithKeys(save);
  }

  /** How many batches wait for `save`. */
  get uncommitted(): number {
    return this.inHand.length;
  }

  /** The oldest batch. A folder that cannot be read is told once, and is no reason to stop reading logs. */
  private peek(): BatchFile | undefined {
    try {
      const batch = this.spool?.peek();
      this.toldTrouble = undefined;
      return batch;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.toldTrouble) this.options.trouble(`the spool cannot be read: ${message}`);
      this.toldTrouble = message;
      return undefined;
    }
  }

  private isCounted({ id }: BatchFile): boolean {
    return this.counted.has(id) || this.inHand.some(({ batch }) => batch.id === id);
  }

  /** Takes a batch that was in hand when the worker died; commits before and after, so that no other is lost or blamed if it dies again. */
  private async takeAlone(spool: SpoolReader, batch: BatchFile): Promise<number> {
    this.options.commit();
    const events = await this.take(spool, batch);
    this.options.commit();
    return events;
  }

  private async take(spool: SpoolReader, batch: BatchFile): Promise<number> {
    let events = 0;
    let failure: unknown;
    const take = (event: MailEvent) => {
      events++;
      try {
        this.options.take(event);
      } catch (error) {
        // One bad event must not keep the rest of its batch from being counted.
        failure ??= error;
      }
    };
    try {
      await this.options.takers[batch.kind](spool.take(batch), take);
    } catch (error) {
      if (events === 0) {
        this.setAside(batch, error);
        return 1;
      }
      failure ??= error;
    }
    this.inHand.push({ batch, failure });
    return Math.max(1, events);
  }

  private saveWithKeys(save: () => void): void {
    const { $client } = this.options.db;
    // A power cut must not undo this transaction, because the files, the only other copy, are deleted after it.
    $client.pragma('synchronous = FULL');
    try {
      $client.transaction(() => {
        save();
        for (const { batch } of this.inHand) this.counted.add(batch);
      })();
    } catch (error) {
      if (isDiskError(error)) this.spool?.forgive();
      throw error;
    } finally {
      $client.pragma('synchronous = NORMAL');
    }
    for (const { batch, failure } of this.inHand.splice(0)) {
      if (failure === undefined) this.spool?.remove(batch);
      else this.setAside(batch, failure);
    }
  }

  private setAside(batch: BatchFile, failure: unknown): void {
    const path = this.spool?.setAside(batch);
    this.options.trouble(`a batch could not be taken and is now ${path}: ${(failure as Error).stack ?? failure}`);
  }
}
