// When each list is asked: its interval, its slots in it, and how fast a sweep may go. Pure: the clock and chance are given.
import { createHash } from 'node:crypto';
import type { Blocklist } from '../operator.js';

/** A number in [0, 1), the same for the same key. */
export type Random = (key: string) => number;

export interface Rhythm {
  /** Minutes between two sweeps of a critical list, at the most. */
  criticalMinutes: number;
  /** The same for every other list. */
  otherMinutes: number;
}

const MINUTE_MS = 60_000;
/** Slots lie closer together than the interval, and each is shifted by up to the jitter: two sweeps are never further apart than it. */
const SLOT_SHARE = 0.9;
const JITTER_SHARE = 0.08;
/** Two slots are never closer than this part of the interval. */
const CLOSEST_SHARE = SLOT_SHARE - JITTER_SHARE;
/** A sweep that came late is followed by its next slot, unless that is nearer than this. */
const AFTER_LATE_SHARE = 0.05;

/** How long a list may go unasked, ms. An operator's own minimum makes it longer, never shorter. */
export function intervalOf(list: Blocklist, { criticalMinutes, otherMinutes }: Rhythm): number {
  const wanted = (list.impact === 'critical' ? criticalMinutes : otherMinutes) * MINUTE_MS;
  return Math.max(wanted, minimumOf(list) / CLOSEST_SHARE);
}

/** How long a list must be left alone between two sweeps, ms. */
export function minimumOf({ ask }: Blocklist): number {
  return (ask?.minimumMinutes ?? 0) * MINUTE_MS;
}

/** Where the slots of a list lie within the interval. */
export interface Place {
  id: string;
  intervalMs: number;
  minimumMs: number;
  /** In [0, 1): lists of one interval are dealt out evenly over it. */
  phase: number;
}

/** Deals the lists out over their intervals, so that no two begin together. */
export function placesOf(lists: readonly Blocklist[], rhythm: Rhythm, random: Random): Map<string, Place> {
  const drawn = new Map(lists.map((list) => [list, random(list.id)]));
  const order = lists.toSorted((a, b) => (drawn.get(a) ?? 0) - (drawn.get(b) ?? 0));
  const places = order.map((list): [string, Place] => {
    const intervalMs = intervalOf(list, rhythm);
    const group = order.filter((other) => intervalOf(other, rhythm) === intervalMs);
    const phase = (group.indexOf(list) + random(`${list.id} place`)) / group.length;
    return [list.id, { id: list.id, intervalMs, minimumMs: minimumOf(list), phase }];
  });
  return new Map(places);
}

/** When a list swept at `sweptAt` is due again: its next slot, never sooner than its minimum and never later than its interval. */
export function nextDueAt({ id, intervalMs, minimumMs, phase }: Place, sweptAt: number, random: Random): number {
  const period = intervalMs * SLOT_SHARE;
  const slotAt = (n: number) => (n + phase + (intervalMs * JITTER_SHARE * random(`${id} ${n}`)) / period) * period;
  const earliest = sweptAt + Math.max(minimumMs, intervalMs * AFTER_LATE_SHARE);
  let n = Math.floor(earliest / period - phase) - 1;
  while (slotAt(n) < earliest) n++;
  const slot = Math.ceil(slotAt(n));
  return slot <= sweptAt + intervalMs ? slot : Math.floor(sweptAt + intervalMs * (1 - JITTER_SHARE / 2));
}

export interface Due {
  id: string;
  isCritical: boolean;
  dueAt: number;
}

/** The list to sweep now: a critical one before others, then the one that has waited longest. One at a time, so that a backlog is no burst. */
export function mostDue(lists: readonly Due[], now: number): Due | undefined {
  return lists
    .filter(({ dueAt }) => dueAt <= now)
    .toSorted((a, b) => Number(b.isCritical) - Number(a.isCritical) || a.dueAt - b.dueAt)[0];
}

/** A sweep's questions are dealt out over this time; a small part of a short interval. */
const SWEEP_MS = 20_000;
const SWEEP_SHARE = 1 / 15;

/** Time between two questions of a sweep, ms. */
export function sweepGapMs(questions: number, intervalMs: number): number {
  return Math.min(SWEEP_MS, intervalMs * SWEEP_SHARE) / Math.max(1, questions);
}

/** What an operator that says nothing is asked at most, over all its lists: a resolver of one's own hardly feels it. */
const QUESTIONS_PER_SECOND = 50;

/** Time between two questions to one operator, ms: by the strictest of what it asks for its lists. */
export function operatorGapMs(lists: readonly Blocklist[], operator: string): number {
  const wished = lists.flatMap((list) =>
    list.operator === operator && list.ask?.perSecond !== undefined ? [list.ask.perSecond] : [],
  );
  return 1000 / Math.min(QUESTIONS_PER_SECOND, ...wished);
}

const FIRST_BACK_OFF_MS = 15 * MINUTE_MS;
const LONGEST_BACK_OFF_MS = 24 * 60 * MINUTE_MS;

/** How long a list that refused `refusals` times in a row is left alone, ms. */
export function backOffMs(refusals: number): number {
  return Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** (Math.min(refusals, 16) - 1));
}

/** Chance from a seed: other installations get other slots, so that not everybody's bot asks an operator in the same second. */
export function seededRandom(seed: string): Random {
  return (key) => createHash('sha256').update(`${seed} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
}
