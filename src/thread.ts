// Starts a worker thread from a file of ours, compiled or as source.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

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
