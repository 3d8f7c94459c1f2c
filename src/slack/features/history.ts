// History: who did what to this incident, when and why; refusals and lost races too. For the person's eyes.
import { auditCount, auditOf } from '../../audit/verify.js';
import { auditSubject } from '../../incidents/record.js';
import { tell } from '../desk.js';
import { history as historyMessage } from '../messages/private.js';
import type { Press } from '../press.js';
import type { Feature } from './feature.js';

const ROWS = 30;

export const history: Feature = {
  name: 'History and notes',
  help: 'shows you alone who did what to an incident, when and why',
  steps: [{ verb: 'history', right: 'look', act: show }],
};

async function show({ desk, incident, reply }: Press): Promise<void> {
  const subject = auditSubject(incident.id);
  const [rows, total] = [auditOf(desk.ctx.db, subject, ROWS), auditCount(desk.ctx.db, subject)];
  await tell(desk, reply, historyMessage(incident, rows, total, desk.ctx.customerName));
}
