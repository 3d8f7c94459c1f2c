// Re-open: a resolved incident turned out not to be.
import { reopenIncident } from '../../incidents/resolve.js';
import { decisionOf, onButton, type Press, settle } from '../press.js';
import type { Feature } from './feature.js';

export const reopen: Feature = {
  name: 'Re-open',
  help: 'opens a resolved incident again',
  menu: { entry: 'reopen', right: 'reopen', act: decide },
  register: (app, desk) => onButton(app, desk, 'reopen', decide),
};

function decide(press: Press): Promise<void> {
  return settle(press, reopenIncident(press.desk.ctx, decisionOf(press)));
}
