// Bytes of a log → lines. Lines are cut at LF in bytes before decoding, so invalid UTF-8 (it becomes U+FFFD) never joins or
// splits lines. A line beyond the cap is skipped and counted: Postfix itself never writes more than a few kilobytes.

/** Postfix cuts what it logs at 2,000 to 4,000 bytes; syslog daemons default to 8 KiB. */
export const MAX_LINE_BYTES = 64 * 1024;
const LF = 0x0a;

/** Cuts a stream of chunks into lines. `pendingBytes` is what was fed and not yet given out as a complete line. */
export class LineCutter {
  /** Lines beyond MAX_LINE_BYTES so far. */
  overlong = 0;
  private carry: Buffer[] = [];
  private carried = 0;
  private isSkipping = false;

  /** Bytes after the last line end, the rest of a too long line included. */
  get pendingBytes(): number {
    return this.carried;
  }

  /** Takes the next bytes, hands every completed line to `onLine` without its line end. The chunk may be reused afterwards. */
  feed(chunk: Buffer, onLine: (line: string) => void): void {
    const last = chunk.lastIndexOf(LF);
    if (last < 0) {
      this.keep(chunk);
      return;
    }
    let start = 0;
    if (this.carried > 0) {
      start = chunk.indexOf(LF) + 1;
      this.finishCarried(chunk.subarray(0, start - 1), onLine);
    }
    if (start <= last) this.cut(chunk.subarray(start, last), onLine);
    this.keep(chunk.subarray(last + 1));
  }

  /** Hands out what stands after the last line end as a line: for a file that will not grow any more. */
  finish(onLine: (line: string) => void): void {
    if (this.carried > 0) this.finishCarried(Buffer.alloc(0), onLine);
  }

  /** Forgets a partial line. */
  reset(): void {
    this.carry = [];
    this.carried = 0;
    this.isSkipping = false;
  }

  private keep(rest: Buffer): void {
    if (rest.length === 0) return;
    this.carried += rest.length;
    if (this.carried > MAX_LINE_BYTES) {
      this.isSkipping = true;
      this.carry = [];
    }
    if (!this.isSkipping) this.carry.push(Buffer.from(rest));
  }

  private finishCarried(end: Buffer, onLine: (line: string) => void): void {
    this.keep(end);
    const line = this.isSkipping ? undefined : Buffer.concat(this.carry);
    this.reset();
    if (line === undefined) this.overlong++;
    else this.give(line.toString('utf8'), onLine);
  }

  /** Complete lines without the last line end: decoded at once, which is many times cheaper than line by line. */
  private cut(bytes: Buffer, onLine: (line: string) => void): void {
    const text = bytes.toString('utf8');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      this.give(text.slice(start, end), onLine);
      start = end + 1;
    }
    this.give(text.slice(start), onLine);
  }

  private give(line: string, onLine: (line: string) => void): void {
    if (line.length > MAX_LINE_BYTES) this.overlong++;
    else if (line.length > 0) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }
}
