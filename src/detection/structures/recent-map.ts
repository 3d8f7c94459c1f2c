// A map with a bounded number of entries, which forgets those set longest ago. Two maps take turns, and the older is dropped as a whole:
// a single Map from which the first entry is deleted again and again becomes slow, because it walks over the gaps to find the next.

export class RecentMap<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();
  /** Grows when the maps take turns. An entry is not forgotten in the era in which it was set, nor in the next. */
  era = 0;

  /** Holds at most `most` entries, and never forgets the last half of that. */
  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.young.size + this.old.size === 0;
  }

  get(key: K): V | undefined {
    const { young, old } = this;
    return young.get(key) ?? (old.size === 0 ? undefined : old.get(key));
  }

  set(key: K, value: V): void {
    this.young.set(key, value);
    if (this.young.size * 2 < this.most) return;
    this.old = this.young;
    this.young = new Map();
    this.era++;
  }
}
