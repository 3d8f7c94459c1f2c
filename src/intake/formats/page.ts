// A stretch of a log as bytes, with what a scanner asks of it. Four bytes are looked at together where that is faster (DataView reads
// are single machine loads); positions are indices into the stretch, and a scan never runs past the last LF.

export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;

/** In each of four bytes the lowest bit, and the highest. */
const EVERY_ONE = 0x01010101;
const EVERY_TOP = -0x7f7f7f80;
const A_TO_TOP = 0x3f3f3f3f;
const BEYOND_Z_TO_TOP = 0x25252525;

/** Bytes [0, end) of a buffer; the byte before `end` is an LF. One page is used again for every stretch. */
export class Page {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  end = 0;
  private last = -4;

  /** Looks at `bytes` up to `end`. Nothing of it is held on to after `close`. */
  open(bytes: Buffer, end: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = end;
    this.last = bytes.length - 4;
  }

  close(): void {
    this.open(NOTHING, 0);
  }

  byte(at: number): number {
    return this.bytes[at] as number;
  }

  /** Four bytes as one number; 0 where the buffer has no four. Compare with `letters`. */
  word(at: number): number {
    return at <= this.last ? this.view.getInt32(at, true) : 0;
  }

  /**
   * Eight bytes as one number (a double), to be compared with that of others: a NaN, which is like none, where the buffer has no eight.
   * The two zeros are alike, so what may be one (eight bytes of which seven are NUL) is not to be compared.
   */
  eight(at: number): number {
    return at >= 0 && at <= this.last - 4 ? this.view.getFloat64(at, true) : Number.NaN;
  }

  /** Index of the LF at or after `from`, which must be before the end. */
  lineEnd(from: number): number {
    return indexOf.call(this.bytes, LF, from);
  }

  /** The text of bytes[from, to): a string of its own, invalid UTF-8 as U+FFFD. */
  text(from: number, to: number): string {
    return this.isAscii(from, to) ? latin1Slice.call(this.bytes, from, to) : this.bytes.toString('utf8', from, to);
  }

  /** Reports whether `word` stands at `from`. A word has no LF, so it is never found across a line's end. */
  has(word: Word, from: number): boolean {
    const { length } = word;
    if (length < 4 || from + length > this.last + 4) return this.hasLetters(word.letters, from);
    const { view } = this;
    if (view.getInt32(from, true) !== word.first || view.getInt32(from + length - 4, true) !== word.last) return false;
    return length <= 8 || this.hasMiddle(word, from);
  }

  /** What is between the first four letters and the last four. */
  private hasMiddle({ fours, length }: Word, from: number): boolean {
    const { view } = this;
    for (let i = 4; i < length - 4; i += 4) if (view.getInt32(from + i, true) !== fours[i >> 2]) return false;
    return true;
  }

  private hasLetters(letters: Uint8Array, from: number): boolean {
    const { bytes } = this;
    for (let i = 0; i < letters.length; i++) if (bytes[from + i] !== letters[i]) return false;
    return true;
  }

  /** Index of `word` in bytes[from, to), or -1. */
  find(word: Word, from: number, to: number): number {
    const { bytes } = this;
    const first = word.letters[0];
    const last = to - word.length;
    for (let at = from; at <= last; at++) if (bytes[at] === first && this.has(word, at)) return at;
    return -1;
  }

  /** Index of `byte` in bytes[from, to), or -1. */
  findByte(byte: number, from: number, to: number): number {
    const { view, bytes, last } = this;
    const four = byte * EVERY_ONE;
    let at = from;
    for (; at < to && at <= last - 4; at += 8) {
      const inFirst = zeros(view.getInt32(at, true) ^ four);
      const inSecond = zeros(view.getInt32(at + 4, true) ^ four);
      if ((inFirst | inSecond) !== 0) {
        const place = inFirst !== 0 ? at + firstByte(inFirst) : at + 4 + firstByte(inSecond);
        return place < to ? place : -1;
      }
    }
    for (; at < to; at++) if (bytes[at] === byte) return at;
    return -1;
  }

  /** The same for text that is nearly always ASCII without capitals or blanks around it; undefined when it is not. */
  plainText(from: number, to: number): string | undefined {
    const isTrimmed = (this.bytes[from] as number) > SPACE && (this.bytes[to - 1] as number) > SPACE;
    return isTrimmed && this.isLowerAscii(from, to) ? latin1Slice.call(this.bytes, from, to) : undefined;
  }

  private isLowerAscii(from: number, to: number): boolean {
    const { bytes, view } = this;
    let marks = 0;
    let at = from;
    for (; at + 8 <= to; at += 8) marks |= capitals(view.getInt32(at, true)) | capitals(view.getInt32(at + 4, true));
    if (at + 4 <= to) {
      marks |= capitals(view.getInt32(at, true));
      at += 4;
    }
    for (; at < to; at++) marks |= capitals(bytes[at] as number);
    return (marks & EVERY_TOP) === 0;
  }

  private isAscii(from: number, to: number): boolean {
    const { bytes, view } = this;
    let any = 0;
    let at = from;
    for (; at + 8 <= to; at += 8) any |= view.getInt32(at, true) | view.getInt32(at + 4, true);
    for (; at < to; at++) any |= bytes[at] as number;
    return (any & EVERY_TOP) === 0;
  }
}

const NOTHING = Buffer.alloc(0);

/** `latin1Slice` is what `toString('latin1')` comes to, without the way there; called by name they are looked up each time. */
const { latin1Slice, indexOf } = Buffer.prototype as unknown as {
  latin1Slice(this: Buffer, from: number, to: number): string;
  indexOf(this: Buffer, byte: number, from: number): number;
};

/** Marks the bytes of a word that are 0 in their top bits; above the first it may be wrong. */
function zeros(word: number): number {
  return ((word - EVERY_ONE) | 0) & ~word & EVERY_TOP;
}

/** Marks the bytes of a word that are capitals or no ASCII in their top bits. Adding lifts there what is at least `A`, and what is beyond `Z`. */
function capitals(word: number): number {
  return word | ((word + A_TO_TOP) & ~(word + BEYOND_Z_TO_TOP));
}

/** Which of four bytes is the first that is marked. */
function firstByte(marks: number): number {
  return (31 - Math.clz32(marks & -marks)) >> 3;
}

/** A word to look for: its bytes; all whole fours of them, the first and the last four as `Page.word` gives them (0 when it is shorter). */
export interface Word {
  length: number;
  letters: Uint8Array;
  fours: Int32Array;
  first: number;
  last: number;
}

export function word(text: string): Word {
  const bytes = Buffer.from(text, 'latin1');
  const { length } = bytes;
  const fours = Int32Array.from({ length: length >> 2 }, (_, i) => bytes.readInt32LE(i * 4));
  return {
    length,
    letters: new Uint8Array(bytes),
    fours,
    first: fours[0] ?? 0,
    last: length < 4 ? 0 : bytes.readInt32LE(length - 4),
  };
}

/** Four letters as `Page.word` gives them. */
export function letters(text: string): number {
  return Buffer.from(text, 'latin1').readInt32LE();
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
