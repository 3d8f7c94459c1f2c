// The lines of a batch of mail events, each checked: good ones are kept as they came, bad ones are named to the sender. In turns of a
// millisecond, because the thread has others to answer.
import { parseEventLine } from '../intake/formats/json-events.js';
import { MAX_LINE_BYTES } from '../intake/lines.js';
import { BodyError } from './request-body.js';
import { StrangeRelays } from './strange-relays.js';
import { TURN_MS, type Turns } from './turns.js';

interface RejectedLine {
  /** From 1. */
  line: number;
  error: string;
}

/** So many bad lines are named; the others are counted. */
const MAX_NAMED = 20;
/** A batch with more is no slip: its sender speaks another language, and nobody reads it to the end. */
const MAX_REJECTED = 1_000;
const MAX_ERROR_LENGTH = 300;
/** A clock that is wrong by a day would have all mail of that day judged against tomorrow. */
const MAX_AHEAD_MS = 24 * 3_600_000;
/** The log worker reads no longer ones. */
const TOO_LONG = `The line is not shorter than ${MAX_LINE_BYTES} bytes.`;
const LF = 0x0a;
/** What some programs on Windows put before a text, in UTF-8. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const END = Buffer.from('\n');

export class EventLines {
  accepted = 0;
  rejectedCount = 0;
  /** The first few. */
  readonly rejected: RejectedLine[] = [];
  /** The good lines, each ended by LF, in as few pieces as they came in. */
  readonly pieces: Buffer[] = [];
  private line = 0;
  /** The beginning of a line whose end has not come yet. */
  private begun: Buffer[] = [];
  private begunBytes = 0;
  private turnEndsAt = 0;

  readonly strangeRelays: StrangeRelays;

  /** `relays` are the configured ones. */
  constructor(
    private readonly turns: Turns,
    relays: ReadonlySet<string> = new Set(),
    private readonly now: () => number = Date.now,
  ) {
    this.strangeRelays = new StrangeRelays(relays);
  }

  async take(chunk: Buffer): Promise<void> {
    await this.nextTurn();
    const first = chunk.indexOf(LF);
    if (first < 0) {
      this.begin(chunk);
      return;
    }
    this.begin(chunk.subarray(0, first + 1));
    this.endBegun();
    const rest = await this.takeWhole(chunk, first + 1);
    this.begin(chunk.subarray(rest));
  }

  /** After the last chunk: its last line may lack the LF. */
  end(): void {
    if (this.begunBytes === 0) return;
    this.begin(END);
    this.endBegun();
  }

  /** Takes the lines that begin at `from` and end within the chunk; answers where the one that does not begins. */
  private async takeWhole(chunk: Buffer, from: number): Promise<number> {
    let start = from;
    let goodFrom = from;
    for (let end = chunk.indexOf(LF, start); end >= 0; end = chunk.indexOf(LF, start)) {
      const isGood = this.check(chunk.subarray(start, end));
      if (!isGood) {
        this.keep(chunk.subarray(goodFrom, start));
        goodFrom = end + 1;
      }
      start = end + 1;
      if (performance.now() >= this.turnEndsAt) await this.nextTurn();
    }
    this.keep(chunk.subarray(goodFrom, start));
    return start;
  }

  /** Of a line that is too long only the length is kept. */
  private begin(piece: Buffer): void {
    this.begunBytes += piece.length;
    if (this.begunBytes <= MAX_LINE_BYTES) this.begun.push(piece);
    else this.begun = [];
  }

  private endBegun(): void {
    if (this.begunBytes > MAX_LINE_BYTES) {
      this.line++;
      this.reject(TOO_LONG);
    } else {
      const whole = this.begun.length === 1 && this.begun[0] ? this.begun[0] : Buffer.concat(this.begun);
      const line = this.line === 0 ? withoutMark(whole) : whole;
      if (this.check(line.subarray(0, -1))) this.keep(line);
    }
    this.begun = [];
    this.begunBytes = 0;
  }

  private keep(piece: Buffer): void {
    if (piece.length > 0) this.pieces.push(piece);
  }

  /** Reports whether the line is to be kept. An empty one is nothing. */
  private check(bytes: Buffer): boolean {
    this.line++;
    if (bytes.length === 0) return false;
    if (bytes.length >= MAX_LINE_BYTES) return this.reject(TOO_LONG);
    const text = bytes.toString('utf8');
    if (text.trim() === '') return false;
    const parsed = parseEventLine(text);
    if (!parsed.ok) return this.reject(parsed.error);
    const now = this.now();
    if (parsed.record.time > now + MAX_AHEAD_MS)
      return this.reject(`time is more than a day ahead: here it is ${new Date(now).toISOString()}.`);
    this.strangeRelays.see(parsed.record.relay);
    this.accepted++;
    return true;
  }

  private reject(fault: string): false {
    const error = fault.slice(0, MAX_ERROR_LENGTH);
    this.rejectedCount++;
    if (this.rejectedCount > MAX_REJECTED) {
      throw new BodyError(
        422,
        `More than ${MAX_REJECTED} lines are wrong; nothing was taken. Line ${this.line}: ${error}`,
      );
    }
    if (this.rejected.length < MAX_NAMED) {
      this.rejected.push({ line: this.line, error });
    }
    return false;
  }

  private async nextTurn(): Promise<void> {
    await this.turns.next();
    this.turnEndsAt = performance.now() + TURN_MS;
  }
}

function withoutMark(text: Buffer): Buffer {
  const { length } = BYTE_ORDER_MARK;
  return BYTE_ORDER_MARK.equals(text.subarray(0, length)) ? text.subarray(length) : text;
}
