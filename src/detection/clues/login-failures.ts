// Counts failed logins by login and by client address, until there was none for six hours. Approximate on purpose: passwords are guessed
// all day and night, and only the order of magnitude matters.

import { RecentMap } from '../structures/recent-map.js';

const WINDOW_MS = 6 * 3_600_000;
const MAX_NAMES = 50_000;

export class LoginFailures {
  private readonly counts = new RecentMap<string, { count: number; at: number }>(MAX_NAMES);

  add(at: number, login: string | undefined, clientIp: string | undefined): void {
    for (const name of [login, clientIp]) {
      if (name === undefined) continue;
      this.counts.set(name, { count: this.of(name, at) + 1, at });
    }
  }

  /** Failures before a message with this login from this address: those of the login or those of the address, whichever are more. */
  before(at: number, login: string | undefined, clientIp: string | undefined): number {
    if (this.counts.isEmpty) return 0;
    return Math.max(login === undefined ? 0 : this.of(login, at), clientIp === undefined ? 0 : this.of(clientIp, at));
  }

  /** Failures before from this address, with any login. */
  from(at: number, clientIp: string): number {
    return this.counts.isEmpty ? 0 : this.of(clientIp, at);
  }

  private of(name: string, at: number): number {
    const known = this.counts.get(name);
    return known && Math.abs(at - known.at) < WINDOW_MS ? known.count : 0;
  }
}
