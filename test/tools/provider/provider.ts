// The log of a provider of a seed, streamed: a day is planned, its messages are delivered in order, its lines come out in order.
import { ATTACKS } from './attacks.js';
import { Deliveries } from './deliver.js';
import { type LineForm, LogBuckets } from './log.js';
import type { Auth, Customer } from './model.js';
import { type Happening, noise } from './noise.js';
import { ODDITIES } from './oddities.js';
import { ordinaryDay } from './ordinary.js';
import { Postfix } from './postfix.js';
import { linkSessions } from './sessions.js';
import { DAY, HOUR, World } from './world.js';

const CHUNK = 256 * 1024;

export interface ProviderOptions {
  seed: number;
  customers: number;
  days: number;
  form?: LineForm;
  /** Attacks that happen, by name; all by default. */
  attacks?: readonly string[];
  /** Oddities a day for 200 customers; three in four kinds by default. */
  oddities?: number;
}

export interface Provider {
  world: World;
  /** Whole lines; stories and listings are complete when it ends. */
  chunks: () => Generator<Buffer>;
}

/** Everything comes from the seed. Customers who arrive later, and their mail, are there from the day they come. */
export function provider(options: ProviderOptions): Provider {
  const world = new World(options);
  // All stories are told before the first day, so that those who come later are in the directory from the beginning.
  planDays(world, options);
  return { world, chunks: () => chunks(world, options.form ?? 'rfc3339') };
}

/** Who is hit by what on which day. */
function planDays(
  world: World,
  { days, attacks: names, oddities: perDay = ODDITIES.length * 0.75 }: ProviderOptions,
): void {
  const { dice } = world;
  const kinds = names ? ATTACKS.filter(({ name }) => names.includes(name)) : ATTACKS;
  const hit = new Map<Customer, number>();
  const free = [...world.customers];
  const count = free.length;
  // Different ones, as long as there are enough.
  const drawn = (n: number) =>
    n <= kinds.length ? dice.some(kinds, n) : Array.from({ length: n }, () => dice.pick(kinds));
  for (let day = 0; day < days; day++) {
    const take = (want: { auth?: readonly Auth[]; least?: number }, rest: number) => {
      const fitting = free.filter((customer) => (hit.get(customer) ?? -9) + rest < day && suits(customer, want));
      const customer = dice.pick(fitting.length > 0 ? fitting : free);
      hit.set(customer, day);
      return customer;
    };
    const attacks = drawn(Math.max(1, Math.round((dice.int(8, 13) * count) / 200)));
    for (const attack of attacks) {
      attack.happens(world, take(attack, 2), day);
      // Some attacks get an address listed; nobody's mail through it is spared.
      if (dice.is(0.1)) world.list(world.start + day * DAY + dice.between(3, 20) * HOUR);
    }
    const oddities = dice.some(ODDITIES, Math.max(2, Math.round((perDay * Math.min(count, 200)) / 200)));
    for (const oddity of oddities) oddity.happens(world, take(oddity, 0), day);
    for (let n = dice.int(0, 3); n > 0; n--) world.list(world.start + day * DAY + dice.between(0, 22) * HOUR);
  }
}

function suits(customer: Customer, { auth, least = 1 }: { auth?: readonly Auth[]; least?: number }): boolean {
  return (auth === undefined || auth.includes(customer.auth)) && customer.mailboxes.length >= least;
}

function* chunks(world: World, form: LineForm): Generator<Buffer> {
  const log = new LogBuckets(world.start, world.zone, form);
  const relays = world.relays.map((relay) => new Postfix(relay, world.dice, log));
  const deliveries = new Deliveries(world, relays);
  let text = '';
  let waiting: Happening[] = [];
  for (let day = 0; day < world.days; day++) {
    for (const customer of world.customers) if (customer.from <= day) ordinaryDay(world, customer, day);
    const end = world.start + (day + 1) * DAY;
    const sends = world.takeDay(day);
    linkSessions(sends);
    const planned = [
      ...waiting,
      ...noise(world, relays, day),
      ...sends.map((send) => ({ at: send.at, happens: () => deliveries.deliver(send) })),
    ].sort((a, b) => a.at - b.at);
    waiting = planned.filter(({ at }) => at >= end);
    for (const { at, happens } of planned) {
      if (at >= end) break;
      text += log.takeUntil(at);
      if (text.length > CHUNK) {
        yield Buffer.from(text);
        text = '';
      }
      happens();
    }
  }
  text += log.takeUntil(world.end);
  yield Buffer.from(text);
}
