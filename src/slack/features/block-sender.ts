// Block sender: the relays refuse the stolen mailbox's address and login from the next message on.
import { contain } from '../../incidents/contain.js';
import { confirmForm } from '../messages/consequences.js';
import { decisionOf, formState, isOutdated, openForm, type Press, settle } from '../press.js';
import { readCard } from '../read-card.js';
import type { Feature } from './feature.js';

const FORM = 'block-sender';

export const blockSender: Feature = {
  name: 'Block sender',
  help: 'refuses the next message of the stolen mailbox, and says whom to call',
  steps: [{ verb: 'block-sender', right: 'block-sender', act: block, fromMenu: ask }],
  forms: [{ id: FORM, right: 'block-sender', act: block }],
};

function block(press: Press): Promise<void> {
  return settle(press, contain(press.desk.ctx, { ...decisionOf(press), action: 'block-sender' }));
}

async function ask(press: Press): Promise<void> {
  // Somebody was faster: there may be nobody left whom the form could name.
  if (isOutdated(press)) return block(press);
  const view = readCard(press.desk.ctx, press.incident.id);
  if (view) await openForm(press, confirmForm(view, FORM, formState(press)));
}
