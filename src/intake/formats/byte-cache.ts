// Bytes → the value made of them, remembered: the same bytes give the same object, without decoding them again. A log names the same
// few thousand senders, receivers and hosts over and over. Bounded: when it is full it begins anew, so no log can make it grow. What is
// remembered lies close together, in the order it came: looking it up costs as much as the memory it is strewn over.
import type { Page } from './page.js';

/** Each entry is a line of the processor's cache: its length and its bytes. */
const ENTRY_BYTES = 64;
/** Longer bytes are not remembered: what is that long (VERP senders, most of all) hardly comes twice. */
const LONGEST = ENTRY_BYTES - 1;
const SHORTEST = 4;

export class ByteCache<Value> {
  /** Where a hash points, or behind it: the number of an entry from 1 on, with the hash's upper bits; 0 is free. */
  private readonly index: Int32Array;
  private readonly kept: DataView;
  private values: Value[] = [];
  private readonly numberMask: number;

  /** `most` is a power of two; each entry takes 80 bytes and its value. `make` reads bytes [from, to) of the page. */
  constructor(
    private readonly most: number,
    private readonly make: (page: Page, from: number, to: number) => Value,
  ) {
    this.index = new Int32Array(most * 2);
    this.kept = new DataView(new ArrayBuffer(most * ENTRY_BYTES));
    this.numberMask = most * 2 - 1;
  }

  get(page: Page, from: number, to: number): Value {
    const length = to - from;
    if (length < SHORTEST || length > LONGEST) return this.make(page, from, to);
    const { index, numberMask } = this;
    const hash = hashOf(page.view, from, to);
    for (let at = hash & numberMask; ; at = (at + 1) & numberMask) {
      const found = index[at] as number;
      if (found === 0) return this.keep(at, hash, page, from, to);
      const entry = (found & numberMask) - 1;
      if (((found ^ hash) & ~numberMask) === 0 && this.holds(entry, page.view, from, length)) {
        return this.values[entry] as Value;
      }
    }
  }

  private holds(entry: number, bytes: DataView, from: number, length: number): boolean {
    const { kept } = this;
    const base = entry * ENTRY_BYTES;
    if (kept.getUint8(base) !== length) return false;
    const last = length - 4;
    for (let i = 0; i < last; i += 4) {
      if (bytes.getInt32(from + i, true) !== kept.getInt32(base + 1 + i, true)) return false;
    }
    return bytes.getInt32(from + last, true) === kept.getInt32(base + 1 + last, true);
  }

  private keep(at: number, hash: number, page: Page, from: number, to: number): Value {
    const value = this.make(page, from, to);
    if (this.values.length >= this.most) {
      this.values = [];
      this.index.fill(0);
      return value;
    }
    const base = this.values.length * ENTRY_BYTES;
    this.kept.setUint8(base, to - from);
    for (let i = 0; i < to - from; i++) this.kept.setUint8(base + 1 + i, page.byte(from + i));
    this.values.push(value);
    this.index[at] = (hash & ~this.numberMask) | this.values.length;
    return value;
  }
}

/** Of at least four bytes: four at a time, the last ones overlapping, each turned into all bits of what came before. */
export function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from;
  const last = to - 4;
  for (let at = from; at < last; at += 4) {
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ view.getInt32(at, true), 0x9e3779b1);
  }
  hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ view.getInt32(last, true), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
