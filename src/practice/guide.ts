// What somebody who opens the practice workspace for the first time can try, in the order in which it happens.
import type { Guide } from './page/index.js';

export const guide: Guide = {
  title: 'Try this',
  whatThisIs: 'You guard a made-up mail relay, and the bot is the real one. Nothing can break.',
  steps: [
    'Soon a mailbox is stolen and #abuse-desk has an alert. Press Block sender.',
    'Look at the figures on top: what it sends is refused now, everybody else’s mail goes on.',
    'Open the replies under the alert: who did what, and when.',
    'Its spam gets an address blocklisted: #deliverability says where, whose fault it is, and what is left to do.',
    'Press Tell partners there: #partner-mail shows the letters as the partners get them.',
    'Act as Oscar, on top at the right: in #abuse-desk he may type /relay incidents, blocks, status, noise or digest. Buttons refuse him.',
  ],
  whileEmpty: {
    'abuse-desk':
      'Nothing here yet. Soon a mailbox is stolen, and its alert appears here. Press Block sender on it and watch the figures on top.',
    deliverability: 'Nothing here yet. When one of our addresses is blocklisted, it is told here.',
    'partner-mail':
      'Nothing here yet. Press Tell partners on a listing, and its letters arrive here as they are mailed.',
  },
};
