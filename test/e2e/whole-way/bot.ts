// The command as users start it: the compiled one, in a process of its own, with only the environment that a test gives it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endingWithUs } from '../requirements.js';

const COMMAND = fileURLToPath(new URL('../../../bin/relaywarden.js', import.meta.url));
const KILL_BEFORE = new URL('./kill-before.mjs', import.meta.url).href;

export type Environment = Record<string, string>;

export interface Bot {
  pid: number;
  /** Everything it wrote so far, both streams. */
  output(): string;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the signal or exit code it ends with by itself. */
  ended: Promise<number | NodeJS.Signals | null>;
}

export interface StartOptions {
  configPath: string;
  env: Environment;
  /** Kills the process with SIGKILL right before it prepares the first SQL statement that this regular expression matches. */
  killBefore?: string;
}

/** Starts `relaywarden start` and waits until it says that it is running. Throws with its output when it ends before. */
export async function startBot({ configPath, env, killBefore }: StartOptions): Promise<Bot> {
  const child = run(['start', '--config', configPath], {
    ...env,
    ...(killBefore ? { NODE_OPTIONS: `--import=${KILL_BEFORE}`, KILL_BEFORE: killBefore } : {}),
  });
  const output = collect(child);
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals | null);
  await new Promise<void>((running, failed) => {
    const look = () => output().includes('relaywarden is running') && running();
    child.stdout?.on('data', look);
    void ended.then((how) => failed(new Error(`the bot ended with ${how}:\n${output()}`)));
  });
  return {
    pid: child.pid ?? 0,
    output,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one command to its end. */
export async function runCommand(
  args: string[],
  { env = {}, cwd }: { env?: Environment; cwd?: string } = {},
): Promise<Ran> {
  const child = run(args, env, cwd);
  const stdout = collect(child, ['stdout']);
  const stderr = collect(child, ['stderr']);
  await once(child, 'close');
  return { code: child.exitCode, stdout: stdout(), stderr: stderr() };
}

function run(args: string[], env: Environment, cwd?: string): ChildProcess {
  return spawn(...endingWithUs(process.execPath, [COMMAND, ...args]), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...env },
    ...(cwd ? { cwd } : {}),
  });
}

function collect(child: ChildProcess, streams: ('stdout' | 'stderr')[] = ['stdout', 'stderr']): () => string {
  let text = '';
  for (const stream of streams)
    child[stream]?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  return () => text;
}
