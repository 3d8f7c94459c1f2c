// Runs the command from source in a process of its own, in a folder and an environment that a test chooses.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

const CLI = new URL('../../src/cli.ts', import.meta.url).href;
const LOADER = import.meta.resolve('tsx');
const SCRIPT = `const { main } = await import(${JSON.stringify(CLI)}); process.exitCode = await main(process.argv.slice(1));`;

/** What Node is called with. */
export const sourceArgs = (args: string[]) => ['--import', LOADER, '--input-type=module', '-e', SCRIPT, '--', ...args];

/** Starts it with pipes on all sides, for tests that talk to it. It ends with the test at the latest. */
export function startFromSource(
  args: string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, sourceArgs(args), { cwd, env: { PATH: process.env.PATH ?? '', ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Resolves when it has ended. One that goes on running is killed after `timeoutMs`, and has the code null. */
export async function runFromSource(
  args: string[],
  {
    cwd,
    env = {},
    input,
    timeoutMs = 200_000,
  }: { cwd: string; env?: Record<string, string>; input?: string | Buffer; timeoutMs?: number },
): Promise<Ran> {
  const child = spawn(process.execPath, sourceArgs(args), {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  child.stdin?.end(input);
  const ran = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.setEncoding('utf8').on('data', (piece: string) => {
      ran[stream] += piece;
    });
  await once(child, 'close');
  return { code: child.exitCode, ...ran };
}
