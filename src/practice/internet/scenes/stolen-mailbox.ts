// Somebody who has a customer's password: sends spam with its login from three foreign networks.
import { type Chance, createChance } from '../chance.js';
import { domainOfCustomer, type Letter, loginOf } from '../letter.js';
import { type Client, habitOf } from '../people.js';
import { spamTarget } from '../strangers.js';
import type { Scene } from './scene.js';
import { spamRun } from './spam-run.js';

export interface StolenMailbox {
  customer: string;
  mailbox: string;
}

const MINUTE_MS = 60_000;
/** The first half hour goes at full speed; then slower, so as not to be noticed. */
const PACE = { burstMs: 30 * MINUTE_MS, burstPerHour: 160, laterPerHour: 50, longestMs: 10 * 60 * MINUTE_MS };

/** Makes the scene of a stolen mailbox that starts at `startAt`. */
export function stolenMailbox({ customer, mailbox }: StolenMailbox, startAt: number, seed: number): Scene {
  const chance = createChance(seed);
  const habit = habitOf(customer);
  const clients = foreignClients(chance);
  const name = `stolen mailbox ${mailbox}@${domainOfCustomer(habit)}`;
  const login = loginOf(habit, mailbox);

  function letter(at: number): Letter {
    return {
      at,
      relay: chance.isHit(0.85) ? 'relay2' : 'relay1',
      customer,
      client: chance.pick(clients),
      ...(login !== undefined && { login }),
      sender: `${mailbox}@${domainOfCustomer(habit)}`,
      recipients: Array.from({ length: chance.whole(1, 5) }, () => spamTarget(chance)),
      sizeBytes: chance.whole(3_000, 7_000),
      scene: name,
    };
  }

  const run = { kind: 'stolen mailbox', name, customer, startAt, letter } as const;
  return spamRun({ ...run, ...PACE }, chance);
}

/** Rented machines in three networks that have nothing to do with the customer (RFC 5737 and RFC 2544 addresses). */
function foreignClients(chance: Chance): Client[] {
  const networks = ['192.0.2', `198.18.${chance.whole(20, 90)}`, `198.19.${chance.whole(100, 200)}`];
  return networks.map((network) => {
    const ip = `${network}.${chance.whole(8, 60)}`;
    return { ip, name: 'unknown', helo: `[${ip}]` };
  });
}
