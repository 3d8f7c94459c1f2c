// Whether many people use a login, as all of a company do that relays through it with one login. To block such a login would stop
// everybody's mail. A stolen mailbox that forges many senders looks the same while it does: only what was usual before tells them apart.

import { shapeOf } from '../clues/sender-shape.js';
import type { Identity } from './identity.js';

const DAY_MS = 24 * 3_600_000;
/** A sender is regular when this many of its messages were learned as ordinary and it was first seen at least a day ago. */
const REGULAR_MESSAGES = 2;
/** Regular senders remembered of a login: enough to find a few that a thief does not use. */
const MAX_REGULARS = 50;
/** Senders besides the suspects that make a login shared: a single one may be another address of its owner. */
const OTHERS = 2;
/** Messages a login must have sent before its regular senders are known. */
const SETTLED_MESSAGES = 20;

/** Remembers a sender of a login by its shape if it is regular; reports whether it is, so that it need not be asked again. */
export function noteRegular(whole: Identity, { habit }: Identity, shape: string, at: number): boolean {
  if (habit.messages < REGULAR_MESSAGES || at - habit.firstAt < DAY_MS) return false;
  whole.regulars ??= {};
  const { regulars } = whole;
  if (regulars[shape] === undefined && Object.keys(regulars).length < MAX_REGULARS) regulars[shape] = at;
  return true;
}

interface LoginUse {
  login: string;
  /** The identity of the login as a whole. */
  whole: Identity;
  /** Senders the finding names, and when their mail began. */
  suspects: string[];
  since: number;
  isSuspect: (sender: string) => boolean;
}

/** Reports whether others than the suspects use the login: by its regular senders; before those are known, by who else uses it now. */
export function isSharedLogin({ login, whole, suspects, since, isSuspect }: LoginUse): boolean {
  const named = new Set([login, ...suspects].map(shapeOf));
  const hasHabit = whole.habit.messages >= SETTLED_MESSAGES && since - whole.habit.firstAt >= DAY_MS;
  const senders = hasHabit
    ? Object.entries(whole.regulars ?? {}).flatMap(([shape, at]) => (at < since ? shape : []))
    : (whole.activity?.senders.entries() ?? []).flatMap(([sender]) => (isSuspect(sender) ? [] : shapeOf(sender)));
  return new Set(senders.filter((shape) => !named.has(shape))).size >= OTHERS;
}
