// A bar on stderr while answers come in; nothing at all when nobody looks at it.
import cliProgress from 'cli-progress';

/** `what` is counted, in the plural. Undefined when stderr is no terminal or there is nothing to count. */
export function progressBar(total: number, what: string): cliProgress.SingleBar | undefined {
  if (total === 0 || !process.stderr.isTTY) return undefined;
  const words = `{value}/{total} ${what} · {eta_formatted} left`;
  const bar = new cliProgress.SingleBar({ ...barBeside(words), stream: process.stderr, clearOnComplete: true });
  restoreOnSignal(bar);
  bar.start(total, 0);
  return bar;
}

/** A bar as long as a line of cli-progress has it, and one that is worth its room. */
const [LONGEST_BAR, SHORTEST_BAR] = [40, 8];
/** What the words take with their figures filled in. */
const WORDS_WIDTH = 40;

/** The words never give way to the bar: on a narrow terminal it is shorter, or not there. */
export function barBeside(words: string, columns = process.stderr.columns ?? 80): { format: string; barsize: number } {
  const room = Math.min(LONGEST_BAR, columns - WORDS_WIDTH);
  return room < SHORTEST_BAR ? { format: words, barsize: 0 } : { format: `{bar} ${words}`, barsize: room };
}

/** Ctrl-C ends the command as it would without a bar, but first the terminal gets back its cursor and the wrapping of its lines. */
export function restoreOnSignal(bar: { stop(): void }): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      bar.stop();
      process.kill(process.pid, signal);
    });
}
