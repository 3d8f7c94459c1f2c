// Suspend outbound: all mail of one customer stops. Asked once, in the form that says what stops and wants a reason for the record.
import { contain } from '../../incidents/contain.js';
import { textOf } from '../form-values.js';
import { section, textInput } from '../messages/blocks.js';
import { volumeText } from '../messages/consequences.js';
import { form } from '../messages/modals.js';
import { esc } from '../messages/text/escape.js';
import { reasonSoFar } from '../messages/text/reason.js';
import { decisionOf, formState, isOutdated, openForm, type Press, settle } from '../press.js';
import { customerNameOf } from '../read.js';
import { messagesPerDay } from '../read-card.js';
import type { Feature } from './feature.js';

const FORM = 'suspend-outbound';

export const suspendOutbound: Feature = {
  name: 'Suspend outbound',
  help: 'stops all mail of one customer; asks for a reason',
  steps: [{ verb: 'suspend-outbound', right: 'suspend-outbound', act: ask }],
  forms: [{ id: FORM, right: 'suspend-outbound', act: (given) => suspend(given, textOf(given.values, 'reason')) }],
};

function suspend(press: Press, reason?: string): Promise<void> {
  return settle(
    press,
    contain(press.desk.ctx, { ...decisionOf(press), action: 'suspend-outbound', ...(reason ? { reason } : {}) }),
  );
}

function ask(press: Press): Promise<void> {
  // Somebody was faster: nobody is to give a reason for what cannot be done any more.
  return isOutdated(press) ? suspend(press) : openForm(press, reasonForm(press));
}

/** What the customer sees of it. */
const HOW = {
  reject: 'The relays refuse each message, and its sender is told at once.',
  defer: "The relays put each message off, and the customer's server keeps it to try again.",
};

/** Says itself what stops and how much that is: nothing asks before. */
function reasonForm(press: Press) {
  const { desk, incident } = press;
  const customer = customerNameOf(desk.ctx, incident);
  const { suspendWith } = desk.ctx.config.policy;
  const volume = volumeText({ messagesPerDay: messagesPerDay(desk.ctx, incident) });
  return form({
    id: FORM,
    title: 'Suspend outbound',
    submit: 'Suspend',
    state: formState(press),
    blocks: [
      section(
        `*All* outbound mail of *${esc(customer, 100)}*${volume} stops until somebody lifts it. ${HOW[suspendWith]}`,
      ),
      textInput({
        id: 'reason',
        label: 'Why',
        initial: reasonSoFar(incident),
        hint: 'Kept on record and shown in the thread.',
      }),
    ],
  });
}
