// Add note: something the record and the thread should know.
import { addNote } from '../../incidents/resolve.js';
import { tell } from '../desk.js';
import { textInput } from '../messages/blocks.js';
import { form } from '../messages/modals.js';
import { noteSaved } from '../messages/private.js';
import { formState, onButton, onForm, openForm, type Press, type Submission, settle, textOf } from '../press.js';
import type { Feature } from './feature.js';

const FORM = { id: 'note', right: 'note' } as const;

export const note: Feature = {
  name: 'Add note',
  help: 'puts a note on record and into the thread',
  // The button stands below the history, where notes are read. Cards drawn by earlier versions have it in their menu.
  menu: { entry: 'note', right: 'note', act: ask },
  register(app, desk) {
    onButton(app, desk, 'note', ask);
    // No revision: a note fits whatever happened meanwhile.
    onForm(app, desk, FORM, save);
  },
};

/** The thread may be far from where the button was: below a history, on a phone. */
async function save(given: Submission): Promise<void> {
  const { desk, incident, actor, reply, values } = given;
  const reason = textOf(values, 'note');
  const outcome = addNote(desk.ctx, { incidentId: incident.id, actor, reason });
  await settle(given, outcome);
  if (outcome.kind === 'done') await tell(desk, reply, noteSaved(incident.id, reason, desk.ctx.config.slack.timeline));
}

function ask(press: Press): Promise<void> {
  return openForm(press, noteForm(press));
}

function noteForm(press: Press) {
  return form({
    id: FORM.id,
    title: `Note on incident ${press.incident.id}`,
    submit: 'Add note',
    state: formState(press),
    blocks: [textInput({ id: 'note', label: 'Note', hint: 'Kept on record: everybody on the desk can read it.' })],
  });
}
