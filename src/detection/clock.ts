// At which hours somebody writes: messages by hour of the day (UTC), weekends apart. Sparse, saved as JSON. Pure.

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Messages by slot: 0–23 on working days, 24–47 at weekends. */
export type Clock = Record<number, number>;

export function slotOf(at: number): number {
  const hour = Math.floor(at / HOUR_MS);
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(hour / HOURS) + 4) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  return (((hour % HOURS) + HOURS) % HOURS) + (isWeekend ? HOURS : 0);
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
  const share = Math.max(around(slot, own), around(slot, customer));
  return (1 - ANY_HOUR) * share + ANY_HOUR / HOURS;
}

/** The share of a slot, smoothed over two hours to each side, for nobody's hours begin at the full hour. */
function around(slot: number, { clock, messages }: Known): number {
  const base = slot >= HOURS ? HOURS : 0;
  const hour = slot - base + HOURS;
  let sum = 0;
  for (let away = -2; away <= 2; away++)
    sum += (WEIGHTS[away + 2] as number) * (clock[base + ((hour + away) % HOURS)] ?? 0);
  return (sum + 1 / HOURS) / (messages + 1);
}

const WEIGHTS = [0.1, 0.2, 0.4, 0.2, 0.1];
