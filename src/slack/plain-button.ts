// A press on a button that belongs to no incident: acknowledged, then allowed or refused like every other.
import type { App, BlockAction, RespondFn } from '@slack/bolt';
import type { Actor } from '../audit/record.js';
import { authorize, type Right } from './authorize.js';
import { type Desk, installedTeam, type Reply, tell } from './desk.js';
import { refusal } from './messages/private.js';
import { askerOf, replyTo } from './who-asks.js';

interface PlainButton {
  /** Its action id. */
  action: string;
  right: Right;
  /** What a refusal calls it. */
  label: string;
  /** What it is called on record; its action id unless another is given. */
  verb?: string;
  /** What it is about on record, by the button's value: `digest`, `list:zen`. */
  subject: (value: string) => string;
}

/** A press that was allowed. */
export interface PlainPress {
  actor: Actor;
  /** The button's value; '' when it has none. */
  value: string;
  body: BlockAction;
  reply: Reply;
  respond: RespondFn;
}

/** Registers the button. */
export function onPlainButton(
  app: App,
  desk: Desk,
  button: PlainButton,
  act: (press: PlainPress) => Promise<void> | void,
): void {
  const { action: actionId, right, label, verb = actionId, subject } = button;
  app.action<BlockAction>({ type: 'block_actions', action_id: actionId }, async ({ ack, body, action, respond }) => {
    await ack();
    const reply = replyTo(body, respond);
    const value = ('value' in action && action.value) || '';
    const asked = { right, verb, subject: subject(value) };
    const verdict = await authorize(desk.ctx, installedTeam(desk), askerOf(body), asked);
    if (!verdict.allowed) return tell(desk, reply, refusal(label, verdict.why));
    const actor = { id: verdict.person.slack, name: verdict.person.name };
    await act({ actor, value, body, reply, respond });
  });
}
