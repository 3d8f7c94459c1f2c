// The form behind Mark noise: what it is, what that teaches, for how long, and what becomes of what is in force; before that, what speaks
// for an attack. A phone shows little of it at once: each question takes a line, and what a choice means stands in its list.

import type { Checkboxes, InputBlock, KnownBlock, ModalView, PlainTextOption, StaticSelect } from '@slack/types';
import { NO_SENDER } from '../../../detection/identities/routes.js';
import type { Incident } from '../../../incidents/incident.js';
import { type AttackEvidence, attackEvidence } from '../../../incidents/noise/attack-evidence.js';
import {
  DEFAULT_NOISE_DAYS,
  growthOf,
  NOISE_DAYS,
  NOISE_KINDS,
  NOISE_REASONS,
  NOISE_WORDS,
  type NoiseKind,
  type NoiseReason,
  type NoiseScope,
} from '../../../incidents/noise/noise.js';
import { context, option, plainText, section, textInput } from '../blocks.js';
import type { ContainmentView } from '../containment-lines.js';
import { liftChoice } from '../lift-choice.js';
import { type FormState, form } from '../modals.js';
import { esc } from '../text/escape.js';
import { inForceText } from '../text/words.js';
import { capital, KIND_WORDS } from './noise.js';

/** Ids of the inputs. */
export const NOISE_INPUTS = {
  reason: 'reason',
  note: 'note',
  scope: 'scope',
  kind: 'kind',
  days: 'days',
  sure: 'sure',
} as const;

export const SURE = 'sure';

interface NoiseFormView {
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
  const against = attackEvidence(incident);
  const isHard = against.hard.length > 0;
  return form({
    id,
    title: 'Mark noise',
    submit: 'Mark noise',
    state,
    blocks: [
      ...evidenceBlocks(against),
      section(
        `Closes incident ${incident.id} of *${esc(view.customerName, 80)}* and silences alarms like it. Blocks no mail.${liftedText(view, isHard)}`,
      ),
      ...(isHard ? [surenessInput()] : []),
      reasonInput(),
      scopeInput(view),
      daysInput(),
      // A block on honest mail does harm every minute; what looks like an attack stays blocked unless somebody says otherwise.
      ...liftChoice({ ...view, lifts: !isHard }),
      kindInput(view),
      textInput({
        id: NOISE_INPUTS.note,
        label: 'In your words, on record; needed for “other”',
        placeholder: isMachine(incident)
          ? 'Shop system, asked Kim on the phone.'
          : 'Newsletter, asked Kim on the phone.',
        isOptional: true,
        isShort: true,
      }),
      context(OPENS_AGAIN),
    ],
  });
}

/** Reasons that are shown at least, where there are as many. */
const REASONS_SHOWN = 3;

/** First of all: nobody is to silence what they have not read. All that is hard, and the strongest of the rest. */
function evidenceBlocks({ reasons, hard }: AttackEvidence): KnownBlock[] {
  if (reasons.length === 0) return [];
  const shown = reasons.slice(0, Math.max(hard.length, REASONS_SHOWN)).map((reason) => esc(reason, 150));
  const left = reasons.length - shown.length;
  const all = `${shown.join(' · ')}${left > 0 ? ` (${left} more behind Why?)` : ''}`;
  return hard.length > 0
    ? [
        section(
          `:warning: *Looks like an attack*: ${all}.\nAn attack can look like a newsletter: ask the customer before you silence it.`,
        ),
      ]
    : [section(`*Speaks for an attack*: ${all}`)];
}

function surenessInput(): InputBlock {
  const element: Checkboxes = {
    type: 'checkboxes',
    action_id: NOISE_INPUTS.sure,
    options: [option('I know this mail: it is no attack', SURE)],
  };
  return { type: 'input', block_id: NOISE_INPUTS.sure, label: plainText('Although it looks like an attack'), element };
}

/** Said first: on a phone the choice is below the fold. */
function liftedText({ inForce, mayLift }: NoiseFormView, isHard: boolean): string {
  if (inForce.length === 0) return '';
  const what = `:warning: *${inForceText(inForce)}*`;
  const [stays, it] = inForce.length === 1 ? ['stays', 'it'] : ['stay', 'them'];
  if (!mayLift) return `\n${what}: ${stays}, see below.`;
  return isHard
    ? `\n${what}: ${stays}, unless you lift ${it} below.`
    : `\n${what}: lifted with it, unless you leave ${it} below.`;
}

const OPENS_AGAIN =
  'Much more mail, or evidence that was not there, raises an alarm all the same. The digest counts what was silenced, with Undo.';

const REASON_HINTS: Record<NoiseReason, string> = {
  newsletter: 'a mailing to a list of its own',
  invoices: 'or statements, reminders, pay slips',
  tickets: 'a program with a sender for each ticket',
  'mail-merge': 'one letter to many, out of a mail program',
  forwarding: 'passes on what it gets, spam among it',
  test: 'of the customer or our own',
  other: 'say what, below',
};

function reasonInput(): InputBlock {
  const options = NOISE_REASONS.map((reason) =>
    option(
      capital(NOISE_WORDS[reason]),
      reason,
      `${REASON_HINTS[reason]}; silent up to ${growthOf(reason)} × the mail`,
    ),
  );
  return select(NOISE_INPUTS.reason, 'What is this mail', options, undefined);
}

function scopeInput({ scopes, incident, customerName }: NoiseFormView): InputBlock {
  const options = scopes.map((scope) => scopeOption(scope, incident, customerName));
  return select(NOISE_INPUTS.scope, 'Silence alarms of', options, scopes[0]);
}

/** Many senders, perhaps invented as it goes: none of them is to be named. */
function isMachine({ subject }: Incident): boolean {
  return subject.kind === 'compromise' && subject.shape === 'multiple';
}

function scopeOption(scope: NoiseScope, { key, subject }: Incident, customerName: string): PlainTextOption {
  const { senders = [], logins = [], clientIps = [] } = subject.kind === 'compromise' ? subject : {};
  switch (scope) {
    case 'sender':
      return option(
        senders[0] === NO_SENDER ? 'Mail without a sender' : `One sender: ${senders[0] ?? ''}`,
        scope,
        'narrowest: any other sender raises an alarm',
      );
    case 'entry': {
      const [, kind = '', whole = ''] = /\|(login|address|sender):(.*)$/s.exec(key) ?? [];
      const [named] = whole.split('|');
      const word = ENTRY_WORDS[kind] ?? 'login or address';
      return option(
        `Every sender behind ${word} ${named || logins[0] || clientIps[0] || senders[0] || ''}`,
        scope,
        'those that come new to it, too; other ways in raise alarms',
      );
    }
    case 'customer':
      return option(`All of ${customerName}`, scope, 'widest: every login, address and sender it has');
  }
}

const ENTRY_WORDS: Record<string, string> = { login: 'login', address: 'address', sender: 'domain' };

const KIND_HINTS: Record<NoiseKind, string> = {
  single: 'a mailbox that writes to many',
  multiple: 'a machine or program that uses many',
  both: 'the widest',
};

function kindInput({ incident: { subject }, scopes }: NoiseFormView): InputBlock {
  const options = NOISE_KINDS.map((kind) => option(capital(KIND_WORDS[kind]), kind, KIND_HINTS[kind]));
  const initial = subject.kind === 'compromise' ? subject.shape : 'both';
  const input = select(NOISE_INPUTS.kind, 'Alarms of one address or many', options, initial);
  // Only who may silence one sender alone is to hear how that goes together.
  const hint = plainText('“One sender” is always one address.', 150);
  return scopes.includes('sender') ? { ...input, hint } : input;
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
