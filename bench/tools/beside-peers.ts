// Reading a Postfix log, beside other programs that read it: rounds in turns, a process of its own for us, and the lines that tell of it.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { median, timed } from './measured.js';

const ROUNDS = 3;

export interface Peer {
  name: string;
  command: string;
  args: string[];
  rounds: number;
}

/** mawk, which joins the lines to messages and does no more. */
export function mawkJoin(log: string): Peer {
  return { name: 'mawk join', command: '/usr/bin/mawk', args: ['-f', 'bench/tools/join.awk', log], rounds: ROUNDS };
}

/** grep, which only looks at each line. */
export function grepCount(log: string): Peer {
  return { name: 'grep -c', command: '/usr/bin/grep', args: ['-c', 'status=', log], rounds: ROUNDS };
}

/** pflogsumm, which joins and writes a summary. It is slow: one round will do. */
export function pflogsumm(log: string): Peer {
  return { name: 'pflogsumm', command: '/usr/sbin/pflogsumm', args: [log], rounds: 1 };
}

/** Runs us and the peers in turns, so that what else the machine does falls on all alike. `times` is in ms, by the peer's name. */
export async function inTurns<Run>(runOurs: () => Promise<Run>, peers: readonly Peer[]) {
  const runs: Run[] = [];
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    runs.push(await runOurs());
    for (const { name, command, args, rounds } of peers) {
      if (round < rounds && existsSync(command)) times.set(name, [...(times.get(name) ?? []), timed(command, args)]);
    }
  }
  return { runs, times };
}

/** A line for each peer, with how many times as fast `what` is, which took `oursMs`. */
export function tellPeers(
  peers: readonly Peer[],
  times: ReadonlyMap<string, number[]>,
  { what, lines, oursMs }: { what: string; lines: number; oursMs: number },
): void {
  for (const { name } of peers) {
    const ms = median(times.get(name) ?? []);
    const ratio = (ms / oursMs).toFixed(2);
    console.log(ms > 0 ? row(name, lines, ms, `${what} is ${ratio} times as fast`) : `${name}: not installed`);
  }
}

export function row(name: string, lines: number, ms: number, what: string): string {
  const perSecond = Math.round((lines / ms) * 1000).toLocaleString('en');
  return `${name.padEnd(15)} ${perSecond.padStart(11)} lines/s, ${(ms / 1000).toFixed(2).padStart(6)} s  ${what}`;
}

/**
 * Runs a benchmark's file in a process of its own and adds how long that took, its start included, to the message it sends. Where a machine
 * has more certificates for Node, they are left out: Node 20 reads them at every start, a file of 200 kB in as long as the rest of it takes.
 */
export function inChild<Message extends object>(file: string, args: string[]): Promise<Message & { wallMs: number }> {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = fork(file, args, { env });
    let sent: Message | undefined;
    child.once('message', (message) => {
      sent = message as Message;
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (sent) resolve({ ...sent, wallMs: performance.now() - startedAt });
      else reject(new Error(`the reader ended with ${code}`));
    });
  });
}
