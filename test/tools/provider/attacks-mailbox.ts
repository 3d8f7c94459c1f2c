// Somebody has the password of a mailbox, or of several.
import {
  among,
  attackStory,
  cleanQuality,
  clientsOf,
  fromMailbox,
  slowOfSpam,
  spamList,
  spammingHour,
  spamQuality,
  thief,
} from './campaign.js';
import type { Customer } from './model.js';
import { busyMailbox, run } from './run.js';
import { isOtherProgram, KEPT } from './sessions.js';
import { HOUR, MINUTE, type World } from './world.js';

export function burst(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const most = dice.weighted([
    [5, 1],
    [3, dice.int(2, 10)],
    [2, dice.int(10, 50)],
  ]);
  fromMailbox(world, 'burst', customer, {
    at: spammingHour(world, customer, day),
    messages: Math.max(40, Math.round(dice.intLog(100, 5_000) / (1 + most / 4))),
    perHour: dice.betweenLog(60, 3_000),
    perMessage: () => dice.int(Math.ceil(most / 2), most),
  });
}

export function slowDrip(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const perHour = dice.between(20, 50);
  fromMailbox(world, 'slow drip', customer, {
    at: world.time(customer, day, dice.between(0, 14)),
    messages: Math.round(perHour * dice.between(3, 12)),
    perHour,
    kept: KEPT.drip(dice),
  });
}

export function phishedMailboxes(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const story = attackStory(world, 'many phished mailboxes', customer, 'multiple');
  const victims = dice.some(customer.mailboxes, dice.intLog(3, 30));
  const at = spammingHour(world, customer, day);
  const quality = spamQuality(world);
  const spread = dice.between(0.2, 5) * HOUR;
  const each = dice.intLog(20, 120);
  const perHour = dice.betweenLog(15, 200);
  const kept = KEPT.drip(dice);
  const hasOtherMethod = isOtherProgram(dice);
  for (const victim of victims) {
    run(world, story, customer, {
      at: at + dice.between(0, spread),
      messages: dice.int(Math.ceil(each / 2), each),
      perHour,
      sender: () => victim.address,
      to: spamList(world),
      origin: thief(world, customer, victim),
      quality,
      kept,
      hasOtherMethod,
    });
  }
}

export function cleanList(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const perHour = dice.betweenLog(40, 900);
  fromMailbox(world, 'clean bought list', customer, {
    at: spammingHour(world, customer, day),
    messages: Math.round(perHour * dice.between(1, 5)),
    perHour,
    perMessage: dice.is(0.7) ? () => 1 : () => dice.int(1, 5),
    quality: cleanQuality(world),
  });
}

/** Phish to everybody the owner knows, and to those the book of the firm knows. */
export function addressBook(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const victim = busyMailbox(world, customer);
  const books = [
    ...new Set([...victim.book, ...(dice.is(0.5) ? customer.mailboxes.slice(0, 12).flatMap(({ book }) => book) : [])]),
  ];
  // A programme collects every address it has ever seen: more than the owner writes to.
  while (books.length < 60) books.push(world.receivers.stranger(customer.trade.consumers));
  const known = dice.some(books, Math.max(40, Math.min(books.length, dice.intLog(60, 600))));
  let next = 0;
  const perMessage = dice.pick([1, 1, 5, 30]);
  fromMailbox(
    world,
    "phish to the mailbox's address book",
    customer,
    {
      at: dice.is(0.5) ? spammingHour(world, customer, day) : world.time(customer, day, dice.between(0, 6)),
      messages: Math.ceil(known.length / perMessage),
      perHour: dice.betweenLog(60, 2_000) / perMessage,
      perMessage: () => perMessage,
      to: () => known[next++ % known.length] as string,
      quality: {
        unknown: dice.between(0.005, 0.05),
        content: dice.is(0.5) ? dice.between(0.1, 0.5) : dice.between(0, 0.03),
        slow: slowOfSpam(dice),
      },
    },
    victim,
  );
}

export function atNight(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const perHour = dice.betweenLog(40, 600);
  fromMailbox(world, 'night only', customer, {
    at: world.time(customer, day, dice.between(0, 2.5)),
    messages: Math.round(perHour * dice.between(1, 3.5)),
    perHour,
  });
}

export function afterBruteForce(world: World, customer: Customer, day: number): void {
  const { dice, makers } = world;
  const victim = busyMailbox(world, customer);
  const client = makers.networks.thief();
  const at = spammingHour(world, customer, day) + HOUR;
  const times = dice.intLog(10, 200);
  const lead = dice.between(10, 55) * MINUTE;
  world.knocks.push({ at: at - lead, login: victim.login, client, times, everyMs: lead / times });
  const clients = [client, ...(dice.is(0.5) ? clientsOf(dice.int(1, 3), () => makers.networks.thief()) : [])];
  fromMailbox(
    world,
    'after failed logins',
    customer,
    {
      at,
      messages: dice.intLog(80, 1_200),
      perHour: dice.betweenLog(30, 900),
      origin: among(victim.login, clients, world),
    },
    victim,
  );
}

export function manyNetworks(world: World, customer: Customer, day: number): void {
  const { dice, makers } = world;
  const victim = busyMailbox(world, customer);
  const login = customer.auth === 'smarthost' ? customer.logins[0] : victim.login;
  fromMailbox(
    world,
    'rotating networks',
    customer,
    {
      at: spammingHour(world, customer, day),
      messages: dice.intLog(100, 1_500),
      perHour: dice.betweenLog(30, 900),
      origin: () => ({ login, client: makers.networks.thief() }),
    },
    victim,
  );
}

/** The owner goes on writing in the same hours, from where he always sits. */
export function mixedWithOwner(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const victim = busyMailbox(world, customer);
  const at = world.time(customer, day, dice.between(8, 14));
  const hours = dice.between(1, 4);
  const perHour = dice.betweenLog(30, 400);
  run(world, undefined, customer, {
    at,
    messages: Math.round(hours * dice.between(4, 20)),
    perHour: dice.between(4, 20),
    sender: () => victim.address,
    to: () => dice.pick(victim.book),
    origin: () => world.origin(customer, victim),
    quality: { unknown: 0.005, content: 0.002 },
  });
  fromMailbox(
    world,
    "among the owner's mail",
    customer,
    { at: at + dice.between(0, 0.5) * HOUR, messages: Math.round(hours * perHour), perHour },
    victim,
  );
}

export function blindCopies(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const many = dice.int(30, 100);
  fromMailbox(world, 'blind copies', customer, {
    at: spammingHour(world, customer, day),
    messages: dice.intLog(8, 80),
    perHour: dice.betweenLog(8, 120),
    perMessage: () => dice.int(Math.ceil(many * 0.7), many),
  });
}

/** Some now, some after a pause, as if somebody waited whether anybody minds. */
export function inWaves(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const victim = busyMailbox(world, customer);
  const story = attackStory(world, 'in waves', customer);
  const origin = thief(world, customer, victim);
  const quality = spamQuality(world);
  const to = spamList(world);
  const tool = { kept: KEPT.thief(dice), hasOtherMethod: isOtherProgram(dice) };
  let at = world.time(customer, day, dice.between(1, 12));
  for (let wave = dice.int(2, 5); wave > 0; wave--) {
    const messages = dice.intLog(20, 250);
    at = run(world, story, customer, {
      at,
      messages,
      perHour: dice.betweenLog(40, 800),
      sender: () => victim.address,
      to,
      origin,
      quality,
      ...tool,
    });
    at += dice.between(0.4, 3) * HOUR;
  }
}
