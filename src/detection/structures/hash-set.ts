// A set of 32-bit hashes in one flat table: 4 bytes each and some free places, where a JavaScript Set takes forty. Open addressing with
// linear probing; 0 marks a free place, and a hash of 0 is kept as 1.

const LEAST_PLACES = 1024;
const FULLEST = 0.6;

export class HashSet {
  size = 0;
  private table = new Uint32Array(LEAST_PLACES);

  has(hash: number): boolean {
    return this.table[this.placeOf(hash >>> 0 || 1)] !== 0;
  }

  /** Makes room for `count` more at once, which is cheaper than growing step by step. */
  reserve(count: number): void {
    let places = this.table.length;
    while (this.size + count > places * FULLEST) places *= 2;
    if (places > this.table.length) this.resize(places);
  }

  /** Adds a hash; reports whether it was new. */
  add(hash: number): boolean {
    const value = hash >>> 0 || 1;
    const place = this.placeOf(value);
    if (this.table[place] !== 0) return false;
    this.table[place] = value;
    if (++this.size > this.table.length * FULLEST) this.resize(2 * this.table.length);
    return true;
  }

  /** The place of the value, or the free place where it belongs. */
  private placeOf(value: number): number {
    const { table } = this;
    const mask = table.length - 1;
    let place = value & mask;
    for (let known = table[place]; known !== 0 && known !== value; known = table[place]) place = (place + 1) & mask;
    return place;
  }

  private resize(places: number): void {
    const old = this.table;
    this.table = new Uint32Array(places);
    for (const value of old) if (value !== 0) this.table[this.placeOf(value)] = value;
  }
}
