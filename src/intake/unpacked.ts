// A log out of its packing: gzip is unpacked, whatever the file is called and also from a pipe. Of other packings is said what unpacks them.
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { UserError } from '../errors.js';

const CHUNK_BYTES = 1024 * 1024;

const GZIP = Buffer.of(0x1f, 0x8b);

/** A packing that Node does not read. */
export interface OtherPacking {
  name: string;
  /** First bytes of what is packed so. */
  magic: Buffer;
  ending: string;
  /** Unpacks it to a pipe. */
  program: string;
}

const OTHERS: readonly OtherPacking[] = [
  { name: 'zstd', magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), ending: '.zst', program: 'zstdcat' },
  { name: 'xz', magic: Buffer.of(0xfd, 0x37, 0x7a, 0x58), ending: '.xz', program: 'xzcat' },
  { name: 'bzip2', magic: Buffer.from('BZh'), ending: '.bz2', program: 'bzcat' },
  { name: 'lz4', magic: Buffer.of(0x04, 0x22, 0x4d, 0x18), ending: '.lz4', program: 'lz4cat' },
];
const TELLING_BYTES = 4;

/** The bytes of a log, unpacked. Throws UserError for a packing that Node does not read, and what zlib throws for a broken file. */
export async function* unpacked(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = raw[Symbol.asyncIterator]();
  const head = await headOf(chunks);
  refusePacked(head);
  const whole = rejoined(head, chunks);
  if (!isGzip(head)) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Its errors come out of the iteration, too.
  pipeline(Readable.from(whole, { objectMode: false }), gunzip, () => {});
  yield* gunzip;
}

/** The beginning of a log from the beginning of its file; empty for what cannot be unpacked. */
export function unpackedHead(head: Buffer): Buffer {
  if (!isGzip(head)) return head;
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/** How a file is packed, by its name; undefined for one that is not. */
export function packingOf(name: string): 'gzip' | OtherPacking | undefined {
  return name.endsWith('.gz') ? 'gzip' : OTHERS.find(({ ending }) => name.endsWith(ending));
}

function isGzip(head: Buffer): boolean {
  return head.subarray(0, GZIP.length).equals(GZIP);
}

function refusePacked(head: Buffer): void {
  const other = OTHERS.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  if (!other) return;
  throw new UserError(
    `it is packed with ${other.name}. Give it unpacked, from a pipe: ${other.program} FILE | relaywarden … -`,
  );
}

/** So much as tells the packing: a pipe may give a byte at a time. */
async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < TELLING_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* rejoined(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}
