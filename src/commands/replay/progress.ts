// How far a replay is: share of the bytes, lines a second, time left. On a terminal only.
import cliProgress from 'cli-progress';
import type { ReplayProgress } from '../../detection/replay/replay.js';
import { durationWords } from '../../detection/replay/replay-words.js';
import { barBeside } from '../terminal/progress.js';

/** The speed is that of this time: a log's quiet nights and busy mornings are read at different speeds. */
const WINDOW_MS = 5_000;

interface Sample {
  ms: number;
  lines: number;
  bytes: number;
}

/** Speed over the last seconds. Pure but for its memory; times in ms on any clock. */
export class Pace {
  private readonly samples: Sample[];

  constructor(startMs: number) {
    this.samples = [{ ms: startMs, lines: 0, bytes: 0 }];
  }

  add(ms: number, { linesRead, bytesRead }: ReplayProgress): void {
    this.samples.push({ ms, lines: linesRead, bytes: bytesRead });
    while (this.samples.length > 2 && ms - (this.samples[1] as Sample).ms >= WINDOW_MS) this.samples.shift();
  }

  get linesPerSecond(): number {
    return this.perSecond('lines');
  }

  /** ms; undefined while nothing is known. */
  left(bytesTotal: number): number | undefined {
    const rate = this.perSecond('bytes');
    const last = this.samples.at(-1) as Sample;
    return rate > 0 && bytesTotal > 0 ? (1000 * Math.max(0, bytesTotal - last.bytes)) / rate : undefined;
  }

  private perSecond(what: 'lines' | 'bytes'): number {
    const [first, last] = [this.samples[0] as Sample, this.samples.at(-1) as Sample];
    return last.ms > first.ms ? (1000 * (last[what] - first[what])) / (last.ms - first.ms) : 0;
  }
}

export interface ReplayBar {
  /** What is done before the first line is read. */
  say(text: string): void;
  show(progress: ReplayProgress): void;
  /** Clears the bar's line, so that something else can be written there. */
  clear(): void;
  stop(): void;
}

/** Undefined when stderr is no terminal. */
export function replayBar(): ReplayBar | undefined {
  if (!process.stderr.isTTY) return undefined;
  const pace = new Pace(performance.now());
  let bar: cliProgress.SingleBar | undefined;
  const clear = () => process.stderr.write('\r\u001b[K');
  return {
    say: (text) => process.stderr.write(`\r\u001b[K${text}`),
    show(progress) {
      const { linesRead, bytesRead, bytesTotal } = progress;
      pace.add(performance.now(), progress);
      const leftMs = pace.left(bytesTotal);
      const words = {
        lines: linesRead.toLocaleString('en-US'),
        rate: Math.round(pace.linesPerSecond).toLocaleString('en-US'),
        left: leftMs === undefined ? '?' : durationWords(leftMs),
      };
      if (!bar) clear();
      bar ??= startBar(bytesTotal, words);
      bar.update(bytesTotal > 0 ? Math.min(bytesRead, bytesTotal) : 0, words);
    },
    clear,
    stop() {
      bar?.stop();
      clear();
    },
  };
}

/** Nobody knows how long stdin is. */
function startBar(bytesTotal: number, words: Record<string, string>): cliProgress.SingleBar {
  const shape =
    bytesTotal > 0
      ? barBeside('{percentage} % · {rate} lines/s · {left} left')
      : { format: '{lines} lines · {rate} lines/s' };
  const bar = new cliProgress.SingleBar({ ...shape, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  bar.start(Math.max(1, bytesTotal), 0, words);
  return bar;
}
