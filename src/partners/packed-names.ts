// A table of names, each with a number, in memory that threads share: made once, read by all, copied by none. A name is found by its hash
// and compared as a whole, so that none is ever taken for another. Pure.

/** Shared memory; may be posted to a thread as it is. */
export interface PackedNames {
  /** By hash, or the next free place after it: the name's place in the table, counted from 1; 0 is free. */
  slots: Uint32Array;
  /** Where in `bytes` the name at a place ends, and the next begins. */
  ends: Uint32Array;
  numbers: Uint32Array;
  /** The names in UTF-8. */
  bytes: Uint8Array;
}

/** The number of a name that was packed with two different numbers. */
export const CONTESTED = 0;

/** Packs `most` names at the most. A name that comes again with another number is contested, whatever comes then. */
export function packNames(names: Iterable<readonly [name: string, number: number]>, most: number): PackedNames {
  const words = (size: number) => new Uint32Array(new SharedArrayBuffer(4 * size));
  // At least half of the places stay free: in a fuller table a search would pass many taken places.
  const slots = words(2 ** Math.ceil(Math.log2(2 * most + 1)));
  const packed = { slots, ends: words(most), numbers: words(most), bytes: new Uint8Array(32 * most) };
  let count = 0;
  for (const [name, number] of names) if (add(packed, count, name, number)) count++;
  const bytes = new Uint8Array(new SharedArrayBuffer(beginOf(packed.ends, count)));
  bytes.set(packed.bytes.subarray(0, bytes.length));
  return { ...packed, bytes };
}

/** The number of a name; undefined for one that is not there. */
export function numberOf(packed: PackedNames, name: string): number | undefined {
  const place = placeIn(packed, encoded(name));
  return place < 0 ? undefined : packed.numbers[place];
}

/** The name that was packed so many names after the first. */
export function nameAt({ ends, bytes }: PackedNames, place: number): string {
  return Buffer.from(bytes.slice(beginOf(ends, place), ends[place])).toString();
}

/** Reports whether the name is new; it is put at `place` then. */
function add(packed: PackedNames, place: number, name: string, number: number): boolean {
  const { slots, ends, numbers } = packed;
  const text = encoded(name);
  const known = placeIn(packed, text);
  if (known >= 0) {
    if (numbers[known] !== number) numbers[known] = CONTESTED;
    return false;
  }
  const begin = beginOf(ends, place);
  if (begin + text.length > packed.bytes.length) packed.bytes = grown(packed.bytes, text.length);
  packed.bytes.set(text, begin);
  ends[place] = begin + text.length;
  numbers[place] = number;
  slots[-known - 1] = place + 1;
  return true;
}

/** Place of a name. For one that is not there, a negative number that tells the free slot for it: -1 - slot. */
function placeIn(packed: PackedNames, wanted: Uint8Array): number {
  const { slots } = packed;
  const mask = slots.length - 1;
  for (let slot = hashOf(wanted) & mask; ; slot = (slot + 1) & mask) {
    const place = (slots[slot] ?? 0) - 1;
    if (place < 0) return -slot - 1;
    if (isAt(packed, place, wanted)) return place;
  }
}

function grown(bytes: Uint8Array, atLeast: number): Uint8Array {
  const larger = new Uint8Array(2 * bytes.length + atLeast);
  larger.set(bytes);
  return larger;
}

function isAt({ ends, bytes }: PackedNames, place: number, wanted: Uint8Array): boolean {
  const begin = beginOf(ends, place);
  if ((ends[place] ?? 0) - begin !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (bytes[begin + i] !== wanted[i]) return false;
  return true;
}

function beginOf(ends: Uint32Array, place: number): number {
  return place === 0 ? 0 : (ends[place - 1] ?? 0);
}

const encoder = new TextEncoder();
let scratch = new Uint8Array(1_024);

/** Valid until the next call. */
function encoded(name: string): Uint8Array {
  if (scratch.length < 3 * name.length) scratch = new Uint8Array(6 * name.length);
  return scratch.subarray(0, encoder.encodeInto(name, scratch).written);
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
