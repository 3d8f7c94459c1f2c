// One log of a replay while it is read: a file, packed or not, or stdin (`-`). A bounded piece of whole lines is in memory at a time.
import { createReadStream } from 'node:fs';
import { fileTrouble, statOf, UserError } from '../../errors.js';
import type { LogFormatId, LogReader } from '../../intake/formats/format.js';
import { detectFormat } from '../../intake/formats/index.js';
import type { LogTimeOptions } from '../../intake/formats/log-time.js';
import { firstUndated } from '../../intake/formats/log-years.js';
import { LineBuffer } from '../../intake/lines.js';
import { uncounted } from '../../intake/octet-counting.js';
import { unpacked } from '../../intake/unpacked.js';
import type { Pipeline } from '../pipeline.js';

const CHUNK_BYTES = 1024 * 1024;
/** A log's format must show in its first bytes, up to this many. */
const TELLING_BYTES = 64 * 1024;
const LF = 0x0a;

/** The beginning of a log that is not read, because the same lines are in another log. */
interface Skipped {
  bytes: number;
  lines: number;
}

export class PastLog {
  /** False when the beginning is in no format we know, and not empty; it is then read as a Postfix log. */
  isKnown = true;
  /** Time of the next line, ms. It stays at -Infinity for a log without times, which is therefore read first. */
  at = Number.NEGATIVE_INFINITY;
  isDone = false;
  private isEnded = false;
  /** Its first bytes, until there is a reader for them. */
  private head: Buffer = Buffer.alloc(0);
  private reader: LogReader | undefined;
  private readonly buffer = new LineBuffer(CHUNK_BYTES);

  private constructor(
    readonly path: string,
    /** Size of the file on disk (packed, if it is); 0 for stdin. */
    readonly bytesTotal: number,
    private readonly chunks: AsyncIterator<Buffer>,
    private readonly pipeline: Pipeline,
    private format: LogFormatId | undefined,
    private readonly readSoFar: () => number = () => 0,
    private readonly skipLines = 0,
  ) {}

  /**
   * Opens a log and reads its first lines, which tell the format unless it is given. Leaves out the beginning that `skip` names (its bytes
   * as unpacked). Throws UserError for a file that cannot be read.
   */
  static async open(path: string, pipeline: Pipeline, format?: LogFormatId, skip?: Skipped): Promise<PastLog> {
    const log = PastLog.openStream(path, pipeline, format, skip);
    await log.begin();
    return log;
  }

  /** Time of its first line if that has no year, read with this year; see intake/formats/log-years.ts. */
  firstUndated(year: number): number | undefined {
    return firstUndated(this.head, year);
  }

  /** Makes the reader, and reads until there are lines to take. */
  async start(time: LogTimeOptions = {}): Promise<void> {
    this.reader = this.pipeline.reader(this.path, this.format ?? 'postfix', time);
    if (this.head.length > 0) this.buffer.feed(this.head);
    this.head = Buffer.alloc(0);
    await this.fill();
  }

  private static openStream(
    path: string,
    pipeline: Pipeline,
    format: LogFormatId | undefined,
    skip: Skipped = { bytes: 0, lines: 0 },
  ): PastLog {
    if (path === '-') return new PastLog(path, 0, uncounted(withoutMark(unpacked(process.stdin))), pipeline, format);
    const stat = statOf(path);
    if (!stat) throw new UserError(`There is no log ${path}.`);
    const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    const chunks = uncounted(withoutMark(without(skip.bytes, unpacked(raw))));
    return new PastLog(path, stat.size, chunks, pipeline, format, () => raw.bytesRead, skip.lines);
  }

  /** Bytes read of the file on disk. */
  get bytesRead(): number {
    return this.readSoFar();
  }

  get overlongLines(): number {
    return this.buffer.overlong;
  }

  get needsMore(): boolean {
    return !this.isDone && this.buffer.lines === undefined;
  }

  /** Takes lines up to and including the time `until`, or all that are in memory. */
  take(until: number): void {
    const { lines, bytes } = this.buffer;
    if (!lines || !this.reader) return;
    const { from, to } = lines;
    this.reader.leftOut = this.skipLines + lines.leftOut;
    let at = this.pipeline.read(this.reader, bytes, from, to, until);
    // No line was taken although the first was due: take what is there, or this log would come first for ever.
    if (at <= from) at = this.pipeline.read(this.reader, bytes, from, to);
    this.buffer.taken(at);
    this.lookAhead();
  }

  /** Reads on until there are lines to take, or the log is done. */
  async fill(): Promise<void> {
    while (!this.buffer.lines && !this.isEnded) {
      const chunk = await this.nextChunk();
      if (chunk) {
        this.buffer.feed(chunk);
      } else {
        this.isEnded = true;
        this.buffer.finish();
      }
    }
    this.lookAhead();
  }

  /** Reads until the format shows: a pipe may give a few bytes at a time. */
  private async begin(): Promise<void> {
    let bytes: Buffer = Buffer.alloc(0);
    let format = this.format;
    let chunk = await this.nextChunk();
    while (chunk) {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      if (chunk.includes(LF)) format ??= detectFormat(bytes);
      if (format || bytes.length >= TELLING_BYTES) break;
      chunk = await this.nextChunk();
    }
    this.format = format ?? detectFormat(bytes);
    this.isKnown = this.format !== undefined || bytes.length === 0;
    this.head = bytes;
  }

  private async nextChunk(): Promise<Buffer | undefined> {
    try {
      const result = await this.chunks.next();
      return result.done ? undefined : result.value;
    } catch (error) {
      const reason = error instanceof UserError ? error.message : `${fileTrouble(error)}.`;
      throw new UserError(`${this.path === '-' ? 'stdin' : this.path} cannot be read: ${reason}`, { cause: error });
    }
  }

  private lookAhead(): void {
    const { lines, bytes } = this.buffer;
    if (lines) this.at = this.reader?.timeOf(bytes, lines.from, lines.to) ?? this.at;
    else if (this.isEnded) this.isDone = true;
  }
}

/** What some editors and shells on Windows put before a text. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const isMarked = isFirst && BYTE_ORDER_MARK.equals(chunk.subarray(0, BYTE_ORDER_MARK.length));
    isFirst = false;
    yield isMarked ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk;
  }
}

async function* without(skipBytes: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = skipBytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
}
