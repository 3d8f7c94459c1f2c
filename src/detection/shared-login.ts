// Does a whole company use this login? A smarthost's login carries everybody's mail, so a block must not take it for one thief. A
// stolen mailbox that forges many senders looks the same during the run: only what was a habit before the run tells them apart.
import type { Identity } from './identity.js';
import { shapeOf } from './sender-shape.js';

const DAY_MS = 24 * 3_600_000;
/** A sender is regular once it came back on another day and this many of its messages were found ordinary. */
const REGULAR_MESSAGES = 2;
/** Enough to find a few honest ones among those a thief may name. */
const MAX_REGULARS = 50;
/** This many others make a login shared: one may be the owner's alias. */
const OTHERS = 2;
/** Messages behind a login before its habit is asked. */
const SETTLED_MESSAGES = 20;

/** Remembers a sender behind a login as regular, by its shape, if it is; answers whether it needs to be asked no more. */
export function noteRegular(whole: Identity, { habit }: Identity, shape: string, at: number): boolean {
  if (habit.messages < REGULAR_MESSAGES || at - habit.firstAt < DAY_MS) return false;
  whole.regulars ??= {};
  const { regulars } = whole;
  if (regulars[shape] === undefined && Object.keys(regulars).length < MAX_REGULARS) regulars[shape] = at;
  return true;
}

export interface LoginUse {
  login: string;
  /** The identity of everything behind the login. */
  whole: Identity;
  /** Senders the finding names, and when their mail began. */
  suspects: string[];
  since: number;
  isSuspect: (sender: string) => boolean;
}

/** Reports whether others than the suspects use the login: by habit; on its first day, by who is seen and not suspected. */
export function isSharedLogin({ login, whole, suspects, since, isSuspect }: LoginUse): boolean {
  const named = new Set([login, ...suspects].map(shapeOf));
  const hasHabit = whole.habit.messages >= SETTLED_MESSAGES && since - whole.habit.firstAt >= DAY_MS;
  const senders = hasHabit
    ? Object.entries(whole.regulars ?? {}).flatMap(([shape, at]) => (at < since ? shape : []))
    : (whole.activity?.senders.entries() ?? []).flatMap(([sender]) => (isSuspect(sender) ? [] : shapeOf(sender)));
  return new Set(senders.filter((shape) => !named.has(shape))).size >= OTHERS;
}
