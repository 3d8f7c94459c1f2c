// People who do something else than usual.
import type { Customer, Mailbox } from './model.js';
import { nameForm } from './names.js';
import { type Client, holding } from './networks.js';
import type { Oddity } from './oddities.js';
import { fromPerson } from './oddities-mailings.js';
import { acquaintances, busyMailbox, run, sitting } from './run.js';
import { isOtherProgram, methodOf } from './sessions.js';
import type { World } from './world.js';

/** Ordinary letters of one mailbox, from other places than usual. */
function elsewhere(
  name: string,
  draw: (world: World) => {
    hour: number;
    messages: number;
    perHour: number;
    clients: () => Client;
    hasOtherMethod?: boolean;
  },
): Oddity {
  return {
    name,
    auth: ['mailbox'],
    happens(world, customer, day) {
      const mailbox = busyMailbox(world, customer);
      const { hour, clients, ...spec } = draw(world);
      run(world, world.story('oddity', name, customer), customer, {
        at: world.time(customer, day, hour),
        sender: () => mailbox.address,
        to: acquaintances(world, customer, 0.85),
        perMessage: () => (world.dice.is(0.15) ? world.dice.int(2, 5) : 1),
        origin: () => ({ login: mailbox.login, client: clients() }),
        quality: { unknown: 0.012, content: 0.002 },
        ...spec,
      });
    },
  };
}

/** New people of the firm, who nobody has seen before. */
function newColleagues(world: World, customer: Customer, count: number): Mailbox[] {
  const { dice, makers } = world;
  const names = nameForm(dice);
  return Array.from({ length: count }, () => {
    const address = `${names(dice)}${dice.is(0.2) ? dice.int(1, 9) : ''}@${customer.domain}`;
    const home = makers.networks.home();
    return { address, login: address, perDay: 6, book: [], where: home, shift: 0 };
  });
}

export const PEOPLE: readonly Oddity[] = [
  elsewhere('traveller', ({ dice, makers }) => {
    const places = Array.from({ length: dice.int(1, 4) }, () => makers.networks.abroad());
    return {
      hour: dice.between(5, 20),
      messages: dice.int(5, 25),
      perHour: dice.between(1, 6),
      clients: () => dice.pick(places),
    };
  }),
  elsewhere('VPN user', ({ dice, makers }) => ({
    hour: dice.between(7, 14),
    messages: dice.int(8, 40),
    perHour: dice.between(2, 10),
    clients: holding(dice, 0.6, () => makers.networks.abroad()),
  })),
  elsewhere('train with a phone', ({ dice, makers }) => ({
    hour: dice.between(6, 18),
    messages: dice.int(6, 30),
    perHour: dice.between(3, 15),
    clients: makers.networks.mobile(),
  })),
  elsewhere('new phone abroad', ({ dice, makers }) => {
    const phone = makers.networks.mobile();
    const hotel = makers.networks.abroad();
    return {
      hour: dice.between(0, 23),
      messages: dice.int(4, 18),
      perHour: dice.between(1, 5),
      clients: () => (dice.is(0.5) ? phone() : hotel),
      hasOtherMethod: isOtherProgram(dice),
    };
  }),
  fromPerson('job applications', ({ dice, receivers }) => ({
    messages: dice.int(20, 60),
    perHour: dice.between(10, 60),
    hour: dice.between(9, 21),
    quality: { unknown: dice.between(0.02, 0.08), content: 0.004, isStrange: true },
    to: () => receivers.stranger(0.05),
    size: 1_500_000,
  })),
  fromPerson('cold calls of a sales person', ({ dice, receivers }) => ({
    messages: dice.int(20, 45),
    perHour: dice.between(4, 20),
    hour: dice.between(8, 11),
    quality: { unknown: dice.between(0.03, 0.1), content: dice.between(0.002, 0.02), isStrange: true },
    to: () => receivers.stranger(0.05),
  })),
  fromPerson('night shift', (world, customer) => ({
    messages: world.dice.int(15, 60),
    perHour: world.dice.between(5, 18),
    hour: world.dice.between(0, 3),
    quality: { unknown: 0.01, content: 0.002 },
    to: acquaintances(world, customer, 0.8),
  })),
  fromPerson('after the holidays', (world, customer) => ({
    messages: world.dice.int(40, 120),
    perHour: world.dice.between(20, 60),
    hour: world.dice.between(7, 10),
    quality: { unknown: 0.015, content: 0.002 },
    to: acquaintances(world, customer, 0.85),
  })),
  fromPerson('farewell to everybody', (world, customer) => {
    const many = world.dice.int(30, 90);
    return {
      messages: world.dice.int(1, 3),
      perHour: 10,
      perMessage: () => many,
      quality: { unknown: world.dice.between(0.02, 0.07), content: 0.002 },
      to: acquaintances(world, customer, 0.95),
    };
  }),
  fromPerson('journalist asks around', ({ dice, receivers }) => ({
    messages: dice.int(30, 90),
    perHour: dice.between(10, 50),
    quality: { unknown: dice.between(0.02, 0.06), content: 0.004, isStrange: true },
    to: () => receivers.stranger(0.3),
  })),
  {
    name: 'new employees',
    happens(world, customer, day) {
      const { dice } = world;
      const staff = newColleagues(world, customer, dice.int(4, 25));
      run(world, world.story('oddity', 'new employees', customer), customer, {
        at: world.time(customer, day, dice.between(8, 10)),
        messages: staff.length * dice.int(2, 6),
        perHour: staff.length * dice.between(0.5, 2),
        sender: () => dice.pick(staff).address,
        to: acquaintances(world, customer, 0.7),
        origin: (sender) => world.origin(customer, staff.find(({ address }) => address === sender) as Mailbox),
        quality: { unknown: 0.012, content: 0.002 },
      });
    },
  },
  {
    name: 'branch abroad opens',
    happens(world, customer, day) {
      const { dice, makers } = world;
      const staff = newColleagues(world, customer, dice.int(3, 12));
      const office = makers.networks.abroad();
      run(world, world.story('oddity', 'branch abroad opens', customer), customer, {
        at: world.time(customer, day, dice.between(0, 20)),
        messages: dice.int(20, 120),
        perHour: dice.between(8, 30),
        sender: () => dice.pick(staff).address,
        to: acquaintances(world, customer, 0.6),
        origin: (sender) =>
          customer.auth === 'mailbox' ? { login: sender, client: office } : world.origin(customer, staff[0] as Mailbox),
        quality: { unknown: 0.015, content: 0.003 },
      });
    },
  },
  {
    name: 'one mailbox for a whole desk',
    auth: ['mailbox'],
    happens(world, customer, day) {
      const { dice, makers } = world;
      const mailbox = busyMailbox(world, customer);
      const homes = Array.from({ length: dice.int(4, 15) }, () => makers.networks.home());
      run(world, world.story('oddity', 'one mailbox for a whole desk', customer), customer, {
        at: world.time(customer, day, dice.between(7, 9)),
        messages: homes.length * dice.int(5, 20),
        perHour: homes.length * dice.between(1, 4),
        sender: () => mailbox.address,
        to: acquaintances(world, customer, 0.55),
        // Each at the desk has a program of their own.
        origin: () => {
          const n = dice.int(0, homes.length - 1);
          const method = methodOf(`${n} ${mailbox.login}`);
          return { login: mailbox.login, client: (homes[n] as () => Client)(), method };
        },
        quality: { unknown: dice.between(0.01, 0.03), content: 0.003 },
      });
    },
  },
  {
    name: 'one login for many aliases',
    auth: ['mailbox'],
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = busyMailbox(world, customer);
      const aliases = newColleagues(world, customer, dice.int(3, 10)).map(({ address }) => address);
      run(world, world.story('oddity', 'one login for many aliases', customer), customer, {
        at: world.time(customer, day, dice.between(7, 10)),
        messages: dice.int(20, 90),
        perHour: dice.between(6, 20),
        sender: () => dice.pick(aliases),
        to: acquaintances(world, customer, 0.6),
        origin: sitting(world, customer, mailbox),
        quality: { unknown: 0.015, content: 0.002 },
      });
    },
  },
  {
    name: 'password forgotten, then found',
    auth: ['mailbox'],
    happens(world, customer, day) {
      const { dice, makers } = world;
      const mailbox = busyMailbox(world, customer);
      const client = makers.networks.abroad();
      const at = world.time(customer, day, dice.between(7, 18));
      const times = dice.int(4, 40);
      world.knocks.push({ at: at - 15 * 60_000, login: mailbox.login, client, times, everyMs: (14 * 60_000) / times });
      run(world, world.story('oddity', 'password forgotten, then found', customer), customer, {
        at,
        messages: dice.int(5, 30),
        perHour: dice.between(5, 25),
        sender: () => mailbox.address,
        to: acquaintances(world, customer, 0.8),
        origin: () => ({ login: mailbox.login, client }),
        quality: { unknown: 0.012, content: 0.002 },
      });
    },
  },
  {
    name: 'old password in a phone',
    auth: ['mailbox'],
    happens(world, customer, day) {
      const { dice, makers } = world;
      const mailbox = busyMailbox(world, customer);
      const times = dice.intLog(60, 300);
      world.story('oddity', 'old password in a phone', customer).senders.set(mailbox.address, 0);
      world.knocks.push({
        at: world.time(customer, day, dice.between(0, 8)),
        login: mailbox.login,
        client: makers.networks.mobile()(),
        times,
        everyMs: (12 * 3_600_000) / times,
      });
    },
  },
];
