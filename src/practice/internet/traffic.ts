// Quiet mail: what every customer sends on an ordinary day, by hour and weekday.
import { type Chance, createChance } from './chance.js';
import { domainOfCustomer, type Letter, loginOf, type Recipient } from './letter.js';
import { type Client, HABITS, type Habit, RELAYS } from './people.js';
import { correspondent } from './strangers.js';

export interface Traffic {
  /** The letters handed in up to `until`, oldest first. Each call goes on where the last one ended. */
  until(until: number): Letter[];
  /** Leaves out what was to come before `at`: nobody was watching. */
  skipTo(at: number): void;
}

/** Part of the recipients whom a customer has not written to before. */
const NEW_CONTACT = 0.08;
const CIRCLE = 40;
const SUBSCRIBERS = 60;
const NEWSLETTER_HOUR = 9;
/** Within how long an issue is handed in. */
const ISSUE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Makes the quiet traffic of all customers from `startAt` (practice ms) on. */
export function createTraffic(startAt: number, seed: number): Traffic {
  const streams = HABITS.map((habit, i) => customerStream(habit, startAt, createChance(seed + 101 * i)));
  return {
    until: (until) => streams.flatMap((stream) => stream.until(until)).sort((a, b) => a.at - b.at),
    skipTo(at) {
      for (const stream of streams) stream.skipTo(at);
    },
  };
}

/** How busy a practice moment is, 0..1 of the busiest. Never dead: somebody may be watching at night. */
function busyness(at: number): number {
  const when = new Date(at);
  const hour = when.getUTCHours();
  const isWeekend = when.getUTCDay() % 6 === 0;
  const ofDay = hour >= 8 && hour < 16 ? 1 : hour >= 6 && hour < 22 ? 0.6 : 0.35;
  return isWeekend ? ofDay * 0.6 : ofDay;
}

function customerStream(habit: Habit, startAt: number, chance: Chance): Traffic {
  const circle = Array.from({ length: CIRCLE }, () => correspondent(chance, habit.microsoftShare));
  let next = startAt + chance.waitMs(habit.perHour);
  const newsletter = newsletterStream(habit, startAt, chance);

  function until(until: number): Letter[] {
    const letters = newsletter.until(until);
    // Thinning: candidates come at the busiest rate, and each is kept with the busyness of its moment.
    for (; next <= until; next += chance.waitMs(habit.perHour)) {
      if (chance.isHit(busyness(next))) letters.push(ordinaryLetter(habit, circle, next, chance));
    }
    return letters;
  }

  return {
    until,
    skipTo(at) {
      next = Math.max(next, at);
      newsletter.skipTo(at);
    },
  };
}

function ordinaryLetter(habit: Habit, circle: Recipient[], at: number, chance: Chance): Letter {
  const mailbox = mailboxOf(habit, chance);
  const someone = () => (chance.isHit(NEW_CONTACT) ? correspondent(chance, habit.microsoftShare) : chance.pick(circle));
  const count = chance.isHit(0.85) ? 1 : chance.whole(2, 4);
  const recipients = new Map(Array.from({ length: count }, someone).map((one) => [one.address, one]));
  // An old address, or one mistyped.
  const exists = !chance.isHit(0.008);
  return letterFrom(
    habit,
    mailbox,
    at,
    chance,
    [...recipients.values()].map((one) => ({ ...one, exists })),
  );
}

/** The first mailboxes write most. */
function mailboxOf({ mailboxes, newsletter }: Habit, chance: Chance): string {
  const writing = mailboxes.filter((mailbox) => mailbox !== newsletter);
  return writing[Math.min(chance.whole(0, writing.length - 1), chance.whole(0, writing.length - 1))] ?? 'post';
}

function letterFrom(habit: Habit, mailbox: string, at: number, chance: Chance, recipients: Recipient[]): Letter {
  const login = loginOf(habit, mailbox);
  return {
    at,
    relay: chance.pick(RELAYS).host,
    customer: habit.customer.id,
    client: clientOf(habit, chance),
    ...(login !== undefined && { login }),
    sender: `${mailbox}@${domainOfCustomer(habit)}`,
    recipients,
    sizeBytes: chance.whole(2_000, chance.isHit(0.2) ? 900_000 : 40_000),
  };
}

function clientOf({ clients, homes }: Habit, chance: Chance): Client {
  return homes.length > 0 && chance.isHit(0.2) ? chance.pick(homes) : chance.pick(clients);
}

/** A declared newsletter: the same subscribers every weekday morning, within some minutes. */
function newsletterStream(habit: Habit, startAt: number, chance: Chance): Traffic {
  const { newsletter } = habit;
  if (newsletter === undefined) return { until: () => [], skipTo() {} };
  const subscribers = Array.from({ length: SUBSCRIBERS }, () => correspondent(chance, habit.microsoftShare));
  let next = issueAfter(startAt);
  let waiting: Letter[] = [];
  return {
    until(until) {
      for (; next <= until; next = issueAfter(next)) {
        const times = subscribers.map((subscriber) => [next + chance.between(0, ISSUE_MS), subscriber] as const);
        waiting.push(...times.map(([at, subscriber]) => letterFrom(habit, newsletter, at, chance, [subscriber])));
      }
      const now = waiting.filter(({ at }) => at <= until);
      waiting = waiting.filter(({ at }) => at > until);
      return now;
    },
    skipTo(at) {
      while (next < at) next = issueAfter(next);
    },
  };
}

/** The next weekday's issue after a moment. */
function issueAfter(at: number): number {
  let issue = Math.floor(at / DAY_MS) * DAY_MS + NEWSLETTER_HOUR * HOUR_MS;
  while (issue <= at || new Date(issue).getUTCDay() % 6 === 0) issue += DAY_MS;
  return issue;
}
