// One seed through the product's own pipeline, line by line as a relay would have written them. In a process of its own when forked.
import { Pipeline } from '../../../src/detection/pipeline.js';
import { readThresholds } from '../../../src/detection/thresholds.js';
import { Directory } from '../../../src/partners/directory.js';
import { provider } from '../provider/provider.js';
import type { World } from '../provider/world.js';
import { Incidents, judge } from './judge.js';
import type { SeedOutcome } from './outcome.js';
import { PlainRules } from './plain-rules.js';

export interface SeedTask {
  seed: number;
  customers: number;
  days: number;
  /** `detection.` keys without the prefix. */
  set: Record<string, number>;
  /** Of provider.ts. */
  attacks?: string[];
  oddities?: number;
}

/** Generates, reads and judges. */
export function measureSeed({ set, ...options }: SeedTask): SeedOutcome {
  const startedAt = performance.now();
  const { seed } = options;
  const { world, chunks } = provider(options);
  const plain = new PlainRules(world.start);
  const told = new Incidents();
  const pipeline = new Pipeline({
    directory: Directory.parse(world.directory()),
    thresholds: readThresholds(set),
    onEvent: (event) => {
      for (const finding of plain.take(event, pipeline.detector.routeOf(event))) told.add(finding);
    },
  });
  const reader = pipeline.reader('mail.log', 'postfix');
  const incidents = new Incidents();
  for (const chunk of chunks()) {
    pipeline.read(reader, chunk, 0, chunk.length);
    for (const finding of pipeline.takeFindings()) incidents.add(finding);
    pipeline.forgetChanges();
  }
  const { attacks, falseAlarms } = judge(world, seed, told.first);
  return {
    seed,
    plain: { attacks, falseAlarms },
    customers: presence(world),
    lines: reader.stats.lines,
    unknownLines: reader.stats.unknown,
    seconds: (performance.now() - startedAt) / 1000,
    ...judge(world, seed, incidents.first),
  };
}

function presence(world: World): number[] {
  return Array.from({ length: world.days }, (_, day) => world.customers.filter(({ from }) => from <= day).length);
}

if (process.send) {
  process.on('message', (task: SeedTask) => process.send?.(measureSeed(task), () => process.disconnect()));
}
