// A run of messages that belong together: what stories of every kind are made of.
import type { Customer, Mailbox, Quality, Send, Story } from './model.js';
import { methodOf, otherMethod, usualKept } from './sessions.js';
import { HOUR, type World } from './world.js';

export type Origin = Pick<Send, 'login' | 'client' | 'method'>;

export interface Run {
  at: number;
  messages: number;
  perHour: number;
  /** Recipients of a message. */
  perMessage?: () => number;
  sender: () => string;
  to: () => string;
  origin: (sender: string) => Origin;
  quality: Quality;
  size?: number;
  isForged?: boolean;
  /** Share of messages that come over a connection that is open already; by who sends when left out: see KEPT. */
  kept?: number;
  /** Logs in by another method than the owner's program. */
  hasOtherMethod?: boolean;
  isDeferred?: boolean;
}

/** Sends a run; answers the time of its last message. */
export function run(world: World, story: Story | undefined, customer: Customer, spec: Run): number {
  const { dice } = world;
  const everyMs = HOUR / spec.perHour;
  const size = spec.size ?? dice.logNormal(12_000, 0.6);
  let { at, kept } = spec;
  for (let i = 0; i < spec.messages; i++) {
    const sender = spec.sender();
    const count = spec.perMessage?.() ?? 1;
    const to = Array.from({ length: count }, spec.to);
    const origin = spec.origin(sender);
    kept ??= usualKept(dice, customer, origin.client);
    world.send({
      at,
      customer,
      sender,
      to: count > 1 ? [...new Set(to)] : to,
      ...origin,
      ...(spec.hasOtherMethod && origin.login !== undefined ? { method: otherMethod(origin.login) } : {}),
      quality: spec.quality,
      size: size * dice.between(0.9, 1.1),
      story,
      ...(spec.isForged ? { isForged: true } : {}),
      ...(spec.isDeferred ? { isDeferred: true } : {}),
      ...(i > 0 && dice.is(kept) ? { isKept: true } : {}),
    });
    at += dice.exponential(everyMs);
  }
  return at;
}

/** One sitting of a person: the device and its address stay, nearly always. */
export function sitting(world: World, customer: Customer, mailbox: Mailbox): () => Origin {
  let current = world.origin(customer, mailbox);
  return () => {
    if (world.dice.is(0.02)) current = world.origin(customer, mailbox);
    return current;
  };
}

/** A mailbox that is used: drawn among the busier half. */
export function busyMailbox({ dice }: World, customer: Customer): Mailbox {
  const sorted = [...customer.mailboxes].sort((a, b) => b.perDay - a.perDay);
  return dice.pick(sorted.slice(0, Math.max(1, Math.ceil(sorted.length / 2))));
}

/** People a firm deals with, in the share of its trade, and strangers. */
export function audience(world: World, customer: Customer): () => string {
  const { dice, receivers } = world;
  return () =>
    dice.is(0.15) ? receivers.inFirm(dice.pick(customer.circle)) : receivers.stranger(customer.trade.consumers);
}

/** Those in the books of the customer's people, then strangers. */
export function acquaintances(world: World, customer: Customer, share: number): () => string {
  const { dice } = world;
  const others = audience(world, customer);
  return () => (dice.is(share) ? dice.pick(dice.pick(customer.mailboxes).book) : others());
}

/** A machine of the customer's: its own login, or none, at its server. */
export function machineOrigin(
  world: World,
  customer: Customer,
  sender = `${world.dice.pick(['app', 'server', 'forward', 'relay'])}@${customer.domain}`,
): () => Origin {
  const { dice } = world;
  if (customer.auth === 'platform') return () => world.origin(customer, dice.pick(customer.mailboxes));
  const login =
    customer.auth === 'mailbox' ? (dice.is(0.75) ? sender : dice.pick(customer.mailboxes).login) : customer.logins[0];
  // Somebody's login in a machine: the machine has a method of its own.
  const method = customer.auth === 'mailbox' && login !== sender ? { method: methodOf(sender) } : {};
  const client = customer.auth === 'mailbox' ? (dice.is(0.6) ? customer.web : customer.office) : customer.server;
  return () => ({ login, client, ...method });
}
