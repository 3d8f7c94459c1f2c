// Days on which something goes wrong or changes, without anybody's ill will.
import type { Customer, Mailbox } from './model.js';
import type { Oddity } from './oddities.js';
import { acquaintances, audience, busyMailbox, run, sitting } from './run.js';
import type { World } from './world.js';

/** Everything that waited in a queue somewhere comes at once. */
function flush(world: World, customer: Customer, day: number, name: string, most: number): void {
  const { dice } = world;
  run(world, world.story('oddity', name, customer), customer, {
    at: world.time(customer, day, dice.between(5, 19)),
    messages: dice.intLog(Math.min(200, most / 2), most),
    perHour: dice.betweenLog(600, 8_000),
    sender: () => dice.pick(customer.mailboxes).address,
    to: acquaintances(world, customer, 0.8),
    perMessage: () => (dice.is(0.15) ? dice.int(2, 6) : 1),
    origin: (sender) => {
      const mailbox = customer.mailboxes.find(({ address }) => address === sender) as Mailbox;
      return {
        ...world.origin(customer, mailbox),
        ...(customer.auth === 'mailbox' ? { client: customer.server } : {}),
      };
    },
    quality: { unknown: dice.between(0.01, 0.05), content: dice.between(0.001, 0.006) },
    // The one time a server has so much for us that it hardly hangs up.
    kept: 0.9,
  });
}

export const TROUBLES: readonly Oddity[] = [
  {
    name: 'queue flush after an outage',
    happens: (world, customer, day) => flush(world, customer, day, 'queue flush after an outage', 1_200),
  },
  {
    name: 'migration of a new customer',
    happens(world, _, day) {
      const customer = world.addCustomer(day, world.dice.pick(['smarthost', 'address', 'platform']));
      flush(world, customer, day, 'migration of a new customer', 5_000);
    },
  },
  {
    name: 'new customer',
    happens(world, _, day) {
      const customer = world.addCustomer(day);
      const story = world.story('oddity', 'new customer', customer);
      for (const { address } of customer.mailboxes) story.senders.set(address, 0);
    },
  },
  {
    name: 'receivers down',
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = busyMailbox(world, customer);
      run(world, world.story('oddity', 'receivers down', customer), customer, {
        at: world.time(customer, day, dice.between(8, 14)),
        messages: dice.int(30, 120),
        perHour: dice.between(15, 80),
        sender: () => mailbox.address,
        to: acquaintances(world, customer, 0.7),
        origin: sitting(world, customer, mailbox),
        quality: { unknown: 0.01, content: 0.002 },
        isDeferred: true,
      });
    },
  },
  {
    name: 'broken SPF record',
    happens(world, customer, day) {
      // Some receivers refuse everything until somebody repairs it; here that is never.
      customer.hasBrokenSpf = true;
      const story = world.story('oddity', 'broken SPF record', customer);
      for (const { address } of customer.mailboxes) story.senders.set(address, world.time(customer, day, 0));
    },
  },
  {
    name: 'footer that filters dislike',
    happens(world, customer, day) {
      const { dice } = world;
      const content = dice.between(0.03, 0.12);
      run(world, world.story('oddity', 'footer that filters dislike', customer), customer, {
        at: world.time(customer, day, dice.between(7, 10)),
        messages: Math.min(400, customer.mailboxes.length * dice.int(4, 12)),
        perHour: Math.max(4, customer.mailboxes.length * dice.between(0.4, 1.5)),
        sender: () => dice.pick(customer.mailboxes).address,
        to: acquaintances(world, customer, 0.85),
        origin: (sender) =>
          world.origin(customer, customer.mailboxes.find(({ address }) => address === sender) as Mailbox),
        quality: { unknown: 0.01, content },
      });
    },
  },
  {
    name: 'domain of a partner is gone',
    happens(world, customer, day) {
      const { dice, receivers } = world;
      const gone = receivers.stranger(0).split('@')[1] as string;
      const there = Array.from({ length: dice.int(1, 6) }, () => `${receivers.of(gone).names(dice)}@${gone}`);
      const mailbox = busyMailbox(world, customer);
      run(world, world.story('oddity', 'domain of a partner is gone', customer), customer, {
        at: world.time(customer, day, dice.between(8, 12)),
        messages: dice.int(8, 30),
        perHour: dice.between(3, 15),
        perMessage: () => dice.int(1, 4),
        sender: () => mailbox.address,
        to: () => dice.pick(there),
        origin: sitting(world, customer, mailbox),
        quality: { unknown: 0.9, content: 0 },
      });
    },
  },
  {
    name: 'weekend market',
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = busyMailbox(world, customer);
      run(world, world.story('oddity', 'weekend market', customer), customer, {
        at: world.time(customer, day, dice.between(6, 12)),
        messages: dice.int(40, 200),
        perHour: dice.between(12, 45),
        sender: () => mailbox.address,
        to: audience(world, customer),
        origin: sitting(world, customer, mailbox),
        quality: { unknown: dice.between(0.01, 0.04), content: 0.003, isStrange: true },
      });
    },
  },
];
