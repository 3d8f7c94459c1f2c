// Re-open: a resolved incident turned out not to be.
import { reopenIncident } from '../../incidents/resolve.js';
import { decisionOf, type Press, settle } from '../press.js';
import type { Feature } from './feature.js';

export const reopen: Feature = {
  name: 'Re-open',
  help: 'opens a resolved incident again',
  steps: [{ verb: 'reopen', right: 'reopen', act: decide }],
};

function decide(press: Press): Promise<void> {
  return settle(press, reopenIncident(press.desk.ctx, decisionOf(press)));
}
