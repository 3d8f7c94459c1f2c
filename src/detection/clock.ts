// At which hours somebody writes: messages by hour of the day (UTC), weekends apart. Saved as a JSON object of the hours that have any.
import { numberText } from './json-text.js';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** The slot of a time: 0–23 on working days, 24–47 at weekends. */
export function slotOf(at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(hour / HOURS) + 4) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  return (((hour % HOURS) + HOURS) % HOURS) + (isWeekend ? HOURS : 0);
}

/** Messages by slot. A run of mail has one slot or two, and nobody has all. The slot that runs lies apart: it is added to all the time. */
export class Clock {
  /** -1 for none. */
  private slot = -1;
  private count = 0;
  /** Pairs of slot and messages, without the one above. */
  private others: number[] | undefined = undefined;

  static of(saved: Readonly<Record<string, number>> = {}): Clock {
    const clock = new Clock();
    for (const [slot, count] of Object.entries(saved)) clock.add(Number(slot), count);
    return clock;
  }

  /** Of slots that have any. */
  get size(): number {
    return (this.slot < 0 ? 0 : 1) + (this.others?.length ?? 0) / 2;
  }

  slotAt(i: number): number {
    return i === 0 ? this.slot : (this.others?.[2 * i - 2] as number);
  }

  countAt(i: number): number {
    return i === 0 ? this.count : (this.others?.[2 * i - 1] as number);
  }

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

  /** Changes the running slot with its place among the others. */
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

interface Known {
  clock: Clock;
  messages: number;
}

/** People write at any hour now and then: one message in thirty. */
const ANY_HOUR = 0.03;

/**
 * The share of mail that falls into a slot, by the sender's own past or its customer's, whichever knows the hour better: who never
 * wrote at three in the afternoon, while the colleagues do, has only not had a reason. Above 0.
 */
export function clockShare(slot: number, own: Known, customer: Known): number {
  const share = Math.max(own.messages < OWN_MESSAGES ? 0 : around(slot, own), around(slot, customer));
  return (1 - ANY_HOUR) * share + ANY_HOUR / HOURS;
}

/** The share of a slot, smoothed over two hours to each side, for nobody's hours begin at the full hour. */
function around(slot: number, { clock, messages }: Known): number {
  const base = slot >= HOURS ? HOURS : 0;
  const hour = slot - base + HOURS;
  let sum = 0;
  for (let away = -2; away <= 2; away++)
    sum += (WEIGHTS[away + 2] as number) * clock.in(base + ((hour + away) % HOURS));
  return (sum + 1 / HOURS) / (messages + 1);
}

/** Messages a sender has behind it before its own hours are asked. */
const OWN_MESSAGES = 5;
const WEIGHTS = [0.1, 0.2, 0.4, 0.2, 0.1];
