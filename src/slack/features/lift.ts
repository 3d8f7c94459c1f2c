// Lift: ends one containment, with a reason. What it did so far is shown, so that nobody lifts the wrong one.
import type { RadioButtons } from '@slack/types';
import { CONTAINMENT_ACTIONS } from '../../containment/containment.js';
import { liftAll, lift as liftContainment } from '../../incidents/contain.js';
import type { Outcome } from '../../incidents/decide.js';
import { inForceOf } from '../../incidents/store.js';
import { tell } from '../desk.js';
import { textOf } from '../form-values.js';
import { option, plainText, textInput } from '../messages/blocks.js';
import { FROM_ANOTHER_CARD } from '../messages/button-value.js';
import { type ContainmentView, doneOf, whomOf } from '../messages/containment-lines.js';
import { form } from '../messages/modals.js';
import { privateNote } from '../messages/private.js';
import { CONTAINMENTS, inForceText, proofText } from '../messages/text/words.js';
import { decisionOf, formState, openFormUnlessOutdated, type Press, type Submission, settle } from '../press.js';
import { withProof } from '../read.js';
import type { Feature } from './feature.js';

const FORM = 'lift';
/** Slack's most for radio buttons. */
const MOST = 10;
/** Value of the choice that lifts all of one kind: `all:reroute`. */
const ALL = 'all:';

export const lift: Feature = {
  name: 'Lift',
  help: 'ends a block, suspension or re-route; asks for a reason',
  steps: [{ verb: 'lift', right: 'lift', act: start }],
  forms: [{ id: FORM, right: 'lift', act: finish }],
};

/** Whoever was not the first to close an incident, and wanted to lift what is in force with it, is not to believe that it is lifted. */
export async function tellNotLifted({ desk, incident, reply }: Press, outcome: Outcome): Promise<void> {
  if (outcome.kind !== 'lost-race' || outcome.incident.state !== 'resolved') return;
  const inForce = inForceOf(desk.ctx.db, incident.id);
  if (inForce.length === 0) return;
  const text = `:warning: *${inForceText(inForce)} still*: it was not lifted as you chose. *Lift …* on the card ends it.`;
  await tell(desk, reply, privateNote(text));
}

function start(given: Press): Promise<void> {
  const { desk, incident } = given;
  const press = given.arg === FROM_ANOTHER_CARD ? { ...given, rev: incident.rev, arg: '' } : given;
  return openFormUnlessOutdated(press, () => {
    const inForce = inForceOf(desk.ctx.db, incident.id);
    if (inForce.length === 0) return privateNote(':information_source: Nothing is in force for this incident.');
    return liftForm(
      press,
      inForce.map((row) => withProof(desk.ctx, row)),
    );
  });
}

function finish(given: Submission): Promise<void> {
  const { ctx } = given.desk;
  const chosen = textOf(given.values, 'containment');
  const request = { ...decisionOf(given), reason: textOf(given.values, 'reason') };
  const action = CONTAINMENT_ACTIONS.find((each) => chosen === `${ALL}${each}`);
  const outcome = action
    ? liftAll(ctx, { ...request, action })
    : liftContainment(ctx, { ...request, containmentId: Number(chosen) });
  return settle(given, outcome);
}

function liftForm(press: Press, inForce: ContainmentView[]) {
  const all = allOptions(inForce);
  const options = [
    ...inForce
      .slice(0, MOST - all.length)
      .map((row) =>
        option(labelOf(row), String(row.id), `${proofText(row.hits, row.action)} since, by ${row.placedBy}`),
      ),
    ...all,
  ];
  const [first] = options;
  const radio: RadioButtons = {
    type: 'radio_buttons',
    action_id: 'containment',
    options,
    ...(first ? { initial_option: first } : {}),
  };
  return form({
    id: FORM,
    title: 'Lift what is in force',
    submit: 'Lift',
    state: formState(press),
    blocks: [
      { type: 'input', block_id: 'containment', label: plainText('Which one'), element: radio },
      textInput({ id: 'reason', label: 'Why is it safe now', placeholder: 'Password changed, quiet for two hours.' }),
    ],
  });
}

/** A re-route of a hundred customers is not to be lifted a hundred times. */
function allOptions(inForce: readonly ContainmentView[]) {
  return CONTAINMENT_ACTIONS.flatMap((action) => {
    const rows = inForce.filter((row) => row.action === action);
    const hits = rows.reduce((sum, row) => sum + row.hits, 0);
    const { done } = CONTAINMENTS[action];
    return rows.length < 2
      ? []
      : [option(`${done}: all ${rows.length}`, `${ALL}${action}`, `${proofText(hits, action)} since, of all of them`)];
  });
}

function labelOf(row: ContainmentView): string {
  const what = row.action === 'block-sender' ? whomOf(row) || row.customerName : row.customerName;
  return `${doneOf(row)}: ${what}`;
}
