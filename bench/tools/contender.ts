// A contender in a process of its own: what the others leave behind in memory and in compiled code is none of its business.
import { type ChildProcess, fork } from 'node:child_process';
import type { Checked } from './lists.js';

const ROLE = 'contender';

export interface Contender {
  run: () => Promise<Checked>;
  stop: () => void;
}

/** Starts the contender `name` of the bench `self`, which calls `beContender` first of all. */
export function startContender(self: string, name: string, options: object): Contender {
  const child = fork(self, [ROLE, name, JSON.stringify(options)]);
  return { run: () => answerOf(child), stop: () => child.kill() };
}

function answerOf(child: ChildProcess): Promise<Checked> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`a contender ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Checked);
    });
    child.send('run');
  });
}

/** Whether this process was forked to be a contender; then it runs each time it is told to. */
export function isContender<O extends object>(contenders: Record<string, (options: O) => Promise<Checked>>): boolean {
  const [role, name = '', options = '{}'] = process.argv.slice(2);
  const run = contenders[name];
  if (role !== ROLE || !run) return false;
  process.on('message', async () => process.send?.(await run(JSON.parse(options) as O)));
  return true;
}
