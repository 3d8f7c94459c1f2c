// A held list: a person says whether its sudden listings are real. Of two presses one counts, and outsiders are turned away.
import type { App } from '@slack/bolt';
import { decideHold, type HoldChoice, subjectOf } from '../../blocklists/watch/hold.js';
import { whenFree } from '../../db/patience.js';
import { type Desk, tell } from '../desk.js';
import { HELD_BUTTONS, HELD_LABELS, outcome } from '../messages/held-list.js';
import { privateNote } from '../messages/private.js';
import { onPlainButton } from '../plain-button.js';
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
  const action = HELD_BUTTONS[choice];
  const subject = (value: string) => subjectOf(holdIn(value)?.list ?? '?');
  const button = { action, right: 'release-list', label: HELD_LABELS[choice], subject } as const;
  onPlainButton(app, desk, button, async ({ value, actor, reply }) => {
    const hold = holdIn(value);
    if (!hold) return tell(desk, reply, DAMAGED);
    const decision = { ...hold, choice, actor, at: desk.ctx.now() };
    const decided = await whenFree(() => decideHold(desk.ctx.db, decision));
    if (decided.kind === 'done') return desk.ctx.outbox.wake();
    const before = decided.end ? outcome(decided.end) : 'This hold is over.';
    await tell(desk, reply, privateNote(`:busts_in_silhouette: Already decided: ${before} Nothing was changed.`));
  });
}

/** Which list, and since when it is held. */
function holdIn(value: string): { list: string; heldAt: number } | undefined {
  const [, list, heldAt] = VALUE.exec(value) ?? [];
  return list === undefined ? undefined : { list, heldAt: Number(heldAt) };
}
