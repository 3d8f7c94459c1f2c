// Lines we should know and do not, counted, with the first few different ones kept. Two lines are alike when they differ in numbers and
// ids alone.
import type { ReaderStats } from '../format.js';
import type { Page } from '../page.js';

const MAX_SAMPLES = 5;
const SAMPLE_BYTES = 300;
/** Among this many unknown lines the different ones have been seen. */
const LOOKED_AT = 10_000;

export class UnknownLines {
  private readonly shapes = new Set<string>();

  constructor(private readonly stats: ReaderStats) {}

  /** `uncounted` lines were given besides those that `stats` has counted, this one among them. */
  add(page: Page, from: number, to: number, uncounted: number): void {
    const { stats } = this;
    stats.unknown++;
    if (stats.samples.length >= MAX_SAMPLES || stats.unknown > LOOKED_AT) return;
    const sample = page.text(from, Math.min(to, from + SAMPLE_BYTES));
    const shape = sample.replace(/[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*/gu, '0');
    if (this.shapes.has(shape)) return;
    this.shapes.add(shape);
    stats.samples.push(sample);
    stats.places.push({ line: stats.lines + uncounted, isFault: false });
  }
}
