// A real rbldnsd with zones of our own, on a free loopback port. It has no TCP, and leaves out records that do not fit into 512 bytes without
// setting TC (rbldnsd(8), BUGS), so that cut-off answers are tested with our own responder.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.js';
import { endingWithUs, findProgram } from '../requirements.js';

export interface Zone {
  name: string;
  /** rbldnsd's data set type, and the lines of its data file. */
  type: 'ip4set' | 'ip4trie' | 'ip6trie' | 'dnset' | 'acl';
  lines: string[];
}

export interface Rbldnsd {
  host: string;
  port: number;
  /** Writes the lines of a zone's first data file anew; rbldnsd sees it within a second where it was told to look. */
  rewrite(name: string, lines: readonly string[]): void;
  stop(): Promise<void>;
}

/** Starts rbldnsd and waits until it serves. A zone may stand there several times, with several data sets. */
export async function startRbldnsd(
  zones: readonly Zone[],
  { looksForChanges = false }: { looksForChanges?: boolean } = {},
): Promise<Rbldnsd> {
  const program = findProgram('rbldnsd');
  if (!program) throw new Error('rbldnsd is not installed');
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-rbldnsd-'));
  // It gives up root for the user rbldns before it reads its files.
  chmodSync(dir, 0o755);
  const specs = zones.map(({ name, type, lines }, i) => {
    writeFileSync(join(dir, `${i}`), `${lines.join('\n')}\n`);
    return `${name}:${type}:${i}`;
  });
  const port = await freePort();
  const args = ['-n', '-b', `127.0.0.1/${port}`, '-w', dir, '-c', looksForChanges ? '1' : '0', ...specs];
  const child = spawn(...endingWithUs(program, args), { stdio: ['ignore', 'pipe', 'pipe'] });
  await started(child);
  return {
    host: '127.0.0.1',
    port,
    rewrite(name, lines) {
      const path = join(dir, `${zones.findIndex((zone) => zone.name === name)}`);
      // Whole at once: it may be looking just now.
      writeFileSync(`${path}.new`, `${lines.join('\n')}\n`);
      renameSync(`${path}.new`, path);
    },
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(') started (')) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`rbldnsd ended with ${code}: ${output}`)));
  });
}
