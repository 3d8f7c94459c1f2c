// What becomes of what is in force when somebody closes an incident: it is named, and lifted or left.
import type { InputBlock, KnownBlock, RadioButtons } from '@slack/types';
import { option, plainText, section } from './blocks.js';
import { type ContainmentView, containmentLine } from './containment-lines.js';
import { fitLines } from './text/escape.js';

/** Id of the input. */
export const LIFT_INPUT = 'lift';

export const LIFT = { yes: 'lift', no: 'leave' } as const;

interface LiftChoice {
  inForce: readonly ContainmentView[];
  /** Reports whether the person may lift it; who may not is told whom to ask. */
  mayLift: boolean;
  /** Reports whether lifting is chosen already. */
  lifts: boolean;
}

/** What is in force with its proof, and the choice; nothing where nothing is. */
export function liftChoice({ inForce, mayLift, lifts }: LiftChoice): (KnownBlock | InputBlock)[] {
  if (inForce.length === 0) return [];
  const [stays, it] = inForce.length === 1 ? ['Stays', 'it'] : ['Stay', 'them'];
  const title = mayLift ? '*In force now*' : `*${stays} in force*: lifting ${it} takes another role, so ask a lead`;
  const lines = section(fitLines([title, ...inForce.map(containmentLine)], 1500));
  if (!mayLift) return [lines];
  const isRefused = inForce.some(({ action }) => action !== 'reroute');
  const yes = option(
    `Lift ${it} now`,
    LIFT.yes,
    isRefused ? 'the mail goes through again' : 'the mail goes its usual way again',
  );
  const no = option(
    `Leave ${it} in force`,
    LIFT.no,
    `the mail is ${isRefused ? 'refused' : 're-routed'} until somebody lifts ${it}`,
  );
  const element: RadioButtons = {
    type: 'radio_buttons',
    action_id: LIFT_INPUT,
    options: [yes, no],
    initial_option: lifts ? yes : no,
  };
  return [lines, { type: 'input', block_id: LIFT_INPUT, label: plainText('What is in force'), element }];
}
