// Sender addresses that do not exist: our own non-delivery notices to them are refused as unknown users. Nobody but a forger
// invents mailboxes. A single one is usually a `no-reply@` without a mailbox, so the first does not count.

import { type Signal, toStrangers } from './signal.js';
import { clamp } from './statistics.js';

/** Each further invented sender is about ten times as likely from a forger as from a second forgotten mailbox. */
const NATS_EACH = 2.3;

export const phantomSenders: Signal = {
  id: 'phantom-senders',
  group: 'senders',
  appliesToDeclaredBulk: false,
  weigh({ activity }) {
    if (activity.phantomSenders < 2) return undefined;
    return clamp((activity.phantomSenders - 1) * NATS_EACH, 0, 6.5) * toStrangers(activity);
  },
  say: ({ activity }) => `${activity.phantomSenders} sender addresses that do not exist`,
};
