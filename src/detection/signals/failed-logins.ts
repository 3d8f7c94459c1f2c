// Failed logins with this login, or from its client addresses, before the mail came. Passwords are guessed before they are used; but
// every mail server is guessed at all day, and people mistype, so by itself it only supports other signals. Failures from the very client
// address that then got in, when the login was never used from there, say more.

import type { Signal } from './signal.js';
import { clamp } from './statistics.js';

export const failedLogins: Signal = {
  id: 'failed-logins',
  group: 'access',
  appliesToDeclaredBulk: true,
  weigh({ activity, entry }) {
    const { failedLogins, guesses } = activity;
    if (entry !== 'login' || failedLogins < 3) return undefined;
    // Failures that need not be of whoever got in.
    const ofNobody = clamp(0.6 * Math.log(failedLogins), 0, 2);
    return guesses < 3 ? ofNobody : clamp(1.2 * Math.log(guesses), ofNobody, 3.5);
  },
  say: ({ activity }) => `${activity.failedLogins} failed logins before`,
};
