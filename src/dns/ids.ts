// Message ids nobody can guess (RFC 5452 section 9.2), drawn from the system's randomness in bulk.
import { randomFillSync } from 'node:crypto';

const pool = new Uint16Array(2048);
let used = pool.length;

/** A random id that is not a key of `taken`, which holds far fewer than all 65,536. */
export function freshId(taken: ReadonlyMap<number, unknown>): number {
  for (;;) {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const id = pool[used++] as number;
    if (!taken.has(id)) return id;
  }
}
