// A real unbound on a free loopback port: a company's own resolver, which asks our blocklists and knows our hosts' records.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { endingWithUs, findProgram } from '../requirements.js';

export interface UnboundOptions {
  /** Zones that a server on this machine answers for. */
  stubs?: { zone: string; host: string; port: number }[];
  /** Records in zone file form: `relay1.example. 60 IN A 203.0.113.21`; each is answered as it stands. */
  records?: string[];
}

export interface Unbound {
  host: string;
  port: number;
  /** kill -9: it answers no more. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts unbound and waits until it serves. What it hears from a stub it keeps for a second at most. */
export async function startUnbound({ stubs = [], records = [] }: UnboundOptions): Promise<Unbound> {
  const program = findProgram('unbound');
  if (!program) throw new Error('unbound is not installed');
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-unbound-'));
  const port = await freePort();
  const file = join(dir, 'unbound.conf');
  writeFileSync(file, configOf(dir, port, stubs, records));
  const child = spawn(...endingWithUs(program, ['-d', '-c', file]), { stdio: ['ignore', 'pipe', 'pipe'] });
  await started(child);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  return {
    host: '127.0.0.1',
    port,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function configOf(dir: string, port: number, stubs: NonNullable<UnboundOptions['stubs']>, records: string[]): string {
  return [
    'server:',
    `  interface: 127.0.0.1\n  port: ${port}\n  directory: "${dir}"\n  chroot: ""\n  username: ""\n  pidfile: ""`,
    '  do-daemonize: no\n  use-syslog: no\n  logfile: ""\n  verbosity: 0\n  log-servfail: no\n  num-threads: 1',
    '  module-config: "iterator"\n  do-not-query-localhost: no\n  access-control: 127.0.0.0/8 allow',
    '  cache-max-ttl: 1\n  cache-max-negative-ttl: 1\n  do-ip6: no',
    // What is not given here does not exist; nothing is asked elsewhere.
    '  local-zone: "." static',
    ...stubs.map(({ zone }) => `  local-zone: "${zone}" transparent`),
    ...records.map((record) => `  local-data: '${record}'`),
    ...stubs.map(
      (stub) => `stub-zone:\n  name: "${stub.zone}"\n  stub-addr: ${stub.host}@${stub.port}\n  stub-prime: no`,
    ),
    '',
  ].join('\n');
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('start of service')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`unbound ended with ${code}: ${output}`)));
  });
}
