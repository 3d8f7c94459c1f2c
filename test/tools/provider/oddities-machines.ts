// Machines of customers that mail a lot, or oddly.
import type { Customer } from './model.js';
import type { Oddity } from './oddities.js';
import { acquaintances, audience, busyMailbox, machineOrigin, run } from './run.js';
import { isOtherProgram, KEPT } from './sessions.js';
import type { World } from './world.js';

function toFew(
  name: string,
  draw: (
    world: World,
    customer: Customer,
  ) => { names: string[]; messages: number; perHour: number; hour: number; to: string[]; unknown?: number },
): Oddity {
  return {
    name,
    happens(world, customer, day) {
      const { dice } = world;
      const { names, hour, to, unknown, ...spec } = draw(world, customer);
      const sender = `${dice.pick(names)}@${customer.domain}`;
      run(world, world.story('oddity', name, customer), customer, {
        at: world.time(customer, day, hour),
        sender: () => sender,
        to: () => dice.pick(to),
        origin: machineOrigin(world, customer, sender),
        quality: { unknown: unknown ?? 0.002, content: 0.001 },
        size: 3_000,
        ...spec,
      });
    },
  };
}

const staff = ({ dice }: World, customer: Customer, most: number) =>
  dice.some(customer.mailboxes, dice.int(1, most)).map(({ address }) => address);

export const MACHINES: readonly Oddity[] = [
  toFew('alarms of a server', (world, customer) => ({
    names: ['alerts', 'nagios', 'root', 'zabbix'],
    messages: world.dice.intLog(150, 1_500),
    perHour: world.dice.betweenLog(1_000, 15_000),
    hour: world.dice.between(0, 23),
    to: [...staff(world, customer, 4), world.receivers.stranger(1)],
  })),
  toFew('backup reports', (world, customer) => ({
    names: ['backup', 'veeam', 'root'],
    messages: world.dice.int(20, 120),
    perHour: world.dice.between(20, 100),
    hour: world.dice.between(0, 4),
    to: staff(world, customer, 3),
  })),
  toFew('scanner in use all day', (world, customer) => ({
    names: ['scanner', 'kopierer', 'mfp'],
    messages: world.dice.int(60, 300),
    perHour: world.dice.between(15, 60),
    hour: 7,
    to: staff(world, customer, 20),
  })),
  toFew('quota warnings', (world, customer) => ({
    names: ['postmaster', 'quota', 'mailer'],
    messages: world.dice.int(20, 200),
    perHour: world.dice.betweenLog(200, 3_000),
    hour: world.dice.between(0, 6),
    to: customer.mailboxes.map(({ address }) => address),
  })),
  toFew('developer tests to nobody', (world, customer) => ({
    names: ['dev', 'test', 'staging'],
    messages: world.dice.intLog(40, 400),
    perHour: world.dice.betweenLog(60, 2_000),
    hour: world.dice.between(9, 18),
    to: [`test@${customer.domain}`, world.receivers.stranger(0.5)],
    unknown: world.dice.between(0.5, 1),
  })),
  toFew('script that writes to a dead address', (world) => ({
    names: ['cron', 'report', 'export'],
    messages: world.dice.intLog(40, 300),
    perHour: world.dice.between(10, 60),
    hour: world.dice.between(0, 12),
    to: [world.receivers.stranger(0.4)],
    unknown: 1,
  })),
  toFew('fax to mail', (world, customer) => ({
    names: ['fax', 'efax', 'telefax'],
    messages: world.dice.int(15, 90),
    perHour: world.dice.between(5, 30),
    hour: world.dice.between(6, 12),
    to: staff(world, customer, 2),
  })),
  {
    name: 'spam samples handed on',
    happens(world, customer, day) {
      const { dice, receivers } = world;
      const mailbox = busyMailbox(world, customer);
      const desks = [`abuse@${receivers.stranger(0).split('@')[1]}`, receivers.stranger(0.3)];
      run(world, world.story('oddity', 'spam samples handed on', customer), customer, {
        at: world.time(customer, day, dice.between(8, 15)),
        messages: dice.int(4, 25),
        perHour: dice.between(4, 40),
        sender: () => mailbox.address,
        to: () => dice.pick(desks),
        origin: () => world.origin(customer, mailbox),
        quality: { unknown: 0.01, content: dice.between(0.3, 0.9) },
      });
    },
  },
  {
    name: 'private mail forwarded by a rule',
    happens(world, customer, day) {
      const { dice, receivers } = world;
      const mailbox = busyMailbox(world, customer);
      const home = receivers.stranger(1);
      run(world, world.story('oddity', 'private mail forwarded by a rule', customer), customer, {
        at: world.time(customer, day, dice.between(0, 6)),
        messages: dice.int(30, 180),
        perHour: dice.between(4, 25),
        sender: () => mailbox.address,
        to: () => home,
        origin: machineOrigin(world, customer, mailbox.login),
        quality: { unknown: 0, content: dice.between(0.02, 0.2) },
      });
    },
  },
  {
    name: 'new server takes over',
    auth: ['mailbox', 'smarthost'],
    happens(world, customer, day) {
      const { dice, makers } = world;
      const client = makers.networks.abroad();
      run(world, world.story('oddity', 'new server takes over', customer), customer, {
        at: world.time(customer, day, dice.between(0, 10)),
        messages: dice.intLog(40, 400),
        perHour: dice.betweenLog(15, 120),
        sender: () => dice.pick(customer.mailboxes).address,
        to: acquaintances(world, customer, 0.85),
        origin: (sender) => {
          const mailbox = customer.mailboxes.find(({ address }) => address === sender);
          return { login: customer.auth === 'smarthost' ? customer.logins[0] : mailbox?.login, client };
        },
        quality: { unknown: 0.012, content: 0.002 },
        kept: KEPT.server(customer),
        hasOtherMethod: isOtherProgram(dice),
      });
    },
  },
  {
    name: 'ticket system',
    happens(world, customer, day) {
      const { dice } = world;
      const desk = `${dice.pick(['support', 'ticket', 'helpdesk', 'case'])}`;
      let ticket = dice.int(1_000, 900_000);
      const form = dice.int(0, 2);
      const own = () => {
        ticket += dice.int(1, 4);
        return form === 0
          ? `${desk}+${ticket}@${customer.domain}`
          : form === 1
            ? `${desk}-${ticket}-${dice.text('abcdef0123456789', 6)}@${customer.domain}`
            : `${desk}@${customer.domain}`;
      };
      run(world, world.story('oddity', 'ticket system', customer), customer, {
        at: world.time(customer, day, dice.between(6, 9)),
        messages: dice.intLog(60, 400),
        perHour: dice.between(12, 80),
        sender: own,
        to: audience(world, customer),
        origin: machineOrigin(world, customer, `${desk}@${customer.domain}`),
        quality: { unknown: dice.between(0.005, 0.03), content: 0.002, isStrange: true },
        kept: KEPT.oneByOne,
      });
    },
  },
  {
    name: 'forwarder with SRS',
    happens(world, customer, day) {
      forwarded(world, customer, day, 'forwarder with SRS', true);
    },
  },
  {
    name: 'forwarder without SRS',
    auth: ['mailbox', 'smarthost', 'address'],
    happens(world, customer, day) {
      forwarded(world, customer, day, 'forwarder without SRS', false);
    },
  },
  {
    name: 'autoresponder',
    happens(world, customer, day) {
      const { dice } = world;
      const mailbox = busyMailbox(world, customer);
      run(world, world.story('oddity', 'autoresponder', customer), customer, {
        at: world.time(customer, day, dice.between(5, 10)),
        messages: dice.int(30, 150),
        perHour: dice.between(4, 16),
        sender: dice.is(0.5) && customer.auth !== 'platform' ? () => '' : () => mailbox.address,
        to: audience(world, customer),
        origin: () => world.origin(customer, mailbox),
        quality: { unknown: dice.between(0.02, 0.1), content: dice.between(0.002, 0.02), isStrange: true },
        size: 3_000,
      });
    },
  },
  {
    name: 'out-of-office wave',
    auth: ['mailbox', 'smarthost', 'address'],
    least: 4,
    happens(world, customer, day) {
      const { dice } = world;
      const away = dice.some(customer.mailboxes, dice.int(2, 20));
      const hasNull = dice.is(0.5);
      run(world, world.story('oddity', 'out-of-office wave', customer), customer, {
        at: world.time(customer, day, dice.between(6, 9)),
        messages: away.length * dice.int(5, 20),
        perHour: away.length * dice.between(1, 5),
        sender: () => (hasNull ? '' : dice.pick(away).address),
        to: acquaintances(world, customer, 0.5),
        origin: () => world.origin(customer, dice.pick(away)),
        quality: { unknown: dice.between(0.02, 0.12), content: 0.005, isStrange: true },
        size: 3_000,
      });
    },
  },
  {
    name: 'contact form after an advertisement',
    happens(world, customer, day) {
      const { dice, receivers } = world;
      const sender =
        customer.apps.find(({ name }) => name === 'form')?.sender ??
        `${dice.pick(['wordpress', 'noreply', 'www-data'])}@${customer.domain}`;
      const inbox = dice.pick(customer.mailboxes).address;
      run(world, world.story('oddity', 'contact form after an advertisement', customer), customer, {
        at: world.time(customer, day, dice.between(7, 18)),
        messages: dice.intLog(60, 500),
        perHour: dice.betweenLog(20, 200),
        sender: () => sender,
        // One to the firm, one as a copy to whoever filled the form in.
        to: () => (dice.is(0.5) ? inbox : receivers.stranger(0.9)),
        origin: machineOrigin(world, customer, sender),
        quality: { unknown: dice.between(0.01, 0.04), content: 0.003, isStrange: true },
        size: 4_000,
        kept: KEPT.oneByOne,
      });
    },
  },
  {
    name: "sends in its clients' names",
    auth: ['smarthost', 'address'],
    happens(world, customer, day) {
      const { dice, receivers } = world;
      const clients = Array.from({ length: dice.int(3, 25) }, () => dice.pick(receivers.firms).domain);
      const local = dice.pick(['faktura', 'invoice', 'noreply', 'post']);
      run(world, world.story('oddity', "sends in its clients' names", customer), customer, {
        at: world.time(customer, day, dice.between(2, 12)),
        messages: dice.intLog(60, 600),
        perHour: dice.betweenLog(60, 1_500),
        sender: () => `${local}@${dice.pick(clients)}`,
        to: () => receivers.stranger(0.5),
        origin: machineOrigin(world, customer),
        quality: { unknown: dice.between(0.005, 0.03), content: 0.003, isStrange: true },
      });
    },
  },
];

/** Mail of others, to where people read it; what was spam is refused at the other end. */
function forwarded(world: World, customer: Customer, day: number, name: string, hasSrs: boolean): void {
  const { dice, receivers } = world;
  const readers = Array.from({ length: dice.int(1, 12) }, () => receivers.stranger(0.95));
  const writer = () => {
    const from = receivers.stranger(0.35);
    if (!hasSrs) return from;
    const [local, domain] = from.split('@');
    return `SRS0=${dice.text('abcdefghijkmnpqrstuvwxyz23456789', 4)}=${dice.text('ABCDEFGH', 2)}=${domain}=${local}@${customer.domain}`;
  };
  run(world, world.story('oddity', name, customer), customer, {
    at: world.time(customer, day, dice.between(0, 6)),
    messages: dice.intLog(60, 500),
    perHour: dice.between(8, 60),
    sender: writer,
    to: () => dice.pick(readers),
    origin: machineOrigin(world, customer),
    quality: { unknown: 0.002, content: dice.between(0.02, 0.15) },
    isForged: !hasSrs,
  });
}
