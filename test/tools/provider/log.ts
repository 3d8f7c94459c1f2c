// Lines in the order of their time, although they are written message by message: what lies ahead waits in a bucket of its second.

export type LineForm = 'rfc3339' | 'traditional';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Bucket {
  at: number[];
  lines: string[];
}

/** Holds only lines that are later than the last moment taken. */
export class LogBuckets {
  private readonly buckets = new Map<number, Bucket>();
  private next: number;
  private second = -1;
  private head = '';
  private readonly zoneText: string;
  lines = 0;

  /** `start` in ms; `zone` is hours ahead of UTC. */
  constructor(
    start: number,
    private readonly zone: number,
    private readonly form: LineForm,
  ) {
    this.next = Math.floor(start / 1000) - 60;
    const hours = String(Math.abs(zone)).padStart(2, '0');
    this.zoneText = `${zone < 0 ? '-' : '+'}${hours}:00`;
  }

  /** Adds a line; `rest` is everything after the time. `at` may have a fraction: microseconds. */
  add(at: number, rest: string): void {
    const second = Math.max(this.next, Math.floor(at / 1000));
    let bucket = this.buckets.get(second);
    if (!bucket) {
      bucket = { at: [], lines: [] };
      this.buckets.set(second, bucket);
    }
    bucket.at.push(at);
    bucket.lines.push(rest);
  }

  /** The lines of all whole seconds before `until`. */
  takeUntil(until: number): string {
    const last = Math.floor(until / 1000);
    let text = '';
    for (; this.next < last; this.next++) {
      const bucket = this.buckets.get(this.next);
      if (!bucket) continue;
      this.buckets.delete(this.next);
      text += this.write(this.next, bucket);
    }
    return text;
  }

  private write(second: number, { at, lines }: Bucket): string {
    const order = Array.from(at.keys()).sort((a, b) => (at[a] as number) - (at[b] as number));
    this.lines += lines.length;
    let text = '';
    for (const i of order) text += `${this.stamp(second, at[i] as number)} ${lines[i]}\n`;
    return text;
  }

  private stamp(second: number, at: number): string {
    if (second !== this.second) {
      this.second = second;
      this.head = this.headOf(second);
    }
    if (this.form === 'traditional') return this.head;
    const micros = Math.min(999_999, Math.max(0, Math.floor((at - second * 1000) * 1000)));
    return `${this.head}.${String(micros).padStart(6, '0')}${this.zoneText}`;
  }

  private headOf(second: number): string {
    const iso = new Date(second * 1000 + this.zone * 3_600_000).toISOString();
    if (this.form === 'rfc3339') return iso.slice(0, 19);
    const day = iso.slice(8, 10).replace(/^0/, ' ');
    return `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${day} ${iso.slice(11, 19)}`;
  }
}
