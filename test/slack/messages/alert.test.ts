// An alert about ourselves has the sign of what it tells.
import { expect, it } from 'vitest';
import { asGoodNews } from '../../../src/outbox/good-news.js';
import { alertMessage } from '../../../src/slack/messages/alert.js';

const textOf = (...lines: string[]) => {
  const [block] = alertMessage(lines.join('\n')).blocks;
  return block?.type === 'section' ? block.text?.text : undefined;
};

it('warns of trouble, and not of its end', () => {
  expect(textOf('Database: cannot write')).toBe(':warning: *relaywarden*: Database: cannot write');
  expect(textOf(asGoodNews('ONE is well again'), asGoodNews('TWO answers us again'))).toBe(
    ':white_check_mark: *relaywarden*: ONE is well again\nTWO answers us again',
  );
});

it('marks good news among bad', () => {
  expect(textOf('ONE is broken', asGoodNews('TWO answers us again'))).toBe(
    ':warning: *relaywarden*: ONE is broken\n:white_check_mark: TWO answers us again',
  );
});
