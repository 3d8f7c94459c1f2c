// How a customer fares on the strip at the top of the practice page.
import { describe, expect, it } from 'vitest';
import { CUSTOMERS } from '../../../src/practice/internet/people.js';
import { createCounters, type Sign } from '../../../src/practice/internet/relay/counters.js';

const MINUTE = 60_000;
const [{ id } = { id: '' }] = CUSTOMERS;

describe('the state of a customer', () => {
  it.each<[string, [Sign, number][], string]>([
    [
      'a blocked mailbox writes after its colleagues',
      [
        ['mailAccepted', 1],
        ['blocked', 2],
      ],
      'blocked',
    ],
    [
      'spam was refused because all is suspended',
      [
        ['mailAccepted', 1],
        ['suspended', 2],
      ],
      'suspended',
    ],
    [
      'mail passes again after a suspension',
      [
        ['suspended', 1],
        ['mailAccepted', 2],
      ],
      'normal',
    ],
    [
      'spam passes',
      [
        ['mailAccepted', 1],
        ['spamAccepted', 2],
      ],
      'spamming',
    ],
    [
      'spam is refused',
      [
        ['spamAccepted', 1],
        ['blocked', 2],
      ],
      'blocked',
    ],
  ])('when %s', (_, signs, state) => {
    const counters = createCounters();
    for (const [sign, minute] of signs) counters.note(id, sign, minute * MINUTE);

    expect(counters.view(3 * MINUTE).find(({ customer }) => customer === id)?.state).toBe(state);
  });
});
