// How good detection is on made-up traffic: `npx tsx test/tools/measure-scenarios.ts [seeds] [customers] [days]`. Attacks and oddities happen on
// the first day (cold) or on the last (with history); every customer has at most one of them.
import { pathToFileURL } from 'node:url';
import { Detector } from '../../src/detection/detector.js';
import type { CompromiseFinding, Finding } from '../../src/detection/finding.js';
import { type Attack, attacks, oddities, type Scenario } from './scenarios.js';
import { random, World } from './traffic.js';

export interface Outcome {
  name: string;
  /** Found, for attacks; alarmed, for oddities. */
  hits: number;
  of: number;
  /** Right kind and mostly right senders at the first alarm. */
  right: number;
  /** Share of spam recipients reached before the first alarm, summed over those found. */
  reached: number;
}
export interface Measure {
  outcomes: Outcome[];
  /** Alarms about customers nothing happened to. */
  stray: string[];
  customerDays: number;
}

/** One provider, one scenario of each kind on different customers on the given day. */
export function measure(seed: number, customers: number, days: number, day: number): Measure {
  const world = new World(random(seed), days, customers);
  const scenarios = { ...attacks, ...oddities };
  const happened = new Map<string, { name: string; attack: Attack | undefined }>();
  const free = [...world.customers];
  for (const [name, scenario] of Object.entries(scenarios) as [string, Scenario][]) {
    const [customer] = free.splice(world.r.int(0, free.length - 1), 1);
    if (customer) happened.set(customer.id, { name, attack: scenario(world, customer, day) });
  }
  const migrated = day > 0 ? world.addCustomer(day) : undefined;
  if (migrated) happened.set(migrated.id, { name: 'new customer', attack: undefined });
  world.liveOrdinaryDays();
  return judge(happened, firstAlarms(world), world, customers * days);
}

function firstAlarms(world: World): Map<string, { finding: CompromiseFinding; reached: Map<string, number> }> {
  const detector = new Detector({ directory: world.directory() });
  const alarms = new Map<string, { finding: CompromiseFinding; reached: Map<string, number> }>();
  for (const event of world.events()) {
    for (const finding of detector.see(event) as Finding[]) {
      if (finding.kind === 'blocklist') continue;
      if (!alarms.has(finding.customer)) alarms.set(finding.customer, { finding, reached: new Map() });
    }
  }
  return alarms;
}

function judge(
  happened: Map<string, { name: string; attack: Attack | undefined }>,
  alarms: Map<string, { finding: CompromiseFinding }>,
  world: World,
  customerDays: number,
): Measure {
  const outcomes: Outcome[] = [];
  for (const [customer, { name, attack }] of happened) {
    const finding = alarms.get(customer)?.finding;
    const isHit = finding !== undefined && (!attack || finding.at >= attack.since);
    outcomes.push({
      name,
      hits: isHit ? 1 : 0,
      of: 1,
      right: isHit && attack && isRight(finding, attack) ? 1 : 0,
      reached: isHit && attack ? reachedBefore(world, attack, finding.at) / attack.recipients : 0,
    });
  }
  const stray = [...alarms].filter(([customer]) => !happened.has(customer));
  return {
    outcomes,
    stray: stray.map(([, { finding }]) => `${finding.key}: ${finding.evidence.join('; ')}`),
    customerDays,
  };
}

function isRight(finding: CompromiseFinding, attack: Attack): boolean {
  const wrong = finding.senders.filter((sender) => !attack.senders.has(sender));
  return finding.kind === attack.kind && wrong.length <= finding.senders.length / 4;
}

function reachedBefore(world: World, attack: Attack, at: number): number {
  return world.sent
    .filter((sent) => sent.customer.id === attack.customer && attack.senders.has(sent.sender))
    .filter((sent) => sent.at >= attack.since && sent.at <= at)
    .reduce((sum, sent) => sum + sent.recipients.length, 0);
}

/** Adds outcomes of the same scenario up. */
export function addUp(measures: Measure[]): Outcome[] {
  const byName = new Map<string, Outcome>();
  for (const outcome of measures.flatMap((each) => each.outcomes)) {
    const sum = byName.get(outcome.name) ?? { name: outcome.name, hits: 0, of: 0, right: 0, reached: 0 };
    sum.hits += outcome.hits;
    sum.of += outcome.of;
    sum.right += outcome.right;
    sum.reached += outcome.reached;
    byName.set(outcome.name, sum);
  }
  return [...byName.values()];
}

function main(seeds = 10, customers = 60, days = 5): void {
  for (const day of [0, days - 1]) {
    const measures = Array.from({ length: seeds }, (_, seed) =>
      measure(seed + 1, customers, day === 0 ? 1 : days, day),
    );
    console.log(day === 0 ? 'first day, no history' : `day ${days}, with history`);
    for (const { name, hits, of, right, reached } of addUp(measures)) {
      const early =
        name in attacks && hits > 0 ? ` right ${right}/${hits}, reached ${((100 * reached) / hits).toFixed(0)} %` : '';
      console.log(`  ${name in attacks ? 'attack' : 'honest'}  ${name.padEnd(28)} ${hits}/${of}${early}`);
    }
    const stray = measures.flatMap((each) => each.stray);
    const customerDays = measures.reduce((sum, each) => sum + each.customerDays, 0);
    console.log(`  stray alarms ${stray.length} in ${customerDays} customer-days`);
    for (const line of stray.slice(0, 8)) console.log(`    ${line}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(...process.argv.slice(2).map(Number));
