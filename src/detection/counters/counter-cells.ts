// The counters of an hour in memory, in one flat array: a cell holds the sums (SUMS) of one name, such as a sender. Adding to a cell
// touches a few numbers and allocates nothing, because it is done several times for every line of a log.

/** The sums of a cell in their order; columns of the traffic database. What each counts is said there (db/traffic-schema.ts). */
export const SUMS = [
  'messages',
  'recipients',
  'sent',
  'deferred',
  'bounced',
  'lateBounced',
  'refused',
  'unknownUsers',
  'contentRefusals',
  'ipBlocks',
  'newRecipients',
  'complaints',
] as const;
export type SumName = (typeof SUMS)[number];
export type Sums = Record<SumName, number>;

/** Numbers in a cell: 12 sums and a flag, filled up to 64 bytes, a line of the processor's cache. */
const WIDTH = 16;
/** Place of the flag: 1 when something was added since the cell was last taken. */
const IS_TOUCHED = WIDTH - 1;
/** Bytes left out at the beginning, so that cells begin with a cache line: glibc's malloc begins large blocks 16 bytes behind one. */
const TO_NEXT_LINE = 48;
/** Place of each sum within a cell. */
export const AT = Object.fromEntries(SUMS.map((name, i) => [name, i])) as Readonly<Record<SumName, number>>;

/**
 * What a name can be, and its number in the database. The owner of a receiver's cell is the outbound address that mail went to it from; the
 * owner of all others is the customer.
 */
export const KINDS = { relay: 1, sender: 2, login: 3, network: 4, outbound: 5, receiver: 6 } as const;
export type Kind = keyof typeof KINDS;

/** The name under which all names beyond a bound are counted together. No address, login or host is written with parentheses. */
export const OTHER = '(other)';

export interface CounterRow extends Sums {
  /** ms / 3,600,000. */
  hour: number;
  kind: Kind;
  /** Customer id; of a receiver the outbound address, or the relay when the address is not known. */
  owner: string;
  name: string;
}

/** The cells of an hour; a cell is known by its number. */
export class Cells {
  private readonly kinds: Kind[] = [];
  private readonly owners: string[] = [];
  private readonly names: string[] = [];
  private sums = newSums(64);
  private touched: number[] = [];

  get size(): number {
    return this.kinds.length;
  }

  /** Makes a new cell; returns its number. */
  open(kind: Kind, owner: string, name: string): number {
    const cell = this.kinds.length;
    this.kinds.push(kind);
    this.owners.push(owner);
    this.names.push(name);
    if ((cell + 1) * WIDTH > this.sums.length) this.grow();
    return cell;
  }

  /** Adds `n` to a sum of a cell; `sum` is its place, of AT. */
  add(cell: number, sum: number, n: number): void {
    const { sums } = this;
    const from = cell * WIDTH;
    sums[from + sum] = (sums[from + sum] as number) + n;
    if (sums[from + IS_TOUCHED] !== 0) return;
    sums[from + IS_TOUCHED] = 1;
    this.touched.push(cell);
  }

  /** Yields a row for each cell that was added to since the last call, and sets the cell to zero. */
  *take(hour: number): Generator<CounterRow, void> {
    const { touched } = this;
    this.touched = [];
    for (const cell of touched) {
      const row = this.rowOf(hour, cell);
      this.sums.fill(0, cell * WIDTH, (cell + 1) * WIDTH);
      yield row;
    }
  }

  clear(): void {
    this.kinds.length = this.owners.length = this.names.length = 0;
    this.sums = new Int32Array(0);
    this.touched = [];
  }

  private rowOf(hour: number, cell: number): CounterRow {
    const from = cell * WIDTH;
    const { sums } = this;
    const sum = (i: number) => sums[from + i] as number;
    return {
      hour,
      kind: this.kinds[cell] as Kind,
      owner: this.owners[cell] as string,
      name: this.names[cell] as string,
      messages: sum(AT.messages),
      recipients: sum(AT.recipients),
      sent: sum(AT.sent),
      deferred: sum(AT.deferred),
      bounced: sum(AT.bounced),
      lateBounced: sum(AT.lateBounced),
      refused: sum(AT.refused),
      unknownUsers: sum(AT.unknownUsers),
      contentRefusals: sum(AT.contentRefusals),
      ipBlocks: sum(AT.ipBlocks),
      newRecipients: sum(AT.newRecipients),
      complaints: sum(AT.complaints),
    };
  }

  private grow(): void {
    const sums = newSums((2 * this.sums.length) / WIDTH);
    sums.set(this.sums);
    this.sums = sums;
  }
}

function newSums(cells: number): Int32Array {
  const numbers = cells * WIDTH;
  return new Int32Array(new ArrayBuffer(numbers * Int32Array.BYTES_PER_ELEMENT + TO_NEXT_LINE), TO_NEXT_LINE, numbers);
}
