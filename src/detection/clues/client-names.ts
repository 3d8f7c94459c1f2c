// Whether a relay's log tells the names of its clients. Most do. One that looks no names up, or whose resolver is out, has all of them
// nameless, which says nothing of any client.

/** Clients seen before a relay's habit is known. */
const LEAST = 20;
/**
 * So many count fully: an outage of the resolver is noticed within as many clients. Four times as many as one run of mail may bring (see
 * isFresh): a stolen login used from a thousand nameless machines does not make namelessness the relay's habit.
 */
const REMEMBERED = 200;
const MAX_RELAYS = 1_000;
/** What a relay's log calls a client whose address has no name, or none that leads back to the address (Postfix). */
const UNKNOWN = 'unknown';
const PREFIX = 'client-names|';

/** Of one relay; saved. */
export interface NamesOfRelay {
  clientsNamed: number;
  clientsNameless: number;
}

/** Holds state. */
export class ClientNames {
  private readonly byRelay = new Map<string, NamesOfRelay>();
  private readonly changed = new Set<string>();

  constructor(private readonly load?: (key: string) => NamesOfRelay | undefined) {}

  /** Counts a client: once for each run of its mail, not for each message, and of one run the first fifty. */
  count(relay: string, name: string | undefined): void {
    const seen = this.seenOf(relay);
    if (seen.clientsNamed + seen.clientsNameless >= REMEMBERED) {
      seen.clientsNamed *= 1 - 1 / REMEMBERED;
      seen.clientsNameless *= 1 - 1 / REMEMBERED;
    }
    if (hasName(name)) seen.clientsNamed++;
    else seen.clientsNameless++;
    if (this.byRelay.has(relay)) this.changed.add(relay);
  }

  /** Tells a client with a name from one without; undefined where the relay tells the names of too few. */
  of(relay: string, name: string | undefined): 'named' | 'nameless' | undefined {
    const { clientsNamed, clientsNameless } = this.seenOf(relay);
    if (clientsNamed + clientsNameless < LEAST || clientsNamed <= clientsNameless) return undefined;
    return hasName(name) ? 'named' : 'nameless';
  }

  takeChanges(): [string, NamesOfRelay][] {
    const rows = [...this.changed].map((relay): [string, NamesOfRelay] => [PREFIX + relay, this.seenOf(relay)]);
    this.changed.clear();
    return rows;
  }

  restore(key: string, saved: NamesOfRelay): void {
    this.byRelay.set(key.slice(PREFIX.length), saved);
  }

  private seenOf(relay: string): NamesOfRelay {
    let seen = this.byRelay.get(relay);
    if (seen) return seen;
    seen = this.load?.(PREFIX + relay) ?? { clientsNamed: 0, clientsNameless: 0 };
    if (this.byRelay.size < MAX_RELAYS) this.byRelay.set(relay, seen);
    return seen;
  }
}

function hasName(name: string | undefined): boolean {
  return name !== undefined && name !== UNKNOWN;
}
