// The lines of a file one after the other, packed or not, as they are: for whoever compares logs and reads no sense into them.
import { createReadStream } from 'node:fs';
import { behindTime } from './line-time.js';
import { MAX_LINE_BYTES } from './lines.js';
import { unpacked } from './unpacked.js';

const CHUNK_BYTES = 1024 * 1024;
const LF = 0x0a;
/** No log has such lines. */
const MOST_HELD_BYTES = 4 * MAX_LINE_BYTES + CHUNK_BYTES;

/** Stands before the first line until `next` or `more` is called: `while (lines.next() || (await lines.more()))`. */
export class LogLines {
  /** The line is bytes[from, to), without its LF. Good until `more`. */
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  /** False for a last line that may have been cut. */
  isEnded = true;
  private begins = 0;
  /** Unpacked bytes before `bytes`. */
  private before = 0;
  private isAtEnd = false;
  private readonly raw;
  private readonly chunks: AsyncIterator<Buffer>;

  constructor(path: string) {
    this.raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    this.chunks = unpacked(this.raw)[Symbol.asyncIterator]();
  }

  /** Where its text begins, behind its time. */
  get text(): number {
    return behindTime(this.bytes, this.from, this.to);
  }

  /** Where the line begins in the unpacked file. */
  get offset(): number {
    return this.before + this.from;
  }

  /** Goes to the next line that is in memory; answers whether there is one. Empty lines are left out. */
  next(): boolean {
    for (;;) {
      const end = this.bytes.indexOf(LF, this.begins);
      if (end < 0) return false;
      this.from = this.begins;
      this.to = end;
      this.begins = end + 1;
      if (end > this.from) return true;
    }
  }

  /** Reads on to the next line. Throws what the file system and zlib throw, and for what is no text of lines. */
  async more(): Promise<boolean> {
    while (!this.isAtEnd) {
      const chunk = await this.chunks.next();
      if (chunk.done) {
        this.isAtEnd = true;
        return this.rest();
      }
      this.before += this.begins;
      this.bytes = Buffer.concat([this.bytes.subarray(this.begins), chunk.value]);
      this.begins = 0;
      if (this.next()) return true;
      if (this.bytes.length > MOST_HELD_BYTES) throw new Error('these are no lines');
    }
    return false;
  }

  close(): void {
    this.raw.destroy();
  }

  /** What stands after the last LF. */
  private rest(): boolean {
    if (this.begins >= this.bytes.length) return false;
    this.from = this.begins;
    this.to = this.begins = this.bytes.length;
    this.isEnded = false;
    return true;
  }
}
