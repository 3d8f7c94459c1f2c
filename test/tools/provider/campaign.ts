// What campaigns of spam have in common: lists, refusals, networks, hours.
import type { Dice } from './dice.js';
import type { Customer, Mailbox, Quality, Story } from './model.js';
import type { Client } from './networks.js';
import { busyMailbox, type Origin, type Run, run } from './run.js';
import { isOtherProgram, KEPT } from './sessions.js';
import type { World } from './world.js';

/** How bad the list and the mail are. */
export function spamQuality({ dice }: World): Quality {
  return {
    unknown: dice.betweenLog(0.03, 0.35),
    content: dice.is(0.25) ? dice.between(0, 0.01) : dice.betweenLog(0.01, 0.45),
    slow: slowOfSpam(dice),
    isStrange: true,
  };
}

export function cleanQuality({ dice }: World): Quality {
  return {
    unknown: dice.between(0.005, 0.02),
    content: dice.betweenLog(0.002, 0.06),
    slow: slowOfSpam(dice),
    isStrange: true,
  };
}

/** Every third run is too small, or too well liked by the filters, to be slowed down. */
export function slowOfSpam(dice: Dice): number {
  return dice.is(0.35) ? 0 : dice.betweenLog(0.004, 0.1);
}

/** Recipients of a bought list: consumers or firms, by the list. */
export function spamList({ dice, receivers }: World): () => string {
  const consumers = dice.pick([0.1, 0.5, 0.8, 0.95]);
  return () => receivers.stranger(consumers);
}

/** Networks a thief works from: one, a few by turns, or ever new ones. Who hands in by address or platform sees nothing of it. */
export function thief(world: World, customer: Customer, mailbox: Mailbox): () => Origin {
  const { dice, makers } = world;
  if (customer.auth === 'address' || customer.auth === 'platform') return () => world.origin(customer, mailbox);
  const login = customer.auth === 'smarthost' ? customer.logins[0] : mailbox.login;
  return among(
    login,
    clientsOf(dice.pick([1, 1, 2, 4, 9, 40]), () => makers.networks.thief()),
    world,
  );
}

export function clientsOf(count: number, make: () => Client): Client[] {
  return Array.from({ length: count }, make);
}

export function among(login: string | undefined, clients: Client[], { dice }: World): () => Origin {
  return () => ({ login, client: dice.pick(clients) });
}

export function spammingHour(world: World, customer: Customer, day: number): number {
  return world.time(customer, day, world.dice.is(0.6) ? world.dice.between(7, 18) : world.dice.between(0, 21));
}

/** Half of all campaigns are new to the filters when they begin. */
export function attackStory(world: World, name: string, customer: Customer, kind: Story['kind'] = 'single'): Story {
  const story = world.story('attack', name, customer, kind);
  if (world.dice.is(0.5)) story.learnedAfter = world.dice.intLog(30, 600);
  return story;
}

export function fromMailbox(
  world: World,
  name: string,
  customer: Customer,
  spec: Partial<Run> & Pick<Run, 'at' | 'messages' | 'perHour'>,
  mailbox = busyMailbox(world, customer),
): Story {
  const story = attackStory(world, name, customer);
  run(world, story, customer, {
    sender: () => mailbox.address,
    to: spamList(world),
    origin: thief(world, customer, mailbox),
    quality: spamQuality(world),
    kept: KEPT.thief(world.dice),
    hasOtherMethod: isOtherProgram(world.dice),
    ...spec,
  });
  return story;
}
