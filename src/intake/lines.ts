// Bytes of a log → ranges of whole lines, each line ended by LF. Lines are never decoded here, and never copied but for the partial one
// at the end, which waits for its rest. A line beyond the cap is skipped and counted: Postfix itself never writes more than a few
// kilobytes.

/** Postfix cuts what it logs at 2,000 to 4,000 bytes; syslog daemons default to 8 KiB. */
export const MAX_LINE_BYTES = 64 * 1024;
const LF = 0x0a;

/** Whole lines in `bytes[from, to)`. */
export interface LineRange {
  from: number;
  to: number;
  /** Too long lines left out so far, before this range. */
  leftOut: number;
}

/** Collects bytes and gives out the whole lines among them. What it gives out is good until the next bytes come. */
export class LineBuffer {
  /** Lines beyond MAX_LINE_BYTES so far. */
  overlong = 0;
  bytes: Buffer;
  private readonly ranges: LineRange[] = [];
  /** bytes[partialFrom, filled) is a line without its end. */
  private partialFrom = 0;
  private filled = 0;
  /** Bytes of a too long line let go so far; -1 when there is none. */
  private skipped = -1;
  /** 1 when the last LF is ours. */
  private madeUp = 0;

  constructor(readBytes: number) {
    this.bytes = Buffer.allocUnsafe(readBytes + MAX_LINE_BYTES + 1);
  }

  /** The next whole lines in `bytes`; undefined when more bytes are needed. */
  get lines(): LineRange | undefined {
    return this.ranges[0];
  }

  /** Bytes that came and were not given out as lines, or given out and not taken; the rest of a too long line included. */
  get heldBytes(): number {
    const [first] = this.ranges;
    return this.filled - (first?.from ?? this.partialFrom) + Math.max(0, this.skipped) - (first ? this.madeUp : 0);
  }

  /** The lines up to `at`, a line's beginning, have been taken. */
  taken(at: number): void {
    const [first] = this.ranges;
    if (!first) return;
    first.from = at;
    if (at >= first.to) this.ranges.shift();
  }

  /** Where the next bytes go; tell `added` how many came. Only when all lines are taken. */
  room(most: number): Buffer {
    this.bytes.copyWithin(0, this.partialFrom, this.filled);
    this.filled -= this.partialFrom;
    this.partialFrom = this.madeUp = 0;
    if (this.bytes.length < this.filled + most + 1) {
      const larger = Buffer.allocUnsafe(this.filled + most + 1);
      this.bytes.copy(larger, 0, 0, this.filled);
      this.bytes = larger;
    }
    return this.bytes.subarray(this.filled, this.filled + most);
  }

  added(count: number): void {
    const from = this.filled;
    this.filled += count;
    if (this.skipped >= 0 && !this.endSkipping(from)) return;
    const last = this.filled > from ? this.bytes.lastIndexOf(LF, this.filled - 1) : -1;
    if (last >= this.partialFrom) {
      this.split(this.partialFrom, last + 1);
      this.partialFrom = last + 1;
    }
    if (this.filled - this.partialFrom > MAX_LINE_BYTES) {
      this.skipped = this.filled - this.partialFrom;
      this.filled = this.partialFrom;
    }
  }

  /** Takes the next bytes as they are. */
  feed(chunk: Buffer): void {
    chunk.copy(this.room(chunk.length));
    this.added(chunk.length);
  }

  /** Gives out what stands after the last line end as a line: for a file that will not grow any more. */
  finish(): void {
    if (this.skipped >= 0) {
      this.overlong++;
      this.reset();
    } else if (this.filled > this.partialFrom) {
      // There is always room for one byte more.
      this.bytes[this.filled++] = LF;
      this.madeUp = 1;
      this.ranges.push({ from: this.partialFrom, to: this.filled, leftOut: this.overlong });
      this.partialFrom = this.filled;
    }
  }

  /** Forgets all it holds. */
  reset(): void {
    this.ranges.length = 0;
    this.partialFrom = this.filled = this.madeUp = 0;
    this.skipped = -1;
  }

  /** Looks for the end of the too long line in what came from `from` on; lets go of it up to there. */
  private endSkipping(from: number): boolean {
    const end = this.bytes.subarray(from, this.filled).indexOf(LF);
    if (end < 0) {
      this.skipped += this.filled - from;
      this.filled = from;
      return false;
    }
    this.overlong++;
    this.skipped = -1;
    this.partialFrom = from + end + 1;
    return true;
  }

  /** Whole lines, in ranges that leave out those that are too long. */
  private split(from: number, to: number): void {
    let start = from;
    for (let at = from; at < to; ) {
      const window = Math.min(at + MAX_LINE_BYTES + 1, to);
      const last = this.bytes.lastIndexOf(LF, window - 1);
      if (last >= at) at = last + 1;
      else {
        if (at > start) this.ranges.push({ from: start, to: at, leftOut: this.overlong });
        this.overlong++;
        start = at = this.bytes.indexOf(LF, window) + 1;
      }
    }
    if (to > start) this.ranges.push({ from: start, to, leftOut: this.overlong });
  }
}
