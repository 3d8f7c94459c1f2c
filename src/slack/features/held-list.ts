// A held list: a person says whether its sudden listings are real. Of two presses one counts, and outsiders are turned away.
import type { App, BlockAction } from '@slack/bolt';
import { decideHold, type HoldChoice, subjectOf } from '../../blocklists/watch/hold.js';
import { whenFree } from '../../db/patience.js';
import { authorize } from '../authorize.js';
import { type Desk, installedTeam, tell } from '../desk.js';
import { HELD_BUTTONS, HELD_LABELS, outcome } from '../messages/held-list.js';
import { privateNote, refusal } from '../messages/private.js';
import { askerOf, replyTo } from '../press.js';
import type { Feature } from './feature.js';

export const heldList: Feature = {
  name: 'Held list',
  help: 'a list that suddenly lists much of what is watched waits for a person: its listings are real, or it is ignored for a day',
  register(app, desk) {
    onChoice(app, desk, 'release');
    onChoice(app, desk, 'ignore');
  },
};

const VALUE = /^([a-z0-9][a-z0-9-]{0,100}):(\d{1,15})$/;
const DAMAGED = privateNote(':grey_question: That button cannot be read. Nothing was changed.');

function onChoice(app: App, desk: Desk, choice: HoldChoice): void {
  const verb = HELD_BUTTONS[choice];
  app.action<BlockAction>({ type: 'block_actions', action_id: verb }, async ({ ack, body, action, respond }) => {
    await ack();
    const reply = replyTo(body, respond);
    const [, list = '', heldAt = ''] = VALUE.exec(('value' in action && action.value) || '') ?? [];
    const subject = subjectOf(list || '?');
    const asked = { right: 'release-list', verb, subject } as const;
    const verdict = await authorize(desk.ctx, installedTeam(desk), askerOf(body), asked);
    if (!verdict.allowed) return tell(desk, reply, refusal(HELD_LABELS[choice], verdict.why));
    if (list === '') return tell(desk, reply, DAMAGED);
    const actor = { id: verdict.person.slack, name: verdict.person.name };
    const decision = { list, heldAt: Number(heldAt), choice, actor, at: desk.ctx.now() };
    const decided = await whenFree(() => decideHold(desk.ctx.db, decision));
    if (decided.kind === 'done') return desk.ctx.outbox.wake();
    const before = decided.end ? outcome(decided.end) : 'This hold is over.';
    await tell(desk, reply, privateNote(`:busts_in_silhouette: Already decided: ${before} Nothing was changed.`));
  });
}
