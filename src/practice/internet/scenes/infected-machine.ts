// A machine in a customer's office that sends spam from its fixed address, each message under another invented name of its domain.
import { createChance } from '../chance.js';
import { domainOfCustomer, type Letter } from '../letter.js';
import { habitOf } from '../people.js';
import { personName, spamTarget } from '../strangers.js';
import type { Scene } from './scene.js';
import { spamRun } from './spam-run.js';

const MINUTE_MS = 60_000;
const PACE = { burstMs: 40 * MINUTE_MS, burstPerHour: 150, laterPerHour: 40, longestMs: 8 * 60 * MINUTE_MS };

/** Makes the scene of an infected machine that starts at `startAt`. */
export function infectedMachine(customer: string, startAt: number, seed: number): Scene {
  const chance = createChance(seed);
  const habit = habitOf(customer);
  const domain = domainOfCustomer(habit);

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

  const run = { kind: 'infected machine', name: `infected machine at ${domain}`, customer, startAt, letter } as const;
  return spamRun({ ...run, ...PACE }, chance);
}
