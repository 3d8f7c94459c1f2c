// What must be found. Each function draws its own parameters; the name says what a person would call it.
import { inventedSenders } from './customers.js';
import type { Auth, Customer, Mailbox, Quality, Story } from './model.js';
import { inventor, junkName } from './names.js';
import type { Client } from './networks.js';
import { busyMailbox, type Origin, type Run, run } from './run.js';
import { HOUR, MINUTE, type World } from './world.js';

export interface Attack {
  name: string;
  /** Who can be hit; everybody when left out. */
  auth?: readonly Auth[];
  /** Fewest mailboxes. */
  least?: number;
  happens: (world: World, customer: Customer, day: number) => void;
}

/** How bad the list and the mail are. */
export function spamQuality({ dice }: World): Quality {
  return {
    unknown: dice.betweenLog(0.03, 0.35),
    content: dice.is(0.25) ? dice.between(0, 0.01) : dice.betweenLog(0.01, 0.45),
    isStrange: true,
  };
}

function cleanQuality({ dice }: World): Quality {
  return { unknown: dice.between(0.005, 0.02), content: dice.betweenLog(0.002, 0.06), isStrange: true };
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

function clientsOf(count: number, make: () => Client): Client[] {
  return Array.from({ length: count }, make);
}

function among(login: string | undefined, clients: Client[], { dice }: World): () => Origin {
  return () => ({ login, client: dice.pick(clients) });
}

function spammingHour(world: World, customer: Customer, day: number): number {
  return world.time(customer, day, world.dice.is(0.6) ? world.dice.between(7, 18) : world.dice.between(0, 21));
}

function fromMailbox(
  world: World,
  name: string,
  customer: Customer,
  spec: Partial<Run> & Pick<Run, 'at' | 'messages' | 'perHour'>,
  mailbox = busyMailbox(world, customer),
): Story {
  const story = world.story('attack', name, customer);
  run(world, story, customer, {
    sender: () => mailbox.address,
    to: spamList(world),
    origin: thief(world, customer, mailbox),
    quality: spamQuality(world),
    ...spec,
  });
  return story;
}

function burst(world: World, customer: Customer, day: number): void {
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
    kept: dice.next(),
  });
}

function slowDrip(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const perHour = dice.between(20, 50);
  fromMailbox(world, 'slow drip', customer, {
    at: world.time(customer, day, dice.between(0, 14)),
    messages: Math.round(perHour * dice.between(3, 12)),
    perHour,
  });
}

function phishedMailboxes(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const story = world.story('attack', 'many phished mailboxes', customer, 'multiple');
  const victims = dice.some(customer.mailboxes, dice.intLog(3, 30));
  const at = spammingHour(world, customer, day);
  const quality = spamQuality(world);
  const spread = dice.between(0.2, 5) * HOUR;
  const each = dice.intLog(15, 120);
  const perHour = dice.betweenLog(15, 200);
  for (const victim of victims) {
    run(world, story, customer, {
      at: at + dice.between(0, spread),
      messages: dice.int(Math.ceil(each / 2), each),
      perHour,
      sender: () => victim.address,
      to: spamList(world),
      origin: thief(world, customer, victim),
      quality,
    });
  }
}

function forge(
  world: World,
  name: string,
  customer: Customer,
  day: number,
  sender: () => string,
  origin?: () => Origin,
): void {
  const { dice } = world;
  const story = world.story('attack', name, customer, 'multiple');
  run(world, story, customer, {
    at: spammingHour(world, customer, day),
    messages: dice.intLog(80, 2_500),
    perHour: dice.betweenLog(40, 2_500),
    perMessage: dice.is(0.7) ? () => 1 : () => dice.int(1, 12),
    sender,
    to: spamList(world),
    origin: origin ?? thief(world, customer, busyMailbox(world, customer)),
    quality: dice.is(0.8) ? spamQuality(world) : cleanQuality(world),
    isForged: true,
    kept: dice.next(),
  });
}

/** Invented people of other firms, or of well-known brands. */
function foreignSenders(world: World): () => string {
  const { dice, receivers } = world;
  const domains = Array.from(
    { length: dice.pick([1, 5, 40, 400]) },
    () => receivers.stranger(0.3).split('@')[1] as string,
  );
  const invent = inventor(dice);
  return () => `${invent(dice)}@${dice.pick(domains)}`;
}

/** As its own machine sends: an infected computer behind the fixed address, a broken-in web server. */
function fromInside(world: World, customer: Customer): () => Origin {
  return () => world.origin(customer, world.dice.pick(customer.mailboxes));
}

function ownInvented(world: World, customer: Customer, day: number): void {
  forge(world, 'forged own senders', customer, day, inventedSenders(world.dice, customer));
}

function foreignForged(world: World, customer: Customer, day: number): void {
  forge(world, 'forged foreign senders', customer, day, foreignSenders(world));
}

function smarthostStolen(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const sender = dice.is(0.5) ? inventedSenders(dice, customer) : foreignSenders(world);
  forge(world, 'stolen smarthost login', customer, day, sender);
}

function infectedMachine(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const sender = dice.is(0.6) ? inventedSenders(dice, customer) : foreignSenders(world);
  forge(world, 'infected machine', customer, day, sender, fromInside(world, customer));
}

function colleagues(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const few = dice.some(customer.mailboxes, dice.int(3, 8)).map(({ address }) => address);
  forge(world, "colleagues' addresses", customer, day, () => dice.pick(few));
}

function cleanList(world: World, customer: Customer, day: number): void {
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

/** The customer's server answers forged mail: notices under no name at all to people who never wrote. */
function backscatter(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const story = world.story('attack', 'backscatter', customer);
  run(world, story, customer, {
    at: spammingHour(world, customer, day),
    messages: dice.intLog(150, 3_000),
    perHour: dice.betweenLog(60, 1_500),
    sender: () => '',
    to: spamList(world),
    origin: fromInside(world, customer),
    quality: { unknown: dice.between(0.2, 0.7), content: dice.between(0, 0.1), isStrange: true },
    size: 5_000,
  });
}

function autoreplyFlood(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const victim = busyMailbox(world, customer);
  fromMailbox(
    world,
    'autoreplies to forged strangers',
    customer,
    {
      at: spammingHour(world, customer, day),
      messages: dice.intLog(150, 1_500),
      perHour: dice.betweenLog(60, 800),
      origin: () => world.origin(customer, victim),
      quality: { unknown: dice.between(0.15, 0.6), content: dice.between(0, 0.1), isStrange: true },
      size: 4_000,
    },
    victim,
  );
}

function webForm(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const form = customer.apps.find(({ name }) => name === 'form');
  const sender =
    form?.sender ?? `${dice.pick(['www-data', 'noreply', 'kontakt', 'wordpress', 'apache'])}@${customer.domain}`;
  const login = customer.auth === 'mailbox' ? (form?.login ?? sender) : customer.logins[0];
  const isClean = dice.is(0.5);
  fromMailbox(world, 'web form', customer, {
    at: spammingHour(world, customer, day),
    messages: dice.intLog(120, 3_000),
    perHour: dice.betweenLog(40, 1_500),
    sender: () => sender,
    origin: () =>
      customer.auth === 'platform'
        ? world.origin(customer, customer.mailboxes[0] as Mailbox)
        : { login, client: customer.auth === 'mailbox' ? customer.web : customer.server },
    quality: isClean
      ? cleanQuality(world)
      : { unknown: dice.between(0.08, 0.4), content: dice.between(0.01, 0.2), isStrange: true },
  });
}

/** Phish to everybody the owner knows, and to those the book of the firm knows. */
function addressBook(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const victim = busyMailbox(world, customer);
  const books = [
    ...new Set([...victim.book, ...(dice.is(0.5) ? customer.mailboxes.slice(0, 12).flatMap(({ book }) => book) : [])]),
  ];
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
      },
    },
    victim,
  );
}

function atNight(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const perHour = dice.betweenLog(40, 600);
  fromMailbox(world, 'night only', customer, {
    at: world.time(customer, day, dice.between(0, 2.5)),
    messages: Math.round(perHour * dice.between(1, 3.5)),
    perHour,
  });
}

function afterBruteForce(world: World, customer: Customer, day: number): void {
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

function manyNetworks(world: World, customer: Customer, day: number): void {
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

function underNewsletter(world: World, customer: Customer, day: number): void {
  const { dice, receivers } = world;
  const at = world.time(customer, day, dice.between(8, 14));
  const mailbox = customer.mailboxes[0] as Mailbox;
  const honest = world.story('oddity', 'newsletter beside an attack', customer);
  run(world, honest, customer, {
    at: at - dice.between(0, HOUR),
    messages: dice.intLog(150, 1_500),
    perHour: dice.betweenLog(400, 3_000),
    sender: () => `news@${customer.domain}`,
    to: () => receivers.stranger(customer.trade.consumers),
    origin: () =>
      customer.auth === 'mailbox'
        ? { login: `news@${customer.domain}`, client: customer.web }
        : world.origin(customer, mailbox),
    quality: { unknown: dice.between(0.005, 0.03), content: 0.003 },
    kept: 0.8,
  });
  fromMailbox(world, 'on a newsletter day', customer, {
    at,
    messages: dice.intLog(120, 1_500),
    perHour: dice.betweenLog(60, 900),
  });
}

/** The owner goes on writing in the same hours, from where he always sits. */
function mixedWithOwner(world: World, customer: Customer, day: number): void {
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

/** Signed up yesterday with a stolen card, to do just this. */
function fraudSignUp(world: World, _: Customer, day: number): void {
  const { dice } = world;
  const customer = world.addCustomer(day, dice.is(0.7) ? 'mailbox' : 'smarthost');
  customer.mailboxes.splice(dice.int(1, 3));
  customer.apps.length = 0;
  for (const mailbox of customer.mailboxes) mailbox.perDay = 0;
  const at = world.time(customer, day, dice.between(2, 15));
  const quality = dice.is(0.5) ? spamQuality(world) : cleanQuality(world);
  const isMany = customer.auth === 'smarthost' && dice.is(0.5);
  const story = world.story('attack', 'fraudulent sign-up', customer, isMany ? 'multiple' : 'single');
  const address = `${junkName(dice)}@${customer.domain}`;
  const invented = inventedSenders(dice, customer);
  const login = customer.auth === 'smarthost' ? customer.logins[0] : address;
  const client = customer.auth === 'smarthost' ? customer.server : world.makers.networks.thief();
  run(world, story, customer, {
    at,
    messages: dice.intLog(150, 4_000),
    perHour: dice.betweenLog(60, 1_500),
    sender: isMany ? invented : () => address,
    to: spamList(world),
    origin: () => ({ login, client }),
    quality,
    kept: dice.next(),
  });
}

function blindCopies(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const many = dice.int(30, 100);
  fromMailbox(world, 'blind copies', customer, {
    at: spammingHour(world, customer, day),
    messages: dice.intLog(8, 80),
    perHour: dice.betweenLog(8, 120),
    perMessage: () => dice.int(Math.ceil(many * 0.7), many),
  });
}

export const ATTACKS: readonly Attack[] = [
  { name: 'burst', happens: burst },
  { name: 'slow drip', happens: slowDrip },
  { name: 'many phished mailboxes', auth: ['mailbox', 'platform'], least: 5, happens: phishedMailboxes },
  { name: 'stolen smarthost login', auth: ['smarthost'], happens: smarthostStolen },
  { name: 'infected machine', auth: ['address', 'smarthost'], happens: infectedMachine },
  { name: 'forged own senders', auth: ['mailbox', 'smarthost', 'platform'], happens: ownInvented },
  { name: 'forged foreign senders', auth: ['mailbox', 'smarthost', 'address'], happens: foreignForged },
  { name: "colleagues' addresses", least: 4, happens: colleagues },
  { name: 'clean bought list', happens: cleanList },
  { name: 'backscatter', auth: ['address', 'smarthost'], happens: backscatter },
  { name: 'autoreplies to forged strangers', happens: autoreplyFlood },
  { name: 'web form', happens: webForm },
  { name: "phish to the mailbox's address book", happens: addressBook },
  { name: 'night only', happens: atNight },
  { name: 'after failed logins', auth: ['mailbox'], happens: afterBruteForce },
  { name: 'rotating networks', auth: ['mailbox', 'smarthost'], happens: manyNetworks },
  { name: 'on a newsletter day', happens: underNewsletter },
  { name: "among the owner's mail", auth: ['mailbox', 'platform'], happens: mixedWithOwner },
  { name: 'fraudulent sign-up', happens: fraudSignUp },
  { name: 'blind copies', happens: blindCopies },
];
