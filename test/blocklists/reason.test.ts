// A list's reason, shown to people: one bounded line, and never the account key that stood in the question it quotes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reasonText, withoutKey } from '../../src/blocklists/reason.js';

const KEY = 'k3yw1thl3tt3rsandd1g1ts';

test.each([
  [`see ${KEY}.zen.dq.spamhaus.net`, 'see {key}.zen.dq.spamhaus.net'],
  [`?q=${KEY.toUpperCase()}`, '?q={key}'],
  [`=${KEY}&x`, '={key}&x'],
  [`cut off: 2.0.0.127.${KEY.slice(0, 12)}`, 'cut off: 2.0.0.127.{key}'],
  ['nothing of ours', 'nothing of ours'],
])('%s', (text, shown) => {
  expect(withoutKey(text, KEY)).toBe(shown);
});

test('a key of no letters, and a short one', () => {
  expect(withoutKey('a --- b', '---')).toBe('a {key} b');
  expect(withoutKey('q=ab. A.B', 'ab')).toBe('q={key}. {key}');
  expect(withoutKey('text', undefined)).toBe('text');
  expect(withoutKey('text', '')).toBe('text');
});

test('the reason is one line of bounded length', () => {
  expect(reasonText(['see\nhttps://a.test/7 ', 'and\u202e more'], undefined)).toBe('see https://a.test/7 and more');
  expect([...reasonText(['\u{1f980}'.repeat(4_000)], KEY)]).toHaveLength(500);
});

/** With a few letters and digits: three of them stand in any text, were it by the escape of another letter. */
const keys = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{5,40}$/).filter((key) => bare(key).length >= 6);
/** Ways in which software writes one letter of a name it was asked. */
const writings: ((char: string) => string)[] = [
  (char) => char,
  (char) => char.toUpperCase(),
  (char) => char.toLowerCase(),
  (char) => `\\${char.charCodeAt(0).toString().padStart(3, '0')}`,
  (char) => `\\x${hex(char)}`,
  (char) => `\\u00${hex(char)}`,
  (char) => `%${hex(char)}`,
  (char) => `&#${char.charCodeAt(0)};`,
  (char) => `&#x${hex(char)};`,
  (char) => String.fromCodePoint(char.charCodeAt(0) + 0xfee0),
];

function hex(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(2, '0');
}

const echoes = fc
  .record({
    key: keys,
    ways: fc.array(fc.constantFrom(...writings), { minLength: 1, maxLength: 41 }),
    between: fc.array(fc.constantFrom('', '', '', ' ', '\u200b', '" "', '\\', '.', '\n'), {
      minLength: 1,
      maxLength: 41,
    }),
    before: fc.string(),
    after: fc.string(),
  })
  .map(({ key, ways, between, before, after }) => ({
    key,
    text: `${before} ${[...key].map((char, at) => (ways[at % ways.length]?.(char) ?? '') + (between[at % between.length] ?? '')).join('')} ${after}`,
  }));

test('however a list echoes the key, it cannot be read in the reason', () => {
  fc.assert(
    fc.property(echoes, fc.integer({ min: 1, max: 60 }), ({ key, text }, cut) => {
      const strings = text.match(new RegExp(`.{1,${cut}}`, 'gsu')) ?? [];
      const shown = reasonText(strings, key).replaceAll('{key}', '');
      for (const read of [shown, unescaped(shown)]) expect(bare(read)).not.toContain(bare(key));
    }),
    { numRuns: 2_000 },
  );
});

test('a text of any content comes out in time linear in its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), keys, (text, key) => {
      expect([...reasonText([text.repeat(20)], key)].length).toBeLessThanOrEqual(500);
    }),
    { numRuns: 50 },
  );
});

/** How a reader would undo the escapes. */
function unescaped(text: string): string {
  return text
    .replace(/\\(\d{3})/g, (_, decimal) => String.fromCharCode(Number(decimal)))
    .replace(/(?:\\x|\\u00|%)([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/&#x([0-9a-f]{2});/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replace(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Math.min(Number(digits), 0x10ffff)));
}

function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
