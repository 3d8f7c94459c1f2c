// Failed logins with this name, or from these addresses, before the mail came. Passwords are guessed before they are used; but
// every mail server is guessed at all day, and people mistype, so it only supports other signs.
import { clamp } from '../statistics.js';
import type { Signal } from './signal.js';

export const failedLogins: Signal = {
  id: 'failed-logins',
  group: 'access',
  appliesToDeclaredBulk: true,
  weigh({ activity, entry }) {
    if (entry !== 'login' || activity.failedLogins < 3) return undefined;
    return clamp(0.6 * Math.log(activity.failedLogins), 0, 2);
  },
  say: ({ activity }) => `${activity.failedLogins} failed logins before`,
};
