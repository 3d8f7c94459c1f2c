// How fast lists are asked: 256 addresses on 60 zones of a local rbldnsd, by the whole check, by our resolver alone, by dnsperf with the same
// questions and by Node's own resolver with as many in flight. Every answer is compared with what the zones hold.
// Run it with `npm run bench:blocklists`, which compiles first: a loader that compiles on the fly slows small functions down.
import { execFileSync } from 'node:child_process';
import { promises as dns } from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTargets } from '../src/blocklists/check.js';
import { ExtraBlocklist } from '../src/blocklists/extra.js';
import { parseTargets } from '../src/blocklists/target.js';
import { Resolver } from '../src/dns/resolver.js';
import { type Rbldnsd, startRbldnsd } from '../test/e2e/rbldnsd/harness.js';
import { findProgram } from '../test/e2e/requirements.js';

const RUNS = 5;
const WINDOW = 100;
const ZONES = Array.from({ length: 60 }, (_, i) => `zone${i}.bench.test`);
const ADDRESSES = Array.from({ length: 256 }, (_, i) => i);
const QUESTIONS = ADDRESSES.flatMap((address) =>
  ZONES.map((zone, i) => ({ name: nameOf(address, zone), isListed: isListed(address, i) })),
);

function nameOf(address: number, zone: string): string {
  return `${address}.100.51.198.${zone}`;
}

/** About one pair in forty, as on a bad day. */
function isListed(address: number, zone: number): boolean {
  return (address * 7 + zone * 13) % 41 === 0;
}

interface Run {
  perSecond: number;
  /** Answers that were not what the zones hold. */
  wrong: number;
}

async function main(): Promise<void> {
  const dnsperf = findProgram('dnsperf');
  if (!findProgram('rbldnsd') || !dnsperf) throw new Error('this bench needs rbldnsd and dnsperf');
  const server = await startRbldnsd(
    ZONES.map((name, zone) => ({
      name,
      type: 'ip4set' as const,
      lines: [
        ':127.0.0.2:listed $',
        '127.0.0.2',
        ...ADDRESSES.filter((a) => isListed(a, zone)).map((a) => `198.51.100.${a}`),
      ],
    })),
  );
  const contenders: Record<string, () => Promise<Run>> = {
    dnsperf: async () => runDnsperf(dnsperf, server),
    'resolver alone': () => runResolver(server),
    'whole check': () => runCheck(server),
    'node:dns': () => runNode(server),
  };
  try {
    await compare(contenders);
  } finally {
    await server.stop();
  }
}

/** Runs the contenders in turn, so that a busy machine is busy for all of them. */
async function compare(contenders: Record<string, () => Promise<Run>>): Promise<void> {
  const runs = new Map<string, Run[]>();
  for (let i = 0; i < RUNS; i++) {
    for (const [name, run] of Object.entries(contenders)) runs.set(name, [...(runs.get(name) ?? []), await run()]);
  }
  const peer = medianOf(runs.get('dnsperf') ?? []);
  console.log(`${QUESTIONS.length} questions (256 addresses x 60 zones), median of ${RUNS}`);
  for (const [name, results] of runs) {
    const perSecond = medianOf(results);
    const wrong = results.reduce((sum, run) => sum + run.wrong, 0);
    const ratio = ((100 * perSecond) / peer).toFixed(0);
    console.log(
      `${name.padEnd(15)} ${perSecond.toFixed(0).padStart(8)}/s  ${ratio.padStart(4)} % of dnsperf  ${wrong} wrong`,
    );
    if (wrong > 0) process.exitCode = 1;
  }
}

function medianOf(runs: readonly Run[]): number {
  const sorted = runs.map(({ perSecond }) => perSecond).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function runDnsperf(program: string, { host, port }: Rbldnsd): Run {
  const dir = mkdtempSync(join(tmpdir(), 'relaywarden-bench-'));
  const file = join(dir, 'questions');
  writeFileSync(file, QUESTIONS.map(({ name }) => `${name} A\n`).join(''));
  const output = execFileSync(program, ['-s', host, '-p', `${port}`, '-d', file, '-n', '1', '-q', `${WINDOW}`], {
    encoding: 'utf8',
  });
  rmSync(dir, { recursive: true });
  const numberAfter = (label: string) => Number(new RegExp(`${label}:?\\s+([\\d.]+)`).exec(output)?.[1] ?? Number.NaN);
  const unlisted = numberAfter('NXDOMAIN');
  const expected = QUESTIONS.filter((question) => !question.isListed).length;
  return { perSecond: numberAfter('Queries per second'), wrong: Math.abs(unlisted - expected) };
}

async function timed(ask: () => Promise<number>): Promise<Run> {
  const startMs = performance.now();
  const wrong = await ask();
  return { perSecond: (QUESTIONS.length * 1000) / (performance.now() - startMs), wrong };
}

async function runResolver(server: Rbldnsd): Promise<Run> {
  const resolver = new Resolver({ servers: [server], window: WINDOW });
  const run = await timed(async () => {
    const answers = await Promise.all(QUESTIONS.map(({ name }) => resolver.query(name, 'A')));
    return answers.filter(({ kind }, i) => kind !== (QUESTIONS[i]?.isListed ? 'answer' : 'none')).length;
  });
  resolver.close();
  return run;
}

/** Asks for the reasons of listings and the lists' test entries too; those questions are not counted, only their time is. */
async function runCheck(server: Rbldnsd): Promise<Run> {
  const resolver = new Resolver({ servers: [server], window: WINDOW });
  const lists = ZONES.map((zone, i) => ExtraBlocklist.parse({ id: `l${i}`, zone, kinds: ['ipv4'] }));
  const targets = parseTargets('198.51.100.0/24', { maxAddresses: 256 });
  const run = await timed(async () => {
    let right = 0;
    await checkTargets({ resolver, lists }, targets, {
      onResult({ target, list, verdict, text }) {
        const listed = isListed(Number(target.split('.')[3]), Number(list.slice(1)));
        const isRight = listed ? verdict === 'listed' && text === `listed ${target}` : verdict === 'clear';
        if (isRight) right++;
      },
    });
    return QUESTIONS.length - right;
  });
  resolver.close();
  return run;
}

async function runNode({ host, port }: Rbldnsd): Promise<Run> {
  const resolver = new dns.Resolver();
  resolver.setServers([`${host}:${port}`]);
  return timed(async () => {
    let wrong = 0;
    const questions = QUESTIONS.values();
    const worker = async () => {
      for (const { name, isListed } of questions) {
        const wasListed = await resolver.resolve4(name).then(
          () => true,
          (error: NodeJS.ErrnoException) => (error.code === 'ENOTFOUND' ? false : undefined),
        );
        if (wasListed !== isListed) wrong++;
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, worker));
    return wrong;
  });
}

await main();
