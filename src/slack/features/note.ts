// Add note: something the record and the thread should know.
import { addNote } from '../../incidents/resolve.js';
import { tell } from '../desk.js';
import { textOf } from '../form-values.js';
import { textInput } from '../messages/blocks.js';
import { form } from '../messages/modals.js';
import { noteSaved } from '../messages/private.js';
import { formState, openForm, type Press, type Submission, settle } from '../press.js';
import type { Feature } from './feature.js';

const FORM = 'note';

export const note: Feature = {
  name: 'Add note',
  help: 'puts a note on record and into the thread',
  // The button stands below the history, where notes are read. Cards drawn by earlier versions have it in their menu.
  steps: [{ verb: 'note', right: 'note', act: ask }],
  forms: [{ id: FORM, right: 'note', act: save }],
};

/** The thread may be far from where the button was: below a history, on a phone. */
async function save(given: Submission): Promise<void> {
  const { desk, incident, actor, reply, values } = given;
  const reason = textOf(values, 'note');
  // No revision: a note fits whatever happened meanwhile.
  const outcome = addNote(desk.ctx, { incidentId: incident.id, actor, reason });
  await settle(given, outcome);
  if (outcome.kind === 'done') await tell(desk, reply, noteSaved(incident.id, reason, desk.ctx.config.slack.timeline));
}

function ask(press: Press): Promise<void> {
  return openForm(press, noteForm(press));
}

function noteForm(press: Press) {
  return form({
    id: FORM,
    title: `Note on incident ${press.incident.id}`,
    submit: 'Add note',
    state: formState(press),
    blocks: [textInput({ id: 'note', label: 'Note', hint: 'Kept on record: everybody on the desk can read it.' })],
  });
}
