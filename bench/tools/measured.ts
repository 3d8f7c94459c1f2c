// What benchmarks measure alike: another program's time, this process's memory, the middle of several runs.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds a program takes, its start included. */
export function timed(command: string, args: string[]): number {
  const startedAt = performance.now();
  // Into a pipe: grep stops at its first match when its output goes to /dev/null.
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 });
  return performance.now() - startedAt;
}

/** Linux' `maxRSS` begins with what the process that started this one had, which wrote the log: where /proc tells, ask there. MiB. */
export function peakOfThisProcess(): number {
  if (!existsSync('/proc/self/status')) return process.resourceUsage().maxRSS / 1024;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
