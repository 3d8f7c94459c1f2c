// A press on an incident, from Slack's request to the answer: acknowledge, read, authorise, decide in one transaction, wake the outbox.
import type { App, BlockAction, OverflowAction, RespondFn, ViewSubmitAction } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { Actor } from '../audit/record.js';
import { auditOf } from '../audit/verify.js';
import type { Person } from '../config.js';
import { whenFree } from '../db/patience.js';
import type { Outcome } from '../incidents/decide.js';
import type { Incident, IncidentAction } from '../incidents/incident.js';
import { auditSubject } from '../incidents/record.js';
import { findIncident } from '../incidents/store.js';
import { logTrouble } from '../outbox/log-trouble.js';
import { authorize, type Right } from './authorize.js';
import { type Desk, installedTeam, type Reply, tell } from './desk.js';
import { blankFields, type Values, valuesOf } from './form-values.js';
import type { Message } from './messages/blocks.js';
import { MENU, type MenuEntry } from './messages/card-actions.js';
import { FormState } from './messages/modals.js';
import { lookRefusal, lostRace, notPossible, privateNote, refusal } from './messages/private.js';
import { askerOf, replyTo } from './who-asks.js';

/** A press that was read and allowed. */
export interface Press {
  desk: Desk;
  incident: Incident;
  /** Revision that the person saw. */
  rev: number;
  verb: string;
  person: Person;
  actor: Actor;
  reply: Reply;
  /** What the button is about within the incident (a list, a customer, a request); '' when it is the incident itself. */
  arg: string;
  /** Opens forms; good for three seconds. */
  triggerId: string;
}

/** A form that was sent in and allowed. */
export interface Submission extends Press {
  /** What was typed or chosen. */
  values: Values;
}

type Act<T> = (given: T) => Promise<void> | void;

const BUTTON_VALUE = /^(\d{1,15}):(\d{1,15})(?::(.{0,300}))?$/s;

/** A step that a person takes on a card: by a button, or by an entry of the menu beside the buttons. */
export interface Step {
  /** Action id of the button, and name of the menu's entry. */
  verb: MenuEntry;
  right: Right;
  act: Act<Press>;
  /** What the menu's entry does instead: a button asks for confirmation, and Slack knows none for a single entry. */
  fromMenu?: Act<Press>;
}

/** A form that a step opens. */
export interface CardForm {
  /** Its callback id, and what sending it in is called on record. */
  id: string;
  right: Right;
  act: Act<Submission>;
  /** Looks at what was typed before the form closes; returns what is wrong, by block id, and Slack shows it beside the input. */
  check?: (values: Values, arg: string) => Record<string, string>;
}

/** Registers the steps of all features: a button each, and the menu, whose one action id is told apart by the entry chosen. */
export function registerSteps(app: App, desk: Desk, steps: readonly Step[]): void {
  for (const { verb, right, act } of steps) {
    app.action<BlockAction>({ type: 'block_actions', action_id: verb }, async ({ ack, body, action, respond }) => {
      await ack();
      const value = 'value' in action ? action.value : undefined;
      await press(desk, { verb, right, value, body, respond }, act);
    });
  }
  const byVerb = new Map<string, Step>(steps.map((step) => [step.verb, step]));
  app.action<BlockAction>({ type: 'block_actions', action_id: MENU }, async ({ ack, body, action, respond }) => {
    await ack();
    const chosen = (action as OverflowAction).selected_option?.value ?? '';
    const [, verb = '', value] = /^([a-z-]+):(.*)$/s.exec(chosen) ?? [];
    const step = byVerb.get(verb);
    if (!step) return tell(desk, replyTo(body, respond), DAMAGED);
    await press(desk, { verb, right: step.right, value, body, respond }, step.fromMenu ?? step.act);
  });
}

/** Registers a form. */
export function registerForm(app: App, desk: Desk, { id, right, act, check }: CardForm): void {
  app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: id }, async ({ ack, body, view }) => {
    const values = valuesOf(view.state.values);
    const state = FormState.safeParse(parseJson(view.private_metadata)).data;
    const errors = { ...blankFields(view.state.values), ...check?.(values, state?.arg ?? '') };
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors });
    await ack();
    const value = state && `${state.incident}:${state.rev}:${state.arg ?? ''}`;
    const found = { verb: id, right, value, body, channel: state?.channel };
    await press(desk, found, (pressed) => act({ ...pressed, values }));
  });
}

/** Opens a form for the press. Do it before anything slow: the trigger dies after three seconds. */
export async function openForm({ desk, triggerId, reply }: Press, view: ModalView): Promise<void> {
  try {
    await desk.client.views.open({ trigger_id: triggerId, view });
  } catch (error) {
    logTrouble(desk.ctx.log, error, {}, 'a form could not be opened');
    await tell(
      desk,
      reply,
      privateNote(':warning: The form could not be opened: Slack was too slow. Nothing was changed. Press again.'),
    );
  }
}

/**
 * Opens the form that `view` makes, or tells the person the message it gives instead of one. When somebody was faster it tells who, and
 * `view` is not asked: nobody is to fill in what cannot count any more.
 */
export async function openFormUnlessOutdated(
  press: Press,
  view: () => ModalView | Message | Promise<ModalView | Message>,
): Promise<void> {
  if (isOutdated(press)) return tellFaster(press);
  const shown = await view();
  return 'type' in shown ? openForm(press, shown) : tell(press.desk, press.reply, shown);
}

/** Carries a decision out: wakes the outbox, and tells the person when it was not theirs to make. */
export async function settle(
  { desk, verb, reply }: Pick<Press, 'desk' | 'verb' | 'reply'>,
  outcome: Outcome,
): Promise<void> {
  switch (outcome.kind) {
    case 'done':
      return desk.ctx.outbox.wake();
    case 'lost-race':
      return tell(desk, reply, lostRace(verb, winnerOf(desk, outcome.incident)));
    case 'not-possible':
      return tell(desk, reply, notPossible(verb, outcome.why));
    case 'not-found':
      return tell(desk, reply, UNKNOWN_INCIDENT);
  }
}

/** What a decision is told of the press. */
export function decisionOf({ incident, rev, actor }: Press): { incidentId: number; rev: number; actor: Actor } {
  return { incidentId: incident.id, rev, actor };
}

/** Reports whether something was decided since the card was drawn: a decision is then lost, and says to whom. */
export function isOutdated({ incident, rev }: Press): boolean {
  return rev !== incident.rev;
}

/** Tells who was faster, where nothing is decided yet. */
export function tellFaster(press: Press): Promise<void> {
  return settle(press, { kind: 'lost-race', incident: press.incident });
}

/** What the form of a press carries. */
export function formState({ incident, rev, arg, reply }: Press): FormState {
  return {
    incident: incident.id,
    rev,
    ...(arg ? { arg } : {}),
    ...(reply.channel ? { channel: reply.channel } : {}),
  };
}

interface Found {
  verb: string;
  right: Right;
  value: string | undefined;
  body: BlockAction | ViewSubmitAction;
  respond?: RespondFn | undefined;
  channel?: string | undefined;
}

/** Who pressed hears of it when another program has held the database for too long. */
function press(desk: Desk, found: Found, act: Act<Press>): Promise<void> {
  return whenFree(() => pressOnce(desk, found, act));
}

async function pressOnce(desk: Desk, found: Found, act: Act<Press>): Promise<void> {
  const { verb, right, value, body, respond, channel } = found;
  const reply = { ...replyTo(body, respond), ...(channel ? { channel } : {}) };
  const [, id, rev, arg = ''] = BUTTON_VALUE.exec(value ?? '') ?? [];
  const subject = id ? auditSubject(Number(id)) : 'incident:?';
  const verdict = await authorize(desk.ctx, installedTeam(desk), askerOf(body), { right, verb, subject });
  if (!verdict.allowed)
    return tell(desk, reply, right === 'look' ? lookRefusal(verb, verdict) : refusal(verb, verdict.why));
  if (id === undefined || rev === undefined) return tell(desk, reply, DAMAGED);
  const incident = findIncident(desk.ctx.db, Number(id));
  if (!incident) return tell(desk, reply, UNKNOWN_INCIDENT);
  const { person } = verdict;
  const actor = { id: person.slack, name: person.name };
  await act({ desk, incident, rev: Number(rev), verb, person, actor, reply, arg, triggerId: body.trigger_id });
}

const DAMAGED = privateNote(
  ':grey_question: That button cannot be read. Nothing was changed. Use the card in the channel as it is now.',
);
const UNKNOWN_INCIDENT = privateNote(':grey_question: There is no such incident here (any more). Nothing was changed.');

/** What outdates a card. */
const DECISIONS: readonly IncidentAction[] = [
  'block-sender',
  'suspend-outbound',
  'reroute',
  'lift',
  'resolve',
  'reopen',
  'open-compromise',
  'unlink',
  'no-culprit',
  'unsay-no-culprit',
  'mark-noise',
  'undo-noise',
];

/** The latest decision on record: who was faster. An Undo that left the incident closed outdates no card. */
function winnerOf(desk: Desk, { id }: Incident) {
  const isDecision = new Set<string>(DECISIONS);
  return auditOf(desk.ctx.db, auditSubject(id), 200).find(
    ({ outcome, verb, details: { before, after } }) =>
      outcome === 'done' && isDecision.has(verb) && (verb !== 'undo-noise' || before !== after),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
