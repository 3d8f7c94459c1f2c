// A log out of its packing: gzip is unpacked, whatever the file is called and also from a pipe. Of other packings is said what unpacks them.
import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { UserError } from '../errors.js';

const CHUNK_BYTES = 1024 * 1024;

const GZIP = Buffer.of(0x1f, 0x8b);
/** First bytes of what is packed otherwise, and the program that unpacks it to a pipe. */
const OTHERS: readonly [Buffer, string, string][] = [
  [Buffer.of(0x28, 0xb5, 0x2f, 0xfd), 'zstd', 'zstdcat'],
  [Buffer.of(0xfd, 0x37, 0x7a, 0x58), 'xz', 'xzcat'],
  [Buffer.from('BZh'), 'bzip2', 'bzcat'],
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

function isGzip(head: Buffer): boolean {
  return head.subarray(0, GZIP.length).equals(GZIP);
}

function refusePacked(head: Buffer): void {
  for (const [magic, packing, program] of OTHERS)
    if (head.subarray(0, magic.length).equals(magic))
      throw new UserError(
        `it is packed with ${packing}. Give it unpacked, from a pipe: ${program} FILE | relaywarden … -`,
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
