// What each customer has written to and from before: recipients, their domains, sender shapes. Kept as 32-bit hashes: at the cap one
// stranger in 80,000 passes for an acquaintance, and the mail addresses of other people's customers are not stored.

/** Per customer; the oldest go first. Beyond this a customer is a bulk sender, and novelty says nothing about it. */
const MAX_PER_CUSTOMER = 50_000;
/** Forgotten at once: to look for the oldest each time would walk over the gaps the last ones left. */
const FORGOTTEN_AT_ONCE = 1_000;

export interface FamiliarRow {
  customer: string;
  hash: number;
}

/** What is to be saved and what to be deleted. */
export interface FamiliarChanges {
  added: FamiliarRow[];
  forgotten: FamiliarRow[];
}

/** A set of acquaintances per customer. Holds state. */
export class Familiar {
  private readonly byCustomer = new Map<string, Set<number>>();
  private added: FamiliarRow[] = [];
  private forgotten: FamiliarRow[] = [];

  /** Adds a name; reports whether it was new. */
  add(customer: string, name: string): boolean {
    const known = this.setOf(customer);
    const hash = hashOf(name);
    if (known.has(hash)) return false;
    this.put(customer, hash, known);
    this.added.push({ customer, hash });
    return true;
  }

  /** What changed since the last call. */
  takeChanges(): FamiliarChanges {
    // Who came and went between two calls is neither, whichever came last.
    const isKnown = ({ customer, hash }: FamiliarRow) => this.setOf(customer).has(hash);
    const changes = {
      added: this.added.filter(isKnown),
      forgotten: this.forgotten.filter((row) => !isKnown(row)),
    };
    this.added = [];
    this.forgotten = [];
    return changes;
  }

  /** Puts saved rows back, oldest first; what is beyond the cap is forgotten. */
  restore(rows: Iterable<FamiliarRow>): void {
    for (const { customer, hash } of rows) this.put(customer, hash, this.setOf(customer));
  }

  private put(customer: string, hash: number, known: Set<number>): void {
    if (known.size >= MAX_PER_CUSTOMER && !known.has(hash)) this.forgetOldest(customer, known);
    known.add(hash);
  }

  private forgetOldest(customer: string, known: Set<number>): void {
    let left = FORGOTTEN_AT_ONCE;
    for (const hash of known) {
      if (left-- === 0) return;
      known.delete(hash);
      this.forgotten.push({ customer, hash });
    }
  }

  private setOf(customer: string): Set<number> {
    let known = this.byCustomer.get(customer);
    if (!known) {
      known = new Set();
      this.byCustomer.set(customer, known);
    }
    return known;
  }
}

/** FNV-1a over UTF-16 units, 32 bits, with a final mix (murmur3) because names differ mostly at their ends. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
