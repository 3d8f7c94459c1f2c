// Wordings many servers share, tried after every provider's own and after those that name a list. Wordings: the defaults of Postfix,
// Exim, sendmail, qmail, Exchange and of common filters, and refusals seen. The order matters: whose fault it is must be told from
// the words of the cause before those of the consequence.

import type { ReplyPattern } from '../reply.js';
import { blocks, plainly, recorded, reputation } from './about-address.js';
import { amount, connections, harvests } from './about-amount.js';
import { conduct } from './about-conduct.js';
import { message, plainSpam, rest } from './about-message.js';
import { place } from './about-place.js';
import { receiver } from './about-receiver.js';
import { mailbox, people } from './about-recipient.js';
import { authentication, names, sender, trust } from './about-sender.js';
import { listed, standing } from './about-standing.js';
import { elsewhere } from './other-languages.js';

export const generic: readonly ReplyPattern[] = [
  ...recorded,
  ...authentication,
  ...names,
  ...plainSpam,
  ...receiver,
  ...place,
  ...conduct,
  ...plainly,
  ...harvests,
  ...sender,
  ...trust,
  ...mailbox,
  ...connections,
  ...reputation,
  ...standing,
  ...blocks,
  ...amount,
  ...people,
  ...listed,
  ...elsewhere,
  ...message,
  ...rest,
];
