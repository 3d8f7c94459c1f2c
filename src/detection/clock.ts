// At which hours somebody writes: messages by hour of the day (UTC), weekends apart. Saved as a JSON object of the hours that have any.
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

/** Messages by slot. A run of mail has one slot or two, and nobody has all. */
export class Clock {
  private readonly slots: number[] = [];
  private readonly counts: number[] = [];

  static of(saved: Readonly<Record<string, number>> = {}): Clock {
    const clock = new Clock();
    for (const [slot, count] of Object.entries(saved)) clock.add(Number(slot), count);
    return clock;
  }

  /** Of slots that have any. */
  get size(): number {
    return this.slots.length;
  }

  slotAt(i: number): number {
    return this.slots[i] as number;
  }

  countAt(i: number): number {
    return this.counts[i] as number;
  }

  in(slot: number): number {
    const place = this.slots.indexOf(slot);
    return place < 0 ? 0 : (this.counts[place] as number);
  }

  add(slot: number, messages: number): void {
    const { slots, counts } = this;
    // Mostly the slot that came last.
    const last = slots.length - 1;
    const place = slots[last] === slot ? last : slots.indexOf(slot);
    if (place >= 0) counts[place] = (counts[place] as number) + messages;
    else {
      slots.push(slot);
      counts.push(messages);
    }
  }

  addAll({ slots, counts }: Clock): void {
    for (let i = 0; i < slots.length; i++) this.add(slots[i] as number, counts[i] as number);
  }

  scale(factor: number): void {
    const { counts } = this;
    for (let i = 0; i < counts.length; i++) counts[i] = (counts[i] as number) * factor;
  }

  clear(): void {
    this.slots.length = this.counts.length = 0;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.slots.map((slot, i) => [slot, this.countAt(i)]));
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
