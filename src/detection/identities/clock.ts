// At which hours somebody writes: messages by hour of the day (UTC), working days and weekends apart. Saved as a JSON object of the hours
// that have any.
import { numberText } from '../structures/json-text.js';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** The slot of a time: 0–23 on working days, 24–47 at weekends. */
export function slotOf(at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(hour / HOURS) + 4) % 7;
  const isOff = weekday === 0 || weekday === 6;
  return (((hour % HOURS) + HOURS) % HOURS) + (isOff ? HOURS : 0);
}

/** Reports whether a slot is of a Saturday or a Sunday. */
export function isWeekend(slot: number): boolean {
  return slot >= HOURS;
}

/** Messages by slot. Most have few slots, so there is no array of 48; the slot last added to has fields of its own, to be fast. */
export class Clock {
  /** The slot last added to, and its messages; -1 for none. */
  private slot = -1;
  private count = 0;
  /** The other slots: pairs of slot and messages. */
  private others: number[] | undefined = undefined;

  static of(saved: Readonly<Record<string, number>> = {}): Clock {
    const clock = new Clock();
    for (const [slot, count] of Object.entries(saved)) clock.add(Number(slot), count);
    return clock;
  }

  /** How many slots have messages. */
  get size(): number {
    return (this.slot < 0 ? 0 : 1) + (this.others?.length ?? 0) / 2;
  }

  slotAt(i: number): number {
    return i === 0 ? this.slot : (this.others?.[2 * i - 2] as number);
  }

  countAt(i: number): number {
    return i === 0 ? this.count : (this.others?.[2 * i - 1] as number);
  }

  /** Messages of working days, at any hour. */
  get onWorkingDays(): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) if (!isWeekend(this.slotAt(i))) sum += this.countAt(i);
    return sum;
  }

  /** Messages in a slot. */
  in(slot: number): number {
    if (slot === this.slot) return this.count;
    const { others } = this;
    if (others) for (let i = 0; i < others.length; i += 2) if (others[i] === slot) return others[i + 1] as number;
    return 0;
  }

  add(slot: number, messages: number): void {
    if (slot !== this.slot) this.turnTo(slot);
    this.count += messages;
  }

  addAll(clock: Clock): void {
    const { others } = clock;
    if (others) for (let i = 0; i < others.length; i += 2) this.add(others[i] as number, others[i + 1] as number);
    if (clock.slot >= 0) this.add(clock.slot, clock.count);
  }

  scale(factor: number): void {
    this.count *= factor;
    const { others } = this;
    if (others) for (let i = 1; i < others.length; i += 2) others[i] = (others[i] as number) * factor;
  }

  clear(): void {
    this.slot = -1;
    this.count = 0;
    this.others = undefined;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(Array.from({ length: this.size }, (_, i) => [this.slotAt(i), this.countAt(i)]));
  }

  /** The text of `toJSON`. */
  jsonText(): string {
    let text = '{';
    for (let i = 0; i < this.size; i++)
      text += `${i === 0 ? '' : ','}"${this.slotAt(i)}":${numberText(this.countAt(i))}`;
    return `${text}}`;
  }

  /** Makes `slot` the one with fields of its own; the one before goes to the others. */
  private turnTo(slot: number): void {
    const { slot: before, count } = this;
    this.slot = slot;
    this.count = 0;
    if (before < 0) return;
    const { others } = this;
    if (!others) {
      this.others = [before, count];
      return;
    }
    for (let i = 0; i < others.length; i += 2) {
      if (others[i] !== slot) continue;
      this.count = others[i + 1] as number;
      others[i] = before;
      others[i + 1] = count;
      return;
    }
    others.push(before, count);
  }
}

/** Part of a habit: messages by slot, and in all. */
interface Known {
  clock: Clock;
  messages: number;
}

/** People write at any hour now and then: one message in thirty. */
const ANY_HOUR = 0.03;

/**
 * The share of honest mail that is expected in a slot, above 0: by the sender's past or by its customer's, whichever has more mail there.
 * A person who never wrote at three in the afternoon, while the colleagues do, only had no reason to.
 */
export function clockShare(slot: number, own: Known, customer: Known): number {
  const share = Math.max(own.messages < OWN_MESSAGES ? 0 : around(slot, own), around(slot, customer));
  return (1 - ANY_HOUR) * share + ANY_HOUR / HOURS;
}

/** The share of a slot in the past, smoothed over two hours to each side, because people do not keep to full hours. */
function around(slot: number, { clock, messages }: Known): number {
  const base = isWeekend(slot) ? HOURS : 0;
  const hour = slot - base + HOURS;
  let sum = 0;
  for (let away = -2; away <= 2; away++)
    sum += (WEIGHTS[away + 2] as number) * clock.in(base + ((hour + away) % HOURS));
  return (sum + 1 / HOURS) / (messages + 1);
}

/** Messages a sender must have sent before its own hours are looked at. */
const OWN_MESSAGES = 5;
/** Of the hours from two before to two after. */
const WEIGHTS = [0.1, 0.2, 0.4, 0.2, 0.1];
