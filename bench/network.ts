// A whole network on 60 lists of a local rbldnsd: does memory stay bounded, and the pace steady? A quarter of a /16 by itself; all of it, 3.9
// million questions, with `npm run bench:network -- whole`.
import { fileURLToPath } from 'node:url';
import { checkTargets } from '../src/blocklists/check.js';
import type { ServerAddress } from '../src/dns/address.js';
import { Resolver } from '../src/dns/resolver.js';
import { isContender, startContender } from './tools/contender.js';
import { type Checked, isRight, LISTS, startLists, targetsAsMade, ZONES } from './tools/lists.js';

/** Both have the listed addresses in them. */
const QUARTER = { network: '198.51.64.0/18', addresses: 16_384 };
const WHOLE = { network: '198.51.0.0/16', addresses: 65_536 };
const PARTS = 8;
const LIMIT_MB = 300;

interface Options {
  server: ServerAddress;
  size: typeof WHOLE;
}

if (!isContender({ sweep })) await main(process.argv[2] === 'whole' ? WHOLE : QUARTER);

async function main(size: typeof WHOLE): Promise<void> {
  const server = await startLists();
  const child = startContender(fileURLToPath(import.meta.url), 'sweep', { server, size });
  const { ms, wrong } = await child.run();
  console.log(
    `${size.network}: ${size.addresses * ZONES.length} questions in ${(ms / 1_000).toFixed(1)} s, ${wrong} wrong`,
  );
  child.stop();
  await server.stop();
  if (wrong > 0) process.exitCode = 1;
}

async function sweep({ server, size }: Options): Promise<Checked> {
  const resolver = new Resolver({ servers: [server] });
  const total = size.addresses * ZONES.length;
  const rates: number[] = [];
  let done = 0;
  let right = 0;
  const startMs = performance.now();
  let partMs = startMs;
  await checkTargets({ resolver, lists: LISTS }, targetsAsMade(size.network), {
    onResult(result) {
      if (isRight(result)) right++;
      if (++done % (total / PARTS) !== 0) return;
      const nowMs = performance.now();
      rates.push((1_000 * total) / PARTS / (nowMs - partMs));
      partMs = nowMs;
    },
  });
  const ms = performance.now() - startMs;
  const mb = process.resourceUsage().maxRSS / 1_024;
  console.log(`questions a second in each eighth: ${rates.map((rate) => rate.toFixed(0)).join(' ')}`);
  console.log(`memory ${mb.toFixed(0)} MB at the most, limit ${LIMIT_MB} MB ${mb < LIMIT_MB ? 'ok' : 'ABOVE'}`);
  console.log(`sent again: ${resolver.stats.sent - resolver.stats.asked} of ${resolver.stats.asked}`);
  resolver.close();
  return { ms, wrong: total - right };
}
