// The same 15,360 questions to lists 20 ms away, there and back: the whole check beside Node's paced resolver and dnsperf with a hundred
// questions in flight. `npm run bench:far-blocklists`
import { fileURLToPath } from 'node:url';
import { Resolver } from '../src/dns/resolver.js';
import { isFar, startFar } from './tools/far.js';
import { type Checked, checkAll, median, PAIRS, startLists, targetsOf } from './tools/lists.js';
import { runDnsperf, runNode } from './tools/peers.js';

const RUNS = 5;
const WINDOW = 100;
const ROUND_TRIP_MS = 20;
const LIMIT_MS = 1_300;

if (!isFar()) await main();

async function main(): Promise<void> {
  const server = await startLists('dnsperf');
  const far = await startFar(fileURLToPath(import.meta.url), server, { delayMs: ROUND_TRIP_MS / 2, loss: 0 });
  const runs: Record<string, (Checked & { again?: number })[]> = {
    'whole check': [],
    'node:dns, paced': [],
    dnsperf: [],
  };
  try {
    for (let i = 0; i < RUNS; i++) {
      const resolver = new Resolver({ servers: [far] });
      const run = await checkAll(resolver, targetsOf('198.51.100.0/24'), PAIRS.length);
      runs['whole check']?.push({ ...run, again: resolver.stats.sent - resolver.stats.asked });
      resolver.close();
      runs['node:dns, paced']?.push(await runNode(far, PAIRS, WINDOW));
      runs.dnsperf?.push(runDnsperf(far, PAIRS, WINDOW));
    }
  } finally {
    await far.stop();
    await server.stop();
  }
  console.log(`${PAIRS.length} questions, ${ROUND_TRIP_MS} ms away, median of ${RUNS}`);
  for (const [name, results] of Object.entries(runs)) {
    const ms = median(results.map((run) => run.ms));
    const wrong = results.reduce((sum, run) => sum + run.wrong, 0);
    const again = results.reduce((sum, run) => sum + (run.again ?? 0), 0);
    const note =
      name === 'whole check' ? `, ${again} sent again, limit ${LIMIT_MS} ms ${ms <= LIMIT_MS ? 'ok' : 'ABOVE'}` : '';
    console.log(`${name.padEnd(16)} ${ms.toFixed(0).padStart(6)} ms, ${wrong} wrong${note}`);
    if (wrong > 0) process.exitCode = 1;
  }
}
