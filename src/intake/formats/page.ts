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

  /** Index of the LF at or after `from`, which must be before the end. */
  lineEnd(from: number): number {
    return this.bytes.indexOf(LF, from);
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
    return length <= 8 || this.hasLetters(word.letters, from);
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
    const { view, last } = this;
    const four = byte * EVERY_ONE;
    let at = from;
    for (; at < to && at <= last; at += 4) {
      const word = view.getInt32(at, true) ^ four;
      // A top bit stays only where a byte is 0 (or above such a byte, where it may be wrong).
      const found = ((word - EVERY_ONE) | 0) & ~word & EVERY_TOP;
      if (found !== 0) {
        const place = at + ((31 - Math.clz32(found & -found)) >> 3);
        return place < to ? place : -1;
      }
    }
    const { bytes } = this;
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
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word = view.getInt32(at, true);
      // Adding lifts what is at least `A`, and what is beyond `Z`, into the top bit.
      if ((word | ((word + A_TO_TOP) & ~(word + BEYOND_Z_TO_TOP))) & EVERY_TOP) return false;
    }
    for (; at < to; at++) {
      const byte = bytes[at] as number;
      if (byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a)) return false;
    }
    return true;
  }

  private isAscii(from: number, to: number): boolean {
    const { bytes, view } = this;
    let at = from;
    for (; at + 4 <= to; at += 4) if (view.getInt32(at, true) & EVERY_TOP) return false;
    for (; at < to; at++) if ((bytes[at] as number) >= 0x80) return false;
    return true;
  }
}

const NOTHING = Buffer.alloc(0);

/** What `toString('latin1')` comes to, without the way there: for short strings half the cost. */
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Buffer, from: number, to: number): string;
};

/** A word to look for: its bytes, and the first and the last four as `Page.word` gives them (0 when it is shorter). */
export interface Word {
  length: number;
  letters: Uint8Array;
  first: number;
  last: number;
}

export function word(text: string): Word {
  const bytes = Buffer.from(text, 'latin1');
  const { length } = bytes;
  const [first, last] = length < 4 ? [0, 0] : [bytes.readInt32LE(0), bytes.readInt32LE(length - 4)];
  return { length, letters: new Uint8Array(bytes), first, last };
}

/** Four letters as `Page.word` gives them. */
export function letters(text: string): number {
  return Buffer.from(text, 'latin1').readInt32LE();
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
