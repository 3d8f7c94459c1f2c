// Block sender: the relays refuse the stolen mailbox's address and login from the next message on.
import { contain } from '../../incidents/contain.js';
import { decisionOf, onButton, settle } from '../press.js';
import type { Feature } from './feature.js';

export const blockSender: Feature = {
  name: 'Block sender',
  help: 'refuses the next message of the stolen mailbox, and says whom to call',
  register: (app, desk) =>
    onButton(app, desk, 'block-sender', (press) =>
      settle(press, contain(desk.ctx, { ...decisionOf(press), action: 'block-sender' })),
    ),
};
