// Re-open: a resolved incident turned out not to be.
import { reopenIncident } from '../../incidents/resolve.js';
import { decisionOf, onButton, settle } from '../press.js';
import type { Feature } from './feature.js';

export const reopen: Feature = {
  name: 'Re-open',
  help: 'opens a resolved incident again',
  register: (app, desk) =>
    onButton(app, desk, 'reopen', (press) => settle(press, reopenIncident(desk.ctx, decisionOf(press)))),
};
