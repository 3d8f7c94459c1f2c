// Where in a run the mail of an alarm begins. A thief writes while the owner writes, and both are one run; whoever is told "since 08:32" looks
// for what happened at 08:32. Where the alarm is about a network or a mail program that is new to the sender, what came before the first
// message from there was the owner's. Pure.
import type { Activity } from './activity.js';

/** A message of a run: its time, and the mail of the run before it. */
export interface Mark {
  at: number;
  messages: number;
  recipients: number;
}

/** The mark of the message that was counted last. */
export function markOf({ messages, recipients }: Activity, at: number, ofMessage: number): Mark {
  return { at, messages: messages - 1, recipients: recipients - ofMessage };
}

/** Nats. From this weight on a signal is what an alarm is about. */
const TELLING = 1;

/**
 * The message with which the mail of an alarm begins, by the signs of the assessment; undefined for the first of the run. Where most of its
 * messages and most of its recipients came before that message, it is not what the alarm is about.
 */
export function onsetOf(
  { newNetworkFrom, strangeFrom, messages, recipients }: Activity,
  signs: readonly { id: string; weight: number }[],
): Mark | undefined {
  const tells = (id: string) => signs.some((sign) => sign.id === id && sign.weight >= TELLING);
  const mark = tells('new-networks') ? newNetworkFrom : tells('new-program') ? strangeFrom : undefined;
  if (!mark) return undefined;
  return 2 * mark.messages <= messages || 2 * mark.recipients <= recipients ? mark : undefined;
}
