// What each customer has written to and from before: recipients, their domains, sender shapes. Kept as 32-bit hashes over customer
// and name: with ten million of them one stranger in 400 passes for an acquaintance, and the mail addresses of other people's
// customers are not stored. In two generations of two months: what nobody met for that long is forgotten with the older one.
import { HashSet } from './hash-set.js';
import type { Route } from './routes.js';

const GENERATION_MS = 60 * 24 * 3_600_000;
/** In a generation: 64 MB. */
const MOST = 8_000_000;
/** Of one customer in a generation. Beyond this it is a bulk sender, and everybody it has not met is a stranger for good. */
const MOST_OF_CUSTOMER = 200_000;

/** One customer's acquaintances: made once by `of`, handed back with every name. */
export interface Acquaintances {
  readonly hash: number;
  count: number;
}

/** What is to be saved: hashes met since the last call, and the generation they belong to; older ones but the last go. */
export interface FamiliarChanges {
  generation: number;
  /** When the generation began; ms. */
  begunAt: number;
  hashes: Uint32Array;
}

/** Holds state. */
export class Familiar {
  private young = new HashSet();
  private old = new HashSet();
  generation = 0;
  private begunAt: number | undefined;
  private added: number[] = [];
  private customers = new Map<string, Acquaintances>();

  /** The acquaintances of a customer; valid until `turn`. */
  of(customer: string): Acquaintances {
    let known = this.customers.get(customer);
    if (!known) {
      known = { hash: Math.imul(hashOf(customer), 0x9e3779b1), count: 0 };
      this.customers.set(customer, known);
    }
    return known;
  }

  /** Those of the customer a message is of; kept with its route. */
  behind(route: Pick<Route, 'acquaintances' | 'owner'>): Acquaintances {
    route.acquaintances ??= this.of(route.owner.customer);
    return route.acquaintances;
  }

  /** Adds a name by its hash (`hashOf`); reports whether it was new. */
  meet(customer: Acquaintances, name: number): boolean {
    const hash = mix(name ^ customer.hash);
    if (this.young.has(hash)) return false;
    const isNew = !this.old.has(hash);
    if (isNew && customer.count >= MOST_OF_CUSTOMER) return true;
    customer.count++;
    this.young.add(hash);
    this.added.push(hash);
    return isNew;
  }

  /** Begins a new generation when the running one is two months old at `now`, or full. */
  turn(now: number): void {
    this.begunAt ??= now;
    // A clock that was set back begins nothing: the time starts again from there.
    if (now < this.begunAt) this.begunAt = now;
    if (now - this.begunAt < GENERATION_MS && this.young.size < MOST) return;
    this.generation++;
    this.begunAt = now;
    this.old = this.young;
    this.young = new HashSet();
    this.added = [];
    for (const customer of this.customers.values()) customer.count = 0;
  }

  takeChanges(): FamiliarChanges {
    const { generation, begunAt = 0 } = this;
    const changes = { generation, begunAt, hashes: Uint32Array.from(this.added) };
    this.added = [];
    return changes;
  }

  /** Puts saved hashes back, before the first event. */
  restore(saved: Iterable<FamiliarChanges>): void {
    const chunks = [...saved];
    const awaited = new Map<number, number>();
    for (const { generation, hashes } of chunks)
      awaited.set(generation, (awaited.get(generation) ?? 0) + hashes.length);
    for (const { generation, begunAt, hashes } of chunks) {
      if (generation < this.generation - 1) continue;
      for (; this.generation < generation; this.generation++) {
        this.old = this.young;
        this.young = new HashSet();
      }
      const set = generation === this.generation ? this.young : this.old;
      if (set === this.young && begunAt > 0) this.begunAt = begunAt;
      set.reserve(awaited.get(generation) ?? 0);
      awaited.delete(generation);
      for (const hash of hashes) set.add(hash);
    }
  }
}

/** The hash under which a name of a customer was saved, from the two saved apart by earlier versions. */
export function joinedHash(customer: string, name: number): number {
  return mix(name ^ Math.imul(hashOf(customer), 0x9e3779b1));
}

const FNV_BASIS = 0x811c9dc5;

/** FNV-1a over UTF-16 units of text[from, …), 32 bits, with a final mix because names differ mostly at their ends. */
export function hashOf(text: string, seed = FNV_BASIS, from = 0): number {
  return mix(hashed(text, seed, from)) >>> 0;
}

/** A seed for `hashOf` that stands for a prefix. */
export function seedOf(prefix: string): number {
  return hashed(prefix, FNV_BASIS, 0);
}

function hashed(text: string, seed: number, from: number): number {
  let hash = seed;
  for (let i = from; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finalizer of murmur3. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
