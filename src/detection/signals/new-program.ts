// Mail written by a mail program this sender never used, as the form of its Message-IDs shows (program.ts). A stolen password is used by
// the thief's own program, while the owner's telephone and computer go on as ever. But a new telephone, or a new release of the old
// program, looks the same.

import { only, type Signal } from './signal.js';
import { clamp } from './statistics.js';

/** Three thieves in five use a program of their own; the others write through the victim's webmail, or imitate its program. */
const SPAM = 0.6;
/** Before a sender is known: one run in fifteen brings a new program. Weighs as much as fifteen runs of habit. */
const HONEST = { yes: 1, runs: 15 };
/** Runs of mail after which a sender's programs are known: most of those it uses have come up by then. */
const SETTLED_RUNS = 6;

export const newProgram: Signal = {
  id: 'new-program',
  group: 'access',
  appliesToDeclaredBulk: true,
  weigh({ activity, habit, isNullSender }) {
    const { programs, strange, messages } = activity;
    if (isNullSender || !programs || habit.programRuns < SETTLED_RUNS) return undefined;
    const honest = clamp((habit.newPrograms + HONEST.yes) / (habit.programRuns + HONEST.runs), 0.01, SPAM);
    const share = Math.min(1, strange / Math.max(1, messages));
    const ofStrange = Math.log(SPAM / honest);
    const ofUsual = Math.log((1 - SPAM) / (1 - honest));
    return clamp(share * ofStrange + (1 - share) * ofUsual, -0.3, 3);
  },
  say({ activity: { strange, messages } }, weight) {
    if (strange === 0) return 'all of it comes from mail programs used before';
    if (strange >= messages) return 'a mail program never used before';
    return `${only(weight, strange)} of ${Math.ceil(messages)} messages from a mail program never used before`;
  },
};
