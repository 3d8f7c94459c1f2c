// Recipients per message against habit. Spam tools fill the envelope to get more out through one connection; people mostly write
// to one or two. Letters to a board or a class do it too, so it is worth little alone.
import type { Habit } from '../identities/habit.js';
import { rounded, type Signal } from './signal.js';
import { clamp } from './statistics.js';

/** Before a habit is known: 1.3 recipients a message. Weighs as much as ten messages of habit. */
const EXPECTED = { perMessage: 1.3, messages: 10 };

export const recipientsPerMessage: Signal = {
  id: 'recipients-per-message',
  group: 'reach',
  appliesToDeclaredBulk: false,
  weigh({ activity, habit }) {
    const { messages, recipients } = activity;
    if (messages < 3) return undefined;
    const usual = usualOf(habit);
    const weight = lnGeometric(messages, recipients, Math.max(4, usual * 3)) - lnGeometric(messages, recipients, usual);
    return clamp(weight, -0.1, 1.5);
  },
  say({ activity: { messages, recipients }, habit }, weight) {
    const perMessage = `${rounded(recipients / messages)} ${recipients === messages ? 'recipient' : 'recipients'}`;
    if (weight < 0) return `each message goes to only ${perMessage}${recipients === messages ? '' : ' on average'}`;
    // Of nobody known what is usual is what is expected of others.
    if (habit.messages === 0) return `${perMessage} a message, usual for others ${EXPECTED.perMessage}`;
    return `${perMessage} a message, usual ${rounded(habit.recipients / habit.messages)}`;
  },
};

function usualOf({ messages, recipients }: Habit): number {
  const known = messages + EXPECTED.messages;
  return Math.max(1.05, (recipients + EXPECTED.perMessage * EXPECTED.messages) / known);
}

/** ln P of `recipients` in `messages` envelopes when each holds a geometric number with the given mean. */
function lnGeometric(messages: number, recipients: number, mean: number): number {
  return -messages * Math.log(mean) + Math.max(0, recipients - messages) * Math.log(1 - 1 / mean);
}
