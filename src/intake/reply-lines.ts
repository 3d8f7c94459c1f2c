// Bytes → replies, one a line. A reply longer than any reply can be is cut, not dropped: its beginning says what it means.

/** RFC 5321 section 4.5.3.1.5 gives a reply line 512 octets; many lines joined, and what a log writes around them, fit in this. */
const MAX_REPLY_BYTES = 16 * 1024;
const LF = 0x0a;

/** Holds the beginning of the line that has not ended yet, never more of it than counts. */
export class ReplyLines {
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private ended = 0;
  /** A line was longer than any reply can be. */
  isCut = false;

  /** Lines so far, empty ones too. */
  get count(): number {
    return this.ended;
  }

  /** Takes the next bytes; answers the replies that they complete, without empty lines. */
  feed(chunk: Buffer): string[] {
    const replies: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      this.keep(chunk.subarray(from, end));
      this.ended++;
      replies.push(...this.take());
      from = end + 1;
    }
    this.keep(chunk.subarray(from));
    return replies;
  }

  /** The last reply, when no line end follows it. */
  finish(): string[] {
    if (this.keptBytes > 0) this.ended++;
    return this.take();
  }

  private take(): string[] {
    const reply = Buffer.concat(this.kept).toString('utf8').trim();
    this.kept = [];
    this.keptBytes = 0;
    return reply === '' ? [] : [reply];
  }

  private keep(bytes: Buffer): void {
    const counted = bytes.subarray(0, MAX_REPLY_BYTES - this.keptBytes);
    this.isCut ||= counted.length < bytes.length;
    if (counted.length === 0) return;
    this.kept.push(Buffer.from(counted));
    this.keptBytes += counted.length;
  }
}
