// Bytes → the value made of them, remembered: the same bytes give the same object, without decoding them again. A log names the same
// few thousand senders, receivers and hosts over and over. Bounded: each place of the table holds one value, the next one with that
// hash takes it over, so no log can make it grow.
import type { Page } from './page.js';

/** Longer bytes are not remembered: what is that long (VERP senders, most of all) hardly comes twice. */
const SLOT_BYTES = 64;
const SHORTEST = 4;

export class ByteCache<Value> {
  private readonly kept: Uint8Array;
  private readonly view: DataView;
  private readonly lengths: Uint8Array;
  private readonly values: (Value | undefined)[];
  private readonly mask: number;

  /** `slots` is a power of two; each takes about 75 bytes and its value. `make` reads bytes [from, to) of the page. */
  constructor(
    slots: number,
    private readonly make: (page: Page, from: number, to: number) => Value,
  ) {
    this.kept = new Uint8Array(slots * SLOT_BYTES);
    this.view = new DataView(this.kept.buffer);
    this.lengths = new Uint8Array(slots);
    this.values = new Array(slots).fill(undefined);
    this.mask = slots - 1;
  }

  get(page: Page, from: number, to: number): Value {
    const length = to - from;
    if (length < SHORTEST || length > SLOT_BYTES) return this.make(page, from, to);
    const hash = hashOf(page.view, from, to);
    const first = hash & this.mask;
    if (this.holds(first, page.view, from, length)) return this.values[first] as Value;
    // A second place, so that two names met in turn do not drive each other out.
    const second = first ^ 1;
    if (this.holds(second, page.view, from, length)) return this.values[second] as Value;
    const value = this.make(page, from, to);
    this.keep(hash & 0x10000000 ? first : second, page, from, to, value);
    return value;
  }

  private holds(slot: number, bytes: DataView, from: number, length: number): boolean {
    if (this.lengths[slot] !== length) return false;
    const { view } = this;
    const base = slot * SLOT_BYTES;
    const last = length - 4;
    for (let i = 0; i < last; i += 4) {
      if (bytes.getInt32(from + i, true) !== view.getInt32(base + i, true)) return false;
    }
    return bytes.getInt32(from + last, true) === view.getInt32(base + last, true);
  }

  private keep(slot: number, page: Page, from: number, to: number, value: Value): void {
    this.kept.set(page.bytes.subarray(from, to), slot * SLOT_BYTES);
    this.lengths[slot] = to - from;
    this.values[slot] = value;
  }
}

/** FNV-1a over words of four bytes, the last one overlapping, its bits mixed down. At least four bytes. */
export function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from;
  const last = to - 4;
  for (let at = from; at < last; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x01000193);
  hash = Math.imul(hash ^ view.getInt32(last, true), 0x9e3779b1 | 0);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b | 0);
  return hash ^ (hash >>> 13);
}
