import { describe, expect, it } from 'vitest';
import { HashSet } from '../../../src/detection/structures/hash-set.js';

describe('HashSet', () => {
  it('keeps what it has when room is made for more, and while it grows beyond that', () => {
    const set = new HashSet();
    const hashes = Array.from({ length: 5_000 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0);
    for (const hash of hashes.slice(0, 500)) set.add(hash);

    set.reserve(2_000);
    for (const hash of hashes.slice(500)) set.add(hash);

    expect(set.size).toBe(5_000);
    expect(hashes.filter((hash) => !set.has(hash))).toEqual([]);
    expect(set.has(12_345)).toBe(false);
  });
});
