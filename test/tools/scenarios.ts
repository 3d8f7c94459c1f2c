// What happens to a customer on one day besides ordinary mail: attacks that must be found, oddities that must not.
import { HOUR, type SimCustomer, type World } from './traffic.js';

export interface Attack {
  customer: string;
  kind: 'single' | 'multiple';
  since: number;
  senders: Set<string>;
  recipients: number;
}
export type Scenario = (world: World, customer: SimCustomer, day: number) => Attack | undefined;

interface Run {
  at: number;
  messages: number;
  aHour: number;
  perMessage: [number, number];
  unknown: number;
  content: number;
  ips?: string[] | undefined;
  sender: () => string;
  recipient?: () => string;
  isForged?: boolean;
  /** Fixed login: one stolen account that writes any sender. */
  login?: string | undefined;
}

/** Sends a run of mail and tells who sent it to how many. */
function run(world: World, customer: SimCustomer, spec: Run): { senders: Set<string>; recipients: number } {
  const senders = new Set<string>();
  let { at } = spec;
  let recipients = 0;
  for (let i = 0; i < spec.messages; i++) {
    at += world.r.exponential(HOUR / spec.aHour);
    const sender = spec.sender();
    const to = Array.from({ length: world.r.int(...spec.perMessage) }, spec.recipient ?? (() => world.stranger()));
    senders.add(sender);
    recipients += to.length;
    world.send({
      at,
      customer,
      sender,
      recipients: to,
      unknown: spec.unknown,
      content: spec.content,
      ...(spec.isForged ? { isForged: true } : {}),
      ...(spec.login === undefined ? {} : { login: spec.login }),
      ...(spec.ips === undefined ? {} : { clientIp: world.r.pick(spec.ips) }),
    });
  }
  return { senders, recipients };
}

/** Addresses a thief uses: a few, anywhere. Mail handed in by address or through a platform still comes from there. */
function thiefIps(world: World, customer: SimCustomer): string[] | undefined {
  if (customer.auth !== 'mailbox' && customer.auth !== 'smarthost') return undefined;
  return Array.from(
    { length: world.r.int(1, 5) },
    () => `100.${world.r.int(64, 127)}.${world.r.int(0, 255)}.${world.r.int(1, 254)}`,
  );
}

function stolen(
  spec: (world: World) => Pick<Run, 'messages' | 'aHour' | 'perMessage' | 'unknown' | 'content'>,
): Scenario {
  return (world, customer, day) => {
    const victim = world.r.pick(customer.mailboxes).address;
    const at = world.at(day, 6 + world.r.next() * 12);
    const ips = thiefIps(world, customer);
    const told = run(world, customer, { at, sender: () => victim, ips, ...spec(world) });
    return { customer: customer.id, kind: 'single', since: at, ...told };
  };
}

function forging(foreign: boolean): Scenario {
  return (world, customer, day) => {
    const at = world.at(day, 6 + world.r.next() * 12);
    // Behind a hosted platform only the sender's domain leads to the customer.
    const isForeign = foreign && customer.auth !== 'shared';
    const login = customer.auth === 'mailbox' ? world.r.pick(customer.mailboxes).address : undefined;
    const sender = () => `${world.person()}@${isForeign ? `brand${world.r.int(0, 40)}.test` : customer.domain}`;
    const told = run(world, customer, {
      at,
      messages: world.r.int(120, 400),
      aHour: world.r.int(80, 600),
      perMessage: [1, 2],
      unknown: 0.04 + world.r.next() * 0.2,
      content: 0.02 + world.r.next() * 0.08,
      sender,
      isForged: true,
      login,
    });
    return { customer: customer.id, kind: 'multiple', since: at, ...told };
  };
}

export const attacks: Record<string, Scenario> = {
  burst: stolen(({ r }) => ({
    messages: r.int(100, 400),
    aHour: r.int(200, 1500),
    perMessage: [1, r.int(1, 20)],
    unknown: 0.05 + r.next() * 0.25,
    content: 0.01 + r.next() * 0.1,
  })),
  'slow drip': stolen(({ r }) => ({
    messages: r.int(120, 250),
    aHour: r.int(20, 50),
    perMessage: [1, 1],
    unknown: 0.06 + r.next() * 0.2,
    content: 0.02 + r.next() * 0.08,
  })),
  'clean list': stolen(({ r }) => ({
    messages: r.int(200, 500),
    aHour: r.int(100, 500),
    perMessage: [1, 2],
    unknown: 0.01 + r.next() * 0.02,
    content: 0.01 + r.next() * 0.03,
  })),
  'forged own senders': forging(false),
  'forged foreign senders': forging(true),
};

function mailing(spec: (world: World) => { messages: number; aHour: number; unknown: number }): Scenario {
  return (world, customer, day) => {
    const sender = `news@${customer.domain}`;
    run(world, customer, {
      at: world.at(day, 8 + world.r.next() * 6),
      perMessage: [1, 1],
      content: 0.004,
      sender: () => sender,
      ...spec(world),
    });
    return undefined;
  };
}

export const oddities: Record<string, Scenario> = {
  'undeclared newsletter': mailing(({ r }) => ({
    messages: r.int(100, 800),
    aHour: r.int(300, 3000),
    unknown: 0.005 + r.next() * 0.03,
  })),
  'newsletter with an old list': mailing(({ r }) => ({
    messages: r.int(150, 500),
    aHour: r.int(300, 2000),
    unknown: 0.06 + r.next() * 0.04,
  })),
  'ticket system': (world, customer, day) => {
    let ticket = world.r.int(1000, 90_000);
    run(world, customer, {
      at: world.at(day, 7),
      messages: 150,
      aHour: 20,
      perMessage: [1, 1],
      unknown: 0.02,
      content: 0.002,
      sender: () => `ticket+${++ticket}@${customer.domain}`,
    });
    return undefined;
  },
  'VERP list': (world, customer, day) => {
    let n = 0;
    run(world, customer, {
      at: world.at(day, 9),
      messages: 250,
      aHour: 1000,
      perMessage: [1, 1],
      unknown: 0.02,
      content: 0.002,
      sender: () => `list-bounces-${n++}=bigmail.test@${customer.domain}`,
    });
    return undefined;
  },
  'invoice run': (world, customer, day) => {
    const sender = `invoice@${customer.domain}`;
    run(world, customer, {
      at: world.at(day, 6),
      messages: world.r.int(80, 400),
      aHour: 1200,
      perMessage: [1, 1],
      unknown: 0.02,
      content: 0.002,
      sender: () => sender,
    });
    return undefined;
  },
  autoresponder: (world, customer, day) => {
    const sender = world.r.pick(customer.mailboxes).address;
    run(world, customer, {
      at: world.at(day, 8),
      messages: 60,
      aHour: 8,
      perMessage: [1, 1],
      unknown: 0.06,
      content: 0.005,
      sender: () => sender,
    });
    return undefined;
  },
  'one letter to many': (world, customer, day) => {
    const sender = world.r.pick(customer.mailboxes).address;
    run(world, customer, {
      at: world.at(day, 10),
      messages: 3,
      aHour: 30,
      perMessage: [30, 60],
      unknown: 0.03,
      content: 0.002,
      sender: () => sender,
    });
    return undefined;
  },
  traveller: (world, customer, day) => {
    const mailbox = world.r.pick(customer.mailboxes);
    const ips = [`100.70.${world.r.int(0, 255)}.7`, `100.71.${world.r.int(0, 255)}.7`];
    run(world, customer, {
      at: world.at(day, 8),
      messages: 15,
      aHour: 3,
      perMessage: [1, 2],
      unknown: 0.012,
      content: 0.002,
      ips,
      sender: () => mailbox.address,
      recipient: () => world.r.pick(mailbox.book),
    });
    return undefined;
  },
  'new employees': (world, customer, day) => {
    const staff = Array.from({ length: 12 }, () => `${world.person()}@${customer.domain}`);
    run(world, customer, {
      at: world.at(day, 9),
      messages: 60,
      aHour: 10,
      perMessage: [1, 2],
      unknown: 0.012,
      content: 0.002,
      sender: () => world.r.pick(staff),
    });
    return undefined;
  },
};
