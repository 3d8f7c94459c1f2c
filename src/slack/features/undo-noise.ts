// Undo noise: alarms like those marked open incidents again. On the card, in the digest and behind /relay noise.
import { undoNoise as decideUndo } from '../../incidents/mark-noise.js';
import { tell } from '../desk.js';
import { undoneText } from '../messages/noise.js';
import { notPossible, privateNote } from '../messages/private.js';
import { onButton, type Press } from '../press.js';
import type { Feature } from './feature.js';

export const undoNoise: Feature = {
  name: 'Undo noise',
  help: 'takes back that something is noise: the next alarm like it opens an incident',
  register: (app, desk) => onButton(app, desk, 'undo-noise', undo, 'mark-noise'),
};

async function undo({ desk, incident, actor, arg, verb, reply }: Press): Promise<void> {
  const outcome = decideUndo(desk.ctx, { incidentId: incident.id, teachingId: Number(arg), actor });
  if (outcome.kind === 'not-found')
    return tell(desk, reply, notPossible(verb, 'There is no such judgement (any more).'));
  desk.ctx.outbox.wake();
  await tell(desk, reply, privateNote(undoneText(outcome.kind, outcome.teaching, outcome.stillBy)));
}
