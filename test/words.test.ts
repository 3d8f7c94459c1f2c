import { describe, expect, it } from 'vitest';
import { andMore, count, rootMessage, series } from '../src/words.js';

describe('words', () => {
  it.each([
    [0, '0 messages'],
    [1, '1 message'],
    [2345, '2,345 messages'],
  ])('count %i', (n, words) => {
    expect(count(n, 'message')).toBe(words);
    expect(count(n, 'batch waits', 'batches wait')).toMatch(n === 1 ? / batch waits$/ : / batches wait$/);
  });

  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a or b'],
    [['a', 'b', 'c'], 'a, b or c'],
  ])('put %j in a row', (names, words) => {
    expect(series(names, 'or')).toBe(words);
    expect(series(names)).toBe(words.replace(' or ', ' and '));
  });

  it('name what is shown, and how many there are besides', () => {
    expect(andMore(['a', 'b'], 2)).toBe('a, b');
    expect(andMore(['a', 'b'], 1234)).toBe('a, b and 1,232 more');
    expect(andMore([], 0)).toBe('');
  });

  it('say of an error what began it', () => {
    const full = new Error('database or disk is full');
    expect(rootMessage(new Error('Failed query: insert …', { cause: new Error('run', { cause: full }) }))).toBe(
      'database or disk is full',
    );
    expect(rootMessage(new Error('refused', { cause: 'EPERM' }))).toBe('refused');
    expect(rootMessage('gone')).toBe('gone');
  });
});
