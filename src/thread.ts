// Starts a worker thread from a file of ours, compiled or as source, puts it behind the others, and ends it.
import { readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, getPriority, setPriority } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { within } from './waiting.js';

/**
 * Starts the thread whose file, without its ending, is `name` beside the module of URL `beside`. A thread inherits no TypeScript loader, and
 * on Node 20 `--import` comes too late for its entry file; so under tests and tsx it begins with two lines of JavaScript.
 */
export function startThread(beside: string, name: string, options: WorkerOptions): Worker {
  if (!beside.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, beside), options);
  const loader = pathToFileURL(
    createRequire(import.meta.url)
      .resolve('tsx/esm/api')
      .replace(/cjs$/, 'mjs'),
  ).href;
  const source = new URL(`./${name}.ts`, beside).href;
  const begin = `import('${loader}').then(({ register }) => { register(); return import('${source}'); });`;
  return new Worker(begin, { ...options, eval: true, execArgv: [] });
}

/**
 * Puts the calling thread behind the others of the process, and other programs, where all cores are busy: who waits for an answer goes
 * first. Linux has priorities for each thread (sched(7)); elsewhere nothing happens.
 */
export function goBehind(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    const behind = constants.priority.PRIORITY_BELOW_NORMAL;
    if (getPriority(thread) < behind) setPriority(thread, behind);
  } catch {
    // It is slower for the others, and no worse.
  }
}

/**
 * Asks a thread to end, ends it by force after `patienceMs`, and waits as long again for that: code that is not JavaScript cannot be
 * stopped. Answers whether the thread is gone.
 */
export async function endThread(worker: Worker, ask: () => void, patienceMs: number): Promise<boolean> {
  if (worker.threadId < 0) return true;
  const gone = new Promise<true>((resolve) => worker.once('exit', () => resolve(true)));
  ask();
  if (await within(patienceMs, gone)) return true;
  void worker.terminate();
  return (await within(patienceMs, gone)) ?? false;
}

/**
 * What a thread died of. SQLite's errors are of a class that no thread can hand over: only their code arrives (SQLITE_FULL, SQLITE_CORRUPT),
 * https://www.sqlite.org/rescode.html.
 */
export function deathOf(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const code = (thrown as { code?: unknown } | null)?.code;
  return new Error(typeof code === 'string' ? `the database failed: ${code}` : String(thrown));
}
