// A company's login, a machine behind its address, its web site, or the whole customer does the spamming.

import {
  among,
  attackStory,
  cleanQuality,
  clientsOf,
  fromMailbox,
  spamList,
  spammingHour,
  spamQuality,
  thief,
} from './campaign.js';
import { inventedSenders } from './customers.js';
import type { Customer, Mailbox } from './model.js';
import { inventor, junkName } from './names.js';
import { appOrigin } from './ordinary.js';
import { busyMailbox, type Origin, run } from './run.js';
import { isOtherProgram, KEPT } from './sessions.js';
import { HOUR, type World } from './world.js';

function forge(
  world: World,
  name: string,
  customer: Customer,
  day: number,
  sender: () => string,
  origin?: () => Origin,
): void {
  const { dice } = world;
  const story = attackStory(world, name, customer, 'multiple');
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
    kept: KEPT.thief(dice),
    // What comes from inside goes through the customer's own server.
    hasOtherMethod: origin === undefined && isOtherProgram(dice),
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

export function ownInvented(world: World, customer: Customer, day: number): void {
  forge(world, 'forged own senders', customer, day, inventedSenders(world.dice, customer));
}

export function foreignForged(world: World, customer: Customer, day: number): void {
  forge(world, 'forged foreign senders', customer, day, foreignSenders(world));
}

export function smarthostStolen(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const sender = dice.is(0.5) ? inventedSenders(dice, customer) : foreignSenders(world);
  forge(world, 'stolen smarthost login', customer, day, sender);
}

export function infectedMachine(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const sender = dice.is(0.6) ? inventedSenders(dice, customer) : foreignSenders(world);
  forge(world, 'infected machine', customer, day, sender, fromInside(world, customer));
}

export function colleagues(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const few = dice.some(customer.mailboxes, dice.int(3, 8)).map(({ address }) => address);
  forge(world, "colleagues' addresses", customer, day, () => dice.pick(few));
}

/** The customer's server answers forged mail: notices under no name at all to people who never wrote. */
export function backscatter(world: World, customer: Customer, day: number): void {
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
    kept: KEPT.server(customer),
  });
}

export function autoreplyFlood(world: World, customer: Customer, day: number): void {
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
      kept: KEPT.server(customer),
      hasOtherMethod: false,
    },
    victim,
  );
}

export function webForm(world: World, customer: Customer, day: number): void {
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
        : form
          ? appOrigin(world, customer, form)
          : { login, client: customer.auth === 'mailbox' ? customer.web : customer.server },
    quality: isClean
      ? cleanQuality(world)
      : { unknown: dice.between(0.08, 0.4), content: dice.between(0.01, 0.2), isStrange: true },
    kept: KEPT.oneByOne,
    hasOtherMethod: false,
  });
}

export function underNewsletter(world: World, customer: Customer, day: number): void {
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
    kept: KEPT.bulk(dice),
  });
  fromMailbox(world, 'on a newsletter day', customer, {
    at,
    messages: dice.intLog(120, 1_500),
    perHour: dice.betweenLog(60, 900),
  });
}

/** Signed up yesterday with a stolen card, to do just this. */
export function fraudSignUp(world: World, _: Customer, day: number): void {
  const { dice } = world;
  const customer = world.addCustomer(day, dice.is(0.7) ? 'mailbox' : 'smarthost');
  customer.mailboxes.splice(dice.int(1, 3));
  customer.apps.length = 0;
  for (const mailbox of customer.mailboxes) mailbox.perDay = 0;
  const at = world.time(customer, day, dice.between(2, 15));
  const quality = dice.is(0.7) ? spamQuality(world) : cleanQuality(world);
  const isMany = customer.auth === 'smarthost' && dice.is(0.5);
  const story = attackStory(world, 'fraudulent sign-up', customer, isMany ? 'multiple' : 'single');
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
    kept: KEPT.thief(dice),
  });
}

/** The account of the newsletter itself, with a list that is not the customer's. */
export function newsletterStolen(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const known = customer.apps.find(({ name }) => name === 'newsletter' || name === 'shop' || name === 'crm');
  const sender = known?.sender ?? `news@${customer.domain}`;
  const login = customer.auth === 'smarthost' ? customer.logins[0] : (known?.login ?? sender);
  const isByLogin = customer.auth === 'mailbox' || customer.auth === 'smarthost';
  const clients = clientsOf(dice.int(1, 3), () => world.makers.networks.thief());
  fromMailbox(world, 'stolen newsletter account', customer, {
    at: spammingHour(world, customer, day),
    messages: dice.intLog(200, 4_000),
    perHour: dice.betweenLog(200, 3_000),
    sender: () => sender,
    quality: { unknown: dice.between(0.06, 0.35), content: dice.betweenLog(0.01, 0.4), isStrange: true },
    // Without a login it is the newsletter program itself that is misused.
    ...(isByLogin ? { origin: among(login, clients, world) } : { kept: KEPT.bulk(dice) }),
  });
}
