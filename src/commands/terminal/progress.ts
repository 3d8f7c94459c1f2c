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
  bar.start(total, 0);
  return bar;
}
