// Names with a value each: mostly one name, seldom hundreds, and mostly the one that was asked for last. Objects used as dictionaries cost
// ten times as much, and a Map for each of a million identities would be most of the memory. Saved as the JSON object it stands for.

/** From so many names on they are looked up in a Map. */
const MANY = 9;

export class Tally<Value> {
  private readonly names: string[] = [];
  private readonly values: Value[] = [];
  private places: Map<string, number> | undefined = undefined;
  private last = 0;

  static of<Value>(saved: Readonly<Record<string, Value>> = {}): Tally<Value> {
    const tally = new Tally<Value>();
    for (const [name, value] of Object.entries(saved)) tally.set(name, value);
    return tally;
  }

  get size(): number {
    return this.names.length;
  }

  get(name: string): Value | undefined {
    const place = this.placeOf(name);
    return place < 0 ? undefined : this.values[place];
  }

  has(name: string): boolean {
    return this.placeOf(name) >= 0;
  }

  set(name: string, value: Value): void {
    const place = this.placeOf(name);
    if (place >= 0) this.values[place] = value;
    else this.put(name, value);
  }

  /** In the order in which the names came. */
  nameAt(i: number): string {
    return this.names[i] as string;
  }

  valueAt(i: number): Value {
    return this.values[i] as Value;
  }

  entries(): [string, Value][] {
    return this.names.map((name, i) => [name, this.valueAt(i)]);
  }

  toJSON(): Record<string, Value> {
    return Object.fromEntries(this.entries());
  }

  private placeOf(name: string): number {
    const { names, last } = this;
    if (names.length === 0) return -1;
    if (names[last] === name) return last;
    const place = this.places ? (this.places.get(name) ?? -1) : names.indexOf(name);
    if (place >= 0) this.last = place;
    return place;
  }

  private put(name: string, value: Value): void {
    const { names } = this;
    this.last = names.length;
    names.push(name);
    this.values.push(value);
    if (this.places) this.places.set(name, this.last);
    else if (names.length === MANY) this.places = new Map(names.map((each, i) => [each, i]));
  }
}
