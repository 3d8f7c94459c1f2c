// Suspend outbound: all mail of one customer stops. Asked twice, and with a reason that stays on record.
import { contain } from '../../incidents/contain.js';
import { section, textInput } from '../messages/blocks.js';
import { esc, plain } from '../messages/escape.js';
import { form } from '../messages/modals.js';
import { decisionOf, formState, onButton, onForm, openForm, type Press, settle, textOf } from '../press.js';
import { customerNameOf } from '../read.js';
import type { Feature } from './feature.js';

const FORM = { id: 'suspend-outbound', right: 'suspend-outbound' } as const;

export const suspendOutbound: Feature = {
  name: 'Suspend outbound',
  help: 'stops all mail of one customer; asks for a reason',
  register(app, desk) {
    onButton(app, desk, 'suspend-outbound', (press) => openForm(press, reasonForm(press)));
    onForm(app, desk, FORM, (given) =>
      settle(
        given,
        contain(desk.ctx, { ...decisionOf(given), action: 'suspend-outbound', reason: textOf(given.values, 'reason') }),
      ),
    );
  },
};

function reasonForm(press: Press) {
  const { desk, incident } = press;
  const customer = customerNameOf(desk.ctx, incident);
  return form({
    id: FORM.id,
    title: 'Suspend outbound',
    submit: 'Suspend',
    state: formState(press),
    blocks: [
      section(`*All* outbound mail of *${esc(customer, 100)}* stops until somebody lifts it.`),
      textInput({
        id: 'reason',
        label: 'Why',
        initial: plain(incident.evidence[0] ?? '', 400),
        hint: 'Kept on record and shown in the thread.',
      }),
    ],
  });
}
