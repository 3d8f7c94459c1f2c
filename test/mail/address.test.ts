import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, formsOf, normaliseAddress } from '../../src/mail/address.js';

describe('a domain in another script', () => {
  it.each([
    ['münchen.example', 'xn--mnchen-3ya.example'],
    ['MÜNCHEN.example', 'xn--mnchen-3ya.example'],
    ['mu\u0308nchen.example', 'xn--mnchen-3ya.example'],
    ['XN--MNCHEN-3YA.example', 'xn--mnchen-3ya.example'],
    ['<Jörg@münchen.example>', 'jörg@xn--mnchen-3ya.example'],
    ['почта@пример.example', 'почта@xn--e1afmkfd.example'],
  ])('%s is %s', (text, key) => {
    expect(addressKey(text)).toBe(key);
    for (const form of formsOf(text)) expect(addressKey(form)).toBe(key);
  });

  it('has both forms', () => {
    const both = ['ann@xn--mnchen-3ya.example', 'ann@münchen.example'];
    for (const form of both) expect(formsOf(form)).toEqual(both);
    expect(formsOf('Ann@A.example')).toEqual(['ann@a.example']);
  });

  it('leaves ASCII as it is, and is its own key, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ-.@<> _1xn') }), (text) => {
        expect(addressKey(text)).toBe(normaliseAddress(text));
      }),
    );
    const letters = fc.string({ unit: fc.constantFrom(...'aäößéżпримерñ'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(letters, letters, (local, label) => {
        const key = addressKey(`${local}@${label}.example`);
        expect(key.split('@')).toEqual([local, expect.stringMatching(/^[\0-\x7f]+$/)]);
        expect(formsOf(key).map(addressKey)).toEqual(formsOf(key).map(() => key));
      }),
    );
  });
});
