// How common it is here that honest mail looks like spam: the one number by which providers differ most. At one a customer in a hundred
// comes near an alarm in a day, because they write letters; at another one in ten, whose customers mail to old lists and have their mail
// moved about. With the same prior odds for both, the first would miss spam that it could have told, and the second would cry wolf.
//
// So the odds are taken from the provider's own mail, as an empirical Bayes estimate. Counted are the customers whose mail was judged in a
// day without an alarm, for those are honest with few exceptions, and how many of them came near one. Of honest customers fewer and fewer
// come nearer and nearer: by about e^-0.6 for each nat on the logs of all makers that we have (0.4 to 1). Where one in seventeen comes
// within 3.2 nats, about one in 120 of those judged becomes a false alarm, or one in 200 of all: one a day for 200 customers, which a desk
// can bear. There the usual odds are right. Where twice as many come so near, an alarm needs ln 2 / 0.6 nats more, so that it remains one
// in 200; where half as many do, as much less.
//
// The bounds: no more than ten times the odds, for spam that is missed counts as honest too, and must not make the detection deaf. And no
// less than the square root of that, 1.2 nats, so that an alarm still needs more than the most that the amount of mail may say alone.
//
// What it does not know is which alarms were false: it counts customers in alarm as neither honest nor near.
import { clamp } from './signals/statistics.js';
import type { Thresholds } from './thresholds.js';

/** A customer comes near an alarm with this many nats: 3.2 less than the usual odds ask for, whatever is configured. */
const NEAR_NATS = 5;
/** The share of customers that come near in a day, of those whose mail is judged, for which the usual odds are right. */
const USUAL_SHARE = 0.06;
/** How many customers' days the usual share counts as. */
const USUAL_WEIGHT = 200;
/** Honest customers become fewer by this for each nat that they are nearer. */
const FALL_PER_NAT = 0.6;
/** Where an alarm needs hardly more than what is near, those who are near are in alarm, and nothing can be learned. */
const LEAST_BETWEEN_NATS = 1;
/** What is kept of the past from one day to the next: about a week of it counts. */
const KEPT_A_DAY = 0.85;
/** A clock that jumps makes no more be forgotten; and what is further behind shows that it was the newest day that was wrong. */
const MOST_DAYS_APART = 7;
const DAY_MS = 24 * 3_600_000;
/** Customers whose day is saved with every commit that changes it; with more it is saved every ten minutes. */
const SAVED_AT_ONCE = 1_000;
const SAVE_MS = 600_000;
const KEY = 'background|';

type Seen = 'far' | 'near' | 'alarm';

/** Of all customers; saved. */
export interface SavedBackground {
  /** How near the customers whose mail was judged came at the most, by day since 1970 (UTC): the newest and the one before. */
  open: Record<string, Record<string, Seen>>;
  newest: number;
  /** Of the days before, decayed: days of customers without an alarm, and those of them that came near one. */
  customerDays: number;
  nearDays: number;
}

/** Holds state. */
export class Background {
  private readonly open = new Map<number, Day>();
  private newest = 0;
  private past = { customerDays: 0, nearDays: 0 };
  private learned: Thresholds;
  private hasChanged = false;
  private savedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly usual: Thresholds,
    load?: (key: string) => SavedBackground | undefined,
  ) {
    this.learned = usual;
    const saved = load?.(KEY);
    if (saved) this.restore(saved);
  }

  /** The thresholds with the odds that are right here. */
  get thresholds(): Thresholds {
    return this.learned;
  }

  /** The thresholds as configured. */
  get usualThresholds(): Thresholds {
    return this.usual;
  }

  /** Takes how near an alarm a customer is at `at`: the evidence, nats. What is at stake says nothing of how honest mail looks. */
  see(customer: string, nats: number, at: number): void {
    this.note(customer, nats >= NEAR_NATS ? 'near' : 'far', at);
  }

  /** Takes that there is an alarm about a customer: its day counts neither as honest nor as near. */
  seeAlarm(customer: string, at: number): void {
    this.note(customer, 'alarm', at);
  }

  /** The row to be saved, if it is time. */
  takeChanges(): [string, SavedBackground][] {
    const day = this.open.get(this.newest);
    if (!this.hasChanged || !day) return [];
    if (day.seen.size > SAVED_AT_ONCE && Math.abs(day.lastAt - this.savedAt) < SAVE_MS) return [];
    this.hasChanged = false;
    this.savedAt = day.lastAt;
    const open = Object.fromEntries([...this.open].map(([number, { seen }]) => [number, Object.fromEntries(seen)]));
    return [[KEY, { open, newest: this.newest, ...this.past }]];
  }

  restore({ open, newest, customerDays, nearDays }: SavedBackground): void {
    for (const [number, customers] of Object.entries(open)) {
      const day = newDay();
      for (const [customer, seen] of Object.entries(customers)) noteOn(day, customer, seen);
      this.open.set(Number(number), day);
    }
    this.newest = newest;
    this.past = { customerDays, nearDays };
    this.learn();
  }

  private note(customer: string, seen: Seen, at: number): void {
    const day = this.dayOf(at);
    if (!day) return;
    day.lastAt = at;
    if (!noteOn(day, customer, seen)) return;
    this.hasChanged = true;
    this.learn();
  }

  /** The day that an event counts for. Undefined for what is behind by more than a day: that day has been reckoned up. */
  private dayOf(at: number): Day | undefined {
    const number = Math.floor(at / DAY_MS);
    if (number > this.newest || number < this.newest - MOST_DAYS_APART) this.turnTo(number);
    if (number < this.newest - 1) return undefined;
    let day = this.open.get(number);
    if (!day) {
      day = newDay();
      this.open.set(number, day);
    }
    return day;
  }

  /** Makes `number` the newest day. All but the one before become past. */
  private turnTo(number: number): void {
    const kept = KEPT_A_DAY ** clamp(number - this.newest, 1, MOST_DAYS_APART);
    let { customerDays, nearDays } = this.past;
    for (const [open, day] of this.open) {
      if (open === number - 1) continue;
      customerDays += day.honest;
      nearDays += day.near;
      this.open.delete(open);
    }
    this.past = { customerDays: kept * customerDays, nearDays: kept * nearDays };
    this.newest = number;
  }

  private learn(): void {
    let near = this.past.nearDays + USUAL_SHARE * USUAL_WEIGHT;
    let honest = this.past.customerDays + USUAL_WEIGHT;
    for (const day of this.open.values()) {
      near += day.near;
      honest += day.honest;
    }
    const { honestPerSpam, alarmOdds, learnedFactor } = this.usual;
    if (Math.log(honestPerSpam * alarmOdds) < NEAR_NATS + LEAST_BETWEEN_NATS) return;
    const asSeen = (near / honest / USUAL_SHARE) ** (1 / FALL_PER_NAT);
    const factor = clamp(asSeen, 1 / Math.sqrt(learnedFactor), learnedFactor);
    this.learned = { ...this.usual, honestPerSpam: honestPerSpam * factor };
  }
}

/** What was seen of customers on one day, and how many of them were no alarm, and near one. */
interface Day {
  seen: Map<string, Seen>;
  honest: number;
  near: number;
  lastAt: number;
}

function newDay(): Day {
  return { seen: new Map(), honest: 0, near: 0, lastAt: 0 };
}

const RANK: Record<Seen, number> = { far: 1, near: 2, alarm: 3 };

/** Notes the nearest that a customer came; returns whether that is new. */
function noteOn(day: Day, customer: string, seen: Seen): boolean {
  const before = day.seen.get(customer);
  if (before !== undefined && RANK[before] >= RANK[seen]) return false;
  day.seen.set(customer, seen);
  day.honest += Number(seen !== 'alarm') - Number(before !== undefined && before !== 'alarm');
  day.near += Number(seen === 'near') - Number(before === 'near');
  return true;
}
