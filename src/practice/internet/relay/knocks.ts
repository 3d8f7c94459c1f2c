// Strangers at the relay's door: guessed passwords, which every relay's log is full of. Nothing follows from them.
import { type Chance, createChance } from '../chance.js';
import { HABITS } from '../people.js';
import type { LogLine, Pen } from './postfix-log.js';

const PER_HOUR = 5;

interface Knocks {
  until(until: number): LogLine[];
  skipTo(at: number): void;
}

/** Makes the knocking at one relay's door from `startAt` (practice ms) on. */
export function createKnocks(pen: Pen, startAt: number, seed: number): Knocks {
  const chance = createChance(seed);
  let next = startAt + chance.waitMs(PER_HOUR);
  return {
    until(until) {
      const lines: LogLine[] = [];
      for (; next <= until; next += chance.waitMs(PER_HOUR)) lines.push(...knock(pen, next, chance));
      return lines;
    },
    skipTo(at) {
      next = Math.max(next, at);
    },
  };
}

function knock(pen: Pen, at: number, chance: Chance): LogLine[] {
  const ip = `198.18.${chance.whole(200, 250)}.${chance.whole(1, 250)}`;
  const client = { ip, name: 'unknown', helo: `[${ip}]` };
  const { customer, mailboxes } = chance.pick(HABITS);
  const login = `${chance.pick(mailboxes)}@${customer.domains[0]}`;
  return [pen.connect(at, client), pen.loginFailed(at + chance.between(900, 2500), client, login)];
}
