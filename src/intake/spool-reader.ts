// The spool's way out, for the log worker: the oldest batch first. A batch is in hand from when it is taken until what it changed is
// saved; a note beside the batches says which those are. Whoever dies with a batch in hand three times has found one that kills, and
// it is moved aside, so that those behind it get their turn.
import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../folder.js';
import { type BatchFile, FAILED_FOLDER, parseBatchName } from './spool.js';

const NOTE = 'in-hand.json';
const MAX_TRIES = 3;
/** Batches moved aside that are kept, newest first: enough to find a fault by. */
const KEEP_FAILED = 500;

export class SpoolReader {
  private queue: BatchFile[] = [];
  /** Taken and not let go of, and files that could not be removed: what a listing still shows of them is no news. */
  private readonly seen = new Set<string>();
  /** How often a batch, by name, was in hand when a worker died; or is now. */
  private readonly tries: Map<string, number>;

  constructor(private readonly dir: string) {
    this.tries = this.readNote();
  }

  /** The oldest batch that is not in hand; it stays in the queue until it is taken. Lists the folder when it knows of none. */
  peek(): BatchFile | undefined {
    if (this.queue.length === 0) this.queue = this.list();
    return this.queue[0];
  }

  /** Reports whether a worker died with this batch in hand: it is to be taken alone. */
  isSuspect(batch: BatchFile): boolean {
    return this.tries.has(batch.name);
  }

  isHopeless(batch: BatchFile): boolean {
    return (this.tries.get(batch.name) ?? 0) >= MAX_TRIES;
  }

  /** Takes the batch in hand and answers its content. Throws what the file system throws. */
  take(batch: BatchFile): Buffer {
    this.skip(batch);
    this.tries.set(batch.name, (this.tries.get(batch.name) ?? 0) + 1);
    this.writeNote();
    return readFileSync(join(this.dir, batch.name));
  }

  /** Removes a batch whose work is saved. When that fails it is left lying: its key says that it is counted. */
  remove(batch: BatchFile): void {
    this.letGo(batch, () => unlinkSync(join(this.dir, batch.name)));
  }

  /** Moves a batch to `failed/`, where a person can look at it. Answers where it is now: when that fails it stays, and is not offered. */
  setAside(batch: BatchFile): string {
    const folder = join(this.dir, FAILED_FOLDER);
    const path = join(folder, batch.name);
    const isMoved = this.letGo(batch, () => {
      makeFolder(folder);
      renameSync(join(this.dir, batch.name), path);
      for (const name of readdirSync(folder).sort().slice(0, -KEEP_FAILED)) rmSync(join(folder, name));
    });
    return isMoved ? path : join(this.dir, batch.name);
  }

  /** The worker is about to end, and not because of the batches in hand. */
  forgive(): void {
    this.tries.clear();
    this.writeNote();
  }

  /** Answers whether `move` went well; if not, the batch stays in `seen`. */
  private letGo(batch: BatchFile, move: () => void): boolean {
    this.skip(batch);
    if (this.tries.delete(batch.name)) this.writeNote();
    try {
      move();
      return this.seen.delete(batch.name);
    } catch {
      return false;
    }
  }

  private skip(batch: BatchFile): void {
    this.seen.add(batch.name);
    if (this.queue[0]?.name === batch.name) this.queue.shift();
  }

  private list(): BatchFile[] {
    return namesIn(this.dir)
      .sort()
      .flatMap((name) => parseBatchName(name) ?? [])
      .filter(({ name }) => !this.seen.has(name));
  }

  private readNote(): Map<string, number> {
    try {
      return new Map(Object.entries(JSON.parse(readFileSync(join(this.dir, NOTE), 'utf8')) as Record<string, number>));
    } catch {
      return new Map();
    }
  }

  /** Only against a dying process, so not made durable; where nothing can be written, nothing kills either. */
  private writeNote(): void {
    try {
      if (this.tries.size === 0) rmSync(join(this.dir, NOTE), { force: true });
      else writeFileSync(join(this.dir, NOTE), JSON.stringify(Object.fromEntries(this.tries)));
    } catch {}
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    // Before the first batch there is no folder.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
