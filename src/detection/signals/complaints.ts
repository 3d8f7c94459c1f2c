// Complaints of receivers' users, as feedback loops hand them on. Providers call for action at 1 complaint in 1,000 messages; mail of
// people to people has next to none. They come hours late and from few receivers, so they confirm rather than find.
import { reachOf } from '../identities/activity.js';
import type { Signal } from './signal.js';
import { clamp, lnShare } from './statistics.js';

/** Recipients that complain: mean 0.05 %. */
const HONEST = { yes: 0.05, no: 100 };
/** Mean 1.6 %. */
const SPAM = { yes: 1, no: 60 };

export const complaints: Signal = {
  id: 'complaints',
  group: 'reception',
  appliesToDeclaredBulk: true,
  weigh({ activity }) {
    if (activity.complaints === 0) return undefined;
    const { complaints } = activity;
    const total = Math.max(complaints, reachOf(activity));
    return clamp(lnShare(complaints, total, SPAM) - lnShare(complaints, total, HONEST), 0, 6);
  },
  say: ({ activity: { complaints } }) => `${complaints} complaint${complaints === 1 ? '' : 's'} of receivers' users`,
};
