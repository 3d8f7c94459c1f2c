// A bar on stderr while answers come in; nothing at all when nobody looks at it.
import cliProgress from 'cli-progress';

/** `what` is counted, in the plural. Undefined when stderr is no terminal or there is nothing to count. */
export function progressBar(total: number, what: string): cliProgress.SingleBar | undefined {
  if (total === 0 || !process.stderr.isTTY) return undefined;
  const bar = new cliProgress.SingleBar({
    format: `{bar} {value}/{total} ${what} · {eta} s left`,
    stream: process.stderr,
    clearOnComplete: true,
  });
  restoreOnSignal(bar);
  bar.start(total, 0);
  return bar;
}

/** Ctrl-C ends the command as it would without a bar, but first the terminal gets back its cursor and the wrapping of its lines. */
export function restoreOnSignal(bar: { stop(): void }): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      bar.stop();
      process.kill(process.pid, signal);
    });
}
