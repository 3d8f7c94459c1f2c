// A relay company on a fixed day, run without waiting: what the tests of the practice internet share.

import { postfix } from '../../../src/intake/formats/postfix.js';
import type { MailEvent } from '../../../src/mail/event.js';
import {
  type AskPolicy,
  createRelayCompany,
  noPolicy,
  type RelayCompany,
} from '../../../src/practice/internet/relay/company.js';
import { createWorld, type World } from '../../../src/practice/internet/world.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Wednesday, 10:00 UTC. */
export const BEGIN = Date.UTC(2026, 0, 14, 10);

export interface Rehearsal {
  relay: RelayCompany;
  world: World;
  /** The quiet days before BEGIN. */
  backlog: string[];
  /** Runs on for so long in steps as the live driver makes them; returns the lines. */
  run(hours: number, ask?: AskPolicy): Promise<string[]>;
  now(): number;
}

/** A company with two quiet days behind it, whose scenes begin at `begin`. */
export async function rehearse({ begin = BEGIN, seed = 5 } = {}): Promise<Rehearsal> {
  const world = createWorld();
  const relay = createRelayCompany({ startAt: begin - 2 * DAY_MS, seed, world });
  await relay.step(begin, noPolicy);
  const backlog = relay.takeLines(begin);
  relay.counters.reset();
  relay.beginScenes(begin);
  let now = begin;
  return {
    relay,
    world,
    backlog,
    now: () => now,
    async run(hours, ask = noPolicy) {
      const lines: string[] = [];
      for (const until = now + hours * HOUR_MS; now < until; ) {
        now += 6_000;
        await relay.step(now, ask);
        lines.push(...relay.takeLines(now));
      }
      return lines;
    },
  };
}

/** What the product's own intake reads from log lines. */
export function readEvents(lines: readonly string[]): { events: MailEvent[]; unknown: string[]; headless: number } {
  const intake = postfix.open({});
  const reader = intake.reader('mail.log');
  const events: MailEvent[] = [];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  reader.read(bytes, 0, bytes.length, (event) => events.push(event));
  return { events, unknown: reader.stats.samples, headless: intake.stats().headless };
}
