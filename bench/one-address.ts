// One address on 60 lists 20 ms away, as somebody waits for the answer: on a good road, on one that loses a packet in a hundred each way, and
// with a zone whose servers are silent. Beside it Debian's check_rbl and the package dnsbl. `npm run bench:one-address`
import { fileURLToPath } from 'node:url';
import { type CheckResult, checkTargets } from '../src/blocklists/check.js';
import { Resolver } from '../src/dns/resolver.js';
import { startRbldnsd } from '../test/e2e/rbldnsd/harness.js';
import { isFar, type Road, startFar } from './tools/far.js';
import { isRight, LISTS, median, targetsOf, ZONES, zoneOf } from './tools/lists.js';
import { hasCheckRbl, runCheckRbl, runDnsbl } from './tools/peers.js';

const RUNS = 41;
const PEER_RUNS = 3;
const ONE_WAY_MS = 10;
const ADDRESS = '198.51.100.7';
const GOOD: Road = { delayMs: ONE_WAY_MS, loss: 0 };
const LOSSY: Road = { delayMs: ONE_WAY_MS, loss: 0.01 };
/** The zone that is silent in the last scene. */
const DEAD = 30;
const TIMEOUT_MS = 300;
const TRIES = 2;

if (!isFar()) await main();

async function main(): Promise<void> {
  const zones = ZONES.map(zoneOf);
  await scene('a good road', zones, GOOD, 4 * ONE_WAY_MS + 20, {});
  await scene('1 % lost each way', zones, LOSSY, 250, {});
  const silent = { name: ZONES[DEAD] ?? '', type: 'acl' as const, lines: ['0.0.0.0/0 :ignore'] };
  const limits = { timeoutMs: TIMEOUT_MS, tries: TRIES };
  await scene('a silent zone', [silent, ...zones], GOOD, TIMEOUT_MS * TRIES + 30, limits);
}

async function scene(
  name: string,
  zones: Parameters<typeof startRbldnsd>[0],
  road: Road,
  limitMs: number,
  limits: { timeoutMs?: number; tries?: number },
): Promise<void> {
  const server = await startRbldnsd(zones);
  const far = await startFar(fileURLToPath(import.meta.url), server, road);
  const hasDead = zones.length > ZONES.length;
  try {
    const runs = [];
    for (let i = 0; i < RUNS; i++) runs.push(await checkOnce(far, limits, hasDead));
    const ms = median(runs.map((run) => run.ms));
    const most = Math.max(...runs.map((run) => run.ms));
    const wrong = runs.reduce((sum, run) => sum + run.wrong, 0);
    const others = hasDead ? `, the 59 others after ${median(runs.map((run) => run.othersMs)).toFixed(0)} ms` : '';
    console.log(
      `${name}: median ${ms.toFixed(0)} ms of ${RUNS} (most ${most.toFixed(0)}), limit ${limitMs} ms ${ms <= limitMs ? 'ok' : 'ABOVE'}, ${wrong} wrong${others}`,
    );
    if (wrong > 0) process.exitCode = 1;
    await peers(far);
  } finally {
    await far.stop();
    await server.stop();
  }
}

async function checkOnce(far: { host: string; port: number }, limits: object, hasDead: boolean) {
  const resolver = new Resolver({ servers: [far], ...limits });
  const results: CheckResult[] = [];
  let othersMs = 0;
  const startMs = performance.now();
  await checkTargets({ resolver, lists: LISTS }, targetsOf(ADDRESS), {
    onResult(result) {
      results.push(result);
      if (results.length === LISTS.length - 1) othersMs = performance.now() - startMs;
    },
  });
  const ms = performance.now() - startMs;
  resolver.close();
  const isDead = ({ list }: CheckResult) => hasDead && list === LISTS[DEAD]?.id;
  const right = results.filter((result) => (isDead(result) ? result.verdict === 'unknown' : isRight(result)));
  return { ms, othersMs, wrong: LISTS.length - right.length };
}

async function peers(far: { host: string; port: number }): Promise<void> {
  const all: Record<string, () => Promise<{ ms: number; wrong: number }> | { ms: number; wrong: number }> = {
    'npm dnsbl': () => runDnsbl(far, [ADDRESS]),
    ...(hasCheckRbl() ? { check_rbl: () => runCheckRbl(far, [ADDRESS]) } : {}),
  };
  for (const [name, run] of Object.entries(all)) {
    const runs = [];
    for (let i = 0; i < PEER_RUNS; i++) runs.push(await run());
    const wrong = runs.reduce((sum, one) => sum + one.wrong, 0);
    console.log(
      `  ${name.padEnd(10)} ${median(runs.map(({ ms }) => ms)).toFixed(0)} ms, ${wrong} wrong in ${PEER_RUNS} runs`,
    );
  }
}
