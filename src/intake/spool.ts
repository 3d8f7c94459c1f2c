// The spool: a folder where batches wait between their receipt and the log worker. One batch is one file, whole or not there: written
// beside, made durable, renamed. Its name says when it came, what it is, under which key and how large it is, so that a listing of the
// folder is all one needs to know. The name sorts by time.
import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../folder.js';

/** Mail events as NDJSON that came over HTTP; one mail with a report that came over LMTP. */
const BATCH_KINDS = ['events', 'report'] as const;
export type BatchKind = (typeof BATCH_KINDS)[number];

const ENDINGS = { events: 'ndjson', report: 'eml' } as const satisfies Record<BatchKind, string>;

/** Where batches go that nobody could take, below the spool. */
export const FAILED_FOLDER = 'failed';
/** A batch that is being written begins so; after a crash it is rubbish. */
export const UNFINISHED = '.unfinished-';

export interface NewBatch {
  /** The sender's own name for it, of any length and any characters: what comes again under the same key counts once. */
  key: string;
  kind: BatchKind;
  /** The content, in pieces if it came in pieces. */
  bytes: Buffer | readonly Buffer[];
  /** See `fingerprintOf`; computed when absent. */
  fingerprint?: string;
  /** When it came, ms. */
  at?: number;
}

/** What a file's name says. */
export interface BatchFile {
  name: string;
  kind: BatchKind;
  /** `batchId` of kind and key. */
  id: string;
  fingerprint: string;
  /** When it came, ms. */
  at: number;
  sizeBytes: number;
}

/** What a key becomes in names and in the database: a hash, for keys are other people's text. Each kind has keys of its own. */
export function batchId(kind: BatchKind, key: string): string {
  return createHash('sha256').update(`${kind}\0${key}`).digest('hex').slice(0, 32);
}

/** Tells contents apart that came under one key. */
export function fingerprintOf(pieces: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex').slice(0, 32);
}

let written = 0;

/**
 * Writes a batch; when it answers, the batch is on the disk to stay, whatever happens to the process or to the power. Throws what the
 * file system throws, with nothing left behind.
 */
export async function writeBatch(dir: string, batch: NewBatch): Promise<BatchFile> {
  const pieces = piecesOf(batch);
  const file = describe(batch, pieces);
  makeFolder(dir);
  const unfinished = join(dir, `${UNFINISHED}${file.name}`);
  const path = join(dir, file.name);
  try {
    await writeDurably(unfinished, pieces);
    await rename(unfinished, path);
    await syncFolder(dir);
  } catch (error) {
    await unlink(unfinished).catch(() => {});
    await unlink(path).catch(() => {});
    throw error;
  }
  return file;
}

/** Bytes of its content. */
export function sizeOf(batch: NewBatch): number {
  return piecesOf(batch).reduce((sum, piece) => sum + piece.length, 0);
}

function piecesOf({ bytes }: NewBatch): readonly Buffer[] {
  return Buffer.isBuffer(bytes) ? [bytes] : (bytes as readonly Buffer[]);
}

function describe(batch: NewBatch, pieces: readonly Buffer[]): BatchFile {
  const { key, kind, fingerprint, at = Date.now() } = batch;
  const id = batchId(kind, key);
  const print = fingerprint ?? fingerprintOf(pieces);
  const sizeBytes = sizeOf(batch);
  const turn = String(written++ % 1_000_000).padStart(6, '0');
  const name = `${String(at).padStart(15, '0')}-${turn}-${id}-${print}-${sizeBytes}.${ENDINGS[kind]}`;
  return { name, kind, id, fingerprint: print, at, sizeBytes };
}

const NAME = /^(\d{15})-\d{6}-([0-9a-f]{32})-([0-9a-f]{32})-(\d{1,15})\.(ndjson|eml)$/;

/** Reads a file's name; undefined for files that are no batches. */
export function parseBatchName(name: string): BatchFile | undefined {
  const match = NAME.exec(name);
  if (!match) return undefined;
  const [, at, id = '', fingerprint = '', sizeBytes, ending] = match;
  const kind = ending === ENDINGS.events ? 'events' : 'report';
  return { name, kind, id, fingerprint, at: Number(at), sizeBytes: Number(sizeBytes) };
}

/** As many pieces as one system call takes (IOV_MAX). */
const PIECES_AT_ONCE = 1024;

async function writeDurably(path: string, pieces: readonly Buffer[]): Promise<void> {
  const handle = await open(path, 'wx', 0o640);
  try {
    for (let i = 0; i < pieces.length; i += PIECES_AT_ONCE) {
      await writeAll(handle, pieces.slice(i, i + PIECES_AT_ONCE));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A disk that is nearly full takes part of what it is given, without an error. */
async function writeAll(handle: FileHandle, pieces: Buffer[]): Promise<void> {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (total === 0) return;
  const { bytesWritten } = await handle.writev(pieces);
  if (bytesWritten === total) return;
  for (let rest = Buffer.concat(pieces).subarray(bytesWritten); rest.length > 0; ) {
    const { bytesWritten: more } = await handle.write(rest);
    rest = rest.subarray(more);
  }
}

/** A new name is only durable once its folder is. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
