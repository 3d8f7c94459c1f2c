// Mark noise: an alarm was none. What it was and what that teaches is asked in a form; it can be taken back.
import { attackEvidence } from '../../incidents/noise/attack-evidence.js';
import { markNoise as decideNoise, noiseScopes } from '../../incidents/noise/mark-noise.js';
import { NOISE_DAYS, NOISE_KINDS, NOISE_REASONS, type NoiseScope } from '../../incidents/noise/noise.js';
import { inForceOf } from '../../incidents/store.js';
import { mayDo } from '../authorize.js';
import { tell } from '../desk.js';
import { textOf, type Values } from '../form-values.js';
import { LIFT, LIFT_INPUT } from '../messages/lift-choice.js';
import { NOISE_INPUTS, noiseForm, SURE } from '../messages/noise/noise-form.js';
import { notPossible, privateNote } from '../messages/private.js';
import { esc } from '../messages/text/escape.js';
import {
  decisionOf,
  formState,
  openFormUnlessOutdated,
  type Press,
  type Submission,
  settle,
  tellFaster,
} from '../press.js';
import { customerNameOf, withProof } from '../read.js';
import type { Feature } from './feature.js';
import { tellNotLifted } from './lift.js';

const FORM = 'mark-noise';

export const markNoise: Feature = {
  name: 'Mark noise',
  help: 'closes an alarm that was none, and silences alarms like it for a time; asks what it is',
  steps: [{ verb: 'mark-noise', right: 'mark-noise', act: start }],
  forms: [{ id: FORM, right: 'mark-noise', act: finish, check }],
};

function start(press: Press): Promise<void> {
  return press.incident.state === 'resolved'
    ? tellFaster(press)
    : openFormUnlessOutdated(press, () => questionsOf(press));
}

function questionsOf(press: Press) {
  const { desk, incident, person, verb } = press;
  const scopes = noiseScopes(incident);
  if (scopes.length === 0) return notPossible(verb, 'Nothing can be taught of it: it names no sender and no customer.');
  const inForce = inForceOf(desk.ctx.db, incident.id);
  return noiseForm({
    id: FORM,
    state: formState(press),
    incident,
    customerName: customerNameOf(desk.ctx, incident),
    scopes,
    inForce: inForce.map((row) => withProof(desk.ctx, row)),
    mayLift: mayDo(desk.ctx.config, person, 'lift'),
  });
}

function check(values: Values): Record<string, string> {
  const reason = oneOf(NOISE_REASONS, textOf(values, NOISE_INPUTS.reason));
  const isUnsure = values[NOISE_INPUTS.sure] !== undefined && !isSure(values);
  if (isUnsure) return { [NOISE_INPUTS.sure]: 'Tick it when you know this mail. Else cancel, and block the sender.' };
  if (!reason) return { [NOISE_INPUTS.reason]: 'Choose what it is.' };
  const isUnsaid = reason === 'other' && textOf(values, NOISE_INPUTS.note).length < 3;
  return isUnsaid ? { [NOISE_INPUTS.note]: 'Say in words what it is: this is kept on record.' } : {};
}

async function finish(given: Submission): Promise<void> {
  const { desk, incident, values, person, reply } = given;
  const reason = oneOf(NOISE_REASONS, textOf(values, NOISE_INPUTS.reason));
  const scope = oneOf(noiseScopes(incident), textOf(values, NOISE_INPUTS.scope));
  const days = NOISE_DAYS.find((each) => String(each) === textOf(values, NOISE_INPUTS.days));
  if (!reason || !scope || !days) return tell(desk, reply, notPossible(given.verb, 'The form cannot be read.'));
  const { hard: despite } = attackEvidence(incident);
  if (despite.length > 0 && !isSure(values)) return tell(desk, reply, notPossible(given.verb, changedText(despite)));
  const note = textOf(values, NOISE_INPUTS.note);
  const lifts = textOf(values, LIFT_INPUT) === LIFT.yes && mayDo(desk.ctx.config, person, 'lift');
  const outcome = decideNoise(desk.ctx, {
    ...decisionOf(given),
    ...{ reason, scope, days, despite },
    ...(note ? { note } : {}),
    kind: kindOf(scope, values),
    lifts,
  });
  await settle(given, outcome);
  if (lifts) await tellNotLifted(given, outcome);
  const isMailing = reason === 'newsletter' && despite.length === 0;
  if (outcome.kind === 'done' && isMailing) await tell(desk, reply, privateNote(declareHint(given)));
}

function isSure(values: Values): boolean {
  const chosen = values[NOISE_INPUTS.sure];
  return Array.isArray(chosen) && chosen.includes(SURE);
}

function changedText(hard: readonly string[]): string {
  return `Since you opened the form there is evidence of an attack: ${hard.join(' · ')}. Press again if you know this mail.`;
}

/** One sender is one address, whatever stands in the form beside it. */
function kindOf(scope: NoiseScope, values: Values) {
  return scope === 'sender' ? 'single' : (oneOf(NOISE_KINDS, textOf(values, NOISE_INPUTS.kind)) ?? 'single');
}

/** What is declared needs no teaching: reach is expected of it, and everything else is judged as ever. */
function declareHint({ incident: { subject, customer }, desk }: Submission): string {
  const sender = subject.kind === 'compromise' ? subject.senders[0] : undefined;
  const which = sender?.includes('@') ? `\`${esc(sender, 100)}\`` : 'its sender';
  const whose = customer ? ` of ${esc(desk.ctx.customerName(customer), 80)}` : '';
  return `:bulb: A newsletter that stays is better declared as bulk mail: put ${which} into \`declared_senders\`${whose} (customers file). Then it is judged by what receivers say of it, not by its size, and needs no marking.`;
}

function oneOf<T extends string>(values: readonly T[], text: string): T | undefined {
  return values.find((value) => value === text);
}
