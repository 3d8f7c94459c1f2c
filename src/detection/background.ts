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
import { clamp } from './signals/statistics.js';
import type { Thresholds } from './thresholds.js';

/** A customer comes near an alarm when this many nats are missing at the usual odds, or fewer. */
const NEAR_NATS = 3.2;
/** The share of customers that come near in a day, of those whose mail is judged, for which the usual odds are right. */
const USUAL_SHARE = 0.06;
/** How many customers' days the usual share counts as. */
const USUAL_WEIGHT = 200;
/** Honest customers become fewer by this for each nat that they are nearer. */
const FALL_PER_NAT = 0.6;
/** What is kept of the past from one day to the next: about a week of it counts. */
const KEPT_A_DAY = 0.85;
/** Logs of several relays that are caught up with are as far apart as this, and a clock that jumps makes no more be forgotten. */
const MOST_DAYS_APART = 7;
const DAY_MS = 24 * 3_600_000;
/** How often the odds are reckoned anew. */
const RENEW_MS = 600_000;
const KEY = 'background|';

type Seen = 'far' | 'near' | 'alarm';

/** Of all customers; saved. */
export interface SavedBackground {
  /** The day at hand, in days since 1970 (UTC), and since when its mail was seen, ms. */
  day: number;
  dayBegunAt: number;
  /** How near the customers whose mail was judged today came, at the most. */
  today: Record<string, Seen>;
  /** Of the days before, decayed: days of customers without an alarm, and those of them that came near one. */
  customerDays: number;
  nearDays: number;
  /** By how much the usual odds were multiplied last. */
  factor: number;
}

/** Holds state. */
export class Background {
  private readonly today = new Map<string, Seen>();
  private day = 0;
  private dayBegunAt = 0;
  private customerDays = 0;
  private nearDays = 0;
  private renewAt = 0;
  private factor = 1;
  private learned: Thresholds;
  private hasChanged = false;

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

  /** By how many nats more than usual an alarm needs here; below 0 less. */
  get learnedNats(): number {
    return Math.log(this.factor);
  }

  /** Takes how near an alarm a customer is at `at`: the evidence with what is at stake, nats. */
  see(customer: string, nats: number, at: number): void {
    this.goTo(at);
    const isNear = nats >= Math.log(this.usual.honestPerSpam) - NEAR_NATS;
    const seen = this.today.get(customer);
    if (seen === undefined || (isNear && seen === 'far')) this.today.set(customer, isNear ? 'near' : 'far');
    if (at >= this.renewAt || at < this.renewAt - DAY_MS) this.renew(at);
  }

  /** Takes that there is an alarm about a customer: its day counts neither as honest nor as near. */
  seeAlarm(customer: string): void {
    this.today.set(customer, 'alarm');
  }

  /** The row to be saved, if anything changed lately. */
  takeChanges(): [string, SavedBackground][] {
    if (!this.hasChanged) return [];
    this.hasChanged = false;
    const { day, dayBegunAt, customerDays, nearDays, factor } = this;
    const today = Object.fromEntries(this.today);
    return [[KEY, { day, dayBegunAt, today, customerDays, nearDays, factor }]];
  }

  restore({ day, dayBegunAt, today, customerDays, nearDays, factor }: SavedBackground): void {
    this.day = day;
    this.dayBegunAt = dayBegunAt;
    this.customerDays = customerDays;
    this.nearDays = nearDays;
    this.learn(factor);
    for (const [customer, seen] of Object.entries(today)) this.today.set(customer, seen);
  }

  /** Begins another day when it is one: what the last one brought becomes past. Logs that are behind belong to the day at hand. */
  private goTo(at: number): void {
    const day = Math.floor(at / DAY_MS);
    const passed = day - this.day;
    if (passed <= 0 && passed >= -MOST_DAYS_APART) return;
    if (this.today.size > 0) {
      const { customerDays, nearDays } = this.sinceMidnight((this.day + 1) * DAY_MS);
      const kept = KEPT_A_DAY ** clamp(passed, 1, MOST_DAYS_APART);
      this.customerDays = kept * (this.customerDays + customerDays);
      this.nearDays = kept * (this.nearDays + nearDays);
      this.today.clear();
    }
    this.day = day;
    this.dayBegunAt = at;
  }

  private sinceMidnight(at: number): { customerDays: number; nearDays: number } {
    let honest = 0;
    let near = 0;
    for (const seen of this.today.values()) {
      if (seen !== 'alarm') honest++;
      if (seen === 'near') near++;
    }
    return { customerDays: honest * clamp((at - this.dayBegunAt) / DAY_MS, 0, 1), nearDays: near };
  }

  private renew(at: number): void {
    this.renewAt = at + RENEW_MS;
    this.hasChanged = true;
    const today = this.sinceMidnight(at);
    const near = this.nearDays + today.nearDays + USUAL_SHARE * USUAL_WEIGHT;
    const days = this.customerDays + today.customerDays + USUAL_WEIGHT;
    this.learn((near / days / USUAL_SHARE) ** (1 / FALL_PER_NAT));
  }

  private learn(factor: number): void {
    const { honestPerSpam, learnedFactor } = this.usual;
    this.factor = clamp(factor, 1 / Math.sqrt(learnedFactor), learnedFactor);
    this.learned = { ...this.usual, honestPerSpam: honestPerSpam * this.factor };
  }
}
