// Remembers what is familiar to each customer: recipients it has written to, their domains, senders it has used (by shape). That is how a
// recipient or a sender is known to be new. Kept as 32-bit hashes of customer and name: with ten million of them one new name in 400 is
// taken for a known one, but little memory is needed and no mail addresses are stored. There are two sets, of this generation and the one
// before, which take turns every two months: a name that was not seen for that long is forgotten with the older set.

import type { Route } from '../identities/routes.js';
import { HashSet } from '../structures/hash-set.js';

const GENERATION_MS = 60 * 24 * 3_600_000;
/** Hashes in a generation: 64 MB. */
const MOST = 8_000_000;
/** Hashes of one customer in a generation. One with more is a bulk sender: further names are new every time they come. */
const MOST_OF_CUSTOMER = 200_000;

/** A handle for the names familiar to one customer: made once by `of`, and given with every name. */
export interface Acquaintances {
  /** Hash of the customer, which every name is combined with. */
  readonly hash: number;
  /** Hashes added in this generation. */
  count: number;
}

/** What is to be saved: hashes added since the last call, and their generation. Generations before the last one are to be deleted. */
export interface FamiliarChanges {
  generation: number;
  /** When the generation began; ms. */
  begunAt: number;
  hashes: Uint32Array;
}

export class Familiar {
  /** Hashes of this generation, and of the one before. */
  private young = new HashSet();
  private old = new HashSet();
  generation = 0;
  private begunAt: number | undefined;
  private added: number[] = [];
  private customers = new Map<string, Acquaintances>();

  /** The handle for a customer. */
  of(customer: string): Acquaintances {
    let known = this.customers.get(customer);
    if (!known) {
      known = { hash: Math.imul(hashOf(customer), 0x9e3779b1), count: 0 };
      this.customers.set(customer, known);
    }
    return known;
  }

  /** The same for the customer of a message; kept with its route. */
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

  /** Begins a new generation when this one is two months old at `now`, or full. */
  turn(now: number): void {
    this.begunAt ??= now;
    // When the clock was set back, the two months count from there.
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

/** The hash of a customer's name, for rows of earlier versions, which saved the customer and the hash of the name apart. */
export function joinedHash(customer: string, name: number): number {
  return mix(name ^ Math.imul(hashOf(customer), 0x9e3779b1));
}

const FNV_BASIS = 0x811c9dc5;

/** 32-bit FNV-1a over the UTF-16 units of text[from, …), mixed at the end, because FNV-1a spreads differences in the last units badly. */
export function hashOf(text: string, seed = FNV_BASIS, from = 0): number {
  return mix(hashed(text, seed, from)) >>> 0;
}

/** A seed for `hashOf`, with which the hash of a text is that of prefix and text together. */
export function seedOf(prefix: string): number {
  return hashed(prefix, FNV_BASIS, 0);
}

function hashed(text: string, seed: number, from: number): number {
  let hash = seed;
  for (let i = from; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
