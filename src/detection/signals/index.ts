// The signals, one file each. A new one is a file and a line here.
import { complaints } from './complaints.js';
import { contentRefusals } from './content-refusals.js';
import { domainSpread } from './domain-spread.js';
import { failedLogins } from './failed-logins.js';
import { manySenders } from './many-senders.js';
import { newNetworks } from './new-networks.js';
import { newProgram } from './new-program.js';
import { newRecipients } from './new-recipients.js';
import { offHours } from './off-hours.js';
import { oneText } from './one-text.js';
import { phantomSenders } from './phantom-senders.js';
import { recipientsPerMessage } from './recipients-per-message.js';
import { sameSession } from './same-session.js';
import type { Signal } from './signal.js';
import { slowedDown } from './slowed-down.js';
import { unknownUsers } from './unknown-users.js';
import { volume } from './volume.js';

export const signals: Signal[] = [
  volume,
  newRecipients,
  domainSpread,
  recipientsPerMessage,
  sameSession,
  unknownUsers,
  contentRefusals,
  slowedDown,
  newNetworks,
  newProgram,
  failedLogins,
  manySenders,
  phantomSenders,
  offHours,
  oneText,
  complaints,
];
