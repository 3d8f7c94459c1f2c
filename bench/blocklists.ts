// How fast lists are asked: 256 addresses on 60 zones of a local rbldnsd, by the whole check and by our resolver alone, beside dnsperf with the
// same questions, Node's own resolver, the package dnsbl, and Debian's check_rbl on a few addresses. Every answer is compared with what the
// zones hold. Run it with `npm run bench:blocklists`, which compiles first: a loader that compiles on the fly slows small functions down.
import { Resolver } from '../src/dns/resolver.js';
import type { Rbldnsd } from '../test/e2e/rbldnsd/harness.js';
import { ADDRESSES, type Checked, checkAll, median, PAIRS, startLists, targetsOf, ZONES } from './tools/lists.js';
import { hasCheckRbl, runCheckRbl, runDnsbl, runDnsperf, runNode } from './tools/peers.js';

const RUNS = 5;
const WARM_UP_RUNS = 2;
const WINDOW = 100;
const FEW = ADDRESSES.slice(0, 2);

interface Contender {
  run: () => Promise<Checked> | Checked;
  questions: number;
}

async function main(): Promise<void> {
  const server = await startLists('dnsperf');
  const contenders: Record<string, Contender> = {
    dnsperf: { run: () => runDnsperf(server, PAIRS, WINDOW), questions: PAIRS.length },
    'whole check': { run: () => runCheck(server), questions: PAIRS.length },
    'resolver alone': { run: () => runResolver(server), questions: PAIRS.length },
    'node:dns, paced': { run: () => runNode(server, PAIRS, WINDOW), questions: PAIRS.length },
    'npm dnsbl': { run: () => runDnsbl(server, ADDRESSES), questions: PAIRS.length },
    ...(hasCheckRbl()
      ? { check_rbl: { run: () => runCheckRbl(server, FEW), questions: FEW.length * ZONES.length } }
      : {}),
  };
  try {
    await compare(contenders);
  } finally {
    await server.stop();
  }
}

/** Runs the contenders in turn, so that a busy machine is busy for all of them. */
async function compare(contenders: Record<string, Contender>): Promise<void> {
  // Compiled code of the first runs is slow code; the bot runs for weeks.
  for (let i = 0; i < WARM_UP_RUNS; i++) {
    for (const { run, questions } of Object.values(contenders)) if (questions === PAIRS.length) await run();
  }
  const runs = new Map<string, Checked[]>();
  for (let i = 0; i < RUNS; i++) {
    for (const [name, { run }] of Object.entries(contenders)) runs.set(name, [...(runs.get(name) ?? []), await run()]);
  }
  const rateOf = (name: string) =>
    (1_000 * (contenders[name]?.questions ?? 0)) / median((runs.get(name) ?? []).map(({ ms }) => ms));
  const ours = rateOf('whole check');
  console.log(
    `${PAIRS.length} questions (256 addresses x 60 zones), median of ${RUNS}; lost packets count as slowness`,
  );
  for (const [name, results] of runs) {
    const rate = rateOf(name);
    const wrong = results.reduce((sum, run) => sum + run.wrong, 0);
    console.log(
      `${name.padEnd(16)} ${rate.toFixed(0).padStart(8)}/s  whole check is x${(ours / rate).toFixed(2)}  ${wrong} wrong`,
    );
    if (wrong > 0) process.exitCode = 1;
  }
}

async function runCheck(server: Rbldnsd): Promise<Checked> {
  const resolver = new Resolver({ servers: [server], window: WINDOW });
  const run = await checkAll(resolver, targetsOf('198.51.100.0/24'), PAIRS.length);
  noteLosses(resolver);
  resolver.close();
  return run;
}

async function runResolver(server: Rbldnsd): Promise<Checked> {
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

await main();
