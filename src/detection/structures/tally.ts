// A small map from names to values, for the millions that identities hold. Most have one name, few have hundreds, and mostly the name
// asked for is the last one. An object used as a dictionary takes ten times as much memory, and a Map for each would be most of the memory.
// The first name is a field of the object itself, because what is looked up for every message should be in one place in memory. Saved as a
// JSON object.

import { quoted, textOf } from './json-text.js';

/** From so many names on they are looked up in a Map. */
const MANY = 9;

/** The names after the first. */
interface Further<Value> {
  names: string[];
  values: Value[];
  /** Index of each name, once they are many. */
  places: Map<string, number> | undefined;
  /** Index of the name last asked for. */
  last: number;
}

export class Tally<Value> {
  size = 0;
  private firstName = '';
  private firstValue: Value | undefined = undefined;
  private further: Further<Value> | undefined = undefined;

  static of<Value>(saved: Readonly<Record<string, Value>> = {}): Tally<Value> {
    const tally = new Tally<Value>();
    for (const [name, value] of Object.entries(saved)) tally.set(name, value);
    return tally;
  }

  get(name: string): Value | undefined {
    if (this.size === 0) return undefined;
    if (this.firstName === name) return this.firstValue;
    const { further } = this;
    if (!further) return undefined;
    const place = placeOf(further, name);
    return place < 0 ? undefined : further.values[place];
  }

  has(name: string): boolean {
    if (this.size === 0) return false;
    return this.firstName === name || (this.further !== undefined && placeOf(this.further, name) >= 0);
  }

  set(name: string, value: Value): void {
    if (this.size === 0 || this.firstName === name) {
      if (this.size === 0) this.size = 1;
      this.firstName = name;
      this.firstValue = value;
      return;
    }
    const { further } = this;
    const place = further ? placeOf(further, name) : -1;
    if (further && place >= 0) {
      further.values[place] = value;
      return;
    }
    // Literals of one element, because V8 reserves 17 places on the first push to an empty array.
    if (further) put(further, name, value);
    else this.further = { names: [name], values: [value], places: undefined, last: 0 };
    this.size++;
  }

  clear(): void {
    this.size = 0;
    this.firstName = '';
    this.firstValue = undefined;
    this.further = undefined;
  }

  /** In the order in which the names came. */
  nameAt(i: number): string {
    return i === 0 ? this.firstName : (this.further?.names[i - 1] as string);
  }

  valueAt(i: number): Value {
    return (i === 0 ? this.firstValue : this.further?.values[i - 1]) as Value;
  }

  entries(): [string, Value][] {
    return Array.from({ length: this.size }, (_, i) => [this.nameAt(i), this.valueAt(i)]);
  }

  toJSON(): Record<string, Value> {
    return Object.fromEntries(this.entries());
  }

  /** The text of `toJSON`. */
  jsonText(): string {
    let text = '{';
    for (let i = 0; i < this.size; i++)
      text += `${i === 0 ? '' : ','}${quoted(this.nameAt(i))}:${textOf(this.valueAt(i))}`;
    return `${text}}`;
  }
}

function placeOf<Value>(further: Further<Value>, name: string): number {
  const { names, last, places } = further;
  if (names[last] === name) return last;
  const place = places ? (places.get(name) ?? -1) : names.indexOf(name);
  if (place >= 0) further.last = place;
  return place;
}

function put<Value>(further: Further<Value>, name: string, value: Value): void {
  const { names, values } = further;
  further.last = names.length;
  names.push(name);
  values.push(value);
  if (further.places) further.places.set(name, further.last);
  else if (names.length === MANY) further.places = new Map(names.map((each, i) => [each, i]));
}
