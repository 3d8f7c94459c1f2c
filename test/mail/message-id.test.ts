import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareMessageId, messageIdKey } from '../../src/mail/message-id.js';

describe('a Message-ID', () => {
  it('is the same however it is written', () => {
    for (const text of [
      'a@b.example',
      '<a@b.example>',
      ' <a@b.example> ',
      '<a@b.example> (by hand)',
      '\r\n\t<a@b.exa\r\n mple>',
    ]) {
      expect(bareMessageId(text)).toBe('a@b.example');
      expect(messageIdKey(text)).toBe('<a@b.example>');
    }
  });

  it('is none where there is none', () => {
    for (const text of ['', ' ', '<>', '< >']) expect(messageIdKey(text)).toBe('');
  });

  it('keeps its form, whatever was written', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('<', '>', ' ', 'a', '@', '\n') }));
    fc.assert(
      fc.property(text, (written) => {
        const key = messageIdKey(written);
        expect(messageIdKey(key)).toBe(key);
        expect(key).toBe(key === '' ? '' : messageIdKey(bareMessageId(written)));
      }),
    );
  });
});
