// The table of names that rows of counters refer to by number, so that the text of each is stored once.
import type { TrafficDb } from '../../db/open-traffic.js';

const DAY_MS = 86_400_000;
/** Days a name must outlive the last hour it was counted in: hours are kept for 35 (roll-up.ts). */
const KEPT_DAYS = 36;
/** Days by which its end is set later than needed, so that it need not be written again every day. */
const AHEAD_DAYS = 10;
/** As long as an address can be, RFC 5321 section 4.5.3.1.3. */
const MOST_CHARACTERS = 256;
/** Names in the writer's cache. */
const REMEMBERED = 300_000;

/** Writes names. Only the log worker does. */
export class NameWriter {
  private readonly known = new Map<string, { id: number; until: number }>();
  private readonly put;
  /** The newest day that anything was counted on. Rows are kept for a time after that day (roll-up.ts), those of an older log too. */
  private newest: number;

  constructor(
    db: TrafficDb,
    private readonly now: () => number = Date.now,
  ) {
    this.put = db.$client
      .prepare<[string, number], [number, number]>(
        'insert into names (text, until) values (?, ?) on conflict (text) do update set until = max(until, excluded.until) returning id, until',
      )
      .raw();
    const hour = db.$client.prepare<[], number | null>('select max(hour) from hour_counts').pluck().get();
    this.newest = Math.floor((hour ?? 0) / 24);
  }

  /** The id of a name that is counted on a day (ms / 86,400,000). To be called within the transaction that counts it. */
  idOf(name: string, day: number): number {
    // At most tomorrow: a log line with a time far in the future must not make names live for ever.
    this.newest = Math.max(this.newest, Math.min(day, Math.floor(this.now() / DAY_MS) + 1));
    const needed = this.newest + KEPT_DAYS;
    const known = this.known.get(name);
    if (known && known.until >= needed) return known.id;
    const row = this.put.get(name.slice(0, MOST_CHARACTERS), needed + AHEAD_DAYS);
    const [id, until] = row as [number, number];
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(name, { id, until });
    return id;
  }

  /** To be called when the transaction failed: names that it wrote are not in the table. */
  forget(): void {
    this.known.clear();
  }
}

/** Reads names and remembers them. */
export class NameReader {
  private readonly texts = new Map<number, string>();
  private readonly text;
  private readonly id;

  constructor(db: TrafficDb) {
    this.text = db.$client.prepare<[number], string>('select text from names where id = ?').pluck();
    this.id = db.$client.prepare<[string], number>('select id from names where text = ?').pluck();
  }

  textOf(id: number): string {
    let text = this.texts.get(id);
    if (text === undefined) {
      text = this.text.get(id) ?? '';
      this.texts.set(id, text);
    }
    return text;
  }

  /** Undefined for a name that was never counted. */
  idOf(text: string): number | undefined {
    return this.id.get(text);
  }

  /** The ids of those names that were ever counted. */
  idsOf(texts: readonly string[]): number[] {
    return texts.flatMap((text) => this.idOf(text) ?? []);
  }
}
