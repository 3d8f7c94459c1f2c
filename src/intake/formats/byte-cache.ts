// Bytes → the value made of them, remembered: the same bytes give the same object, without decoding them again. A log names the same
// few thousand senders, receivers and hosts over and over. Bounded: when all places for a hash are taken one of them is taken over, so no
// log can make it grow. Looking something up costs what waiting for the memory costs: everything that decides is in one place.
import type { Page } from './page.js';

/** Each place is a line of the processor's cache, sixteen words: the hash, which value it is and the length, and the bytes. */
const PLACE_BITS = 4;
/** Large blocks of memory begin 16 bytes behind such a line (glibc's malloc); where they do not, only time is lost. */
const OFFSET = 48;
const BYTES_AT = 2;
/** Longer bytes are not remembered: what is that long (VERP senders, most of all) hardly comes twice. */
const LONGEST = 56;
const SHORTEST = 4;
/** Of the word that says which value it is, the bits that say the length. */
const LENGTH_BITS = 8;
const LENGTH_MASK = 0xff;
/** Places to look in, one behind the other, from where the hash points. */
const TRIES = 8;

export class ByteCache<Value> {
  private readonly kept: Int32Array;
  /** In the order they were first seen, so that those seen most are together. */
  private readonly values: Value[] = [];
  private readonly mask: number;
  private turn = 0;

  /** `places` is a power of two, 8 to 65,536; each takes 72 bytes and its value. `make` reads bytes [from, to) of the page. */
  constructor(
    places: number,
    private readonly make: (page: Page, from: number, to: number) => Value,
  ) {
    const words = places << PLACE_BITS;
    this.kept = new Int32Array(new ArrayBuffer(words * 4 + OFFSET), OFFSET, words);
    this.mask = places - 1;
  }

  get(page: Page, from: number, to: number): Value {
    const length = to - from;
    if (length < SHORTEST || length > LONGEST) return this.make(page, from, to);
    const { kept, mask } = this;
    // 0 marks a free place.
    const hash = hashOf(page.view, from, to) || 1;
    for (let i = 0; i < TRIES; i++) {
      const place = ((hash + i) & mask) << PLACE_BITS;
      const found = kept[place] as number;
      if (found === 0) return this.keep(place, hash, page, from, to);
      if (found === hash) {
        const which = kept[place + 1] as number;
        if ((which & LENGTH_MASK) === length && this.holds(place + BYTES_AT, page.view, from, to)) {
          return this.values[which >> LENGTH_BITS] as Value;
        }
      }
    }
    return this.keep(((hash + (this.turn++ % TRIES)) & mask) << PLACE_BITS, hash, page, from, to);
  }

  /** Four bytes at a time, the last ones overlapping; two of those at a time, which is all that makes it quick. */
  private holds(base: number, view: DataView, from: number, to: number): boolean {
    const { kept } = this;
    const last = to - 4;
    let at = from;
    let word = base;
    for (; at < last - 4; at += 8) {
      if (view.getInt32(at, true) !== kept[word] || view.getInt32(at + 4, true) !== kept[word + 1]) return false;
      word += 2;
    }
    if (at < last && view.getInt32(at, true) !== kept[word++]) return false;
    return view.getInt32(last, true) === kept[word];
  }

  private keep(place: number, hash: number, page: Page, from: number, to: number): Value {
    const value = this.make(page, from, to);
    const { kept, values } = this;
    const index = kept[place] === 0 ? values.length : (kept[place + 1] as number) >> LENGTH_BITS;
    values[index] = value;
    kept[place] = hash;
    kept[place + 1] = (index << LENGTH_BITS) | (to - from);
    const { view } = page;
    let word = place + BYTES_AT;
    for (let at = from; at < to - 4; at += 4) kept[word++] = view.getInt32(at, true);
    kept[word] = view.getInt32(to - 4, true);
    return value;
  }
}

/** Of at least four bytes: eight at a time in two hashes, the last ones overlapping, each turned into all bits of what came before. */
function hashOf(view: DataView, from: number, to: number): number {
  let even = to - from;
  let odd = 0;
  for (let at = from; at < to - 8; at += 8) {
    even = Math.imul(((even << 5) | (even >>> 27)) ^ view.getInt32(at, true), 0x9e3779b1);
    odd = Math.imul(((odd << 5) | (odd >>> 27)) ^ view.getInt32(at + 4, true), 0x85ebca6b);
  }
  // V8 computes Math.max with doubles, which takes longer than the rest.
  const last = to - from > 8 ? to - 8 : from;
  even = Math.imul(((even << 5) | (even >>> 27)) ^ view.getInt32(last, true), 0x9e3779b1);
  odd = Math.imul(((odd << 5) | (odd >>> 27)) ^ view.getInt32(to - 4, true), 0x85ebca6b);
  const hash = Math.imul(even ^ (even >>> 15) ^ odd, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
