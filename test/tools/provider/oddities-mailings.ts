// Honest mail to many at once.
import type { Customer, Quality } from './model.js';
import type { Oddity } from './oddities.js';
import { acquaintances, audience, busyMailbox, machineOrigin, type Run, run, sitting } from './run.js';
import { KEPT } from './sessions.js';
import type { World } from './world.js';

interface Mailing extends Partial<Run> {
  names: readonly string[];
  messages: number;
  perHour: number;
  quality: Quality;
  hour?: number;
}

/** From an address of its own: a marketing tool, a list, a machine. */
function mailing(name: string, draw: (world: World, customer: Customer) => Mailing): Oddity {
  return {
    name,
    happens(world, customer, day) {
      const { dice } = world;
      const { names, hour, ...spec } = draw(world, customer);
      const known = customer.apps.find((app) => names.some((each) => app.sender.startsWith(each)));
      const sender = known?.sender ?? `${dice.pick(names)}@${customer.domain}`;
      run(world, world.story('oddity', name, customer), customer, {
        at: world.time(customer, day, hour ?? dice.between(7, 17)),
        sender: () => sender,
        to: audience(world, customer),
        origin: machineOrigin(world, customer, known?.login ?? sender),
        kept: KEPT.bulk(dice),
        size: dice.logNormal(30_000, 0.6),
        ...spec,
      });
    },
  };
}

/** From a person's own mailbox, where that person sits. */
export function fromPerson(name: string, draw: (world: World, customer: Customer) => Omit<Mailing, 'names'>): Oddity {
  return {
    name,
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = busyMailbox(world, customer);
      const { hour, ...spec } = draw(world, customer);
      run(world, world.story('oddity', name, customer), customer, {
        at: world.time(customer, day, hour ?? dice.between(8, 16)),
        sender: () => mailbox.address,
        to: audience(world, customer),
        origin: sitting(world, customer, mailbox),
        ...spec,
      });
    },
  };
}

const quality = (unknown: number, content = 0.002): Quality => ({ unknown, content, isStrange: true });
const NEWS = ['news', 'newsletter', 'nyhetsbrev', 'aktuelles', 'marketing', 'info'];

export const MAILINGS: readonly Oddity[] = [
  mailing('newsletter, clean list', ({ dice }) => ({
    names: NEWS,
    messages: dice.intLog(200, 3_000),
    perHour: dice.betweenLog(400, 6_000),
    quality: quality(dice.between(0.002, 0.015), dice.between(0.001, 0.006)),
  })),
  mailing('newsletter, old list', ({ dice }) => ({
    names: NEWS,
    messages: dice.intLog(120, 1_500),
    perHour: dice.betweenLog(300, 4_000),
    quality: quality(dice.between(0.05, 0.1), dice.between(0.002, 0.012)),
  })),
  mailing('newsletter, first ever', ({ dice }) => ({
    names: ['hello', 'hei', 'neues', 'post', 'team'],
    messages: dice.intLog(80, 1_200),
    perHour: dice.betweenLog(100, 3_000),
    quality: quality(dice.between(0.01, 0.06), dice.between(0.001, 0.008)),
  })),
  mailing('password resets', ({ dice }) => ({
    names: ['noreply', 'no-reply', 'accounts'],
    messages: dice.intLog(150, 2_500),
    perHour: dice.betweenLog(300, 5_000),
    quality: quality(dice.between(0.01, 0.07)),
    size: 4_000,
    kept: KEPT.oneByOne,
  })),
  mailing('shop on a sale day', ({ dice }) => ({
    names: ['orders', 'shop', 'noreply', 'bestilling'],
    messages: dice.intLog(150, 1_200),
    perHour: dice.betweenLog(40, 300),
    hour: dice.between(6, 10),
    quality: quality(dice.between(0.01, 0.04)),
    kept: KEPT.oneByOne,
  })),
  mailing('invoices at month end', ({ dice, receivers }, customer) => ({
    names: ['invoice', 'faktura', 'billing', 'rechnung'],
    messages: dice.intLog(60, 900),
    perHour: dice.betweenLog(200, 3_000),
    hour: dice.between(1, 9),
    quality: quality(dice.between(0.008, 0.04)),
    to: () => receivers.stranger(customer.trade.consumers),
    size: 120_000,
  })),
  mailing('payroll', ({ dice, receivers }) => ({
    names: ['payroll', 'lonn', 'hr', 'noreply'],
    messages: dice.intLog(20, 300),
    perHour: dice.betweenLog(300, 3_000),
    hour: dice.between(4, 11),
    quality: quality(dice.between(0.005, 0.03)),
    to: () => receivers.stranger(0.95),
    size: 60_000,
  })),
  mailing('survey', ({ dice }) => ({
    names: ['survey', 'feedback', 'umfrage'],
    messages: dice.intLog(80, 1_500),
    perHour: dice.betweenLog(200, 4_000),
    quality: quality(dice.between(0.01, 0.06)),
  })),
  mailing('DMARC reports', ({ dice, receivers }) => ({
    names: ['noreply-dmarc', 'dmarc-reports', 'tls-reports'],
    messages: dice.intLog(60, 900),
    perHour: dice.betweenLog(300, 4_000),
    hour: dice.between(0, 5),
    quality: quality(dice.between(0.03, 0.12), 0.001),
    to: () => `${dice.pick(['dmarc', 'rua', 'postmaster', 'dmarc-rua'])}@${receivers.stranger(0).split('@')[1]}`,
    size: 5_000,
  })),
  mailing('booking confirmations', ({ dice }) => ({
    names: ['booking', 'reservations', 'reception', 'termin'],
    messages: dice.intLog(60, 500),
    perHour: dice.betweenLog(15, 120),
    hour: dice.between(5, 10),
    quality: quality(dice.between(0.01, 0.05)),
    kept: KEPT.oneByOne,
  })),
  mailing('event reminder', ({ dice }) => ({
    names: ['event', 'billett', 'tickets', 'noreply'],
    messages: dice.intLog(60, 1_500),
    perHour: dice.betweenLog(300, 5_000),
    quality: quality(dice.between(0.005, 0.04)),
  })),
  mailing('school to all parents', ({ dice, receivers }) => {
    const perMessage = dice.pick([1, 1, 20, 50]);
    return {
      names: ['skole', 'office', 'rektor', 'sekretariat'],
      messages: Math.ceil(dice.intLog(150, 900) / perMessage),
      perHour: dice.betweenLog(300, 3_000) / perMessage,
      perMessage: () => perMessage,
      quality: quality(dice.between(0.01, 0.05)),
      to: () => receivers.stranger(0.9),
    };
  }),
  mailing('list expansion', ({ dice, receivers }) => {
    const many = dice.int(80, 250);
    return {
      names: ['list-bounces', 'members-owner', 'announce-bounces'],
      messages: dice.int(1, 8),
      perHour: dice.between(1, 6),
      perMessage: () => many,
      quality: quality(dice.between(0.01, 0.05)),
      to: () => receivers.stranger(0.7),
    };
  }),
  fromPerson('mail merge', ({ dice }) => ({
    messages: dice.intLog(50, 300),
    perHour: dice.betweenLog(200, 2_500),
    quality: quality(dice.between(0.005, 0.04), dice.between(0.001, 0.006)),
    kept: KEPT.bulk(dice),
  })),
  fromPerson('price list to customers', (world, customer) => ({
    messages: world.dice.intLog(30, 200),
    perHour: world.dice.betweenLog(60, 900),
    quality: quality(world.dice.between(0.01, 0.05)),
    to: acquaintances(world, customer, 0.7),
    size: 900_000,
    kept: KEPT.bulk(world.dice),
  })),
  fromPerson('CRM campaign from a mailbox', ({ dice, receivers }) => ({
    messages: dice.intLog(80, 500),
    perHour: dice.betweenLog(40, 400),
    quality: quality(dice.between(0.015, 0.07), dice.between(0.002, 0.015)),
    to: () => receivers.stranger(0.1),
    // It spreads its letters and connects for each.
    kept: KEPT.oneByOne,
  })),
  fromPerson('invitation in blind copy', ({ dice }) => {
    const many = dice.int(25, 60);
    return {
      messages: dice.int(1, 9),
      perHour: dice.between(10, 60),
      perMessage: () => many,
      quality: quality(dice.between(0.01, 0.06)),
    };
  }),
  fromPerson('press release', ({ dice, receivers }) => ({
    messages: dice.intLog(40, 250),
    perHour: dice.betweenLog(80, 1_500),
    quality: quality(dice.between(0.02, 0.08), dice.between(0.002, 0.01)),
    to: () => receivers.stranger(0.15),
    kept: KEPT.bulk(dice),
  })),
  fromPerson('letter to all customers of old', ({ dice }) => ({
    messages: dice.intLog(100, 900),
    perHour: dice.betweenLog(150, 2_000),
    quality: quality(dice.between(0.04, 0.1), dice.between(0.002, 0.008)),
    kept: KEPT.bulk(dice),
  })),
  fromPerson('word to all inhabitants', ({ dice, receivers }) => ({
    messages: dice.intLog(20, 200),
    perHour: dice.betweenLog(60, 900),
    hour: dice.between(6, 22),
    perMessage: () => dice.int(5, 20),
    quality: quality(dice.between(0.03, 0.09)),
    to: () => receivers.stranger(0.95),
  })),
  mailing('course in daily letters', ({ dice }) => ({
    names: ['kurs', 'academy', 'team', 'hello'],
    messages: dice.intLog(60, 600),
    perHour: dice.betweenLog(20, 300),
    quality: quality(dice.between(0.005, 0.04), dice.between(0.002, 0.01)),
  })),
  mailing('sign-ups to be confirmed', ({ dice, receivers }) => ({
    names: ['noreply', 'optin', 'newsletter'],
    messages: dice.intLog(60, 800),
    perHour: dice.betweenLog(40, 600),
    quality: quality(dice.between(0.02, 0.08)),
    to: () => receivers.stranger(0.95),
    size: 5_000,
    kept: KEPT.oneByOne,
  })),
  {
    name: 'VERP list',
    happens(world, customer, day) {
      const { dice, receivers } = world;
      const list = dice.pick(['bounces', 'list-bounces', 'b', 'owner-members']);
      const issue = dice.int(10, 9_999);
      let to = '';
      const next = () => {
        to = receivers.stranger(0.7);
        return `${list}${dice.pick(['+', '-'])}${issue}-${to.replace('@', '=')}@${customer.domain}`;
      };
      run(world, world.story('oddity', 'VERP list', customer), customer, {
        at: world.time(customer, day, dice.between(8, 18)),
        messages: dice.intLog(80, 900),
        perHour: dice.betweenLog(400, 5_000),
        sender: next,
        to: () => to,
        origin: machineOrigin(world, customer, `${list}@${customer.domain}`),
        quality: quality(dice.between(0.005, 0.05)),
        kept: KEPT.bulk(dice),
      });
    },
  },
  {
    name: 'calendar invitations',
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = busyMailbox(world, customer);
      const guests = Array.from({ length: dice.int(15, 60) }, acquaintances(world, customer, 0.85));
      run(world, world.story('oddity', 'calendar invitations', customer), customer, {
        at: world.time(customer, day, dice.between(8, 15)),
        messages: dice.int(1, 6),
        perHour: dice.between(2, 12),
        perMessage: () => guests.length,
        sender: () => mailbox.address,
        to: () => dice.pick(guests),
        origin: sitting(world, customer, mailbox),
        quality: quality(0.02),
      });
    },
  },
  {
    name: 'data breach notice',
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = customer.mailboxes[0] as Customer['mailboxes'][number];
      run(world, world.story('oddity', 'data breach notice', customer), customer, {
        at: world.time(customer, day, dice.between(6, 22)),
        messages: dice.intLog(200, 1_500),
        perHour: dice.betweenLog(300, 3_000),
        sender: () => mailbox.address,
        to: audience(world, customer),
        origin: () =>
          dice.is(0.5) ? world.origin(customer, mailbox) : machineOrigin(world, customer, mailbox.login)(),
        quality: quality(dice.between(0.04, 0.1)),
        kept: KEPT.bulk(dice),
      });
    },
  },
];
