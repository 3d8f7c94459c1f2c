import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isNumbered } from '../../../src/detection/clues/sender-shape.js';

describe('a sender that a program wrote', () => {
  it('has an address in it, or something behind a plus, before its own domain', () => {
    expect(['ticket+17@a.example', 'bounce-ann=b.example@a.example', 'x+"q@r"@a.example'].every(isNumbered)).toBe(true);
    expect(['ann@a.example', '@+a.example', '@++', 'ann@a+b.example', ''].some(isNumbered)).toBe(false);
  });

  it('is told from another in time that grows with its length, not with the square of it', () => {
    // A megabyte takes milliseconds, or a quarter of an hour.
    const given = { isNumbered, sender: '+'.repeat(1 << 20) };
    expect(new Script('isNumbered(sender)').runInNewContext(given, { timeout: 20_000 })).toBe(false);
  });
});
