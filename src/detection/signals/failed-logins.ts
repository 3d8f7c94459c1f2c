// Failed logins with this name, or from these addresses, before the mail came. Passwords are guessed before they are used; but
// every mail server is guessed at all day, and people mistype, so by itself it only supports other signs. Who guessed at the very address
// that then got in, and that the login was never used from, is another matter.
import { clamp } from '../statistics.js';
import type { Signal } from './signal.js';

export const failedLogins: Signal = {
  id: 'failed-logins',
  group: 'access',
  appliesToDeclaredBulk: true,
  weigh({ activity, entry }) {
    const { failedLogins, guesses } = activity;
    if (entry !== 'login' || failedLogins < 3) return undefined;
    const ofNobody = clamp(0.6 * Math.log(failedLogins), 0, 2);
    return guesses < 3 ? ofNobody : clamp(1.2 * Math.log(guesses), ofNobody, 3.5);
  },
  say: ({ activity }) => `${activity.failedLogins} failed logins before`,
};
