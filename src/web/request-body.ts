// A request's body in chunks, unpacked on the way: never more in memory than it may be, however small it came over the wire.
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface BodyLimits {
  /** As it comes over the wire. */
  maxBytes: number;
  /** Unpacked. */
  maxUnpackedBytes: number;
}

/** What is wrong with a body, for its sender. */
export class BodyError extends Error {
  override name = 'BodyError';
  constructor(
    readonly status: 400 | 413 | 422,
    message: string,
  ) {
    super(message);
  }
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Throws BodyError for a body that is too long or no gzip, and the connection's error when the client goes away. The connection
 * stays open: there is an answer to be sent.
 */
export async function* readBody(
  incoming: IncomingMessage,
  isGzip: boolean,
  { maxBytes, maxUnpackedBytes }: BodyLimits,
): AsyncGenerator<Buffer> {
  const packed = capped(incoming.iterator({ destroyOnReturn: false }), maxBytes, 'The body');
  if (!isGzip) {
    yield* packed;
    return;
  }
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // Errors of either side arrive at the reader of `unpacked`.
  pipeline(Readable.from(packed, { objectMode: true, highWaterMark: 1 }), unpacked, () => {});
  try {
    yield* capped(unpacked, maxUnpackedBytes, 'The unpacked body');
  } catch (error) {
    throw isZlibError(error)
      ? new BodyError(400, 'The body is not whole gzip, as Content-Encoding says it is.')
      : error;
  }
}

async function* capped(chunks: AsyncIterable<Buffer>, maxBytes: number, what: string): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLong(what, maxBytes);
    yield chunk;
  }
}

export function tooLong(what: string, maxBytes: number): BodyError {
  return new BodyError(413, `${what} is longer than ${Math.round(maxBytes / 1024 / 1024)} MiB: send smaller batches.`);
}

function isZlibError(error: unknown): boolean {
  return /^(Z_|ERR_ZLIB)/.test((error as NodeJS.ErrnoException).code ?? '');
}
