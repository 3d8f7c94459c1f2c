// How good detection is on made-up providers: `npx tsx test/tools/measure.ts [--seeds 1-6] [--customers 200] [--days 1|4]
// [--set detection.x=y]… [--attacks NAME,NAME] [--oddities 24] [--json FILE] [--brief]`. Two seeds run at a time, each in a process of its own.
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SeedOutcome } from './measuring/outcome.js';
import type { SeedTask } from './measuring/seed.js';
import {
  attackTable,
  authTable,
  falseAlarmList,
  listingTable,
  mainTable,
  missList,
  oddityTable,
  summarise,
} from './measuring/tables.js';

const AT_A_TIME = 2;
const CHILD = fileURLToPath(new URL('./measuring/seed.ts', import.meta.url));

const HELP = `npm run measure -- [--seeds 1-6] [--customers 200] [--days 4] [--set detection.x=y]… [--attacks NAME,NAME] [--oddities 48]
                   [--json FILE] [--brief]
npm run measure -- --seeds 3 --customers 40 --days 1 --brief`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seeds: { type: 'string', default: '1-6' },
      customers: { type: 'string', default: '200' },
      days: { type: 'string', default: '4' },
      set: { type: 'string', multiple: true, default: [] },
      attacks: { type: 'string' },
      oddities: { type: 'string' },
      json: { type: 'string' },
      brief: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const set = Object.fromEntries(values.set.map(readSetting));
  const tasks = seedsOf(values.seeds).map((seed) => ({
    seed,
    customers: Number(values.customers),
    days: Number(values.days),
    set,
    ...(values.attacks === undefined ? {} : { attacks: values.attacks.split(',') }),
    ...(values.oddities === undefined ? {} : { oddities: Number(values.oddities) }),
  }));
  const outcomes = await runAll(tasks);
  print(outcomes, values.brief);
  if (values.json !== undefined) {
    const summary = {
      set,
      cold: summarise(outcomes, 'cold'),
      warm: summarise(outcomes, 'warm'),
      all: summarise(outcomes, 'all'),
    };
    writeFileSync(values.json, `${JSON.stringify({ ...summary, seeds: outcomes }, null, 1)}\n`);
  }
}

/** `3`, `1-6`, `1,4,9`. */
function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

function readSetting(text: string): [string, number] {
  const [name = '', value = ''] = text.replace(/^detection\./, '').split('=');
  return [name, Number(value)];
}

async function runAll(tasks: SeedTask[]): Promise<SeedOutcome[]> {
  const outcomes: SeedOutcome[] = [];
  const left = [...tasks];
  const worker = async () => {
    for (let task = left.shift(); task; task = left.shift()) {
      const outcome = await inChild(task);
      outcomes.push(outcome);
      process.stderr.write(
        `seed ${outcome.seed}: ${outcome.lines} lines (${outcome.unknownLines} unknown), ${outcome.seconds.toFixed(0)} s\n`,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return outcomes.sort((a, b) => a.seed - b.seed);
}

function inChild(task: SeedTask): Promise<SeedOutcome> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, { execArgv: ['--import', 'tsx'] });
    let outcome: SeedOutcome | undefined;
    child.on('message', (message) => {
      outcome = message as SeedOutcome;
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      outcome ? resolve(outcome) : reject(new Error(`seed ${task.seed} ended with ${code}`)),
    );
    child.send(task);
  });
}

function print(outcomes: SeedOutcome[], isBrief: boolean): void {
  const attacks = outcomes.flatMap((outcome) => outcome.attacks);
  const listings = outcomes.flatMap((outcome) => outcome.listings);
  const strays = outcomes.flatMap((outcome) => outcome.strayBlocks);
  console.log(`${mainTable(outcomes)}\n`);
  console.log(`plain rules on the same logs\n${mainTable(outcomes.map((each) => ({ ...each, ...each.plain })))}\n`);
  console.log(`attacks\n${attackTable(attacks)}\n`);
  console.log(`by the way of handing in\n${authTable(attacks)}\n`);
  console.log(`honest oddities\n${oddityTable(outcomes)}\n`);
  console.log(`${listingTable(listings)}\n  block findings without a listing: ${strays.length}`);
  if (isBrief) return;
  for (const stray of strays.slice(0, 10)) console.log(`    ${stray}`);
  console.log(`\nmissed attacks\n${missList(attacks)}\n`);
  console.log(`false alarms\n${falseAlarmList(outcomes.flatMap((outcome) => outcome.falseAlarms))}`);
}

await main();
