// A machine in a customer's office that sends spam from its fixed address, each message under another invented name of its domain.
import { createChance } from '../chance.js';
import { domainOfCustomer, type Letter } from '../letter.js';
import { habitOf } from '../people.js';
import { personName, spamTarget } from '../strangers.js';
import { createPatience, type Scene } from './scene.js';

const MINUTE_MS = 60_000;
const BURST_MS = 40 * MINUTE_MS;
const BURST_PER_HOUR = 150;
const LATER_PER_HOUR = 40;
const LONGEST_MS = 8 * 60 * MINUTE_MS;

/** Makes the scene of an infected machine that starts at `startAt`. */
export function infectedMachine(customer: string, startAt: number, seed: number): Scene {
  const chance = createChance(seed);
  const habit = habitOf(customer);
  const patience = createPatience();
  const domain = domainOfCustomer(habit);
  let next = startAt;

  function letter(at: number): Letter {
    return {
      at,
      relay: chance.isHit(0.7) ? 'relay1' : 'relay2',
      customer,
      client: chance.pick(habit.clients),
      sender: `${personName(chance)}@${domain}`,
      recipients: Array.from({ length: chance.whole(1, 2) }, () => spamTarget(chance)),
      sizeBytes: chance.whole(2_000, 5_000),
      scene: `infected machine at ${domain}`,
    };
  }

  return {
    kind: 'infected machine',
    name: `infected machine at ${domain}`,
    customer,
    startAt,
    until(until) {
      const letters: Letter[] = [];
      for (; next <= until && !this.isOver(next); ) {
        letters.push(letter(next));
        next += chance.waitMs(next - startAt < BURST_MS ? BURST_PER_HOUR : LATER_PER_HOUR);
      }
      return letters;
    },
    skipTo(at) {
      next = Math.max(next, at);
    },
    heard: patience.heard,
    isOver: (at) => at > startAt + LONGEST_MS || patience.isLost(at),
  };
}
