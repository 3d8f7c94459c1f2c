// A map that holds a bounded number of entries; the ones set longest ago are forgotten. In two halves, because a Map whose first
// entry is deleted again and again walks over all the gaps to find the next.

export class RecentMap<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();
  /** What was set in the running era is not forgotten in it, nor in the next. */
  era = 0;

  /** Holds at most `most` entries, and at least the last half of that. */
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
