// The relay company's two relays: take letters, ask the policy server about each recipient, deliver, and write the log.
// Time only moves when `step` is told to, so that two days pass in a blink and a test needs no waiting.
import { createChance } from '../chance.js';
import type { Letter, Recipient } from '../letter.js';
import { RELAYS } from '../people.js';
import { createScenes, type Scenes, type SceneView } from '../scenes/programme.js';
import { createTraffic } from '../traffic.js';
import type { World } from '../world.js';
import { type CounterBook, createCounters } from './counters.js';
import { createKnocks } from './knocks.js';
import type { PolicyVerdict } from './policy-client.js';
import { createPen, type LogLine, type Pen } from './postfix-log.js';
import { receive } from './reception.js';

/** Asks whether a recipient may be accepted. `instance` is the same for all recipients of a message. */
export type AskPolicy = (letter: Letter, recipient: Recipient, instance: string) => Promise<PolicyVerdict>;

export interface RelayCompany {
  /** Everything that happens up to `until` (practice ms). Calls must not overlap. */
  step(until: number, ask: AskPolicy): Promise<void>;
  /** Starts the programme of scenes; before that all mail is quiet. */
  beginScenes(at: number): void;
  /** Log lines due by `until` in the order of their stamps; each is handed out once. */
  takeLines(until: number): string[];
  /** What goes on at a moment beside quiet mail. */
  playing(at: number): SceneView[];
  counters: CounterBook;
}

interface RelayOptions {
  /** Practice ms. */
  startAt: number;
  /** The same seed and steps give the same days. */
  seed: number;
  world: World;
}

/** After a gap longer than this nothing is made up for: what was to happen in between did not. */
const LONGEST_STEP_MS = 30 * 60_000;

/** The policy server that is not there: everything passes. */
export async function noPolicy(): Promise<PolicyVerdict> {
  return { kind: 'pass' };
}

/** Makes the relay company as it is at `startAt`. */
export function createRelayCompany({ startAt, seed, world }: RelayOptions): RelayCompany {
  const chance = createChance(seed);
  const traffic = createTraffic(startAt, seed);
  const counters = createCounters();
  const pens = new Map(RELAYS.map(({ host }, i) => [host, createPen(host, createChance(seed + 31 + i), i === 1)]));
  const knocks = [...pens.values()].map((pen, i) => createKnocks(pen, startAt, seed + 61 + i));
  let scenes: Scenes | undefined;
  let pending: LogLine[] = [];
  let reached = startAt;
  let letterCount = 0;

  function lettersUntil(until: number): Letter[] {
    return [...traffic.until(until), ...(scenes?.until(until) ?? [])].sort((a, b) => a.at - b.at);
  }

  function askAll(letter: Letter, ask: AskPolicy): Promise<PolicyVerdict[]> {
    const instance = `1f4.${(letterCount++).toString(16)}.0`;
    return Promise.all(letter.recipients.map((recipient) => ask(letter, recipient, instance)));
  }

  return {
    async step(until, ask) {
      if (scenes && until - reached > LONGEST_STEP_MS) {
        for (const one of [traffic, scenes, ...knocks]) one.skipTo(until - LONGEST_STEP_MS);
      }
      reached = until;
      const letters = lettersUntil(until);
      const verdicts = await Promise.all(letters.map((letter) => askAll(letter, ask)));
      for (const [i, letter] of letters.entries()) {
        const received = receive({
          letter,
          verdicts: verdicts[i] ?? [],
          pen: penOf(pens, letter),
          chance,
          world,
          counters,
        });
        pending.push(...received.lines);
        scenes?.heard(letter, received.accepted > 0);
      }
      for (const one of knocks) pending.push(...one.until(until));
    },
    beginScenes(at) {
      scenes = createScenes(at, seed, world);
      reached = at;
    },
    takeLines(until) {
      const due = pending.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      pending = pending.filter(({ at }) => at > until);
      return due.map(({ text }) => text);
    },
    playing: (at) => scenes?.playing(at) ?? [],
    counters,
  };
}

function penOf(pens: ReadonlyMap<string, Pen>, { relay }: Letter): Pen {
  const pen = pens.get(relay);
  if (!pen) throw new Error(`practice: no relay ${relay}`);
  return pen;
}
