// Relays that mail events name and the configuration does not: most often a slip in writing. Their events are taken all the same, as a
// log's of an unknown host are; whoever sends them hears of it.
import { nearest } from '../mail/nearest.js';

export interface StrangeRelay {
  /** As the events have it, cut; outsiders' text. */
  relay: string;
  events: number;
  /** The configured one that is written nearly so. */
  perhaps?: string;
}

/** So many are named; the others are counted. */
const MAX_NAMED = 20;
const MAX_LENGTH = 80;

/** Counts the events of one batch by relays that are not configured. Where none is configured, none is strange. */
export class StrangeRelays {
  events = 0;
  private readonly byName = new Map<string, number>();

  constructor(private readonly known: ReadonlySet<string>) {}

  see(relay: string): void {
    if (this.known.size === 0 || this.known.has(relay)) return;
    this.events++;
    const name = relay.slice(0, MAX_LENGTH);
    const count = this.byName.get(name);
    if (count !== undefined || this.byName.size < MAX_NAMED) this.byName.set(name, (count ?? 0) + 1);
  }

  named(): StrangeRelay[] {
    const known = [...this.known];
    return [...this.byName].map(([relay, events]) => {
      const perhaps = nearest(relay, known);
      return { relay, events, ...(perhaps === undefined ? {} : { perhaps }) };
    });
  }
}

/** For the answer: what is strange, in one sentence; undefined when nothing is. */
export function strangeWords({
  events,
  named,
}: {
  events: number;
  named: readonly StrangeRelay[];
}): string | undefined {
  if (events === 0) return undefined;
  const names = named.map(({ relay, perhaps }) => JSON.stringify(relay) + (perhaps ? ` (perhaps ${perhaps})` : ''));
  const verb = events === 1 ? '1 event names a relay that is' : `${events} events name relays that are`;
  return `${verb} not under relays in the configuration: ${names.join(', ')}. They were taken; put it there, or mend the name.`;
}
