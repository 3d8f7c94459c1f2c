// Why?: what the detection knows of a compromise's sender or entry point, for and against, for the person's eyes. /relay why asks the same.
import { tell } from '../desk.js';
import { whyMessage } from '../messages/noise/explanation.js';
import { notPossible } from '../messages/private.js';
import type { Press } from '../press.js';
import { aboutOf, readWhy } from '../why.js';
import type { Feature } from './feature.js';

export const why: Feature = {
  name: 'Why?',
  help: 'shows you alone what speaks for and against an alarm, and what is usual for the sender',
  steps: [{ verb: 'why', right: 'look', act: show }],
};

async function show({ desk, incident, verb, reply }: Press): Promise<void> {
  const about = aboutOf(incident);
  if (about === undefined) return tell(desk, reply, notPossible(verb, 'It names nobody that could be asked about.'));
  await tell(desk, reply, whyMessage(await readWhy(desk.ctx, about, desk.identity()?.workspaceUrl)));
}
