// The clients that mail comes from: what their addresses say of a run, by the habits of the login and its customer, the logins that failed
// from them before, and whether they have a name.
import type { Accepted, LoginFailed } from '../../mail/event.js';
import { type Activity, addAddress, addNetwork, hasNetwork, isFresh } from '../identities/activity.js';
import type { Habit } from '../identities/habit.js';
import type { Identity } from '../identities/identity.js';
import { markOf } from '../identities/onset.js';
import { ClientNames, type NamesOfRelay } from './client-names.js';
import { LoginFailures } from './login-failures.js';
import { isNew, noveltyOf } from './novelty.js';

/** Holds state; the names that relays tell are saved. */
export class Clients {
  readonly names: ClientNames;
  private readonly failures = new LoginFailures();

  constructor(load?: (key: string) => NamesOfRelay | undefined) {
    this.names = new ClientNames(load);
  }

  seeFailedLogin({ at, login, clientIp }: LoginFailed): void {
    this.failures.add(at, login, clientIp);
  }

  /** Failed logins before a message, with its login or from its address. */
  failedBefore({ at, message: { login, clientIp } }: Accepted): number {
    return this.failures.before(at, login, clientIp);
  }

  /** Counts whether the client has a name, once for each run; `running` is the run so far, if any. */
  noteName({ message: { clientIp, relay, clientName } }: Accepted, running: Activity | undefined): void {
    if (clientIp !== undefined && isFresh(running, clientIp)) this.names.count(relay, clientName);
  }

  /** Adds the address of a message to a run of its identity, when it is another than the last; `customer` is the customer's habit. */
  addTo(activity: Activity, { at, message }: Accepted, { entry, habit }: Identity, customer: Habit): void {
    const { clientIp, relay, clientName, recipientCount } = message;
    if (clientIp === undefined || clientIp === activity.lastIp) return;
    addAddress(activity, clientIp);
    if (entry !== 'login' || hasNetwork(activity, clientIp)) return;
    const novelty = noveltyOf(clientIp, activity, habit, customer, this.names.of(relay, clientName));
    const guesses = novelty === 'known' ? 0 : this.failures.from(at, clientIp);
    addNetwork(activity, clientIp, { novelty, guesses });
    if (isNew(novelty)) activity.newNetworkFrom ??= markOf(activity, at, recipientCount);
  }
}
