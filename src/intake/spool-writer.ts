// The spool's way in, for whoever receives batches: each is taken once, never more than the spool may hold, and answered only when it
// is on the disk to stay. Knows what waits from the folder itself, which it lists every second.
import { opendir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BatchFile,
  batchId,
  FAILED_FOLDER,
  type NewBatch,
  parseBatchName,
  sizeOf,
  UNFINISHED,
  writeBatch,
} from './spool.js';

/**
 * `repeated`: this content came before under this key, and is counted or waits. `other-content`: something else did. `full`: come
 * again later.
 */
export type Put = 'taken' | 'repeated' | 'other-content' | 'full';

export interface SpoolLevel {
  /** Batches waiting, and the bytes they take on the disk. */
  batches: number;
  bytes: number;
  /** How long the oldest of them has waited, ms; 0 when none waits. */
  oldestAgeMs: number;
  isFull: boolean;
  /** Batches that nobody could take, and how long ago the newest of them came, ms. */
  failed: number;
  newestFailedAgeMs: number;
  /** Why the last batch could not be written, until one can. */
  trouble?: string;
}

interface SpoolWriterOptions {
  dir: string;
  maxBytes: number;
  /** Fingerprint of the batch with this id if it was counted before; see detection/live/counted-batches.ts. */
  countedFingerprint: (id: string) => string | undefined;
}

/** Between two listings; when one takes long, ten times as long as it took. */
const SCAN_MS = 1_000;
/** What a file takes at the least: a flood of tiny batches fills a disk too, and makes the folder slow. */
const BLOCK_BYTES = 4_096;

/** What one listing of the spool found. */
interface Listing {
  waiting: Map<string, BatchFile>;
  bytes: number;
  oldestAt: number;
}

export class SpoolWriter {
  private listing: Listing = { waiting: new Map(), bytes: 0, oldestAt: Number.POSITIVE_INFINITY };
  private failed = { count: 0, newestAt: 0 };
  /** Written since the running listing began: it may have missed them. Undefined while none runs. */
  private missed: BatchFile[] | undefined;
  private readonly writing = new Map<string, Promise<unknown>>();
  private writingBytes = 0;
  private listTrouble: string | undefined;
  private writeTrouble: string | undefined;
  private readonly ready: Promise<void>;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: SpoolWriterOptions) {
    this.ready = removeUnfinished(options.dir).then(() => this.list());
  }

  isFull(): boolean {
    return this.listing.bytes + this.writingBytes >= this.options.maxBytes;
  }

  /** Throws when the disk fails: then the batch is not taken. Two at once under one key are taken one after the other. */
  async put(batch: NewBatch & { fingerprint: string }): Promise<Put> {
    const id = batchId(batch.kind, batch.key);
    await this.ready;
    while (this.writing.has(id)) await this.writing.get(id)?.catch(() => {});
    const known = this.listing.waiting.get(id)?.fingerprint ?? this.options.countedFingerprint(id);
    if (known !== undefined) return known === batch.fingerprint ? 'repeated' : 'other-content';
    if (this.isFull()) return 'full';
    await this.write(id, batch);
    return 'taken';
  }

  level(): SpoolLevel {
    const { waiting, bytes, oldestAt } = this.listing;
    const trouble = this.writeTrouble ?? this.listTrouble;
    return {
      batches: waiting.size,
      bytes,
      oldestAgeMs: Math.max(0, Date.now() - oldestAt),
      isFull: this.isFull(),
      failed: this.failed.count,
      newestFailedAgeMs: Math.max(0, Date.now() - this.failed.newestAt),
      ...(trouble === undefined ? {} : { trouble }),
    };
  }

  /** Ends when what is being written is written. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.allSettled([this.ready, ...this.writing.values()]);
    clearTimeout(this.timer);
  }

  private async write(id: string, batch: NewBatch): Promise<void> {
    const bytes = onDisk(sizeOf(batch));
    const work = writeBatch(this.options.dir, batch);
    this.writing.set(id, work);
    this.writingBytes += bytes;
    try {
      const file = await work;
      add(this.listing, file);
      this.missed?.push(file);
      this.writeTrouble = undefined;
    } catch (error) {
      this.writeTrouble = (error as Error).message;
      throw error;
    } finally {
      this.writing.delete(id);
      this.writingBytes -= bytes;
    }
  }

  /** Looks what the worker has left, again and again. When that fails, what is known stays. */
  private async list(): Promise<void> {
    const startedAt = performance.now();
    const missed: BatchFile[] = [];
    this.missed = missed;
    try {
      const listing = await listBatches(this.options.dir);
      const { waiting } = await listBatches(join(this.options.dir, FAILED_FOLDER));
      for (const file of missed) add(listing, file);
      this.listing = listing;
      this.failed = { count: waiting.size, newestAt: Math.max(0, ...[...waiting.values()].map(({ at }) => at)) };
      this.listTrouble = undefined;
    } catch (error) {
      this.listTrouble = (error as Error).message;
    }
    this.missed = undefined;
    const pauseMs = Math.max(SCAN_MS, 10 * (performance.now() - startedAt));
    if (!this.isStopped) this.timer = setTimeout(() => void this.list(), pauseMs).unref();
  }
}

function add(listing: Listing, file: BatchFile): void {
  if (listing.waiting.has(file.id)) return;
  listing.waiting.set(file.id, file);
  listing.bytes += onDisk(file.sizeBytes);
  listing.oldestAt = Math.min(listing.oldestAt, file.at);
}

function onDisk(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BLOCK_BYTES)) * BLOCK_BYTES;
}

/** In small steps: a spool that ran full holds a hundred thousand files. */
async function listBatches(dir: string): Promise<Listing> {
  const listing: Listing = { waiting: new Map(), bytes: 0, oldestAt: Number.POSITIVE_INFINITY };
  for await (const name of namesIn(dir)) {
    const file = parseBatchName(name);
    if (file) add(listing, file);
  }
  return listing;
}

async function removeUnfinished(dir: string): Promise<void> {
  try {
    for await (const name of namesIn(dir)) if (name.startsWith(UNFINISHED)) await unlink(join(dir, name));
  } catch {
    // Rubbish: it takes room, nothing else. What ails the folder shows with the first batch.
  }
}

async function* namesIn(dir: string): AsyncGenerator<string> {
  try {
    for await (const entry of await opendir(dir, { bufferSize: 256 })) yield entry.name;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
