import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatedKeys } from '../../src/partners/repeated-keys.js';

/** JSON of a value in which each key of an object is written once more, at its end. */
function doubled(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(doubled).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${doubled(each)}`);
  const again = Object.keys(value).map((key) => `${JSON.stringify(key)}: 1`);
  return `{${[...members, ...again].join(',\n')}}`;
}

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(keysIn);
  return Array.isArray(value) ? inside : [...inside, ...Object.keys(value)];
}

describe('repeatedKeys', () => {
  it('says where a key stands again, in its own object alone', () => {
    const text = '{"a": {"x": 1,\n "y": "x"},\n "b": [{"x": 1}, {"x": "}"}],\n "\\u0061": 2, "b": {"a": {}}}';
    expect(repeatedKeys(text)).toEqual([
      { key: 'a', line: 4, firstLine: 1 },
      { key: 'b', line: 4, firstLine: 3 },
    ]);
  });

  it.each([
    ['escaped quotes', '{"a\\\\": 1, "a\\"": 2, "a": "\\\\\\"a", "b": "\\\\"}'],
    ['values and list items', '{"a": "a", "b": ["a", "a", {"a": "a"}, "b"]}'],
    ['names of Object', '{"__proto__": 1, "constructor": 2, "toString": 3}'],
    ['no object', '"a"'],
  ])('finds none in %s', (_, text) => {
    JSON.parse(text);
    expect(repeatedKeys(text)).toEqual([]);
  });

  it('finds all of them in whatever JSON, and none in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, isIndented) => {
        expect(repeatedKeys(JSON.stringify(value, undefined, isIndented ? 2 : 0))).toEqual([]);
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const found = repeatedKeys(doubled(plain)).map(({ key }) => key);
        expect(found.toSorted()).toEqual(keysIn(plain).toSorted());
      }),
      { numRuns: 300 },
    );
  });
});
