import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteCache } from '../../../src/intake/formats/byte-cache.js';
import { Page, word } from '../../../src/intake/formats/page.js';
import { addressOf } from '../../../src/intake/formats/postfix/names.js';
import { normaliseAddress } from '../../../src/mail/address.js';

function cacheOf(slots: number) {
  const made = { count: 0 };
  const cache = new ByteCache(slots, (page, from, to) => {
    made.count++;
    return { text: page.text(from, to) };
  });
  const page = new Page();
  const get = (text: string) => {
    const bytes = Buffer.from(`<${text}>\n`);
    page.open(bytes, bytes.length);
    return cache.get(page, 1, bytes.length - 2);
  };
  return { get, made };
}

describe('ByteCache', () => {
  it('gives the same object for the same bytes', () => {
    const { get, made } = cacheOf(1024);

    expect(get('ann@x.example')).toBe(get('ann@x.example'));
    expect(made.count).toBe(1);
  });

  it('gives what was asked for, however small it is and whatever was asked before', () => {
    const { get } = cacheOf(8);
    const text = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('aaaa', 'aaaab', 'baaaa'),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        for (const each of texts) expect(get(each).text).toBe(Buffer.from(each).toString());
      }),
      { numRuns: 300 },
    );
  });
});

describe('Page', () => {
  it('finds line ends wherever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: 7 }), (content, offset) => {
        const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(content), Buffer.of(0x0a)]).subarray(offset);
        const page = new Page();
        page.open(bytes, bytes.length);
        for (let from = 0; from < bytes.length; from++) expect(page.lineEnd(from)).toBe(bytes.indexOf(0x0a, from));
      }),
      { numRuns: 300 },
    );
  });

  it('finds bytes and words wherever they are, and none beyond what it is to look in', () => {
    const letter = fc.constantFrom(...'abab:,\u0000\n\u00ff'.split(''));
    const text = fc.string({ unit: letter, maxLength: 60 });
    fc.assert(
      fc.property(
        text,
        fc.string({ unit: letter, minLength: 1, maxLength: 20 }),
        fc.nat(60),
        fc.nat(60),
        (all, part, a, b) => {
          const bytes = Buffer.from(`${all}${part}${all}\n`, 'latin1');
          const page = new Page();
          page.open(bytes, bytes.length);
          const [from, to] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)];
          const within = bytes.subarray(from, to);
          const place = (at: number) => (at < 0 ? -1 : from + at);

          expect(page.findByte(0x2c, from, to)).toBe(place(within.indexOf(0x2c)));
          expect(page.find(word(part), from, to)).toBe(place(within.indexOf(part, 0, 'latin1')));
          expect(page.has(word(part), from)).toBe(bytes.indexOf(part, from, 'latin1') === from);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('makes U+FFFD of invalid UTF-8', () => {
    const page = new Page();
    const bytes = Buffer.concat([Buffer.from('blåbær '), Buffer.of(0xff, 0x0a)]);
    page.open(bytes, bytes.length);

    expect(page.text(0, bytes.length - 1)).toBe('blåbær \ufffd');
  });

  it('makes addresses what they are compared by', () => {
    const letter = fc.constantFrom(...'azAZ@[`{<> \t.é\u00a0\u212a0'.split(''), '@', 'b');
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 20 }), (text) => {
        const page = new Page();
        const bytes = Buffer.from(`=${text}\n`);
        page.open(bytes, bytes.length);

        expect(addressOf(page, 1, bytes.length - 1)).toBe(normaliseAddress(text));
      }),
      { numRuns: 1_000 },
    );
  });
});
