// Undo noise: what was marked is an open incident again, and so is the next alarm like it. On the card, in the digest, behind /relay noise.
import { undoNoise as decideUndo } from '../../incidents/noise/mark-noise.js';
import { mayDo } from '../authorize.js';
import { replaceOwn, tell } from '../desk.js';
import { noiseList, undoneNote } from '../messages/noise/noise.js';
import { notPossible } from '../messages/private.js';
import type { Press } from '../press.js';
import { linkTo } from '../read.js';
import { readNoise } from '../read-noise.js';
import type { Feature } from './feature.js';

export const undoNoise: Feature = {
  name: 'Undo noise',
  help: 'takes back that something is noise: its incident is open again, and alarms like it are told',
  steps: [{ verb: 'undo-noise', right: 'mark-noise', act: undo }],
};

/** The judgement, and the page of /relay noise where the button was. */
const ARG = /^(\d{1,15})(?:\|(\d{1,6}))?$/;

async function undo({ desk, incident, person, actor, arg, verb, reply }: Press): Promise<void> {
  const [, id, page] = ARG.exec(arg) ?? [];
  const mayReopen = mayDo(desk.ctx.config, person, 'reopen');
  const outcome = decideUndo(desk.ctx, { incidentId: incident.id, teachingId: Number(id), actor, mayReopen });
  if (outcome.kind === 'not-found')
    return tell(desk, reply, notPossible(verb, 'There is no such judgement (any more).'));
  desk.ctx.outbox.wake();
  const news = undoneNote(outcome, linkTo(incident, desk.identity()?.workspaceUrl));
  // The list would go on showing as standing what is over, and it is the person's alone.
  const isShown =
    page !== undefined && (await replaceOwn(desk, reply, noiseList(readNoise(desk.ctx), Number(page), { news })));
  if (!isShown) await tell(desk, reply, news);
}
