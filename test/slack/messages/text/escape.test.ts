// Outsiders' text made harmless: no token survives, no cut falls inside an entity or a character.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asTyped, esc, fitLines, plain, quoted } from '../../../../src/slack/messages/text/escape.js';

describe('quoted', () => {
  it('keeps the lines of what a person wrote, harmless and no longer than it may be', () => {
    expect(quoted('Called Ida.\n\n<!here> ticket 4711', 100)).toBe('> Called Ida.\n> &lt;!here&gt; ticket 4711');
    expect(quoted('abc\ndefgh\nij', 7)).toBe('> abc\n> de…');
  });

  it.each([
    ['abc\ndef', '> abc…'],
    ['ab\ncd', '> ab…'],
    ['abcd\nef', '> ab…'],
    ['abc\n\n', '> abc'],
    ['a\nb\n', '> a\n> b'],
  ])('says of %j that more was written, when there is', (text, shown) => {
    expect(quoted(text, 3)).toBe(shown);
  });
});

describe('asTyped', () => {
  it('keeps marks and lines, and leaves out what hides or turns text', () => {
    expect(asTyped('*Never* <b> `x` & _y_\n\nline\u202e two\u200b', 100)).toBe('*Never* ‹b› `x` & _y_\nline two');
    expect(asTyped('abc\ndef', 3)).toBe('abc…');
  });
});

describe('esc', () => {
  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['a`b`', "a'b'"],
    ['a\nb\t c', 'a b c'],
    ['\u202Eabc\u200B', 'abc'],
  ])('makes %j harmless', (text, safe) => {
    expect(esc(text)).toBe(safe);
  });

  it('cuts between characters and says so', () => {
    expect(esc('abcdef', 4)).toBe('abc…');
    expect(esc('abcd', 4)).toBe('abcd');
    expect(esc('a&&&', 7)).toBe('a&amp;…');
    expect(esc('😀😀😀', 4)).toBe('😀…');
  });

  it('never gives more than it may, nor half of anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (text, max) => {
        for (const cut of [esc(text, max), plain(text, max)]) {
          expect(cut.length).toBeLessThanOrEqual(max);
          expect(cut).not.toMatch(/[<>]|\p{Cs}/u);
        }
        expect(esc(text, max)).not.toMatch(/&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});

describe('fitLines', () => {
  it('keeps whole lines and counts the rest', () => {
    expect(fitLines(['one', 'two'], 100)).toBe('one\ntwo');
    expect(fitLines(['a'.repeat(30), 'b'.repeat(30), 'c'.repeat(30)], 90)).toBe(
      `${'a'.repeat(30)}\n${'b'.repeat(30)}\n… and 1 more`,
    );
  });
});
