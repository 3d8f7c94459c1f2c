import { describe, expect, it } from 'vitest';
import { isNumbered } from '../../src/detection/sender-shape.js';

describe('a sender that a program wrote', () => {
  it('has an address in it, or something behind a plus, before its own domain', () => {
    expect(['ticket+17@a.example', 'bounce-ann=b.example@a.example', 'x+"q@r"@a.example'].every(isNumbered)).toBe(true);
    expect(['ann@a.example', '@+a.example', '@++', 'ann@a+b.example', ''].some(isNumbered)).toBe(false);
  });
});
