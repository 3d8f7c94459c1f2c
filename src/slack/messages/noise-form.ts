// The form behind Mark noise: what it is, what that teaches, for how long, and what becomes of the mail that is held back now.

import type { InputBlock, KnownBlock, ModalView, PlainTextOption, RadioButtons, StaticSelect } from '@slack/types';
import { NO_SENDER } from '../../detection/routes.js';
import type { Incident } from '../../incidents/incident.js';
import {
  DEFAULT_NOISE_DAYS,
  NOISE_DAYS,
  NOISE_KINDS,
  NOISE_REASONS,
  NOISE_WORDS,
  type NoiseReason,
  type NoiseScope,
} from '../../incidents/noise.js';
import { context, count, option, plainText, section, textInput } from './blocks.js';
import { type ContainmentView, containmentLine } from './card.js';
import { esc, fitLines } from './escape.js';
import { type FormState, form } from './modals.js';
import { KIND_WORDS } from './noise.js';

/** Ids of the inputs. */
export const NOISE_INPUTS = {
  reason: 'reason',
  note: 'note',
  scope: 'scope',
  kind: 'kind',
  days: 'days',
  lift: 'lift',
} as const;

export const LIFT = { yes: 'lift', no: 'leave' } as const;

export interface NoiseFormView {
  id: string;
  state: FormState;
  incident: Incident;
  customerName: string;
  /** What can be taught, the narrowest first. */
  scopes: readonly NoiseScope[];
  inForce: readonly ContainmentView[];
  /** Reports whether the person may lift what is in force. */
  mayLift: boolean;
}

export function noiseForm(view: NoiseFormView): ModalView {
  const { id, state, incident } = view;
  return form({
    id,
    title: 'Mark noise',
    submit: 'Mark noise',
    state,
    blocks: [
      section(
        `Incident ${incident.id} of *${esc(view.customerName, 80)}* is closed as no attack, and alarms like it open none until the time is over.${liftedText(view)}`,
      ),
      reasonInput(),
      textInput({
        id: NOISE_INPUTS.note,
        label: 'In your words',
        hint: 'Needed for “other”. Kept on record, shown on the card and in the digest.',
        placeholder: 'Monthly newsletter, asked Kim on the phone.',
        isOptional: true,
      }),
      scopeInput(view),
      kindInput(incident),
      daysInput(),
      ...containmentInputs(view),
      context(OPENS_AGAIN),
    ],
  });
}

/** Said first: on a phone the choice is below the fold. */
function liftedText({ inForce, mayLift }: NoiseFormView): string {
  if (inForce.length === 0) return '';
  const what = `:warning: *${count(inForce.length, 'containment')} in force*`;
  return mayLift ? `\n${what} is lifted with it, unless you leave it below.` : `\n${what} stays, see below.`;
}

const OPENS_AGAIN =
  'It opens again for other senders, much more mail, or evidence that was not there: unknown users, content refusals, new networks, complaints. Each run held back is counted in the digest, with Undo.';

const REASON_HINTS: Partial<Record<NoiseReason, string>> = {
  newsletter: 'may be many times larger; declare its sender, too',
  'mail-merge': 'may be many times larger',
  tickets: 'a sender per ticket',
  test: 'of the customer or our own',
};

function reasonInput(): InputBlock {
  const options = NOISE_REASONS.map((reason) => option(capital(NOISE_WORDS[reason]), reason, REASON_HINTS[reason]));
  return select(NOISE_INPUTS.reason, 'What is it', options, undefined);
}

function scopeInput({ scopes, incident, customerName }: NoiseFormView): InputBlock {
  const options = scopes.map((scope) => scopeOption(scope, incident, customerName));
  const [first] = options;
  const element: RadioButtons = {
    type: 'radio_buttons',
    action_id: NOISE_INPUTS.scope,
    options,
    ...(first ? { initial_option: first } : {}),
  };
  return { type: 'input', block_id: NOISE_INPUTS.scope, label: plainText('What it teaches'), element };
}

function scopeOption(scope: NoiseScope, { subject }: Incident, customerName: string): PlainTextOption {
  const { senders = [], logins = [], clientIps = [] } = subject.kind === 'compromise' ? subject : {};
  switch (scope) {
    case 'sender':
      return option(
        senders[0] === NO_SENDER ? 'Its mail without a sender only' : `This sender only: ${senders[0] ?? ''}`,
        scope,
        'behind this login or address; anything else is an alarm',
      );
    case 'entry':
      return option(
        `This login or address: ${logins[0] ?? clientIps[0] ?? senders[0] ?? ''}`,
        scope,
        'whoever sends through it',
      );
    case 'customer':
      return option(`Everything of ${customerName}`, scope, 'of the kind below, through any login or address');
  }
}

function kindInput({ subject }: Incident): InputBlock {
  const options = NOISE_KINDS.map((kind) => option(capital(KIND_WORDS[kind]), kind));
  const initial = subject.kind === 'compromise' ? subject.shape : 'both';
  return select(NOISE_INPUTS.kind, 'Alarms of which kind', options, initial);
}

function daysInput(): InputBlock {
  const options = NOISE_DAYS.map((days) => option(daysText(days), String(days)));
  return select(NOISE_INPUTS.days, 'For how long', options, String(DEFAULT_NOISE_DAYS));
}

function daysText(days: number): string {
  if (days === 365) return 'A year';
  if (days === 7) return 'A week';
  return days === 1 ? 'A day' : `${days} days`;
}

/** A block on honest mail does harm every minute, so lifting is chosen already; it is named, and can be left. */
function containmentInputs({ inForce, mayLift }: NoiseFormView): (KnownBlock | InputBlock)[] {
  if (inForce.length === 0) return [];
  const title = mayLift ? '*In force now*' : '*Stays in force*: lifting it takes another role, so ask a lead';
  const lines = section(fitLines([title, ...inForce.map((row) => containmentLine(row, true))], 1500));
  if (!mayLift) return [lines];
  const yes = option('Lift it now', LIFT.yes, 'honest mail goes through again');
  const element: RadioButtons = {
    type: 'radio_buttons',
    action_id: NOISE_INPUTS.lift,
    options: [yes, option('Leave it in force', LIFT.no, 'until somebody lifts it')],
    initial_option: yes,
  };
  return [
    lines,
    { type: 'input', block_id: NOISE_INPUTS.lift, label: plainText('The mail that is held back'), element },
  ];
}

function select(id: string, label: string, options: PlainTextOption[], chosen: string | undefined): InputBlock {
  const initial = options.find(({ value }) => value === chosen);
  const element: StaticSelect = {
    type: 'static_select',
    action_id: id,
    options,
    ...(initial ? { initial_option: initial } : { placeholder: plainText('Choose') }),
  };
  return { type: 'input', block_id: id, label: plainText(label), element };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
