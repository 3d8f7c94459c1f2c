// What goes wrong, and when: the programme of the practice workspace. It starts again with other people, so that it never ends.

import type { Letter } from '../letter.js';
import { outboundIpOf } from '../people.js';
import type { World } from '../world.js';
import { infectedMachine } from './infected-machine.js';
import type { Scene } from './scene.js';
import { type StolenMailbox, stolenMailbox } from './stolen-mailbox.js';

export interface Scenes {
  /** The bad letters up to `until`, oldest first; starts what is due. */
  until(until: number): Letter[];
  /** Leaves out what was to come before `at`. */
  skipTo(at: number): void;
  /** Tells the letter's scene how it was received. */
  heard(letter: Letter, wasAccepted: boolean): void;
  /** What goes on at a moment. */
  playing(at: number): SceneView[];
}

export interface SceneView {
  kind: Scene['kind'] | 'Microsoft block';
  name: string;
  /** Customer id; absent for the block, which hits everybody. */
  customer?: string;
  startAt: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** One round of the programme, from its start. At a minute a second the first alert is there before a visitor has read the page. */
const MAILBOX_AFTER_MS = 4 * MINUTE_MS;
const BLOCK_AFTER_MS = 45 * MINUTE_MS;
const MACHINE_AFTER_MS = 150 * MINUTE_MS;
const ROUND_MS = 20 * HOUR_MS;
/** Microsoft's own list lets go by itself after some hours of quiet. */
const BLOCK_MS = 6 * HOUR_MS;
const BLOCKED_RELAY = 'relay2';

const MAILBOXES: StolenMailbox[] = [
  { customer: 'cust-109', mailbox: 'ida.strom' },
  { customer: 'cust-102', mailbox: 'jon.aune' },
  { customer: 'cust-101', mailbox: 'ole.sande' },
  { customer: 'cust-105', mailbox: 'program' },
];
const MACHINES = ['cust-104', 'cust-108'];

type Due = { at: number } & ({ scene: Scene } | { block: { ip: string; until: number } });

/** Makes the programme from `startAt` (practice ms) on. */
export function createScenes(startAt: number, seed: number, world: World): Scenes {
  let round = 0;
  let due: Due[] = [];
  let scenes: Scene[] = [];
  let block: SceneView & { until: number } = { kind: 'Microsoft block', name: 'none yet', startAt: 0, until: 0 };

  function fill(until: number): void {
    for (; startAt + round * ROUND_MS <= until; round++) {
      due.push(...roundOf(round, startAt + round * ROUND_MS, seed));
    }
  }

  function begin(until: number): void {
    fill(until);
    const now = due.filter(({ at }) => at <= until);
    due = due.filter(({ at }) => at > until);
    for (const one of now) {
      if ('scene' in one) scenes.push(one.scene);
      else {
        world.blockAtMicrosoft(one.block.ip, one.at, one.block.until);
        const name = `Microsoft refuses ${one.block.ip}`;
        block = { kind: 'Microsoft block', name, startAt: one.at, until: one.block.until };
      }
    }
  }

  return {
    until(until) {
      begin(until);
      const letters = scenes.flatMap((scene) => scene.until(until)).sort((a, b) => a.at - b.at);
      scenes = scenes.filter((scene) => !scene.isOver(until));
      return letters;
    },
    skipTo(at) {
      for (const scene of scenes) scene.skipTo(at);
    },
    heard(letter, wasAccepted) {
      scenes.find(({ name }) => name === letter.scene)?.heard(letter.at, wasAccepted);
    },
    playing(at) {
      const playing = scenes.map(({ kind, name, customer, startAt }) => ({ kind, name, customer, startAt }));
      const { until, ...view } = block;
      return until > at ? [...playing, view] : playing;
    },
  };
}

function roundOf(round: number, at: number, seed: number): Due[] {
  const victim = MAILBOXES[round % MAILBOXES.length] as StolenMailbox;
  const machine = MACHINES[round % MACHINES.length] as string;
  const mailboxAt = at + MAILBOX_AFTER_MS;
  const blockAt = at + BLOCK_AFTER_MS;
  const machineAt = at + MACHINE_AFTER_MS;
  return [
    { at: mailboxAt, scene: stolenMailbox(victim, mailboxAt, seed + 7 * round + 1) },
    { at: blockAt, block: { ip: outboundIpOf(BLOCKED_RELAY), until: blockAt + BLOCK_MS } },
    { at: machineAt, scene: infectedMachine(machine, machineAt, seed + 7 * round + 2) },
  ];
}
