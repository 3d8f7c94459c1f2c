// How fast lists are asked: 256 addresses on 60 zones of a local rbldnsd, by the whole check and by our resolver alone, beside dnsperf with the
// same questions, Node's own resolver, the package dnsbl, and Debian's check_rbl on a few addresses. Every answer is compared with what the
// zones hold. Run it with `npm run bench:blocklists`, which compiles first: a loader that compiles on the fly slows small functions down.
import { fileURLToPath } from 'node:url';
import type { ServerAddress } from '../src/dns/address.js';
import { Resolver } from '../src/dns/resolver.js';
import { type Contender, isContender, startContender } from './tools/contender.js';
import { ADDRESSES, type Checked, checkAll, median, PAIRS, startLists, targetsOf, ZONES } from './tools/lists.js';
import { hasCheckRbl, runCheckRbl, runDnsbl, runDnsperf, runNode } from './tools/peers.js';

const RUNS = 5;
/** The bot runs for weeks, a command for a moment: the first run is told too, the median is of compiled code. */
const WARM_UP_RUNS = 5;
const WINDOW = 100;
const CHECK_RBL = 'check_rbl';
const FEW = ADDRESSES.slice(0, 2);

const INSIDE = {
  'whole check': runCheck,
  'resolver alone': runResolver,
  'node:dns, paced': (server: ServerAddress) => runNode(server, PAIRS, WINDOW),
  'npm dnsbl': (server: ServerAddress) => runDnsbl(server, ADDRESSES),
};

if (!isContender(INSIDE)) await main();

async function main(): Promise<void> {
  const server = await startLists('dnsperf');
  const self = fileURLToPath(import.meta.url);
  const started = Object.keys(INSIDE).map((name) => [name, startContender(self, name, server)] as const);
  const outside = {
    dnsperf: { run: async () => runDnsperf(server, PAIRS, WINDOW), stop: () => {} },
    ...(hasCheckRbl() ? { [CHECK_RBL]: { run: async () => runCheckRbl(server, FEW), stop: () => {} } } : {}),
  };
  const contenders: Record<string, Contender> = { ...Object.fromEntries(started), ...outside };
  try {
    await compare(contenders);
  } finally {
    for (const { stop } of Object.values(contenders)) stop();
    await server.stop();
  }
}

/** Runs the contenders in turn, so that a busy machine is busy for all of them. */
async function compare(contenders: Record<string, Contender>): Promise<void> {
  const first = new Map<string, Checked>();
  const runs = new Map<string, Checked[]>();
  for (const [name, { run }] of Object.entries(contenders)) {
    first.set(name, await run());
    for (let i = 1; i < WARM_UP_RUNS && name in INSIDE; i++) await run();
  }
  for (let i = 0; i < RUNS; i++) {
    for (const [name, { run }] of Object.entries(contenders)) runs.set(name, [...(runs.get(name) ?? []), await run()]);
  }
  const rate = (name: string, ms: number) =>
    (1_000 * (name === CHECK_RBL ? FEW.length * ZONES.length : PAIRS.length)) / ms;
  const medianRate = (name: string) => rate(name, median((runs.get(name) ?? []).map(({ ms }) => ms)));
  console.log(`${PAIRS.length} questions (256 addresses x 60 zones), median of ${RUNS} runs`);
  for (const [name, results] of runs) {
    const wrong = results.reduce((sum, run) => sum + run.wrong, first.get(name)?.wrong ?? 0);
    const ratio = medianRate('whole check') / medianRate(name);
    const cold = rate(name, first.get(name)?.ms ?? Number.NaN).toFixed(0);
    console.log(
      `${name.padEnd(16)} ${medianRate(name).toFixed(0).padStart(7)}/s (first run ${cold})  whole check is x${ratio.toFixed(2)}  ${wrong} wrong`,
    );
    if (wrong > 0) process.exitCode = 1;
  }
}

async function runCheck(server: ServerAddress): Promise<Checked> {
  const resolver = new Resolver({ servers: [server], window: WINDOW });
  const run = await checkAll(resolver, targetsOf('198.51.100.0/24'), PAIRS.length);
  noteLosses(resolver);
  resolver.close();
  return run;
}

async function runResolver(server: ServerAddress): Promise<Checked> {
  const resolver = new Resolver({ servers: [server], window: WINDOW });
  const startMs = performance.now();
  const answers = await Promise.all(PAIRS.map(({ name }) => resolver.query(name, 'A')));
  const ms = performance.now() - startMs;
  noteLosses(resolver);
  resolver.close();
  return { ms, wrong: answers.filter(({ kind }, i) => kind !== (PAIRS[i]?.isListed ? 'answer' : 'none')).length };
}

function noteLosses({ stats }: Resolver): void {
  const again = stats.sent - stats.asked;
  if (again > 0) console.log(`  sent again: ${again} of ${stats.asked}`);
}
