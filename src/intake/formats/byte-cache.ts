// Bytes → the value made of them, remembered: the same bytes give the same object, without decoding them again. A log names the same
// few thousand senders, receivers and hosts over and over. Bounded: when all places for a hash are taken one of them is taken over, so no
// log can make it grow. Looking something up costs what waiting for the memory costs: everything that decides is in one place.
import type { Page } from './page.js';

/** Each place is a line of the processor's cache: the hash, the length, which value it is and the bytes. */
const PLACE_BYTES = 64;
/** Large blocks of memory begin 16 bytes behind such a line (glibc's malloc); where they do not, only time is lost. */
const OFFSET = 48;
const LENGTH_AT = 4;
const INDEX_AT = 5;
const BYTES_AT = 7;
/** Longer bytes are not remembered: what is that long (VERP senders, most of all) hardly comes twice. */
const LONGEST = PLACE_BYTES - BYTES_AT;
const SHORTEST = 4;
/** Places to look in, one behind the other, from where the hash points. */
const TRIES = 8;

export class ByteCache<Value> {
  private readonly kept: DataView;
  /** In the order they were first seen, so that those seen most are together. */
  private readonly values: Value[] = [];
  private readonly mask: number;
  private turn = 0;

  /** `places` is a power of two, 8 to 65,536; each takes 72 bytes and its value. `make` reads bytes [from, to) of the page. */
  constructor(
    places: number,
    private readonly make: (page: Page, from: number, to: number) => Value,
  ) {
    this.kept = new DataView(new ArrayBuffer(places * PLACE_BYTES + OFFSET), OFFSET);
    this.mask = places - 1;
  }

  get(page: Page, from: number, to: number): Value {
    const length = to - from;
    if (length < SHORTEST || length > LONGEST) return this.make(page, from, to);
    const { kept, mask } = this;
    // 0 marks a free place.
    const hash = hashOf(page.view, from, to) || 1;
    for (let i = 0; i < TRIES; i++) {
      const place = (hash + i) & mask;
      const found = kept.getInt32(place * PLACE_BYTES, true);
      if (found === 0) return this.keep(place, hash, page, from, to);
      if (found === hash && this.holds(place, page.view, from, length)) {
        return this.values[kept.getUint16(place * PLACE_BYTES + INDEX_AT, true)] as Value;
      }
    }
    return this.keep((hash + (this.turn++ % TRIES)) & mask, hash, page, from, to);
  }

  private holds(place: number, bytes: DataView, from: number, length: number): boolean {
    const { kept } = this;
    const base = place * PLACE_BYTES;
    if (kept.getUint8(base + LENGTH_AT) !== length) return false;
    const last = length - 4;
    for (let i = 0; i < last; i += 4) {
      if (bytes.getInt32(from + i, true) !== kept.getInt32(base + BYTES_AT + i, true)) return false;
    }
    return bytes.getInt32(from + last, true) === kept.getInt32(base + BYTES_AT + last, true);
  }

  private keep(place: number, hash: number, page: Page, from: number, to: number): Value {
    const value = this.make(page, from, to);
    const { kept } = this;
    const base = place * PLACE_BYTES;
    const isFree = kept.getInt32(base, true) === 0;
    const index = isFree ? this.values.length : kept.getUint16(base + INDEX_AT, true);
    if (isFree) this.values.push(value);
    else this.values[index] = value;
    kept.setUint16(base + INDEX_AT, index, true);
    kept.setInt32(base, hash, true);
    kept.setUint8(base + LENGTH_AT, to - from);
    const { view } = page;
    const last = to - from - 4;
    for (let i = 0; i < last; i += 4) kept.setInt32(base + BYTES_AT + i, view.getInt32(from + i, true), true);
    kept.setInt32(base + BYTES_AT + last, view.getInt32(from + last, true), true);
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
