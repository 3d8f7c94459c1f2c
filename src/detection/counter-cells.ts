// Sums in flat arrays, a cell of them for each name that is counted. Adding to a cell touches a few numbers and allocates nothing: it is
// done several times for every line of a log.

/** The sums of a cell, in the order they lie; what the traffic database adds up. */
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

/** Of a cell, in numbers: its sums and whether there are any, and what makes it a line of the processor's cache. */
const WIDTH = 16;
const IS_TOUCHED = WIDTH - 1;
/** In bytes. Large blocks of memory begin 16 behind the beginning of such a line (glibc's malloc). */
const TO_NEXT_LINE = 48;
/** Where a sum lies within its cell. */
export const AT = Object.fromEntries(SUMS.map((name, i) => [name, i])) as Readonly<Record<SumName, number>>;

/**
 * What is counted, and the numbers the database knows the kinds by. A receiver is counted under the outbound address that mail went to it
 * from, everything else under the customer.
 */
export const KINDS = { relay: 1, sender: 2, login: 3, network: 4, outbound: 5, receiver: 6 } as const;
export type Kind = keyof typeof KINDS;

/** Names beyond a bound, in one. No address, login or host is written with parentheses. */
export const OTHER = '(other)';

export interface CounterRow extends Sums {
  /** ms / 3,600,000. */
  hour: number;
  kind: Kind;
  /** Customer id; of a receiver the outbound address, or the relay where nobody knows the address. */
  owner: string;
  name: string;
}

/** The cells of an hour. */
export class Cells {
  private readonly kinds: Kind[] = [];
  private readonly owners: string[] = [];
  private readonly names: string[] = [];
  private sums = newSums(64);
  private touched: number[] = [];

  get size(): number {
    return this.kinds.length;
  }

  /** A new cell; answers what it is known by here. */
  open(kind: Kind, owner: string, name: string): number {
    const cell = this.kinds.length;
    this.kinds.push(kind);
    this.owners.push(owner);
    this.names.push(name);
    if ((cell + 1) * WIDTH > this.sums.length) this.grow();
    return cell;
  }

  add(cell: number, sum: number, n: number): void {
    const { sums } = this;
    const from = cell * WIDTH;
    sums[from + sum] = (sums[from + sum] as number) + n;
    if (sums[from + IS_TOUCHED] !== 0) return;
    sums[from + IS_TOUCHED] = 1;
    this.touched.push(cell);
  }

  /** What was added since the last call, a row for each cell while it is asked for; begins at nothing again. */
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
