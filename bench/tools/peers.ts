// The peers of the benches: what else asks blocklists, each with the same questions at the same server.
import { execFileSync, spawnSync } from 'node:child_process';
import { promises as dns } from 'node:dns';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batch } from 'dnsbl';
import type { ServerAddress } from '../../src/dns/address.js';
import { type AskedPair, type Checked, isListed, ZONES } from './lists.js';

const CHECK_RBL = '/usr/lib/nagios/plugins/check_rbl';

/** dnsperf, which only counts answers by their code. */
export function runDnsperf({ host, port }: ServerAddress, pairs: readonly AskedPair[], window: number): Checked {
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-bench-'));
  const file = join(dir, 'questions');
  writeFileSync(file, pairs.map(({ name }) => `${name} A\n`).join(''));
  const output = execFileSync('dnsperf', ['-s', host, '-p', `${port}`, '-d', file, '-n', '1', '-q', `${window}`], {
    encoding: 'utf8',
  });
  rmSync(dir, { recursive: true });
  const numberAfter = (label: string) => Number(new RegExp(`${label}:?\\s+([\\d.]+)`).exec(output)?.[1] ?? Number.NaN);
  const clear = pairs.filter((pair) => !pair.isListed).length;
  return {
    ms: (1_000 * pairs.length) / numberAfter('Queries per second'),
    wrong: Math.abs(numberAfter('NXDOMAIN') - clear),
  };
}

/** Node's own resolver, with as many questions in flight as the server's buffer bears. */
export async function runNode({ host, port }: ServerAddress, pairs: readonly AskedPair[], window: number) {
  const resolver = new dns.Resolver();
  resolver.setServers([`${host}:${port}`]);
  let wrong = 0;
  const startMs = performance.now();
  const questions = pairs.values();
  const worker = async () => {
    for (const pair of questions) {
      const wasListed = await resolver.resolve4(pair.name).then(
        () => true,
        (error: NodeJS.ErrnoException) => (error.code === 'ENOTFOUND' ? false : undefined),
      );
      if (wasListed !== pair.isListed) wrong++;
    }
  };
  await Promise.all(Array.from({ length: window }, worker));
  return { ms: performance.now() - startMs, wrong };
}

/** The npm package `dnsbl`, as it comes, its reasons left out. */
export async function runDnsbl({ host, port }: ServerAddress, addresses: readonly string[]): Promise<Checked> {
  const startMs = performance.now();
  const items = await batch([...addresses], [...ZONES], { servers: [`${host}:${port}`] });
  const ms = performance.now() - startMs;
  const right = items.filter(
    ({ address, blacklist, listed }) => listed === isListed(address, ZONES.indexOf(blacklist)),
  ).length;
  return { ms, wrong: addresses.length * ZONES.length - right };
}

export function hasCheckRbl(): boolean {
  return existsSync(CHECK_RBL);
}

/** Debian's check_rbl, one process for each address, as monitoring runs it. */
export function runCheckRbl({ host, port }: ServerAddress, addresses: readonly string[]): Checked {
  const startMs = performance.now();
  let wrong = 0;
  for (const address of addresses) {
    const zones = ZONES.flatMap((zone) => ['-s', zone]);
    const { stdout: output } = spawnSync(CHECK_RBL, ['-n', host, '-w', '99', '-c', '99', '-H', address, ...zones], {
      encoding: 'utf8',
      // It has no option for a port; the library below it takes one from here.
      env: { ...process.env, RES_OPTIONS: `port:${port}` },
    });
    const expected = ZONES.filter((_, zone) => isListed(address, zone));
    const listed = expected.filter((zone) => output.includes(`${zone} (`)).length;
    const count = Number(/ servers=(\d+);/.exec(output)?.[1] ?? Number.NaN);
    // When its time is over it says nothing of any zone.
    wrong += Number.isNaN(count) ? ZONES.length : expected.length - listed + Math.abs(count - expected.length);
  }
  return { ms: performance.now() - startMs, wrong };
}
