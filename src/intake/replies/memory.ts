// What was found out lately of masked texts. A text is kept when it comes for the second time: most that come once never come again, and
// outsiders write them. Bounded: a place for each value of some bits of the hash, and what comes later takes it.
import { hasKey, keyOf, type Masked } from './mask.js';

const PLACES = 8_192;

interface Known<Value> {
  key: Int32Array;
  length: number;
  value: Value;
}

export class Memory<Value> {
  private readonly known: (Known<Value> | undefined)[] = new Array(PLACES).fill(undefined);
  /** Hashes seen last, whether their text is kept or not. */
  private readonly seen = new Int32Array(PLACES);

  get(masked: Masked): Value | undefined {
    const known = masked.hash === 0 ? undefined : this.known[placeOf(masked.hash)];
    return known !== undefined && known.length === masked.to && hasKey(masked, known.key) ? known.value : undefined;
  }

  set(masked: Masked, value: Value): void {
    const { hash } = masked;
    if (hash === 0) return;
    const place = placeOf(hash);
    if (this.seen[place] === hash) this.known[place] = { key: keyOf(masked), length: masked.to, value };
    else this.seen[place] = hash;
  }
}

/** The upper bits have more of the text in them. */
function placeOf(hash: number): number {
  return hash >>> 19;
}
