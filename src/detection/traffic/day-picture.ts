// How much each customer sent over each relay in the last 24 hours, kept in memory for the cards in Slack. They are drawn often, and to sum
// up a day of counters each time would hold up the thread that answers Slack for too long.
import { setImmediate as othersTurn } from 'node:timers/promises';
import { addOutbound, addTo, HOUR_MS, hoursOf, openTrafficHours, type TrafficHours } from './traffic-hours.js';

export interface DayPicture {
  /** The end of its 24 hours, ms. */
  asOf: number;
  /** Messages by relay and customer. */
  relays: Map<string, Map<string, number>>;
  /** Recipients by outbound address and customer, for the addresses named in DayPictureOptions. */
  outbound: Map<string, Map<string, number>>;
}

interface DayPictures {
  /** The latest picture. One that was not refreshed for a quarter of an hour is drawn anew first, which holds up the thread. */
  current(): DayPicture;
  /** Draws a new one if the latest is older than a minute, hour by hour with turns for others. Throws what SQLite throws. */
  refresh(): Promise<void>;
}

const FRESH_MS = 60_000;
const STALE_MS = 15 * 60_000;
const DAY_HOURS = 24;

interface DayPictureOptions {
  /** Path of the traffic database. */
  path: string;
  now: () => number;
  /** Outbound addresses, canonical, whose mail is summed up too; none unless given. */
  addresses?: readonly string[];
}

export function createDayPictures({ path, now, addresses = [] }: DayPictureOptions): DayPictures {
  let latest: DayPicture | undefined;
  let isDrawing = false;
  const isOlder = (ms: number) => !latest || Math.abs(now() - latest.asOf) >= ms;

  async function redraw(): Promise<void> {
    const hours = openTrafficHours(path);
    if (!hours) return;
    try {
      const drawing = beginAt(now(), addresses);
      for (const step of drawing.steps) {
        step(hours);
        await othersTurn();
      }
      latest = drawing.picture;
    } finally {
      hours.close();
    }
  }

  return {
    current() {
      if (!latest || isOlder(STALE_MS)) latest = drawAtOnce(path, now(), addresses);
      return latest;
    },
    async refresh() {
      // One without any mail was drawn before the log was read, and is not fresh.
      if (isDrawing || (latest?.relays.size && !isOlder(FRESH_MS))) return;
      isDrawing = true;
      await redraw().finally(() => {
        isDrawing = false;
      });
    },
  };
}

function drawAtOnce(path: string, now: number, addresses: readonly string[]): DayPicture {
  const { picture, steps } = beginAt(now, addresses);
  const hours = openTrafficHours(path);
  if (!hours) return picture;
  try {
    for (const step of steps) step(hours);
    return picture;
  } finally {
    hours.close();
  }
}

/** An empty picture, and the steps that fill it, one for each hour. */
function beginAt(
  now: number,
  addresses: readonly string[],
): { picture: DayPicture; steps: ((hours: TrafficHours) => void)[] } {
  const picture: DayPicture = { asOf: now, relays: new Map(), outbound: new Map() };
  const window = { from: now - DAY_HOURS * HOUR_MS, to: now };
  const steps = hoursOf(window, now).map(({ hour, part }) => (hours: TrafficHours) => {
    for (const [customer, relay, messages] of hours.messages(hour))
      addTo(picture.relays, relay, customer, messages * part);
    if (addresses.length > 0) addOutbound(picture.outbound, hours.outbound(hour, addresses), part);
  });
  return { picture, steps };
}
