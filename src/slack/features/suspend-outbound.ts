// Suspend outbound: all mail of one customer stops. Asked twice, and with a reason that stays on record.
import { contain } from '../../incidents/contain.js';
import { section, textInput } from '../messages/blocks.js';
import { volumeText } from '../messages/consequences.js';
import { esc, plain } from '../messages/escape.js';
import { form } from '../messages/modals.js';
import { decisionOf, formState, onButton, onForm, openForm, type Press, settle, textOf } from '../press.js';
import { customerNameOf } from '../read.js';
import { messagesPerDay } from '../read-card.js';
import type { Feature } from './feature.js';

const FORM = { id: 'suspend-outbound', right: 'suspend-outbound' } as const;

export const suspendOutbound: Feature = {
  name: 'Suspend outbound',
  help: 'stops all mail of one customer; asks for a reason',
  menu: { entry: 'suspend-outbound', right: 'suspend-outbound', act: ask },
  register(app, desk) {
    onButton(app, desk, 'suspend-outbound', ask);
    onForm(app, desk, FORM, (given) =>
      settle(
        given,
        contain(desk.ctx, { ...decisionOf(given), action: 'suspend-outbound', reason: textOf(given.values, 'reason') }),
      ),
    );
  },
};

function ask(press: Press): Promise<void> {
  return openForm(press, reasonForm(press));
}

/** Says itself what stops and how much that is: an entry of the menu has no confirmation before. */
function reasonForm(press: Press) {
  const { desk, incident } = press;
  const customer = customerNameOf(desk.ctx, incident);
  const volume = volumeText({ messagesPerDay: messagesPerDay(desk.ctx, incident) });
  return form({
    id: FORM.id,
    title: 'Suspend outbound',
    submit: 'Suspend',
    state: formState(press),
    blocks: [
      section(`*All* outbound mail of *${esc(customer, 100)}*${volume} stops until somebody lifts it.`),
      textInput({
        id: 'reason',
        label: 'Why',
        initial: plain(incident.evidence[0] ?? '', 400),
        hint: 'Kept on record and shown in the thread.',
      }),
    ],
  });
}
