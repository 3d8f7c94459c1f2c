// Block sender: the relays refuse the stolen mailbox's address and login from the next message on.
import { contain } from '../../incidents/contain.js';
import { confirmForm } from '../messages/consequences.js';
import { decisionOf, formState, isOutdated, onButton, onForm, openForm, type Press, settle } from '../press.js';
import { readCard } from '../read-card.js';
import type { Feature } from './feature.js';

const FORM = { id: 'block-sender', right: 'block-sender' } as const;

export const blockSender: Feature = {
  name: 'Block sender',
  help: 'refuses the next message of the stolen mailbox, and says whom to call',
  menu: { entry: 'block-sender', right: 'block-sender', act: ask },
  register(app, desk) {
    onButton(app, desk, 'block-sender', block);
    onForm(app, desk, FORM, block);
  },
};

function block(press: Press): Promise<void> {
  return settle(press, contain(press.desk.ctx, { ...decisionOf(press), action: 'block-sender' }));
}

async function ask(press: Press): Promise<void> {
  // Somebody was faster: there may be nobody left whom the form could name.
  if (isOutdated(press)) return block(press);
  const view = readCard(press.desk.ctx, press.incident.id);
  if (view) await openForm(press, confirmForm(view, FORM.id, formState(press)));
}
