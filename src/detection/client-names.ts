// Whether a relay's log tells the names of its clients. Most do; one that looks no names up, or an outage of its resolver, has them all
// nameless, which says nothing of any client.

const LEAST = 20;
const MOST = 1_000;
const MAX_RELAYS = 1_000;
/** What a relay's log calls a client whose address has no name, or none that leads back to the address (Postfix). */
const UNKNOWN = 'unknown';

interface Seen {
  named: number;
  nameless: number;
}

/** Holds state. */
export class ClientNames {
  private readonly byRelay = new Map<string, Seen>();

  /** Counts a client; reports whether it has no name where most of the relay's clients have one. */
  isNameless(relay: string, clientName: string | undefined): boolean {
    let seen = this.byRelay.get(relay);
    if (!seen) {
      if (this.byRelay.size >= MAX_RELAYS) this.byRelay.clear();
      seen = { named: 0, nameless: 0 };
      this.byRelay.set(relay, seen);
    }
    const isNameless = clientName === undefined || clientName === UNKNOWN;
    if (isNameless) seen.nameless++;
    else seen.named++;
    const all = seen.named + seen.nameless;
    if (all >= MOST) {
      seen.named /= 2;
      seen.nameless /= 2;
    }
    return isNameless && all >= LEAST && seen.named > seen.nameless;
  }
}
