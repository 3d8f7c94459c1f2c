// How the messages of a run are written and handed over: by which mail program, whether they look like one text, by their sizes, and how
// many of them in one SMTP session. No I/O.

import type { MessageHead } from '../../mail/event.js';
import { Tally } from '../structures/tally.js';
import type { Activity } from './activity.js';
import type { Habit } from './habit.js';
import { markOf } from './onset.js';

/** Two messages are alike when their sizes differ by at most this share: one text with other names filled in. */
const LIKE = 0.1;
/** Programs remembered of a run, and of a habit; bounds the memory that one identity takes. */
const MAX_PROGRAMS_OF_RUN = 8;
const MAX_PROGRAMS = 12;

/** Counts how a message is written and handed over; `program` is undefined where its Message-ID does not tell. */
export function addManner(activity: Activity, message: MessageHead, program: string | undefined, habit: Habit): void {
  addSize(activity, message.sizeBytes);
  addSession(activity, message.isSameSession);
  if (program === undefined) return;
  const { strange } = activity;
  addProgram(activity, program, habit);
  if (strange === 0 && activity.strange > 0)
    activity.strangeFrom = markOf(activity, message.acceptedAt, message.recipientCount);
}

/** Compares a message's size with that of the message before; 0 is a size that the log does not tell. */
export function addSize(activity: Activity, sizeBytes: number): void {
  const { lastSize } = activity;
  if (sizeBytes === 0) return;
  activity.lastSize = sizeBytes;
  if (lastSize === 0) return;
  activity.compared++;
  if (Math.abs(sizeBytes - lastSize) <= LIKE * lastSize) activity.alike++;
}

/** Counts whether a message came in the SMTP session of one before; undefined where the log does not tell. */
export function addSession(activity: Activity, isSameSession: boolean | undefined): void {
  if (isSameSession === undefined) return;
  activity.inSessions++;
  if (isSameSession) activity.sameSession++;
}

/** Counts a message by the program that wrote it; see program.ts. */
export function addProgram(activity: Activity, program: string, habit: Habit): void {
  if (!habit.programs?.has(program)) activity.strange++;
  activity.programs ??= new Tally();
  const { programs } = activity;
  const before = programs.get(program);
  if (before !== undefined || programs.size < MAX_PROGRAMS_OF_RUN) programs.set(program, (before ?? 0) + 1);
}

/** Learns the manner of an ordinary spell. */
export function foldManner(habit: Habit, activity: Activity): void {
  const { programs, lastAt } = activity;
  habit.compared += activity.compared;
  habit.alike += activity.alike;
  habit.inSessions += activity.inSessions;
  habit.sameSession += activity.sameSession;
  if (programs) foldPrograms(habit, programs, lastAt);
}

function foldPrograms(habit: Habit, programs: Tally<number>, at: number): void {
  habit.programRuns++;
  habit.programs ??= new Tally();
  const before = habit.programs.size;
  for (let i = 0; i < programs.size; i++) habit.programs.set(programs.nameAt(i), at);
  if (habit.programs.size > before) habit.newPrograms++;
  if (habit.programs.size <= MAX_PROGRAMS) return;
  const latest = habit.programs.entries().sort((a, b) => b[1] - a[1]);
  habit.programs = Tally.of(Object.fromEntries(latest.slice(0, MAX_PROGRAMS)));
}
