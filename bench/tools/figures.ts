// One figure a line, each the middle of several runs.

const ROUNDS = 5;

export function figure(what: string, text: string): void {
  console.log(`${what.padEnd(40)} ${text}`);
}

export function middleOf(run: () => number): number {
  return Array.from({ length: ROUNDS }, run).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

export function timedFigure(what: string, run: () => unknown): void {
  const ms = middleOf(() => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  });
  figure(what, `${ms.toFixed(1)} ms`);
}
