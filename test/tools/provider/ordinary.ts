// Ordinary days: people write to whom they know, now and then to strangers; machines mail what they mail every day.
import type { App, Customer, Mailbox, Quality } from './model.js';
import { KEPT, methodOf } from './sessions.js';
import { HOUR, type World } from './world.js';

const ORDINARY: Quality = { unknown: 0.006, content: 0.0012 };
const WEEKEND = 0.06;

/** Everything a customer does on a day when nothing happens. */
export function ordinaryDay(world: World, customer: Customer, day: number): void {
  const { dice } = world;
  const isWorking = world.works(customer, day);
  const mood = dice.logNormal(isWorking ? 1 : WEEKEND, 0.25);
  for (const mailbox of customer.mailboxes) personDay(world, customer, mailbox, day, mood);
  for (const app of customer.apps) appDay(world, customer, app, day, isWorking ? 1 : 0.4);
}

function personDay(world: World, customer: Customer, mailbox: Mailbox, day: number, mood: number): void {
  const { dice } = world;
  // Some are away, some have a busy day.
  if (dice.is(0.12)) return;
  const count = dice.poisson(mailbox.perDay * mood * dice.logNormal(1, 0.6));
  if (dice.is(0.03)) awayNotes(world, customer, mailbox, day);
  let at = 0;
  for (let i = 0; i < count; i++) {
    // Mail comes in bouts: an answer follows an answer.
    if (at !== 0 && dice.is(0.35)) at += dice.exponential(4 * 60_000);
    else at = world.time(customer, day, hourOf(world, customer) + mailbox.shift);
    personMail(world, customer, mailbox, at);
  }
}

/** Out of office, read receipts: a few notes under no name, as every mail program writes them. */
function awayNotes(world: World, customer: Customer, mailbox: Mailbox, day: number): void {
  const { dice, receivers } = world;
  for (let n = dice.int(1, 6); n > 0; n--) {
    const isStrange = dice.is(0.3);
    world.send({
      at: world.time(customer, day, dice.between(6, 20)),
      customer,
      sender: '',
      to: [isStrange ? receivers.stranger(0.4) : (dice.pick(mailbox.book) as string)],
      ...world.origin(customer, mailbox),
      quality: { unknown: isStrange ? 0.15 : 0.01, content: 0.002, isStrange },
      size: 4_000,
    });
  }
}

/** When people write: mornings and afternoons, a dip at noon, some at night. */
function hourOf({ dice }: World, { hours: [from, to] }: Customer): number {
  if (dice.is(0.06)) return dice.between(0, 24);
  if (dice.is(0.06)) return to + dice.exponential(1.6);
  const middle = (from + to) / 2;
  const hour = dice.is(0.5) ? dice.between(from, middle - 0.5) : dice.between(middle, to);
  return hour + dice.normal() * 0.4;
}

/** One letter of a person. */
function personMail(world: World, customer: Customer, mailbox: Mailbox, at: number): void {
  const { dice } = world;
  const count = dice.weighted([
    [78, 1],
    [16, dice.int(2, 4)],
    [5, dice.int(5, 12)],
    [1, dice.int(13, 45)],
  ]);
  let strangers = 0;
  const to = Array.from({ length: count }, () => {
    if (count < 5 && dice.is(customer.trade.strangers)) {
      strangers++;
      return meet(world, customer, mailbox);
    }
    return mailbox.book[dice.rank(mailbox.book.length)] as string;
  });
  const isStrange = strangers > 0;
  const origin = world.origin(customer, mailbox);
  world.send({
    at,
    customer,
    sender: mailbox.address,
    to: [...new Set(to)],
    ...origin,
    isKept: dice.is(origin.client === customer.server ? KEPT.server(customer) : KEPT.bout),
    quality: isStrange ? { unknown: customer.trade.dead, content: 0.004, isStrange } : ORDINARY,
    size: dice.logNormal(14_000, 1.6),
  });
}

/** A stranger, who is none from now on. */
function meet(world: World, customer: Customer, mailbox: Mailbox): string {
  const { dice, receivers } = world;
  const met = dice.is(0.3)
    ? receivers.inFirm(dice.pick(customer.circle))
    : receivers.stranger(customer.trade.consumers);
  if (mailbox.book.length < 400) mailbox.book.push(met);
  else mailbox.book[dice.int(0, 399)] = met;
  return met;
}

interface Rhythm {
  /** Hours of the day it mails in. */
  hours: readonly [number, number];
  quality: Quality;
  /** Writes to its own targets, to people it knows, or to new ones every time. */
  to: 'targets' | 'customers' | 'strangers' | 'staff';
}

const DEAD: Quality = { unknown: 0.025, content: 0.003, isStrange: true };
const RHYTHMS: Record<App['name'], Rhythm> = {
  scanner: { hours: [7, 17], quality: ORDINARY, to: 'targets' },
  backup: { hours: [0, 5], quality: ORDINARY, to: 'targets' },
  monitor: { hours: [0, 24], quality: ORDINARY, to: 'targets' },
  shop: { hours: [6, 24], quality: DEAD, to: 'strangers' },
  booking: { hours: [5, 24], quality: DEAD, to: 'strangers' },
  invoices: { hours: [5, 9], quality: { unknown: 0.02, content: 0.002 }, to: 'customers' },
  tickets: { hours: [7, 20], quality: { unknown: 0.015, content: 0.002, isStrange: true }, to: 'strangers' },
  form: { hours: [0, 24], quality: { unknown: 0.03, content: 0.004 }, to: 'staff' },
  autoreply: { hours: [0, 24], quality: { unknown: 0.07, content: 0.01, isStrange: true }, to: 'strangers' },
  forwarder: { hours: [0, 24], quality: { unknown: 0.004, content: 0.05 }, to: 'targets' },
  list: { hours: [8, 22], quality: { unknown: 0.01, content: 0.002 }, to: 'customers' },
  newsletter: { hours: [8, 16], quality: { unknown: 0.01, content: 0.002 }, to: 'customers' },
  crm: { hours: [8, 17], quality: { unknown: 0.04, content: 0.006, isStrange: true }, to: 'strangers' },
};
/** Not every day: the chance of a day with mail. */
const DAYS: Partial<Record<App['name'], number>> = { newsletter: 0.05, list: 0.3, invoices: 0.6 };
const TICKETS_WITH_OWN_SENDERS = 0.3;

function appDay(world: World, customer: Customer, app: App, day: number, share: number): void {
  const { dice } = world;
  const rhythm = RHYTHMS[app.name];
  if (!dice.is(DAYS[app.name] ?? 1)) return;
  const isMonthTurn = world.dayOfMonth(day) <= 2 || world.dayOfMonth(day) >= 28;
  const boost = app.name === 'invoices' && isMonthTurn ? dice.between(3, 8) : 1;
  const count = dice.poisson(app.perDay * share * boost * dice.logNormal(1, 0.4));
  const many = app.name === 'list' || app.name === 'newsletter' ? dice.intLog(20, 200) : 0;
  if (many > 0) {
    runOnce(world, customer, app, day, many);
    return;
  }
  for (let i = 0; i < count; i++) {
    const at = world.time(customer, day, dice.between(...rhythm.hours));
    const origin = appOrigin(world, customer, app);
    world.send({
      at,
      customer,
      sender: appSender(world, app),
      to: [appTarget(world, customer, app, rhythm)],
      ...origin,
      isKept: origin.client === customer.server && dice.is(KEPT.server(customer)),
      quality: rhythm.quality,
      size: dice.logNormal(app.name === 'scanner' ? 400_000 : 9_000, 0.8),
    });
  }
}

/** A list's or newsletter's usual issue: a known list, at one time. */
function runOnce(world: World, customer: Customer, app: App, day: number, count: number): void {
  const { dice, receivers } = world;
  while (app.targets.length < count) app.targets.push(receivers.stranger(customer.trade.consumers));
  let at = world.time(customer, day, dice.between(9, 16));
  const everyMs = HOUR / dice.intLog(300, 4_000);
  const client = appOrigin(world, customer, app);
  const kept = KEPT.bulk(dice);
  for (const target of app.targets.slice(0, count)) {
    at += dice.exponential(everyMs);
    const quality = RHYTHMS[app.name].quality;
    world.send({
      at,
      customer,
      sender: app.sender,
      to: [target],
      ...client,
      quality,
      size: 20_000,
      isKept: dice.is(kept),
      outbox: app.sender,
    });
  }
}

export function appOrigin(world: World, customer: Customer, app: App) {
  const { dice } = world;
  if (customer.auth === 'platform') return world.origin(customer, dice.pick(customer.mailboxes));
  // Somebody's login in a machine: the machine has a method of its own.
  const isShared = customer.mailboxes.some(({ login }) => login === app.login);
  return { login: app.login, client: app.client, ...(isShared ? { method: methodOf(app.sender) } : {}) };
}

function appSender({ dice, receivers }: World, app: App): string {
  if (app.name === 'forwarder') {
    const from = receivers.stranger(0.4);
    const [local, domain] = from.split('@');
    return `srs0=${dice.text('abcdefghijkmnpqrstuvwxyz23456789', 4)}=${dice.text('abcdefghjk', 2)}=${domain}=${local}@${app.sender.split('@')[1]}`;
  }
  if (app.name === 'tickets' && app.perDay % 1 < TICKETS_WITH_OWN_SENDERS)
    return app.sender.replace('@', `+${dice.int(10_000, 999_999)}@`);
  return app.sender;
}

function appTarget(world: World, customer: Customer, app: App, { to }: Rhythm): string {
  const { dice, receivers } = world;
  if (to === 'staff') return dice.is(0.8) ? dice.pick(customer.mailboxes).address : receivers.stranger(0.7);
  if (to === 'strangers' && app.targets.length < 5_000) {
    // Half of them come back some time.
    if (app.targets.length > 20 && dice.is(0.35)) return dice.pick(app.targets);
    const fresh = receivers.stranger(customer.trade.consumers);
    app.targets.push(fresh);
    return fresh;
  }
  const least = to === 'customers' ? 60 : 4;
  while (app.targets.length < least) app.targets.push(receivers.stranger(customer.trade.consumers));
  return dice.pick(app.targets);
}
